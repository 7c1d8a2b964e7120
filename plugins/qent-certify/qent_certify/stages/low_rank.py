"""The stage for exactly singular states: product vectors inside their ranges."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.docket import Docket, Side
from qent_certify.search.range_fitting import fit_in_ranges
from qent_certify.settings import Settings
from qent_certify.stages.criteria import every_partition
from qent_certify.stages.decomposition import smallest_eigenvalue
from qent_core.api import LowRankCertificate, Quality, Verdict

Array = NDArray[Any]

_SINGULAR = 1e-9
_TERMS = (1.5, 1.0, 2.0, 1.5, 2.0)
"""Terms per dimension, one try after the other."""
_NEAR = 2e-14
_AT_ONCE = 16


def find_low_rank(docket: Docket, settings: Settings) -> None:
    """Offers exact mixtures of product vectors for singular states."""
    if docket.quality == Quality.STRICT:
        return
    for question in every_partition(docket):
        side = docket.side(question)
        for draw, share in enumerate(_TERMS):
            rows = docket.open_to(question, Verdict.SEPARABLE)
            for start in range(0, len(rows), _AT_ONCE):
                _try(docket, side, rows[start : start + _AT_ONCE], share, draw, settings)


def _try(
    docket: Docket, side: Side, rows: Array, share: float, draw: int, settings: Settings
) -> None:
    states = docket.arranged(side, rows)
    singular = np.abs(smallest_eigenvalue(states, side.sizes)) < _SINGULAR
    rows, states = rows[singular], states[singular]
    if not len(rows):
        return
    begin = settings.start(round(share * states.shape[1]), side.sizes, 10 + draw)
    factors, distance = fit_in_ranges(states, begin, settings.budget, _NEAR)
    near = distance < 1e-12
    arrays = {f"factors/{i}": f[near] for i, f in enumerate(factors)}
    weights = np.ones((int(near.sum()), len(begin[0])))
    docket.offer(side.question, rows[near], LowRankCertificate, weights=weights, **arrays)
