"""The stage for exactly singular states: product vectors inside their ranges."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.docket import Docket, Side
from qent_certify.search.corrective import reweighted, unit_factors
from qent_certify.search.local_filters import evened
from qent_certify.search.product_algebra import Factors
from qent_certify.search.range_fitting import fit_in_ranges, products_in_ranges
from qent_certify.settings import Settings
from qent_certify.stages.criteria import every_partition
from qent_certify.stages.decomposition import smallest_eigenvalue
from qent_core.api import LowRankCertificate, Quality, Verdict

Array = NDArray[Any]

_SINGULAR = 1e-9
_TRIES = (1.5, None, 1.0, 2.0, 1.5, 2.0)
"""Terms per dimension drawn at random, one try after the other; None begins from product vectors
found in the ranges, which is dearer, and better where there are few of them."""
_MOST_TERMS = 2.0
_PROBES, _SWEEPS = 12, 40
"""Product vectors per dimension that are sought in the ranges, and how long."""
_NEAR = 2e-14
_AT_ONCE = 16


def find_low_rank(docket: Docket, settings: Settings) -> None:
    """Offers exact mixtures of product vectors for singular states."""
    if docket.quality == Quality.STRICT:
        return
    for question in every_partition(docket):
        side = docket.side(question)
        for draw, share in enumerate(_TRIES):
            rows = docket.open_to(question, Verdict.SEPARABLE)
            for start in range(0, len(rows), _AT_ONCE):
                _try(docket, side, rows[start : start + _AT_ONCE], share, draw, settings)


def _try(
    docket: Docket, side: Side, rows: Array, share: float | None, draw: int, settings: Settings
) -> None:
    rows, states = _singular(docket, side, rows)
    if not len(rows):
        return
    size = states.shape[1]
    filtered = evened(states, side.sizes)
    if share is None:
        probes = settings.start(_PROBES * size, side.sizes, 10)
        pool = products_in_ranges(filtered.states, side.sizes, probes, _SWEEPS)
        begin, _ = reweighted(filtered.states, unit_factors(pool), round(_MOST_TERMS * size))
    else:
        begin = settings.start(round(share * size), side.sizes, 10 + draw)
    factors, _ = fit_in_ranges(filtered.states, begin, settings.budget, _NEAR)
    fit_and_offer(docket, side, rows, filtered.undone(factors), settings.budget)


def _singular(docket: Docket, side: Side, rows: Array) -> tuple[Array, Array]:
    states = docket.arranged(side, rows)
    singular = np.abs(smallest_eigenvalue(states, side.sizes)) < _SINGULAR
    return rows[singular], states[singular]


def fit_and_offer(docket: Docket, side: Side, rows: Array, begin: Factors, iterations: int) -> None:
    """Fits product vectors inside the ranges and offers those mixtures that equal their states.

    Args:
        docket: What is known so far.
        side: The partition.
        rows: ``(k,)`` singular states.
        begin: One ``(m, d_i)`` or ``(k, m, d_i)`` array per block.
        iterations: Most steps.
    """
    states = docket.arranged(side, rows)
    factors, distance = fit_in_ranges(states, begin, iterations, _NEAR)
    near = distance < 1e-12
    arrays = {f"factors/{i}": f[near] for i, f in enumerate(factors)}
    weights = np.ones(factors[0][near].shape[:2])
    docket.offer(side.question, rows[near], LowRankCertificate, weights=weights, **arrays)
