r"""The stage that finds the nearest separable state and offers the direction to it as a witness.

Newton steps on the product vectors take turns with the best product vectors for the rest and with
optimal weights for all of them. A state that turns out to be its own nearest mixture is separable,
and the mixture found is brought to a decomposition that proves it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.docket import Docket, Side
from qent_certify.search.best_product import best_products
from qent_certify.search.corrective import reweighted, unit_factors
from qent_certify.search.nearest import nearest_mixtures
from qent_certify.settings import Settings
from qent_certify.stages.decomposition import complete_decompositions
from qent_core.api import Status, Verdict, WitnessCertificate
from qent_core.linalg import dagger, permute_parties

Array = NDArray[Any]

_ROUND = 12
_AT_ONCE = 8
_STARTS = 24
_CORRECTIONS = 4
"""Times that new product vectors are found and weighed before the vectors are moved again."""
_TERMS = 3.75
"""Product vectors per dimension that are moved."""
_POOL = 6
"""Product vectors per dimension that are weighed."""
_SHARE = 0.5
"""Largest share of the gap that a product vector may reach before the witness is offered."""
_STRICTER, _MOST_OFFERS = 0.1, 2
"""Where the check exceeds its budget, by how much the violation must fall for another offer."""
_SEPARABLE = 1e-9
"""A state this near to its mixture has no witness that could be told from rounding."""


def find_witnesses(docket: Docket, settings: Settings) -> None:
    """Offers witnesses for every partition asked about."""
    for question in docket.partitions:
        side = docket.side(question)
        if not _within_reach(side.sizes):
            continue
        rows = docket.open_to(question, Verdict.ENTANGLED)
        for start in range(0, len(rows), _AT_ONCE):
            _search(docket, side, rows[start : start + _AT_ONCE], settings)


def _within_reach(sizes: tuple[int, ...]) -> bool:
    """Tells whether the checker can bound a witness over products of such blocks."""
    front = sorted(sizes)[:-1]
    return all(size == 2 for size in front) or (len(front) == 1 and front[0] == 3)


def _search(docket: Docket, side: Side, rows: Array, settings: Settings) -> None:
    states = docket.arranged(side, rows)
    size = states.shape[1]
    start = settings.start(round(_TERMS * size), side.sizes, 20)
    factors = [np.array(np.broadcast_to(f, (len(rows), *f.shape))) for f in start]
    # Violation, in units of the gap, at which a witness is worth the checker's time.
    wanted = np.full(len(rows), _SHARE)
    for turn in range(max(1, settings.budget // _ROUND)):
        factors = nearest_mixtures(states, factors, min(_ROUND, settings.budget)).factors
        pool = unit_factors(factors)
        going = np.ones(len(rows), dtype=bool)
        for correction in range(_CORRECTIONS):
            factors, rest = reweighted(states, pool, _POOL * size)
            distance = np.linalg.norm(rest, axis=(1, 2))
            atoms = unit_factors(factors)
            probes = settings.start(_STARTS, side.sizes, 30 + _CORRECTIONS * turn + correction)
            starts = [
                np.concatenate([a, np.broadcast_to(p, (len(rows), *p.shape))], axis=1)
                for a, p in zip(atoms, probes, strict=True)
            ]
            values, vectors = best_products(rest, side.sizes, starts)
            highest = np.clip(values.max(axis=1), 0, None)
            going &= distance > max(_SEPARABLE, settings.margin)
            ready = np.flatnonzero(going & (highest < wanted * distance**2))
            answer = _offer(docket, side, rows[ready], rest[ready], highest[ready])
            going[ready] = answer != Status.ACCEPTED
            wanted[ready[answer == Status.UNDECIDED]] *= _STRICTER
            pool = [np.concatenate(pair, axis=1) for pair in zip(atoms, vectors, strict=True)]
        done = distance <= max(_SEPARABLE, settings.margin)
        complete_decompositions(docket, side, rows[done], [f[done] for f in factors], settings)
        going &= wanted > _SHARE * _STRICTER**_MOST_OFFERS
        rows, states, wanted = rows[going], states[going], wanted[going]
        if not len(rows):
            return
        factors = [f[going][:, : len(start[0])] for f in factors]


def _offer(
    docket: Docket, side: Side, rows: Array, rest: Array, highest: Array
) -> NDArray[np.int8]:
    if not len(rows):
        return np.zeros(0, dtype=np.int8)
    rest = (rest + dagger(rest)) / 2
    norm = np.linalg.norm(rest, axis=(1, 2))
    inverse = tuple(int(i) for i in np.argsort(side.order))
    dims = tuple(docket.dims[party] for party in side.order)
    operator = permute_parties(rest / norm[:, None, None], dims, inverse)
    return docket.offer(
        side.question, rows, WitnessCertificate, operator=operator, bound=highest / norm
    )
