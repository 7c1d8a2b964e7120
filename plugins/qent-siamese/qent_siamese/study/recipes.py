"""States of a recipe with what is known of each cut, as the tasks of both studies need them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, Verdict, cuts, integer_seed
from qent_studies import recipe, recipe_shards

Prove = Callable[[StateBatch], NDArray[np.int8]]


@dataclass(frozen=True)
class Drawn:
    """States and what is known about each cut."""

    states: StateBatch
    """Density matrices in single precision, as the networks see them."""
    negativity: NDArray[np.float64]
    """``(n, cuts)``, from double precision."""
    known: NDArray[np.int8]
    """``(n, cuts)`` verdicts by construction."""
    proven: NDArray[np.int8]
    """``(n, cuts)`` proven verdicts; unknown throughout if no proof was asked for."""
    group: NDArray[np.intp]
    """``(n,)`` which ``[[states]]`` table of the recipe."""

    def __len__(self) -> int:
        return len(self.states)

    def take(self, rows: NDArray[np.intp]) -> Drawn:
        """Returns the chosen states."""
        return Drawn(
            self.states[rows],
            self.negativity[rows],
            self.known[rows],
            self.proven[rows],
            self.group[rows],
        )


def draw(
    name: str, fraction: float, seed: int, *, prove: Prove | None = None, stream: str = ""
) -> Drawn:
    """Returns a share of the states of a recipe.

    Args:
        name: Name of the recipe; it must label with ``negativity``.
        fraction: Share of each group, at least one state.
        seed: Seed of the study.
        prove: Gives the proven verdicts of a batch.
        stream: Name of the random stream, by default the recipe's. Recipes that share a stream
            share the states of the groups that they have in common.
    """
    parts = []
    for shard in recipe_shards(recipe(name).scaled(fraction), integer_seed(seed, stream or name)):
        states, sides = shard.states, cuts(shard.states.parties)
        unknown = np.full(len(states), Verdict.UNKNOWN, np.int8)
        known = np.stack([states.known.get(cut, unknown) for cut in sides], axis=1)
        parts.append(
            Drawn(
                # Half a million of them: single precision is what the networks take anyway.
                StateBatch(states.density().astype(np.complex64), states.dims),
                np.stack([shard.labels.values(f"negativity[{cut}]") for cut in sides], axis=1),
                known,
                np.full_like(known, Verdict.UNKNOWN) if prove is None else prove(states),
                np.full(len(states), shard.group),
            )
        )
    return joined(parts)


def joined(parts: Sequence[Drawn]) -> Drawn:
    """Returns several draws as one; the numbers of their groups stay as they are."""
    return Drawn(
        StateBatch.concatenate([part.states for part in parts]),
        np.concatenate([part.negativity for part in parts]),
        np.concatenate([part.known for part in parts]),
        np.concatenate([part.proven for part in parts]),
        np.concatenate([part.group for part in parts]),
    )
