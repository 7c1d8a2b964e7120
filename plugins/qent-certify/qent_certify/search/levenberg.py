r"""Decompositions into product vectors by a batched Levenberg-Marquardt search.

To solve $\sum_k |v_k\rangle\langle v_k| = \tau$ for product vectors, underdetermined with enough
terms, each step is the shortest one that solves the linearised problem:
$dx = J^T (JJ^T + \mu)^{-1} r$. A step is taken where it makes the residual fall; $\mu$ follows.
States leave the batch as soon as they are done, and waiting ones take their place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.search.layout import Layout
from qent_certify.search.product_algebra import (
    Factors,
    hermitian_form,
    mixture,
    real_form,
)

Array = NDArray[Any]

_FASTER, _SLOWER = 0.1, 4.0
_SMALLEST_DAMPING, _LARGEST_DAMPING = 1e-13, 1e3
_WORKING_SET = 5_000_000
"""Bytes of normal matrices handled at a time; more would fall out of the cache."""


@dataclass(frozen=True, eq=False)
class Fit:
    """The mixtures found for n targets."""

    factors: Factors
    """One ``(n, m, d_i)`` array per block."""
    distance: NDArray[np.float64]
    """``(n,)`` Frobenius norm of target minus mixture."""
    iterations: NDArray[np.int64]
    """``(n,)`` iterations spent."""


def fit_mixtures(
    targets: Array,
    start: Factors,
    tolerance: Array,
    iterations: int,
    *,
    stall: float = 0.0,
    layout: Layout | None = None,
) -> Fit:
    """Fits a mixture of product vectors to every target.

    Args:
        targets: ``(n, D, D)`` Hermitian, positive; D the product of the blocks' dimensions.
        start: One array per block to begin from: ``(m, d_i)`` for all or ``(n, m, d_i)``.
        tolerance: ``(n,)`` distance at which a target is done.
        iterations: Most iterations per target.
        stall: Give a target up once 8 iterations shrink the distance by less than this share.
        layout: How the factors make product vectors; by default one factor per block.
    """
    layout = layout or Layout.single(len(start))
    count, size = targets.shape[:2]
    spread = [np.broadcast_to(f, (count, *f.shape[-2:])) for f in start]
    found = [np.array(f, dtype=np.complex128) for f in spread]
    distance = np.full(count, np.inf)
    spent = np.zeros(count, dtype=np.int64)
    room = max(4, _WORKING_SET // (40 * size**4))
    waiting = np.arange(count)
    rows = waiting[:0]
    live = _Live.of(layout, targets[rows], [f[rows] for f in found])
    while len(rows) or len(waiting):
        if len(waiting) and len(rows) <= room // 2:
            take, waiting = waiting[: room - len(rows)], waiting[room - len(rows) :]
            live = live.joined(_Live.of(layout, targets[take], [f[take] for f in found]))
            rows = np.concatenate([rows, take])
        live.step()
        spent[rows] += 1
        over = (live.distance <= tolerance[rows]) | (spent[rows] >= iterations)
        over |= live.damping > _LARGEST_DAMPING
        if stall:
            over |= live.stalled(spent[rows], stall)
        if over.any():
            done = rows[over]
            for target, factor in zip(found, live.factors, strict=True):
                target[done] = factor[over]
            distance[done] = live.distance[over]
            rows, live = rows[~over], live.kept(~over)
    return Fit(found, distance, spent)


@dataclass(eq=False)
class _Live:
    """The targets being worked on."""

    layout: Layout
    targets: Array
    factors: Factors
    rest: Array
    distance: Array
    damping: Array
    mark: Array
    """Distance some iterations ago."""

    @classmethod
    def of(cls, layout: Layout, targets: Array, factors: Factors) -> _Live:
        rest = targets - mixture(layout.vectors(factors))
        distance = np.linalg.norm(rest, axis=(1, 2))
        damping = np.full(len(targets), 1e-2)
        return cls(layout, targets, factors, rest, distance, damping, np.full(len(rest), np.inf))

    def step(self) -> None:
        """Tries one step for every target and keeps those that help."""
        size = self.targets.shape[1]
        gram = self.layout.gram(self.factors)
        scale = np.einsum("nii->n", gram) / size**2
        gram[:, range(size**2), range(size**2)] += (self.damping * scale)[:, None]
        solved = np.linalg.solve(gram, real_form(self.rest)[..., None])[..., 0]
        moves = self.layout.pulled_back(self.factors, hermitian_form(solved, size))
        trial = [f + move for f, move in zip(self.factors, moves, strict=True)]
        rest = self.targets - mixture(self.layout.vectors(trial))
        distance = np.linalg.norm(rest, axis=(1, 2))
        better = distance < self.distance
        trial = self.layout.balanced(trial)
        self.factors = [
            np.where(better[:, None, None], new, old)
            for new, old in zip(trial, self.factors, strict=True)
        ]
        self.rest = np.where(better[:, None, None], rest, self.rest)
        self.distance = np.where(better, distance, self.distance)
        damping = self.damping * np.where(better, _FASTER, _SLOWER)
        self.damping = np.maximum(damping, _SMALLEST_DAMPING)

    def stalled(self, spent: Array, share: float) -> Array:
        due = spent % 8 == 0
        slow: Array = due & (self.distance > (1 - share) * self.mark)
        self.mark = np.where(due, self.distance, self.mark)
        return slow

    def kept(self, mask: Array) -> _Live:
        return _Live(
            self.layout,
            self.targets[mask],
            [f[mask] for f in self.factors],
            *(a[mask] for a in (self.rest, self.distance, self.damping, self.mark)),
        )

    def joined(self, other: _Live) -> _Live:
        def both(a: Array, b: Array) -> Array:
            return np.concatenate([a, b])

        return _Live(
            self.layout,
            both(self.targets, other.targets),
            [both(a, b) for a, b in zip(self.factors, other.factors, strict=True)],
            both(self.rest, other.rest),
            both(self.distance, other.distance),
            both(self.damping, other.damping),
            both(self.mark, other.mark),
        )
