"""Recipes: readable experiments of this plugin's families with the exact counts of the paper."""

from collections import Counter

import numpy as np
import pytest
from qent_circuits import plugin
from qent_circuits.rates import rates
from qent_circuits.recipe_paths import recipe_names, recipe_path

from qent_core.api import StateFamilySpec
from qent_core.build import load_target
from qent_core.experiment import Experiment
from qent_core.registered import Component

COUNTS = {
    "verified": 560_000,
    "verified-code": 560_000,
    "negativity": 560_000,
    "negativity-code": 560_000,
    "certified": 560_000,
    "max-rank": 20_000,
    "validation-1": 56_000,
    "validation-2": 10_000,
    "test-pure": 30_000,
    "test-mixed": 40_000,
    "test-mixed-code": 50_000,
    "test-horodecki": 10_000,
    "test-upb": 10_000,
    "test-acin": 10_000,
    "autoencoder-training": 530_000,
    "autoencoder-validation": 33_200,
}
TARGETS = {spec.name: spec for spec in plugin.qent_state_families()}
OTHERS = {"horodecki-2x4", "upb-shifts", "acin"}
"""Families of qent-pptes."""


def _experiment(name):
    return Experiment.from_toml(recipe_path(name).read_text(encoding="utf-8"), where=name)


def _family(entry):
    spec: StateFamilySpec = TARGETS[entry.use]
    target = load_target(Component(spec=spec, distribution="qent-circuits", version="0"))
    return target(**entry.parameters)


def test_every_recipe_is_counted():
    assert set(recipe_names()) == set(COUNTS)


@pytest.mark.parametrize("name", COUNTS)
def test_recipe_is_an_experiment_of_the_right_size(name):
    experiment = _experiment(name)
    assert experiment.run.name == name
    assert sum(entry.count for entry in experiment.states) == COUNTS[name]
    assert experiment.run.description
    assert [entry.use for entry in experiment.labels] == [
        "certified" if name == "certified" else "negativity"
    ]
    for entry in experiment.states:
        assert entry.use in TARGETS or entry.use in OTHERS
        if entry.use in TARGETS:
            batch = _family(entry).sample(0, np.random.default_rng(0))
            assert batch.dims == (2, 2, 2)


def test_file_form_is_read_too():
    path = str(recipe_path("test-pure"))
    assert Experiment.from_file(path) == _experiment("test-pure")


@pytest.mark.parametrize("name", ["verified", "verified-code", "negativity", "negativity-code"])
def test_groups_of_table_one(name):
    """Pure separable, biseparable, entangled; mixed separable, biseparable, entangled."""
    groups = Counter()
    for entry in _experiment(name).states:
        form, kets = entry.parameters.get("form"), entry.parameters.get("kets")
        group = {
            "pure-product": "pure separable",
            "circuit-pure": "pure entangled",
            "haar-ket": "pure entangled",
            "biseparable-kronecker": "pure biseparable" if form == "pure" else "mixed biseparable",
            "kronecker-mixture": "mixed separable",
            "traced-product": "mixed separable",
            "ket-mixture": "mixed separable" if kets == "product-circuit" else "mixed defined",
        }.get(entry.use, "mixed traced")
        groups[group] += entry.count
    assert groups == {
        "pure separable": 40_000,
        "pure entangled": 60_000,
        "pure biseparable": 20_000,
        "mixed separable": 160_000,
        "mixed biseparable": 120_000,
        "mixed defined": 100_000,
        "mixed traced": 60_000,
    }


def test_the_two_strategies_differ_in_260_000_filtered_states():
    filtered = 0
    for one, other in zip(
        _experiment("verified").states, _experiment("negativity").states, strict=True
    ):
        assert (one.use, one.count) == (other.use, other.count)
        extra = dict(set(one.parameters.items()) - set(other.parameters.items()))
        assert extra in ({}, {"keep": "verified"})
        filtered += one.count if extra else 0
    assert filtered == 260_000
    assert _experiment("certified").states == _experiment("negativity").states


def test_terms_and_pools_of_text_and_code():
    for entry in _experiment("verified").states:
        assert entry.parameters.get("max_terms", 8) == 8
        assert "pool_size" not in entry.parameters
    code = _experiment("verified-code").states
    assert {entry.parameters.get("max_terms", 16) for entry in code} == {16}
    pools = {(entry.use, entry.parameters.get("pool_size")) for entry in code}
    assert ("kronecker-mixture", 3000) in pools
    assert ("ket-mixture", 1000) in pools
    assert ("biseparable-kronecker", 1000) in pools


def test_validation_is_a_tenth_of_training():
    training, validation = _experiment("verified"), _experiment("validation-1")
    for one, tenth in zip(training.states, validation.states, strict=True):
        assert (one.use, one.parameters) == (tenth.use, tenth.parameters)
        assert one.count == 10 * tenth.count


def test_no_two_sets_share_their_randomness():
    """Training and test sets have seeds of their own; sets of one composition share theirs."""
    seeds = {name: _experiment(name).run.seed for name in COUNTS}
    training = {"verified", "verified-code", "negativity", "negativity-code", "certified"}
    assert {seeds[name] for name in training} == {0}
    others = Counter(seeds[name] for name in COUNTS if name not in training)
    assert 0 not in others
    assert others.pop(seeds["test-mixed"]) == 2  # with test-mixed-code
    assert set(others.values()) == {1}


def test_unknown_recipe():
    with pytest.raises(LookupError, match="did you mean 'verified'"):
        recipe_path("verifyed")


def test_rates_are_measured_per_group():
    measured = list(rates("test-pure", 50))
    assert [rate.count for rate in measured] == [5000, 5000, 5000, 5000, 10_000]
    assert all(rate.made > 0 and rate.labelled > 0 for rate in measured)
    assert sum(measured[0].entangled) == pytest.approx(1)
