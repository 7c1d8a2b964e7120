"""A file of small families and labelers, as a user would write one, and data sets made from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qent_core.dataset import Dataset, generate_dataset
from qent_core.experiment import Experiment
from qent_core.registry import Registry

OWN_FILE = '''
import os
import time

import numpy as np

from qent_core.api import (
    CertificateColumn, Channel, Labeler, Labels, NptCertificate, Probability, StateBatch,
    StateFamily, Uniform, draw,
)


class Kets(StateFamily):
    """Random complex kets of two qubits."""

    def sample(self, count, rng):
        kets = rng.normal(size=(count, 4)) + 1j * rng.normal(size=(count, 4))
        return StateBatch(kets / np.linalg.norm(kets, axis=1)[:, None], (2, 2))


class NoisyBell(StateFamily):
    """Bell state of visibility v in white noise: real, entangled above 1/3, with proof."""

    visibility: Probability = Uniform(0.0, 1.0)

    def sample(self, count, rng):
        v = draw(self.visibility, count, rng)
        bell = np.zeros((4, 4))
        bell[[0, 0, 3, 3], [0, 3, 0, 3]] = 0.5
        rho = v[:, None, None] * bell + (1 - v)[:, None, None] * np.eye(4) / 4
        entangled = v > 1 / 3
        vectors = np.tile([0, 2**-0.5, -(2**-0.5), 0], (int(entangled.sum()), 1))
        proofs = CertificateColumn.stacked(
            count, NptCertificate, "A|B", np.flatnonzero(entangled), vector=vectors
        )
        return StateBatch(
            rho, (2, 2), parameters={"visibility": v}, known={"A|B": entangled},
            certificates={"A|B": proofs},
        )


class Purity(Labeler):
    """tr rho^2, a measure; takes its time if QENT_TEST_DELAY says so."""

    def label(self, batch):
        time.sleep(float(os.environ.get("QENT_TEST_DELAY", "0")))
        rho = batch.density()
        return Labels.measure("purity", np.einsum("nij,nji->n", rho, rho).real)


class Transposed(Labeler):
    """Verdicts by the partial transpose, with certificates for the entangled states."""

    def label(self, batch):
        rho = batch.density()
        flipped = rho.reshape(-1, 2, 2, 2, 2).transpose(0, 3, 2, 1, 4).reshape(-1, 4, 4)
        values, vectors = np.linalg.eigh(flipped)
        entangled = values[:, 0] < -1e-6
        separable = values[:, 0] > 1e-6
        verdicts = np.where(entangled, 1, np.where(separable, 0, -1))
        names = np.where(entangled, "npt", np.where(separable, "ppt-small", ""))
        rows = np.flatnonzero(entangled)
        proofs = CertificateColumn.stacked(
            len(rho), NptCertificate, "A|B", rows, vector=vectors[rows, :, 0]
        )
        return Labels.verdicts("transposed[A|B]", "A|B", verdicts, names, proofs)


class Picky(Labeler):
    """Fails on states of a small visibility."""

    least: float = 0.01

    def label(self, batch):
        if (batch.parameters["visibility"] < self.least).any():
            raise ValueError("this state is too noisy")
        return Labels.measure("picky", batch.parameters["visibility"])


class Dead(Labeler):
    """Kills its process at a certain shard, but only once."""

    marker: str

    def label(self, batch):
        if len(batch) > 1:
            try:
                with open(self.marker, "x"):
                    os._exit(9)
            except FileExistsError:
                pass
        return Labels.measure("dead", np.zeros(len(batch)))
'''

SPEC = """
[run]
seed = 11
shard_size = 40

[plugins]
local = ["own.py"]
only = []

[[states]]
use = "kets"
count = 250

[[states]]
use = "noisy-bell"
count = 130

[[labels]]
use = "purity"

[[labels]]
use = "transposed"
"""
"""Eleven shards: seven of kets, four of density matrices, neither last one full."""


def _write_own(folder):
    folder.mkdir()
    (folder / "own.py").write_text(OWN_FILE)
    (folder / "spec.toml").write_text(SPEC)
    return folder


@pytest.fixture
def own(tmp_path):
    """A folder with the file of components and a specification that uses it."""
    return _write_own(tmp_path / "own")


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """The data set of the specification, made once; nobody changes it."""
    folder = tmp_path_factory.mktemp("finished")
    own = _write_own(folder / "own")
    experiment = Experiment.from_file(own / "spec.toml")
    generate_dataset(experiment, folder / "data.zarr", base=own)
    return folder / "data.zarr"


@pytest.fixture
def experiment(own):
    return Experiment.from_file(own / "spec.toml")


@pytest.fixture
def registry():
    """A registry without plugins."""
    return Registry.load(only=())


@pytest.fixture
def make(own, experiment):
    """Generates the data set of the specification, or of a changed one, at a path."""

    def make_at(out, changed=None, **settings):
        settings.setdefault("base", own)
        return generate_dataset(changed or experiment, out, **settings)

    return make_at


@pytest.fixture
def data(finished, tmp_path):
    """The data set of the specification, a copy for this test alone."""
    shutil.copytree(finished, tmp_path / "data.zarr")
    return Dataset.open(tmp_path / "data.zarr")


@pytest.fixture
def contents():
    """Function from a folder to its files but the log: relative name to bytes."""

    def of(folder):
        root = Path(folder)
        files = [p for p in root.rglob("*") if p.is_file() and p.name != "log.txt"]
        return {str(p.relative_to(root)): p.read_bytes() for p in files}

    return of


@pytest.fixture
def qent():
    """Runs a ``qent`` command in a process of its own, or only starts it."""

    def command(*words, delay=0.0, start=False):
        line = [sys.executable, "-m", "qent_core.cli.main", *map(str, words)]
        settings = {
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "text": True,
            "env": {**os.environ, "QENT_TEST_DELAY": str(delay)},
        }
        if start:
            return subprocess.Popen(line, start_new_session=True, **settings)
        return subprocess.run(line, timeout=120, check=False, **settings)

    return command
