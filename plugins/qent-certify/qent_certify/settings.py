"""What every stage is told: how long to search, and how far beyond a bound a proof must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

StageName = Literal[
    "supplied",
    "pure",
    "npt",
    "ppt-small",
    "realignment",
    "permutation-norm",
    "x-form",
    "extremal",
    "decomposition",
    "low-rank",
    "witness",
    "biseparable-decomposition",
    "ppt-mixer",
    "extension",
]
"""Names of the stages."""

DEFAULT_BUDGETS: Mapping[StageName, int] = MappingProxyType(
    {
        "supplied": 1,
        "pure": 1,
        "npt": 1,
        "ppt-small": 1,
        "realignment": 1,
        "permutation-norm": 1,
        "x-form": 1,
        "extremal": 1,
        "decomposition": 200,
        "low-rank": 60,
        "witness": 500,
        "biseparable-decomposition": 300,
        "ppt-mixer": 800,
        "extension": 4000,
    }
)
"""Stages from cheap to dear, each with its budget: iterations, or 1 for what is one computation."""

STAGES: tuple[StageName, ...] = tuple(DEFAULT_BUDGETS)
"""Names of all stages in the order in which they run."""

DEFAULT_STAGES: tuple[StageName, ...] = tuple(name for name in STAGES if name != "extension")
"""What runs unless told otherwise: a verdict must not depend on whether a solver is installed."""


@dataclass(frozen=True)
class Settings:
    """How a stage searches."""

    budget: int
    """Iterations per state."""
    margin: float = 1e-12
    """How far beyond its bound a number must be to be worth offering."""
    seed: int = 0
    device: str = "cpu"
    copies: int = 2
    """Number of copies in a symmetric extension."""

    def start(self, terms: int, sizes: tuple[int, ...], draw: int = 0) -> list[Array]:
        """Returns random factors to begin from, ``(terms, d)`` per block, of trace 1 together.

        The same for every state, so that no verdict depends on the other states of a batch.

        Args:
            terms: Number of product vectors.
            sizes: Dimension of each block.
            draw: Another number, another start.
        """
        rng = np.random.default_rng([self.seed, draw, terms, *sizes])
        parts = [rng.normal(size=(terms, d)) + 1j * rng.normal(size=(terms, d)) for d in sizes]
        scale = terms ** (-0.5 / len(sizes))
        return [scale * p / np.linalg.norm(p, axis=1, keepdims=True) for p in parts]
