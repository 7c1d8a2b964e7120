"""Intervals of the separability measure M, and which network answers for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

EDGES = (0.0, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2)
"""Lower ends of the paper's ten intervals; the last one has no upper end."""

CODE_END = 0.1
"""Upper end of the last interval in training, in the reading of the paper's code."""


@dataclass(frozen=True)
class Domain:
    """One interval of M."""

    low: float
    high: float | None
    """None for no upper end."""
    states: int
    """Training states in it."""
    answered_by: int
    """Number of the domain whose network answers: its own, or the nearest that has one."""
    notes: tuple[str, ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Returns the fields as JSON knows them."""
        return {**asdict(self), "notes": list(self.notes)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Domain:
        """Returns what `as_json` gave."""
        return cls(**{**kept, "notes": tuple(kept["notes"])})

    @property
    def interval(self) -> str:
        """The interval in words, such as ``[0.005, 0.01)``."""
        return f"[{self.low:g}, {'infinity' if self.high is None else format(self.high, 'g')})"


def domain_of(m: NDArray[np.floating[Any]], edges: Sequence[float]) -> NDArray[np.intp]:
    """Returns the number of the domain of each value, ``(n,)``; a value on an edge lies above it.

    Example:
        >>> domain_of(np.array([0.0, 1e-4, 0.03, 7.0]), EDGES).tolist()
        [0, 1, 8, 9]
    """
    return np.searchsorted(np.asarray(edges), m, side="right") - 1


def answering(trained: Sequence[bool]) -> list[int]:
    """Returns for each domain the nearest one with a network, the lower of two equally near.

    Example:
        >>> answering([False, True, False, False, True])
        [1, 1, 1, 4, 4]
    """
    able = [number for number, is_trained in enumerate(trained) if is_trained]
    return [
        min(able, key=lambda other: (abs(other - number), other)) for number in range(len(trained))
    ]


def upper_ends(edges: Sequence[float], reading: str) -> list[float]:
    """Returns up to which M each domain takes training states."""
    return [*edges[1:], CODE_END if reading == "code" else inf]
