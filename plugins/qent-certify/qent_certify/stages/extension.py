"""The stage that asks for symmetric extensions: semidefinite problems, one state at a time."""

from __future__ import annotations

import numpy as np

from qent_certify.docket import Docket, Side
from qent_certify.search.symmetric_extension import square_witness, within_reach
from qent_certify.settings import Settings
from qent_core.api import ExtensionCertificate, Verdict
from qent_core.linalg import permute_parties

_SINGULAR = 1e-9


def find_extension(docket: Docket, settings: Settings) -> None:
    """Offers the dual of an extension of the smaller side of every cut."""
    for question in docket.cuts_that(Verdict.ENTANGLED):
        side = docket.side(question)
        extended = int(side.sizes[1] <= side.sizes[0])
        b, a = side.sizes[extended], side.sizes[1 - extended]
        if not within_reach(a, b, settings.copies):
            continue
        for row in docket.open_to(question, Verdict.ENTANGLED):
            _search(docket, side, int(row), extended, (a, b), settings)


def _search(
    docket: Docket, side: Side, row: int, extended: int, sizes: tuple[int, int], settings: Settings
) -> None:
    a, b = sizes
    state = docket.arranged(side, np.array([row]))
    if not extended:
        state = permute_parties(state, side.sizes, (1, 0))
    margin = max(settings.margin, _SINGULAR)
    found = square_witness(state[0], a, b, settings.copies, settings.budget, margin)
    if found is None:
        return
    operator = found.operator[None]
    if not extended:
        operator = permute_parties(operator, (a, b), (1, 0))
    inverse = tuple(int(i) for i in np.argsort(side.order))
    dims = tuple(docket.dims[party] for party in side.order)
    docket.offer(
        side.question,
        np.array([row]),
        ExtensionCertificate,
        operator=permute_parties(operator, dims, inverse),
        copies=np.array([settings.copies]),
        extended_side=np.array([extended]),
        **{f"parts/{i}": part[None] for i, part in enumerate(found.parts)},
    )
