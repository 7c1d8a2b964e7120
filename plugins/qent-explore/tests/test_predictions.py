"""What a trained model says stands beside what is exact; a model that cannot answer says why."""

from __future__ import annotations

import pytest
from qent_explore.observation import Choice, observe
from qent_explore.predictions import RunModel
from qent_explore.view import observation_html

from qent_core.cli.main import main

EXPERIMENT = """
[run]
name = "small"
seed = 3
[[states]]
use = "isotropic"
count = 120
[[labels]]
use = "negativity"
[evaluation]
target = "negativity[A|B]"
[features]
use = "bell-correlations"
[model]
use = "bell-regressor"
recipe = "modern"
epochs = 60
"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("explored")
    (folder / "small.toml").write_text(EXPERIMENT)
    words = ["run", str(folder / "small.toml"), "--out", str(folder / "run"), "--quiet"]
    assert main(words) == 0
    return str(folder / "run")


def test_prediction_beside_the_exact_value(run):
    models = (RunModel.load(run),)
    seen = observe(Choice("isotropic", {"alpha": 0.8}), models)
    (said,) = seen.predictions
    assert (said.target, said.exact) == ("negativity[A|B]", f"{(3 * 0.8 - 1) / 4:.4f}")
    expected = models[0].predictor.predict(seen.states)["negativity[A|B]"][0]
    assert said.says == f"{expected:.4f}"
    assert float(said.says) == pytest.approx(0.35, abs=0.1)
    assert said.says in observation_html(seen)


def test_model_of_other_dimensions_says_so(run):
    seen = observe(Choice("isotropic", {"spin": 1.0, "alpha": 0.8}), (RunModel.load(run),))
    (said,) = seen.predictions
    assert "dims" in said.problem
    assert said.problem in observation_html(seen)
