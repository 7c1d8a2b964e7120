"""Data sets of recipes inside a task: drawn shard by shard, never written to a disk."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qent_core.composition import compose
from qent_core.dataset.recipes import find_recipe
from qent_core.experiment import Experiment
from qent_core.labels import Labels
from qent_core.registry import default_registry
from qent_core.states import StateBatch


@dataclass(frozen=True, slots=True)
class RecipeShard:
    """Consecutive states of one family of a recipe."""

    group: int
    """Which ``[[states]]`` table they come from, counted from 0."""
    states: StateBatch
    labels: Labels


def recipe(name: str) -> Experiment:
    """Returns the experiment of a recipe of any installed plugin.

    Args:
        name: Its name, bare or as ``distribution:name``.

    Raises:
        ComponentUnknownError: There is none of this name.
    """
    return Experiment.from_toml(find_recipe(name).text, where=name)


def recipe_shards(experiment: Experiment, seed: int) -> Iterator[RecipeShard]:
    """Yields the states and labels of an experiment, at most a shard of them in memory.

    Args:
        experiment: A recipe, `Experiment.scaled` to the size that is wanted.
        seed: Takes the place of the experiment's own.

    Raises:
        QentError: A component is missing, or fails.

    Example:
        >>> from qent_core.experiment import use
        >>> experiment = Experiment(states=[use("bell-diagonal", count=3)], labels=[use("ppt")])
        >>> [len(shard.states) for shard in recipe_shards(experiment, seed=1)]
        [3]
    """
    run = experiment.run.model_copy(update={"seed": seed})
    pipeline = compose(experiment.model_copy(update={"run": run}), default_registry()).pipeline
    for shard in pipeline.shards():
        states, labels = pipeline.make(shard)
        yield RecipeShard(shard.part, states, labels)
