r"""Mixtures of products of kets, in the three forms of the paper's data.

With one ket per factor and term, weights p and factors q:

* ``outer``: $\sum_j p_j \bigotimes_q |\psi_{jq}\rangle\langle\psi_{jq}|$, separable across the
  factors (arXiv:2210.07410, Eqs. A4 and A5);
* ``inner``: $\bigotimes_q \sum_j p_j |\psi_{jq}\rangle\langle\psi_{jq}|$, a product of mixed
  states;
* ``comb``: $\sum_j p_j \bigotimes_q \sum_l p'_l |\psi_{jlq}\rangle\langle\psi_{jlq}|$, with
  as many inner as outer terms and the same p' everywhere.

The paper's text has the first; all three are in the released code.
"""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_circuits.gates import Amplitudes
from qent_circuits.members import Integers, Members, random_weights
from qent_core.linalg import tensor

Form = Literal["outer", "inner", "comb"]
Weights = NDArray[np.float64]


def mixture(weights: Weights, kets: Amplitudes) -> Amplitudes:
    r"""Returns $\sum_j p_j |\psi_j\rangle\langle\psi_j|$.

    Args:
        weights: ``(..., J)``, or anything that broadcasts to it.
        kets: ``(..., J, d)``.

    Returns:
        ``(..., d, d)``.
    """
    rho: Amplitudes = (kets * weights[..., None]).swapaxes(-1, -2) @ kets.conj()
    return rho


def outer_form(weights: Weights, factors: tuple[Amplitudes, ...]) -> Amplitudes:
    """Returns the ``outer`` form of factors ``(n, J, d)`` with weights ``(n, J)``."""
    count, terms = weights.shape
    flat = tensor(*(factor.reshape(count * terms, -1) for factor in factors))
    return mixture(weights, flat.reshape(count, terms, -1))


def inner_form(weights: Weights, factors: tuple[Amplitudes, ...]) -> Amplitudes:
    """Returns the ``inner`` form of factors ``(n, J, d)`` with weights ``(n, J)``."""
    rho: Amplitudes = tensor(*(mixture(weights, factor) for factor in factors))
    return rho


def comb_form(weights: Weights, inner: Weights, factors: tuple[Amplitudes, ...]) -> Amplitudes:
    """Returns the ``comb`` form of factors ``(n, J, L, d)``, weights ``(n, J)`` and ``(n, L)``."""
    count, terms = weights.shape
    parts = [
        mixture(inner[:, None, :], factor).reshape(count * terms, *factor.shape[-1:] * 2)
        for factor in factors
    ]
    # The sum over terms is a matrix product of one half of the factors with the other.
    half = (len(parts) + 1) // 2
    left, right = tensor(*parts[:half]), tensor(*parts[half:])
    a, b = left.shape[-1], right.shape[-1]
    left = (left.reshape(count, terms, a * a) * weights[:, :, None]).swapaxes(1, 2)
    grid = (left @ right.reshape(count, terms, b * b)).reshape(count, a, a, b, b)
    rho: Amplitudes = np.ascontiguousarray(grid.transpose(0, 1, 3, 2, 4))
    return rho.reshape(count, a * b, a * b)


def draw_kronecker(
    form: Form,
    members: Members,
    pools: Integers,
    terms: Integers,
    rng: Generator,
) -> Amplitudes:
    """Returns random states of one form.

    Args:
        form: Which form.
        members: Where the kets come from.
        pools: ``(n,)`` the pool of each state.
        terms: ``(n,)`` numbers of terms.
        rng: Source of randomness.

    Returns:
        ``(n, D, D)``.
    """
    size = math.prod(factor.shape[-1] for factor in members.draw(pools[:0], (1,), rng))
    rho = np.empty((len(terms), size, size), dtype=np.complex128)
    for number in np.unique(terms).tolist():
        rows = np.flatnonzero(terms == number)
        weights = random_weights(len(rows), number, rng)
        if form == "comb":
            inner = random_weights(len(rows), number, rng)
            factors = members.draw(pools[rows], (number, number), rng)
            rho[rows] = comb_form(weights, inner, factors)
            continue
        factors = members.draw(pools[rows], (number,), rng)
        rho[rows] = (outer_form if form == "outer" else inner_form)(weights, factors)
    return rho
