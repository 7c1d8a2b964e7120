"""Recipes inside a task: the states of `qent generate`, without a disk."""

from __future__ import annotations

import numpy as np
import pytest

from qent_core.api import Experiment, generate_dataset, use
from qent_core.errors import ComponentUnknownError
from qent_core.experiment import RunSettings
from qent_studies import recipe, recipe_shards


def test_the_states_are_those_of_a_data_set() -> None:
    experiment = Experiment(
        run=RunSettings(seed=7, shard_size=4),
        states=[use("bell-diagonal", count=6), use("hilbert-schmidt", count=3)],
        channels=[use("random-local-unitary")],
        labels=[use("negativity")],
    )
    shards = list(recipe_shards(experiment, 7))
    assert [(shard.group, len(shard.states)) for shard in shards] == [(0, 4), (0, 2), (1, 3)]
    data = generate_dataset(experiment, "memory://recipe-shards.zarr")
    drawn = np.concatenate([shard.states.array for shard in shards])
    assert np.array_equal(drawn, data[:].array)
    column = "negativity[A|B]"
    assert np.array_equal(
        np.concatenate([shard.labels.values(column) for shard in shards]), data.columns[column]
    )


def test_another_seed_gives_other_states() -> None:
    experiment = Experiment(states=[use("hilbert-schmidt", count=2)])
    (one,), (other,) = (list(recipe_shards(experiment, seed)) for seed in (1, 2))
    assert not np.allclose(one.states.array, other.states.array)


def test_an_unknown_recipe_is_named() -> None:
    with pytest.raises(ComponentUnknownError, match="no-such-recipe"):
        recipe("no-such-recipe")
