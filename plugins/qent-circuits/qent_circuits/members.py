"""The pure members of mixtures: each drawn afresh, or from a pool that many states share.

The released code of arXiv:2210.07410 makes states a thousand at a time and mixes them from one
pool of kets, so states of a batch share members; the paper's text mentions no pool.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_circuits.gates import Amplitudes

Integers = NDArray[np.intp]
Make = Callable[[int, Generator], tuple[Amplitudes, ...]]
"""Draws a number of members; a member has one ket ``(count, d)`` per factor."""

STATES_PER_POOL = 1000
"""How many consecutive states of a batch share a pool."""


@dataclass(frozen=True)
class Members:
    """Where the members of the mixtures of one batch come from."""

    make: Make
    copies: int
    """How many independent members stand side by side, such as one-qubit kets in a product."""
    pools: tuple[Amplitudes, ...] | None
    """Per factor ``(pools, size, d)``; None if every member is drawn afresh."""

    @classmethod
    def prepare(
        cls, make: Make, count: int, pool_size: int, rng: Generator, *, copies: int = 1
    ) -> Members:
        """Draws the pools for ``count`` states; a pool size of 0 stands for no pools."""
        if pool_size == 0:
            return cls(make, copies, None)
        pools = -(-count // STATES_PER_POOL)
        kets = make(pools * pool_size, rng)
        shaped = (factor.reshape(pools, pool_size, factor.shape[1]) for factor in kets)
        return cls(make, copies, tuple(shaped))

    @property
    def per_pool(self) -> int:
        """How many consecutive states share a pool; 0 if there are none."""
        return STATES_PER_POOL if self.pools is not None else 0

    def pool_of(self, count: int) -> Integers:
        """Returns the pool of each of ``count`` consecutive states."""
        pools: Integers = np.arange(count) // STATES_PER_POOL
        return pools

    def draw(
        self, pools: Integers, shape: tuple[int, ...], rng: Generator
    ) -> tuple[Amplitudes, ...]:
        """Returns members, from a pool with replacement.

        Args:
            pools: ``(n,)`` the pool of each state.
            shape: Members per state, ``(terms,)`` or ``(terms, terms)``.
            rng: Source of randomness.

        Returns:
            Per copy and factor ``(n, *shape, d)``; the factors of a member stay together.
        """
        full = (len(pools), *shape)
        drawn: list[Amplitudes] = []
        for _ in range(self.copies):
            if self.pools is None:
                kets = self.make(math.prod(full), rng)
                drawn += [factor.reshape(*full, factor.shape[1]) for factor in kets]
                continue
            which = pools.reshape(-1, *(1,) * len(shape))
            chosen = rng.integers(self.pools[0].shape[1], size=full)
            drawn += [factor[which, chosen] for factor in self.pools]
        return tuple(drawn)


def random_weights(count: int, terms: int, rng: Generator) -> NDArray[np.float64]:
    """Returns ``(count, terms)`` uniform numbers divided by their sum, as the paper weighs."""
    # 1 - random() lies in (0, 1], so the sum is never zero.
    weights = 1.0 - rng.random((count, terms))
    normalized: NDArray[np.float64] = weights / weights.sum(axis=1, keepdims=True)
    return normalized


def random_terms(count: int, most: int, rng: Generator) -> Integers:
    """Returns numbers of mixed terms, uniform on 2..most."""
    return rng.integers(2, most + 1, count)
