r"""Local filters that make the marginals of states even, so that no direction is neglected.

$\rho\mapsto F\rho F^\dagger$ with an invertible filter $F_i$ on each block maps mixtures of product
vectors to such mixtures, and back. Filters that bring every block's reduced state to
$\mathbb{1}/d$ exist for all states of full rank (Leinaas, Myrheim and Ovrum, Phys. Rev. A 74,
012313 (2006)); searches that begin at random do better there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.search.product_algebra import Factors
from qent_core.linalg import apply_local, partial_trace

Array = NDArray[Any]

_FLOOR = 1e-4
"""Smallest eigenvalue of a reduced state, in units of 1/d, that one round evens out."""
_LARGEST = 1e3
"""Largest condition number of a filter; rounding errors grow with it on the way back."""


@dataclass(frozen=True, eq=False)
class Filtered:
    """Filtered states and what undoes the filters."""

    states: Array
    """``(n, D, D)`` of trace 1."""
    inverses: list[Array]
    """Per block ``(n, d_i, d_i)``."""
    weights: Array
    """``(n,)`` trace that the inverses give back."""

    def undone(self, factors: Factors) -> Factors:
        """Returns product vectors ``(n, m, d_i)`` of the original states."""
        share = self.weights[:, None, None] ** (0.5 / len(factors))
        return [
            share * (f @ inverse.swapaxes(1, 2))
            for f, inverse in zip(factors, self.inverses, strict=True)
        ]


def evened(states: Array, sizes: tuple[int, ...], rounds: int = 12) -> Filtered:
    """Filters states until their reduced states are nearly even, as far as that goes.

    Args:
        states: ``(n, D, D)`` of trace 1.
        sizes: Dimension of each block.
        rounds: Times that every block is evened out.

    Example:
        >>> skewed = np.diag([0.7, 0.1, 0.1, 0.1])[None]
        >>> found = evened(skewed, (2, 2))
        >>> partial_trace(found.states, (2, 2), [0])[0].real.round(6).tolist()
        [[0.5, 0.0], [0.0, 0.5]]
    """
    count = len(states)
    whole = [np.tile(np.eye(d, dtype=np.complex128), (count, 1, 1)) for d in sizes]
    inverses = [w.copy() for w in whole]
    weights, found = np.ones(count), np.asarray(states, dtype=np.complex128)
    for _ in range(rounds):
        for block, d in enumerate(sizes):
            values, vectors = np.linalg.eigh(partial_trace(found, sizes, [block]))
            root = np.sqrt(np.clip(d * values, _FLOOR, None))
            turn = vectors.conj().swapaxes(1, 2)
            step, back = (vectors / root[:, None]) @ turn, (vectors * root[:, None]) @ turn
            trial = step @ whole[block]
            within = (np.linalg.cond(trial) < _LARGEST)[:, None, None]
            step = np.where(within, step, np.eye(d))
            back = np.where(within, back, np.eye(d))
            whole[block], inverses[block] = step @ whole[block], inverses[block] @ back
            found = apply_local(
                found, sizes, [step if i == block else None for i in range(len(sizes))]
            )
            trace = np.einsum("nii->n", found).real
            found, weights = found / trace[:, None, None], weights * trace
    return Filtered(found, inverses, weights)
