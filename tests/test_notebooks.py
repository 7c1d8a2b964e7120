"""The example notebooks run, say again what they say in the repository, and are committed clean."""

from __future__ import annotations

import importlib.util
import math
import re
from pathlib import Path

import pytest

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
pytest.importorskip("nbclient", reason="nbclient is not installed")
pytest.importorskip("ipykernel", reason="ipykernel is not installed")

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "examples" / "notebooks").glob("*.ipynb"))
ALWAYS = "own_plugin"
"""The others are executed with the slow tests: what they show has quick tests of its own."""
EXECUTED = [
    pytest.param(path, id=path.stem, marks=() if path.stem == ALWAYS else pytest.mark.slow)
    for path in NOTEBOOKS
]
NUMBER = re.compile(r"\d+\.\d+(?:e[-+]?\d+)?|\d+e[-+]?\d+")
"""A decimal number; its last digits belong to the machine."""


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("run_notebooks", ROOT / "tools/run_notebooks.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def printed(cell):
    """Returns what a cell says in words, and which figures it draws."""
    said = []
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        if "image/png" in data:
            said.append("<figure>")
        else:
            said.append(output.get("text") or data.get("text/plain", ""))
    return "\n".join(said)


def apart(text):
    """Returns the words of a text, and its decimal numbers."""
    words = re.sub(r"[ -]+", " ", NUMBER.sub("#", text))
    return words, [float(number) for number in NUMBER.findall(text)]


def same(one, other):
    (words, numbers), (others, other_numbers) = apart(one), apart(other)
    return words == others and all(
        math.isclose(a, b, rel_tol=0.1, abs_tol=0.01)
        for a, b in zip(numbers, other_numbers, strict=True)
    )


def test_the_comparison_sees_what_matters():
    assert same("R² 0.9981, 40 of 40", "R² 0.9979, 40 of 40")
    assert not same("R² 0.9981, 40 of 40", "R² 0.8981, 40 of 40")
    assert not same("R² 0.9981, 40 of 40", "R² 0.9981, 39 of 40")
    assert not same("entangled", "separable")


def test_there_are_four():
    names = [path.stem for path in NOTEBOOKS]
    assert names == ["bound_entanglement", "dephasing", "own_plugin", "quickstart"]


# zmq's sockets close when they are collected, which is nobody's mistake here.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning:jupyter_client")
@pytest.mark.parametrize("path", EXECUTED)
def test_a_notebook_says_again_what_it_says(tool, path):
    kept = nbformat.read(path, as_version=4)
    fresh = tool.execute(kept)
    stale = [
        f"cell {index}:\n{printed(old)}\nnow:\n{printed(new)}"
        for index, (old, new) in enumerate(zip(kept.cells, fresh.cells, strict=True))
        if not same(printed(old), printed(new))
    ]
    assert not stale, "run: python tools/run_notebooks.py\n" + "\n".join(stale)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_clean(tool, path):
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert tool.normalised(nbformat.read(path, as_version=4)) == notebook
    assert path.stat().st_size < 300_000
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    outputs = [output for cell in code for output in cell.outputs]
    assert not [o for o in outputs if o.output_type == "error" or o.get("name") == "stderr"]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not re.search(r"/(home|root|tmp|work|Users)/", text)
