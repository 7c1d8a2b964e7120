"""Mixtures whose terms are products across different partitions of the same parties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.search.product_algebra import (
    Factors,
    balanced,
    gram_matrix,
    product_vectors,
    pulled_back,
)
from qent_core.linalg import permute_parties

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Group:
    """Terms that are products of the same blocks of parties."""

    first: int
    """Place of its first factor in the flat list of factors."""
    stop: int
    places: Array | None
    """``v[places]`` is v with the parties in their usual order; None if they are in it."""

    def usual(self, vectors: Array) -> Array:
        """Returns vectors with the parties in their usual order."""
        return vectors if self.places is None else vectors[..., self.places]

    def own(self, matrices: Array) -> Array:
        """Returns ``(n, D, D)`` matrices with the parties block by block."""
        if self.places is None:
            return matrices
        back = np.argsort(self.places)
        turned: Array = matrices[:, back][:, :, back]
        return turned


@dataclass(frozen=True)
class Layout:
    """How a flat list of factors makes product vectors, group by group."""

    groups: tuple[Group, ...]

    @classmethod
    def single(cls, blocks: int) -> Layout:
        """Returns the layout of products of the given number of blocks."""
        return cls((Group(0, blocks, None),))

    @classmethod
    def of_orders(
        cls, orders: Sequence[tuple[tuple[int, ...], int]], dims: Sequence[int]
    ) -> Layout:
        """Returns the layout of several partitions.

        Args:
            orders: For each partition the parties block by block, and its number of blocks.
            dims: Local dimensions of the parties.
        """
        groups, first = [], 0
        for order, blocks in orders:
            own = tuple(dims[party] for party in order)
            numbers = np.arange(int(np.prod(own)))[None]
            inverse = tuple(int(i) for i in np.argsort(order))
            groups.append(Group(first, first + blocks, permute_parties(numbers, own, inverse)[0]))
            first += blocks
        return cls(tuple(groups))

    def vectors(self, factors: Factors) -> Array:
        """Returns ``(n, m, D)`` product vectors of all groups."""
        parts = [g.usual(product_vectors(factors[g.first : g.stop])) for g in self.groups]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def gram(self, factors: Factors) -> Array:
        """Returns the sum of the groups' `gram_matrix`, parties in their usual order."""
        total: Array | None = None
        for group in self.groups:
            own = factors[group.first : group.stop]
            vectors = product_vectors(own)
            gram = gram_matrix(own, vectors)
            if group.places is not None:
                size = vectors.shape[2]
                pairs = (size * group.places[:, None] + group.places[None, :]).ravel()
                gram = gram[:, pairs][:, :, pairs]
            total = gram if total is None else total + gram
        assert total is not None
        return total

    def pulled_back(self, factors: Factors, hermitian: Array) -> Factors:
        """Returns `pulled_back` of every group, as a flat list."""
        parts: Factors = []
        for group in self.groups:
            own = factors[group.first : group.stop]
            parts += pulled_back(own, product_vectors(own), group.own(hermitian))
        return parts

    def balanced(self, factors: Factors) -> Factors:
        """Returns the same products with factors of equal length in every term."""
        parts: Factors = []
        for group in self.groups:
            parts += balanced(factors[group.first : group.stop])
        return parts
