"""The experiment spec: TOML both ways, defaults, and one clear error per mistake."""

import pytest

from qent_core.api import Experiment, Uniform, use
from qent_core.errors import ExperimentInvalidError, QentError
from qent_core.experiment import CurveSettings, EvaluationSettings, PluginSettings, RunSettings
from qent_core.experiment_file import KNOWN_KEYS

TOML = """
[run]
name = "x"
seed = 3

[[states]]
use = "isotropic"
count = 100
spin = 1
alpha = { uniform = [0.0, 0.5] }

[labels]
use = "negativity"
"""


def test_a_single_labels_table_and_a_list_mean_the_same():
    listed = TOML.replace("[labels]", "[[labels]]")
    assert Experiment.from_toml(TOML) == Experiment.from_toml(listed)


def test_toml_to_object_to_toml_is_an_identity(spec):
    experiment = Experiment(**spec)
    again = Experiment.from_toml(experiment.to_toml())
    assert again == experiment
    assert again.to_toml() == experiment.to_toml()


def test_python_distributions_and_toml_distributions_give_the_same_file():
    python = Experiment(
        run={"name": "x", "seed": 3},
        states=use("isotropic", count=100, spin=1, alpha=Uniform(0.0, 0.5)),
        labels=use("negativity"),
    )
    assert python.to_toml() == Experiment.from_toml(TOML).to_toml()


def test_parameters_are_everything_but_the_reserved_keys():
    entry = Experiment.from_toml(TOML).states[0]
    assert entry.count == 100
    assert entry.parameters == {"spin": 1, "alpha": {"uniform": [0.0, 0.5]}}


def test_known_keys_are_those_of_the_models():
    assert set(KNOWN_KEYS[""]) == set(Experiment.model_fields)
    assert set(KNOWN_KEYS["run"]) == set(RunSettings.model_fields)
    assert set(KNOWN_KEYS["plugins"]) == set(PluginSettings.model_fields)
    assert set(KNOWN_KEYS["evaluation"]) == set(EvaluationSettings.model_fields)
    assert set(KNOWN_KEYS["evaluation.curves"]) == set(CurveSettings.model_fields)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("count = 100", "count = 0"), ["count = 0", "greater", "states #1"]),
        (("count = 100", 'count = "many"'), ["count", "states #1"]),
        (("count = 100\n", ""), ["how many states", "count = 1000"]),
        (("seed = 3", "seed = -1"), ["seed = -1", "[run] seed"]),
        (("seed = 3", "sead = 3"), ["no key 'sead'", "did you mean 'seed'"]),
        (("[labels]", "[label]"), ["no table 'label'", "did you mean 'labels'"]),
        (('use = "negativity"', 'name = "negativity"'), ["has no name", "labels"]),
        (("[run]", "[run"), ["not valid TOML", "line"]),
        (('name = "x"', 'name = "../x"'), ["name", "letters"]),
    ],
)
def test_mistakes_name_table_key_and_remedy(change, words):
    with pytest.raises(ExperimentInvalidError) as caught:
        Experiment.from_toml(TOML.replace(*change), where="study.toml")
    message = str(caught.value)
    assert "study.toml" in message
    assert "pydantic" not in message
    for word in words:
        assert word in message


def test_no_states_is_one_error():
    with pytest.raises(ExperimentInvalidError, match="no states"):
        Experiment.from_toml("[run]\nseed = 1\n")


def test_missing_and_empty_files(tmp_path):
    with pytest.raises(ExperimentInvalidError, match="no such experiment file"):
        Experiment.from_file(tmp_path / "none.toml")
    empty = tmp_path / "empty.toml"
    empty.write_text("\n")
    with pytest.raises(ExperimentInvalidError, match="empty"):
        Experiment.from_file(empty)


def test_overrides_replace_what_the_file_says(tmp_path):
    path = tmp_path / "x.toml"
    path.write_text(TOML)
    experiment = Experiment.from_file(path, overrides=["run.seed=9", "states.count=7"])
    assert (experiment.run.seed, experiment.states[0].count) == (9, 7)


def test_a_curve_expression_is_checked_when_it_is_read():
    text = TOML + '\n[[evaluation.curves]]\nsweep = "alpha"\nover = "__import__(1)"\n'
    with pytest.raises(QentError, match="not allowed"):
        Experiment.from_toml(text)
