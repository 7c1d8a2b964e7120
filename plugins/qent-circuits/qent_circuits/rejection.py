"""Sampling under a rule by rejection: propose a batch, keep what passes, until there is enough."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_core.errors import RunFailedError
from qent_core.linalg import Array

Integers = NDArray[np.intp]
Mask = NDArray[np.bool_]

BATCH = 4096
"""States proposed at a time, at most."""
_AMPLITUDES = 2**23
"""Complex numbers proposed at a time, at most: 128 MiB."""
_HOPELESS = 20_000
"""After so many tries without a single success the rule is given up."""
_TRIES_PER_STATE = 5_000
"""After so many tries per state wanted, too."""


@dataclass(frozen=True)
class Draft:
    """Proposed states with columns of their own."""

    states: Array
    """``(m, D)`` kets or ``(m, D, D)`` matrices."""
    rows: Integers
    """``(m,)`` which tries they belong to; a try may be dropped before its state is made."""
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    """Name to ``(m, ...)`` values that travel with the states."""

    @classmethod
    def of(cls, states: Array, **columns: NDArray[Any]) -> Draft:
        """Returns a draft in which every try has a state."""
        return cls(states, np.arange(len(states)), columns)

    def take(self, chosen: Integers) -> Draft:
        """Returns the chosen states."""
        return Draft(
            self.states[chosen],
            self.rows[chosen],
            {name: values[chosen] for name, values in self.columns.items()},
        )


Propose = Callable[[Integers, Generator], Draft]
"""Takes the pool of each try and gives a draft."""
Accept = Callable[[Draft], Mask]


def collect(
    count: int,
    propose: Propose,
    rng: Generator,
    *,
    accept: Accept | None = None,
    per_pool: int = 0,
    rule: str = "verified",
    amplitudes: int = 1,
) -> Draft:
    """Returns exactly ``count`` states that pass a rule.

    Args:
        count: How many.
        propose: Draws states; called with a bounded number of tries at a time.
        rng: Source of randomness.
        accept: The rule; None keeps everything.
        per_pool: State i must come from pool i // per_pool; 0 if there are no pools.
        rule: Its name, for the message.
        amplitudes: Complex numbers that one try needs; bounds the batch.

    Raises:
        RunFailedError: Nothing, or too little, passes; the message gives the acceptance rate.
    """
    pools = np.arange(count) // per_pool if per_pool else np.zeros(count, dtype=np.intp)
    if count == 0:
        return propose(pools, rng)
    batch = max(1, min(BATCH, _AMPLITUDES // amplitudes))
    open_slots = np.arange(count)
    target: Draft | None = None
    tries = passed = 0
    while open_slots.size:
        needed = pools[open_slots]
        wanted = needed[:batch] if accept is None else _tries(needed, batch, passed / max(tries, 1))
        draft = propose(wanted, rng)
        if accept is not None:
            draft = draft.take(np.flatnonzero(accept(draft)))
        tries += len(wanted)
        passed += len(draft.rows)
        places, chosen = _assign(pools, open_slots, wanted[draft.rows])
        if target is None:
            target = _like(draft, count)
        _store(target, places, draft.take(chosen))
        open_slots = np.setdiff1d(open_slots, places, assume_unique=True)
        _give_up(open_slots.size, count, tries, passed, rule)
    assert target is not None
    return target


def _tries(needed: Integers, batch: int, rate: float) -> Integers:
    """Returns the pools of the next tries: those still needed, repeated if few of them pass."""
    # 20 % more than expected; while the rate is unknown, four tries per state.
    repeat = math.ceil(1.2 / rate) if rate else 4
    return np.resize(needed, min(batch, max(64, repeat * len(needed))))


def _assign(pools: Integers, open_slots: Integers, found: Integers) -> tuple[Integers, Integers]:
    """Gives the states found in each pool to its open places, in the order they were found."""
    slot_rank = _rank_within(pools[open_slots])
    found_rank = _rank_within(found)
    width = max(slot_rank.max(initial=0), found_rank.max(initial=0)) + 1
    slot_key = pools[open_slots] * width + slot_rank
    found_key = found * width + found_rank
    _, at_slot, at_found = np.intersect1d(
        slot_key, found_key, assume_unique=True, return_indices=True
    )
    return open_slots[at_slot], at_found


def _rank_within(groups: Integers) -> Integers:
    """Returns for each entry how many earlier entries are in the same group."""
    order = np.argsort(groups, kind="stable")
    in_order = groups[order]
    first = np.searchsorted(in_order, in_order, side="left")
    rank = np.empty(len(groups), dtype=np.intp)
    rank[order] = np.arange(len(groups)) - first
    return rank


def _like(draft: Draft, count: int) -> Draft:
    return Draft(
        np.empty((count, *draft.states.shape[1:]), dtype=draft.states.dtype),
        np.arange(count),
        {
            name: np.empty((count, *values.shape[1:]), dtype=values.dtype)
            for name, values in draft.columns.items()
        },
    )


def _store(target: Draft, places: Integers, part: Draft) -> None:
    target.states[places] = part.states
    for name, values in part.columns.items():
        target.columns[name][places] = values


def _give_up(missing: int, count: int, tries: int, passed: int, rule: str) -> None:
    hopeless = passed == 0 and tries >= _HOPELESS
    if missing and (hopeless or tries >= _HOPELESS + _TRIES_PER_STATE * count):
        raise RunFailedError(
            f"only {passed} of {tries} random states passed the rule '{rule}' "
            f"(acceptance {passed / tries:.2g}), {count} are wanted",
            do='choose parameters whose states can pass, or keep = "all"',
        )
