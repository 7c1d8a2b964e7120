"""Schmidt coefficients of pure states, and what follows from them in closed form."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qent_basics.measures.batches import in_double, piecewise
from qent_core.linalg import Array, Dims, schmidt_matrix

Reals = NDArray[np.float64]

_MINORS_UP_TO = 16
"""Largest second side for which 2x2 minors are cheaper than singular values."""


def schmidt_coefficients(kets: Array, dims: Dims, side: Sequence[int]) -> Reals:
    r"""Returns the Schmidt coefficients of kets across a cut, largest first.

    $|\psi\rangle = \sum_i s_i |a_i\rangle|b_i\rangle$ with $s_i \ge 0$.

    Args:
        kets: ``(n, D)``.
        dims: Local dimensions.
        side: Parties on one side of the cut.

    Returns:
        ``(n, k)`` with k the dimension of the smaller side.

    Example:
        >>> bell = np.array([[1, 0, 0, 1]]) / 2**0.5
        >>> schmidt_coefficients(bell, (2, 2), [0]).round(12)
        array([[0.70710678, 0.70710678]])
    """

    def singular_values(piece: Array) -> Array:
        matrices = schmidt_matrix(in_double(piece), dims, side)
        return np.linalg.svd(matrices, compute_uv=False)

    return piecewise(singular_values, kets)


def pair_sum(kets: Array, dims: Dims, side: Sequence[int]) -> Reals:
    r"""Returns $\sum_{i<j} s_i s_j$, the negativity of pure states, as ``(n,)``.

    With a qubit on one side there is one pair, and by the Cauchy-Binet formula $s_1 s_2$ is the
    Euclidean norm of the 2x2 minors of the coefficient matrix: no singular values are needed and
    no digits are lost near product states.

    Source: G. Vidal and R. F. Werner, Phys. Rev. A 65, 032314 (2002).

    Example:
        >>> pair_sum(np.array([[0.6, 0, 0, 0.8]]), (2, 2), [0]).round(12)
        array([0.48])
    """
    if not len(kets):
        return np.zeros(0)
    small, large = sorted(schmidt_matrix(kets[:1], dims, side).shape[1:])
    if small == 2 and large <= _MINORS_UP_TO:
        return piecewise(lambda piece: _qubit_pair(in_double(piece), dims, side), kets)
    s = schmidt_coefficients(kets, dims, side)
    # Partial sums instead of ((sum s)^2 - 1) / 2, which cancels near product states.
    behind = np.cumsum(s[:, ::-1], axis=1)[:, ::-1]
    result: Reals = (s[:, :-1] * behind[:, 1:]).sum(axis=1)
    return result


def _qubit_pair(kets: Array, dims: Dims, side: Sequence[int]) -> Reals:
    matrices = schmidt_matrix(kets, dims, side)
    if matrices.shape[1] != 2:
        matrices = matrices.swapaxes(1, 2)
    total = np.zeros(len(kets))
    for shift in range(1, matrices.shape[2]):
        minors = matrices[:, 0, :-shift] * matrices[:, 1, shift:]
        minors -= matrices[:, 1, :-shift] * matrices[:, 0, shift:]
        total += (minors.real**2 + minors.imag**2).sum(axis=1)
    return np.sqrt(total)
