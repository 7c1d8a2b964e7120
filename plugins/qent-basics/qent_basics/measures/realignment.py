"""The trace norm of realigned matrices, which separable states keep at most 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qent_basics.measures.batches import in_double, piecewise
from qent_core.linalg import Array, Dims, local_dimensions, realign

Reals = NDArray[np.float64]


def realignment_norm(rho: Array, dims: Dims, side: Sequence[int]) -> Reals:
    r"""Returns $\|R\|_1$ with $R_{ij,kl} = \rho_{ik,jl}$ across a cut.

    At most $\mathrm{tr}\,\rho$ for separable states; $(\sum_i s_i)^2$ for pure ones.

    Args:
        rho: ``(n, D, D)`` matrices.
        dims: Local dimensions.
        side: Parties on one side of the cut.

    Sources: K. Chen and L.-A. Wu, Quantum Inf. Comput. 3, 193 (2003); O. Rudolph, Quantum Inf.
    Process. 4, 219 (2005).

    Example:
        >>> bell = np.outer([1, 0, 0, 1], [1, 0, 0, 1]) / 2
        >>> realignment_norm(bell[None], (2, 2), [0]).round(12)
        array([2.])
    """

    def norms(piece: Array) -> Reals:
        realigned = realign(in_double(piece), dims, side)
        total: Reals = np.linalg.svd(realigned, compute_uv=False).sum(axis=1)
        return total

    return piecewise(norms, rho)


def realignment_bound(rho: Array, dims: Dims, side: Sequence[int]) -> Reals:
    r"""Returns the cheap upper bound $\|R\|_1 \le \sqrt{r}\,\|\rho\|_F$ with r the rank R can have.

    Where it is at most 1 the criterion cannot be violated and no singular values are needed.
    """
    rest = [party for party in range(len(dims)) if party not in side]
    rank = min(local_dimensions(dims, (side, rest))) ** 2

    def bounds(piece: Array) -> Reals:
        entries = in_double(piece)
        bound: Reals = np.sqrt(rank * (entries.real**2 + entries.imag**2).sum(axis=(1, 2)))
        return bound

    return piecewise(bounds, rho)
