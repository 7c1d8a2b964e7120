"""The commands run, predict and label, as a user types them."""

import json

import numpy as np
import pytest

from qent_core.cli.main import main

FAMILY = '''
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LinearRegression
from qent_core.api import Labeler, Labels, Probability, StateBatch, StateFamily, draw, register

class Mixed(StateFamily):
    """p |00><00| + (1 - p) I/4."""
    p: Probability = {"uniform": [0.0, 1.0]}

    def sample(self, count, rng):
        p = draw(self.p, count, rng)
        rho = (1 - p)[:, None, None] * np.eye(4) / 4
        rho[:, 0, 0] += p
        return StateBatch(rho, (2, 2), parameters={"p": p})

class Corner(Labeler):
    """The first diagonal entry."""
    scale: float = 1.0

    def label(self, batch):
        return Labels.measure("corner", self.scale * batch.density()[:, 0, 0].real)

@register(kind="feature")
class Diagonal(TransformerMixin, BaseEstimator):
    """The diagonal."""
    def fit(self, X, y=None):
        return self
    def transform(self, X):
        return np.einsum("nii->ni", X.density()).real

@register(kind="model")
class Linear(LinearRegression):
    """Least squares."""
'''

SPEC = """
[run]
name = "mixed"
seed = 2

[plugins]
local = ["family.py"]

[[states]]
use = "mixed"
count = 200

[labels]
use = "corner"
"""

MODEL = """
[features]
use = "diagonal"

[model]
use = "linear"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "family.py").write_text(FAMILY)
    (tmp_path / "labels.toml").write_text(SPEC)
    (tmp_path / "model.toml").write_text(SPEC + MODEL)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_run_prints_a_table_and_where_everything_is(folder, capsys):
    assert main(["run", "model.toml"]) == 0
    out, err = capsys.readouterr()
    assert "R²" in out
    assert "1.000000" in out
    assert "runs/mixed/report.html" in out
    assert "states and labels" in err
    assert (folder / "runs" / "mixed" / "report.html").is_file()


def test_quiet_says_nothing(folder, capsys):
    assert main(["run", "labels.toml", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def test_json_is_exactly_one_document(folder, capsys):
    assert main(["run", "model.toml", "--json", "--set", "states.count=50"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["metrics"]["states"] == 50
    assert document["metrics"]["models"]["linear"]["r2"] == pytest.approx(1.0)


def test_a_run_twice_takes_a_new_folder(folder, capsys):
    assert main(["run", "labels.toml"]) == 0
    assert main(["run", "labels.toml"]) == 0
    assert (folder / "runs" / "mixed-2").is_dir()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "none.toml"], ["no such experiment file", "none.toml"]),
        (["run", "labels.toml", "--set", "states.count=0"], ["count = 0", "labels.toml"]),
        (["run", "labels.toml", "--workers", "zero"], ["'zero' is no whole number", "--workers"]),
        (["run", "labels.toml", "--set", "labels.use=cornr"], ["'cornr'", "'corner'"]),
        (["run", "labels.toml", "--set", "plugins.local=['no.py']"], ["no.py", "[plugins] local"]),
        (["predict", "nowhere", "s.npz"], ["s.npz", "no such file"]),
        (["label", "s.npz"], ["--use"]),
    ],
)
def test_wrong_input_exits_with_2_and_says_where(folder, capsys, arguments, words):
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    for word in words:
        assert word in err
    assert "Traceback" not in err


def test_a_failing_component_exits_with_1(folder, capsys):
    text = FAMILY.replace("return Labels.measure(", "raise OSError('disk on fire')\n        (")
    (folder / "family.py").write_text(text)
    assert main(["run", "labels.toml"]) == 1
    err = capsys.readouterr().err
    assert "labeler 'corner' failed: OSError: disk on fire" in err


def test_predict_refuses_a_model_whose_code_was_a_local_file(folder, capsys):
    assert main(["run", "model.toml"]) == 0
    rho = np.zeros((1, 4, 4))
    rho[0, 0, 0] = 1
    np.savez(folder / "s.npz", states=rho, dims=[2, 2])
    assert main(["predict", "runs/mixed", "s.npz"]) == 2
    assert "no feature is called 'diagonal'" in capsys.readouterr().err


def test_errors_are_json_when_asked(folder, capsys):
    assert main(["run", "none.toml", "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert "no such experiment file" in document["error"]["what"]
