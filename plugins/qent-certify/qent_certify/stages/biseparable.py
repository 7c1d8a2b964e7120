"""The stage that mixes product vectors of all cuts, to prove states biseparable."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.docket import Docket
from qent_certify.search.fitting import fit_on
from qent_certify.search.layout import Layout
from qent_certify.settings import Settings
from qent_core.api import BISEPARABLE, BiseparableDecompositionCertificate, Verdict, cuts

Array = NDArray[Any]

_DEPTHS = (0.05, 1e-3, 1e-6)
"""Depths in units of D times the smallest eigenvalue of the state."""
_TERMS = 1.5
"""Terms per cut and dimension."""
_FILLED = 0.6


def find_biseparable(docket: Docket, settings: Settings) -> None:
    """Offers mixtures of product vectors, each with its own cut."""
    if BISEPARABLE not in docket.questions:
        return
    for number, depth in enumerate(_DEPTHS):
        rows = docket.open_to(BISEPARABLE, Verdict.SEPARABLE)
        if len(rows):
            _try(docket, rows, depth, number, settings)


def _try(docket: Docket, rows: Array, share: float, number: int, settings: Settings) -> None:
    states = docket.rho[rows]
    size = states.shape[1]
    room = size * np.linalg.eigvalsh(states)[:, 0]
    rows, states, room = rows[room > 1e-7], states[room > 1e-7], room[room > 1e-7]
    if not len(rows):
        return
    depth = share * np.clip(room, 0, 1)
    targets = (states - (depth / size)[:, None, None] * np.eye(size)) / (1 - depth)[:, None, None]
    names = cuts(len(docket.dims))
    sides = [docket.side(cut) for cut in names]
    layout = Layout.of_orders([(side.order, len(side.sizes)) for side in sides], docket.dims)
    start = []
    for place, side in enumerate(sides):
        begin = settings.start(round(_TERMS * size), side.sizes, 40 + 10 * number + place)
        start += [f * len(sides) ** (-0.25) for f in begin]
    tolerance = _FILLED * depth / (size * (1 - depth))
    budget = settings.budget // len(_DEPTHS)
    fit = fit_on(
        settings.device, targets, start, tolerance, max(1, budget), stall=0.1, layout=layout
    )
    done = fit.distance <= tolerance
    arrays: dict[str, Array] = {"depth": depth[done]}
    for cut, group in zip(names, layout.groups, strict=True):
        first, second = (fit.factors[i][done] for i in (group.first, group.first + 1))
        arrays[f"weights/{cut}"] = np.ones(first.shape[:2])
        arrays[f"first/{cut}"], arrays[f"second/{cut}"] = first, second
    docket.offer(BISEPARABLE, rows[done], BiseparableDecompositionCertificate, **arrays)
