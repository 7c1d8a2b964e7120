"""One of everything that has a report, and a real browser to look at it with."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from qent_core import discovery
from qent_core.cli.main import main
from qent_core.registry import default_registry

TOY = Path(__file__).parents[1] / "studies" / "toy"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

EXPERIMENT = """
[run]
name = "corner"
seed = 2
description = "What a model learns about <corners>"
[plugins]
local = ["own.py"]
[[states]]
use = "mixed"
count = 120
[[labels]]
use = "corner"
[[labels]]
use = "transposed"
[evaluation]
target = "corner"
[[evaluation.curves]]
sweep = "p"
[features]
use = "diagonal"
[model]
use = "linear"
"""

OWN = '''
import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import LinearRegression
from qent_core.api import (
    CertificateColumn, Labeler, Labels, NptCertificate, Probability, StateBatch, StateFamily, draw,
    register,
)

class Mixed(StateFamily):
    """Bell state of visibility p in white noise."""
    p: Probability = {"uniform": [0.0, 1.0]}

    def sample(self, count, rng):
        p = draw(self.p, count, rng)
        bell = np.zeros((4, 4))
        bell[[0, 0, 3, 3], [0, 3, 0, 3]] = 0.5
        rho = (1 - p)[:, None, None] * np.eye(4) / 4 + p[:, None, None] * bell
        return StateBatch(rho, (2, 2), parameters={"p": p})

class Corner(Labeler):
    """The first diagonal entry."""
    def label(self, batch):
        return Labels.measure("corner", batch.density()[:, 0, 0].real)

class Transposed(Labeler):
    """Verdicts by the partial transpose."""
    def label(self, batch):
        p = 2 * (batch.density()[:, 0, 3] + batch.density()[:, 3, 0]).real / 2
        entangled = p > 1 / 3 + 1e-6
        rows = np.flatnonzero(entangled)
        vectors = np.tile([0, 2**-0.5, -(2**-0.5), 0], (len(rows), 1))
        proofs = CertificateColumn.stacked(
            len(p), NptCertificate, "A|B", rows, vector=vectors
        )
        names = np.where(entangled, "npt", "ppt-small")
        return Labels.verdicts("transposed[A|B]", "A|B", entangled.astype(int), names, proofs)

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


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """A folder with a run, a file of labels, a data set and a study; nobody changes it."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "own.py").write_text(OWN)
    (folder / "corner.toml").write_text(EXPERIMENT)
    before = Path.cwd()
    os.chdir(folder)
    try:
        assert main(["run", "corner.toml", "--out", "run", "--quiet"]) == 0
        assert main(["generate", "corner.toml", "--out", "data.zarr", "--quiet"]) == 0
        shutil.copy(folder / "run" / "labels.npz", folder / "labels.npz")
    finally:
        os.chdir(before)
    _reproduce(folder / "study", folder / "site")
    return folder


def _reproduce(out, site):
    """Runs the toy study with its plugin installed for as long as that takes."""
    info = site / "qent_toy-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: qent-toy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[qent.v1]\nqent_toy = qent_toy.plugin\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QENT_PLUGINS", "qent-toy")
        for path in (TOY, site):
            patch.syspath_prepend(str(path))
        discovery.discover.cache_clear()
        default_registry.cache_clear()
        words = ["reproduce", "noisy-bell-study", "--scale", "smoke", "--quiet"]
        assert main([*words, "--out", str(out)]) == 0
    discovery.discover.cache_clear()
    default_registry.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "qent_toy"]:
        del sys.modules[name]


@pytest.fixture
def here(made, tmp_path, monkeypatch):
    """A copy of that folder, and the working folder of the test."""
    shutil.copytree(made, tmp_path / "made")
    monkeypatch.chdir(tmp_path / "made")
    return tmp_path / "made"


def chromium():
    """Returns where Chromium is and the module that drives it, or says why there is none."""
    place = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if place is None:
        pytest.skip("no Chromium is installed here: apt-get install chromium")
    return place, pytest.importorskip(
        "playwright.sync_api", reason="no playwright is installed here: pip install playwright"
    )


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A headless Chromium that talks to nobody."""
    place, playwright = chromium()
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=place, args=FLAGS)
        yield started
        started.close()
