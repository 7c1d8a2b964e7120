r"""Negativity $N = (\|\rho^{T}\|_1 - 1)/2$: the sum of $|\lambda|$ over negative eigenvalues.

For two qubits the partial transpose of a state has at most one negative eigenvalue, and it has one
exactly when its determinant is negative. That eigenvalue is the one positive root of a real-rooted
quartic, found by Laguerre's iteration for the whole batch at once. Wherever rounding could spoil
that (nearly coinciding eigenvalues, a determinant that is zero within rounding, a matrix that is no
state) the eigenvalues of those matrices are computed instead, so both ways agree to 1e-12.

For larger systems a batched Cholesky test first sets aside what has a positive partial transpose.

Sources: G. Vidal and R. F. Werner, Phys. Rev. A 65, 032314 (2002); at most one negative eigenvalue:
A. Sanpera, R. Tarrach and G. Vidal, Phys. Rev. A 58, 826 (1998); the determinant: R. Augusiak,
M. Demianowicz and P. Horodecki, Phys. Rev. A 77, 030301(R) (2008).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qent_basics.measures import schmidt
from qent_basics.measures.batches import in_double, piecewise
from qent_basics.measures.positivity import certainly_positive, rounding_bound
from qent_basics.measures.quartic import CONVERGED, first_root
from qent_basics.measures.two_qubits import blocks_of, characteristic
from qent_core.linalg import Array, Dims, local_dimensions, partial_transpose, permute_parties

Reals = NDArray[np.float64]

_ZERO_DETERMINANT = 1e-15
"""Determinants of 4x4 partial transposes below this are zero within rounding."""

_STEEP = 1e-3
"""Least derivative of the quartic at its root for which the root is accurate to 1e-12."""

_PROBE = 64
"""States of a piece on which the Cholesky test is tried before it is used on all."""


def negativity(rho: Array, dims: Dims, side: Sequence[int]) -> Reals:
    r"""Returns the negativity of density matrices across a cut.

    Args:
        rho: ``(n, D, D)`` density matrices, real or complex; single precision is computed in
            double.
        dims: Local dimensions.
        side: Parties on one side of the cut.

    Returns:
        ``(n,)``, in $[0, (d-1)/2]$ with d the dimension of the smaller side; exactly 0 where the
        partial transpose is positive within rounding.

    Example:
        >>> bell = np.array([1, 0, 0, 1]) / 2**0.5
        >>> werner = np.outer(bell, bell) * 0.5 + np.eye(4) / 8
        >>> negativity(werner[None], (2, 2), [0]).round(12)
        array([0.125])
    """
    here = tuple(side)
    rest = tuple(party for party in range(len(dims)) if party not in here)
    if local_dimensions(dims, (here, rest)) == (2, 2):
        return piecewise(
            lambda piece: _two_qubits(permute_parties(in_double(piece), dims, (*here, *rest))), rho
        )
    return piecewise(lambda piece: _any_size(partial_transpose(in_double(piece), dims, here)), rho)


def negativity_of_kets(kets: Array, dims: Dims, side: Sequence[int]) -> Reals:
    r"""Returns the negativity of pure states, $\sum_{i<j} s_i s_j = ((\sum_i s_i)^2 - 1)/2$.

    Args:
        kets: ``(n, D)``.
        dims: Local dimensions.
        side: Parties on one side of the cut.

    Example:
        >>> ghz = np.array([[1, 0, 0, 0, 0, 0, 0, 1]]) / 2**0.5
        >>> negativity_of_kets(ghz, (2, 2, 2), [1]).round(12)
        array([0.5])
    """
    return schmidt.pair_sum(kets, dims, side)


def negative_part(matrices: Array) -> Reals:
    """Returns the sum of the moduli of the negative eigenvalues of Hermitian matrices.

    Eigenvalues that are zero within rounding count as zero.
    """
    eigenvalues = np.linalg.eigvalsh(matrices)
    floor = rounding_bound(matrices.shape[-1])
    result: Reals = -np.where(eigenvalues < -floor, eigenvalues, 0.0).sum(axis=-1)
    return result + 0.0  # no negative zeros


def _any_size(transposed: Array) -> Reals:
    # Random states of larger systems are nearly all NPT; trying the test on a few first keeps it
    # from costing anything where it would not help.
    probe = certainly_positive(transposed[:_PROBE])
    if len(transposed) > _PROBE and probe.mean() < 0.2:
        return negative_part(transposed)
    left = np.flatnonzero(~certainly_positive(transposed))
    result = np.zeros(len(transposed))
    result[left] = negative_part(transposed[left])
    return result


def _two_qubits(rho: Array) -> Reals:
    e1, e2, e3, e4 = characteristic(blocks_of(rho).partial_transpose())
    # Signs of the coefficients count the negative eigenvalues (Descartes); a physical state has
    # at most one, so other patterns mean that the matrix is no state, or is close to the border.
    positive = (e4 > _ZERO_DETERMINANT) & (e2 > 0) & (e3 > 0)
    one = np.flatnonzero((e4 < -_ZERO_DETERMINANT) & ((e2 > 0) | (e3 < 0)))
    root, slope, step = first_root(e1[one], e2[one], e3[one], e4[one])
    with np.errstate(invalid="ignore"):
        good = (slope > _STEEP) & (step < CONVERGED * root)
    result = np.zeros(len(rho))
    result[one] = root
    left = ~positive
    left[one[good]] = False
    rows = np.flatnonzero(left)
    if rows.size:
        result[rows] = negative_part(partial_transpose(rho[rows], (2, 2), (0,)))
    return result
