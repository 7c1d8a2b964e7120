"""The examples of data sets run; the numbers of states are cut."""

import runpy
from pathlib import Path

import pytest

from qent_core.cli.main import main
from qent_core.dataset import Dataset

EXAMPLES = Path(__file__).parents[2] / "examples"

pytest.importorskip("qent_basics")
pytest.importorskip("qent_werner")


def test_the_specification(tmp_path):
    out = tmp_path / "taste.zarr"
    words = ["generate", str(EXAMPLES / "dataset.toml"), "--out", str(out), "--fraction", "0.001"]
    assert main([*words, "-q"]) == 0
    data = Dataset.open(out)
    assert len(data) == 1000
    assert list(data.columns) == ["negativity[A|B]", "ppt[A|B]"]


def test_the_script(tmp_path, capsys):
    module = runpy.run_path(str(EXAMPLES / "dataset.py"))
    # One worker: a worker process could not import what was run this way.
    module["main"](tmp_path, 1500, workers=1, rounds=1)
    said = capsys.readouterr().out
    assert "Dataset of 3000" in said
    assert "R² on 600 held-out states" in said
