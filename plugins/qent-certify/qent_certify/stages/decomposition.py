r"""The stage that writes states as mixtures of product vectors.

A state inside the separable set is $(1-t)\sigma + t\,\mathbb{1}/D$ plus a rest so small that the
ball around the identity absorbs it. The deeper the state, the larger t and the rougher $\sigma$ may
be: t is a share of the smallest eigenvalue of the state and of its partial transposes, and the
search stops as soon as the rest is a safe part of the ball.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.docket import Docket, Side
from qent_certify.search.fitting import fit_on
from qent_certify.search.levenberg import Fit
from qent_certify.search.product_algebra import Factors
from qent_certify.settings import Settings
from qent_core.api import DecompositionCertificate, Verdict, cuts, parse_partition
from qent_core.linalg import partial_transpose

Array = NDArray[Any]

_LARGEST_DEPTH, _SMALLEST_DEPTH = 0.3, 1e-8
_COMPLETION = 40
"""Iterations that turn a mixture into a decomposition."""
_FILLED = 0.6
"""Share of the ball's radius that the rest may fill."""


@dataclass(frozen=True)
class _Attempt:
    depth: float
    """Share of the smallest eigenvalue, in units of 1/D."""
    terms: float
    """Terms per dimension of the state space."""
    iterations: float
    """Share of the budget."""
    stall: float


_ATTEMPTS = (
    _Attempt(0.25, 2.0, 0.15, 0.25),
    _Attempt(0.02, 3.0, 0.25, 0.1),
    _Attempt(0.0, 3.0, 1.0, 0.0),
)


def find_decompositions(docket: Docket, settings: Settings) -> None:
    """Offers mixtures of product vectors for every partition asked about."""
    for question in docket.partitions:
        side = docket.side(question)
        for number, attempt in enumerate(_ATTEMPTS):
            rows = docket.open_to(question, Verdict.SEPARABLE)
            if len(rows):
                _try(docket, side, rows, attempt, number, settings)


def separable_radius_of(blocks: int) -> float:
    """Returns the radius of the separable ball for so many blocks (Gurvits and Barnum)."""
    return float(2.0 ** (1 - blocks / 2))


def smallest_eigenvalue(states: Array, sizes: tuple[int, ...]) -> NDArray[np.float64]:
    """Returns ``(n,)`` smallest eigenvalues over the states and all their partial transposes."""
    lowest = np.linalg.eigvalsh(states)[:, 0]
    for cut in cuts(len(sizes)):
        turned = partial_transpose(states, sizes, parse_partition(cut, len(sizes))[0])
        lowest = np.minimum(lowest, np.linalg.eigvalsh(turned)[:, 0])
    return np.asarray(lowest)


def _try(
    docket: Docket, side: Side, rows: Array, attempt: _Attempt, number: int, settings: Settings
) -> None:
    states = docket.arranged(side, rows)
    size = states.shape[1]
    room = size * smallest_eigenvalue(states, side.sizes)
    deep = room > 2 * _SMALLEST_DEPTH
    rows, states, room = rows[deep], states[deep], room[deep]
    if not len(rows):
        return
    depth = np.clip(attempt.depth * room, np.minimum(1e-6, room / 2), _LARGEST_DEPTH)
    targets = (states - (depth / size)[:, None, None] * np.eye(size)) / (1 - depth)[:, None, None]
    tolerance = _FILLED * separable_radius_of(len(side.sizes)) * depth / (size * (1 - depth))
    iterations = max(1, int(attempt.iterations * settings.budget))
    start = settings.start(round(attempt.terms * size), side.sizes, number)
    fit = fit_on(settings.device, targets, start, tolerance, iterations, stall=attempt.stall)
    _offer(docket, side, rows, depth, fit, tolerance)


def complete_decompositions(
    docket: Docket, side: Side, rows: Array, factors: Factors, settings: Settings
) -> None:
    """Offers decompositions near mixtures that equal their states up to rounding.

    Args:
        docket: What is known so far.
        side: The partition.
        rows: ``(k,)`` states.
        factors: One ``(k, m, d_i)`` array per block.
        settings: How to search.
    """
    states = docket.arranged(side, rows)
    size = states.shape[1]
    room = size * smallest_eigenvalue(states, side.sizes)
    deep = room > 2 * _SMALLEST_DEPTH
    rows, states, room = rows[deep], states[deep], room[deep]
    if not len(rows):
        return
    depth = np.minimum(1e-6, room / 2)
    targets = (states - (depth / size)[:, None, None] * np.eye(size)) / (1 - depth)[:, None, None]
    tolerance = _FILLED * separable_radius_of(len(side.sizes)) * depth / (size * (1 - depth))
    start = [f[deep] for f in factors]
    fit = fit_on(settings.device, targets, start, tolerance, _COMPLETION)
    _offer(docket, side, rows, depth, fit, tolerance)


def _offer(
    docket: Docket, side: Side, rows: Array, depth: Array, fit: Fit, tolerance: Array
) -> None:
    done = fit.distance <= tolerance
    factors = {f"factors/{i}": f[done] for i, f in enumerate(fit.factors)}
    weights = np.ones(fit.factors[0][done].shape[:2])
    docket.offer(
        side.question,
        rows[done],
        DecompositionCertificate,
        weights=weights,
        depth=depth[done],
        **factors,
    )
