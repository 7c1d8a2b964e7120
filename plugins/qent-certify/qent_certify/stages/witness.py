"""The stage that finds the nearest separable state and offers the direction to it as a witness."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.docket import Docket, Side
from qent_certify.search.best_product import best_products
from qent_certify.search.nearest import nearest_mixtures
from qent_certify.search.product_algebra import Factors, product_vectors
from qent_certify.settings import Settings
from qent_core.api import Status, Verdict, WitnessCertificate
from qent_core.linalg import dagger, permute_parties

Array = NDArray[Any]

_ROUND = 12
_AT_ONCE = 8
_STARTS = 60
_INJECTED = 4
_TERMS = 2
_SHARE = 0.5
"""Largest share of the gap that a product vector may reach before the witness is offered."""
_STRICTER, _MOST_OFFERS = 0.1, 2
"""Where the check exceeds its budget, by how much the violation must fall for another offer."""
_SAME = 0.95
"""Product vectors with a larger overlap count as one."""
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
    start = settings.start(_TERMS * states.shape[1], side.sizes, 20)
    factors = [np.array(np.broadcast_to(f, (len(rows), *f.shape))) for f in start]
    # Violation, in units of the gap, at which a witness is worth the checker's time.
    wanted = np.full(len(rows), _SHARE)
    for turn in range(max(1, settings.budget // _ROUND)):
        if not len(rows):
            return
        found = nearest_mixtures(states, factors, min(_ROUND, settings.budget))
        factors, rest = found.factors, found.rest
        probes = settings.start(_STARTS, side.sizes, 30 + turn)
        values, vectors = best_products(rest, side.sizes, probes)
        highest = values.max(axis=1)
        going = found.distance > max(_SEPARABLE, settings.margin)
        ready = np.flatnonzero(going & (highest < wanted * found.distance**2))
        answer = _offer(docket, side, rows[ready], rest[ready], highest[ready])
        going[ready] = answer != Status.ACCEPTED
        wanted[ready[answer == Status.UNDECIDED]] *= _STRICTER
        going &= wanted > _SHARE * _STRICTER**_MOST_OFFERS
        _inject(factors, values, vectors)
        rows, states, wanted = rows[going], states[going], wanted[going]
        factors = [f[going] for f in factors]


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


def _inject(factors: Factors, values: Array, vectors: Factors) -> None:
    """Puts the best product vectors, as far as they help, in place of the lightest terms."""
    products = product_vectors(vectors)
    weights = (np.abs(product_vectors(factors)) ** 2).sum(axis=2)
    for row in range(len(values)):
        lightest = np.argsort(weights[row])
        chosen: list[int] = []
        for probe in np.argsort(-values[row]):
            if values[row, probe] <= 0 or len(chosen) == _INJECTED:
                break
            overlaps = np.abs(products[row, chosen] @ products[row, probe].conj())
            if (overlaps > _SAME).any():
                continue
            length = (values[row, probe] / _INJECTED) ** (0.5 / len(factors))
            for factor, vector in zip(factors, vectors, strict=True):
                factor[row, lightest[len(chosen)]] = length * vector[row, probe]
            chosen.append(int(probe))
