r"""Violations of the reduction criterion, and the NPT vectors that follow from them.

With $V_{ij} = |i\rangle\langle j| - |j\rangle\langle i|$ the reduction map is
$\mathrm{tr}(X)\,1 - X = \sum_{i<j} V_{ij} X^T V_{ij}^\dagger$: a transposition between completely
positive maps. So a vector v with $\langle v|(\rho_A\otimes 1 - \rho)|v\rangle < 0$ gives, for some
i < j, a vector $u = (1\otimes V_{ij})^\dagger v$ with $\langle u|\rho^{T_B}|u\rangle < 0$.

Source: M. Horodecki and P. Horodecki, Phys. Rev. A 59, 4206 (1999).
"""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray

from qent_basics.labelers.cuts import Side
from qent_basics.measures.positivity import rayleigh
from qent_core.linalg import (
    Array,
    Dims,
    local_dimensions,
    partial_trace,
    partial_transpose,
    permute_parties,
)

Reals = NDArray[np.float64]


def reduced_difference(rho: Array, dims: Dims, keep: Side) -> Array:
    r"""Returns $\rho_K \otimes 1 - \rho$ with the kept parties K in front, ``(n, D, D)``."""
    rest = tuple(party for party in range(len(dims)) if party not in keep)
    kept, other = local_dimensions(dims, (keep, rest))
    reduced = partial_trace(rho, dims, keep)
    grid = reduced[:, :, None, :, None] * np.eye(other)[None, None, :, None, :]
    lifted: Array = grid.reshape(len(rho), kept * other, kept * other)
    lifted -= permute_parties(rho, dims, (*keep, *rest))
    return lifted


def npt_vectors(
    rho: Array, vectors: Array, dims: Dims, keep: Side, side: Side
) -> tuple[Array, Reals]:
    r"""Returns unit vectors u and $\langle u|\rho^{T}|u\rangle$, T transposing ``side``.

    Args:
        rho: ``(m, D, D)`` density matrices.
        vectors: ``(m, D)`` vectors that violate the criterion, kept parties in front.
        dims: Local dimensions.
        keep: Kept parties.
        side: Parties to transpose: the kept ones or all others.
    """
    rest = tuple(party for party in range(len(dims)) if party not in keep)
    kept, other = local_dimensions(dims, (keep, rest))
    grid = vectors.reshape(-1, kept, other)
    if keep == side:
        # The vectors below belong to the transpose on the other side; conjugation turns them over.
        grid = grid.conj()
    order = (*keep, *rest)
    inverse = tuple(int(position) for position in np.argsort(order))
    ordered = tuple(dims[party] for party in order)
    transposed = partial_transpose(rho, dims, side)
    best = np.zeros((len(rho), kept * other), dtype=vectors.dtype)
    values = np.full(len(rho), np.inf)
    for i, j in itertools.combinations(range(other), 2):
        candidate = np.zeros_like(grid)
        candidate[:, :, i], candidate[:, :, j] = grid[:, :, j], -grid[:, :, i]
        norms = np.sqrt((candidate.real**2 + candidate.imag**2).sum(axis=(1, 2)))
        candidate /= np.where(norms > 0, norms, 1.0)[:, None, None]
        flat = permute_parties(candidate.reshape(len(rho), kept * other), ordered, inverse)
        found = rayleigh(transposed, flat)
        better = (found < values) & (norms > 0)
        best[better], values[better] = flat[better], found[better]
    return best, values
