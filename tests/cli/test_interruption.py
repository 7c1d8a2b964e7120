"""Ctrl-C in the middle: what was finished stays, the same command goes on, and says so."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from qent_core.cli.main import main
from qent_core.labels import Labels
from qent_core.run_folder import read_run_folder

OWN = '''
import os
import time
from pathlib import Path

import numpy as np

from qent_core.api import (
    CertificateColumn, Labeler, Labels, NptCertificate, Probability, StateBatch, StateFamily, draw,
)

class Mixed(StateFamily):
    """A Bell state of visibility p in white noise, with proof where it is entangled."""
    p: Probability = {"uniform": [0.0, 1.0]}

    def sample(self, count, rng):
        p = draw(self.p, count, rng)
        bell = np.zeros((4, 4))
        bell[[0, 0, 3, 3], [0, 3, 0, 3]] = 0.5
        rho = (1 - p)[:, None, None] * np.eye(4) / 4 + p[:, None, None] * bell
        rows = np.flatnonzero(p > 0.5)
        vectors = np.tile([0, 2**-0.5, -(2**-0.5), 0], (len(rows), 1))
        proofs = CertificateColumn.stacked(count, NptCertificate, "A|B", rows, vector=vectors)
        known = np.where(p > 0.5, 1, -1)
        return StateBatch(
            rho, (2, 2), parameters={"p": p}, known={"A|B": known}, certificates={"A|B": proofs}
        )

class Corner(Labeler):
    """The first diagonal entry; writes down how often it was asked."""
    def label(self, batch):
        with Path(os.environ.get("CALLS", os.devnull)).open("a") as file:
            file.write(f"{len(batch)}\\n")
        time.sleep(float(os.environ.get("PAUSE", "0")) if len(batch) > 1 else 0)
        return Labels.measure("corner", batch.density()[:, 0, 0].real)

class Proven(Labeler):
    """What is known, with its proof."""
    def label(self, batch):
        return Labels.verdicts(
            "proven[A|B]", "A|B", batch.known["A|B"], np.where(batch.known["A|B"] == 1, "npt", ""),
            batch.certificates["A|B"],
        )
'''
SPEC = """
[run]
name = "slow"
seed = 9
shard_size = 20
[plugins]
local = ["own.py"]
[[states]]
use = "mixed"
count = 100
[[labels]]
use = "corner"
[[labels]]
use = "proven"
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "slow.toml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return tmp_path


def interrupted(*words, when, pause="0.3"):
    """Starts a command, presses Ctrl-C when something is there, returns what it said."""
    process = subprocess.Popen(
        [sys.executable, "-m", "qent_core.cli.main", *words],
        env={**os.environ, "PAUSE": pause},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 60
    while not when() and process.poll() is None:
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert "Traceback" not in err
    return out, err


def asked(here):
    """Returns of how many states the labeler was asked since last time, rehearsals left out."""
    file = here / "calls"
    numbers = [int(line) for line in file.read_text().split()] if file.exists() else []
    file.unlink(missing_ok=True)
    return [number for number in numbers if number > 1]


def test_a_run_goes_on_where_it_stopped(here, capsys):
    assert main(["run", "slow.toml", "--out", "whole", "--quiet"]) == 0
    asked(here)
    kept = here / "runs" / "slow.incomplete" / "finished-shards"
    out, err = interrupted("run", "slow.toml", when=lambda: len(list(kept.glob("[0-9]"))) >= 2)
    assert out == ""
    assert "the same command goes on where it stopped" in err
    assert "Interrupted" in err
    done = len(list(kept.glob("[0-9]")))
    assert done >= 2
    asked(here)
    assert main(["run", "slow.toml", "--quiet"]) == 0
    assert sum(asked(here)) == 100 - 20 * done
    folder = here / "runs" / "slow"
    assert not kept.exists()
    assert not (folder / "finished-shards").exists()
    for name in ("labels.npz", "states.npz", "metrics.json"):
        assert (folder / name).read_bytes() == (here / "whole" / name).read_bytes()
    log = read_run_folder(folder).text("log.txt")
    assert "stopped: KeyboardInterrupt" in log
    assert log.count("begun\n") == 2
    assert "states and labels: 100 of 100" in log


def test_shards_of_other_work_are_not_taken(here):
    kept = here / "runs" / "slow.incomplete" / "finished-shards"
    interrupted("run", "slow.toml", when=lambda: len(list(kept.glob("[0-9]"))) >= 1)
    asked(here)
    # Another seed, or other code of a component: everything is made anew.
    assert main(["run", "slow.toml", "--quiet", "--set", "run.seed=10"]) == 0
    assert sum(asked(here)) == 100
    interrupted(
        "run",
        "slow.toml",
        "--out",
        "x",
        when=(here / "x.incomplete" / "finished-shards" / "0").is_dir,
    )
    (here / "own.py").write_text(OWN.replace("[:, 0, 0]", "[:, 1, 1]"))
    asked(here)
    assert main(["run", "slow.toml", "--out", "x", "--quiet"]) == 0
    assert sum(asked(here)) == 100


def test_states_come_back_with_their_proofs(tmp_path):
    from qent_core.kept_shards import KeptShards
    from qent_core.local_plugins import load_own_files
    from qent_core.registry import Registry

    (tmp_path / "own.py").write_text(OWN)
    registry = Registry.load(only=())
    load_own_files(["own.py"], registry, tmp_path, "")
    from qent_core.build import build

    family = build(registry.resolve("mixed"), {})
    labeler = build(registry.resolve("proven"), {})
    states = family.sample(30, np.random.default_rng(1)).with_source("mixed")
    kept = KeptShards(tmp_path / "kept", "work")
    kept.save(0, labeler.label(states), states)
    again, labels = KeptShards(tmp_path / "kept", "work").load(0)
    assert np.array_equal(again.array, states.array)
    assert np.array_equal(again.certificates["A|B"].present, states.certificates["A|B"].present)
    assert (
        labeler.label(again)
        .column("proven[A|B]")
        .certificates[int(np.flatnonzero(states.known["A|B"] == 1)[0])]
        is not None
    )
    assert labels.names == ("proven[A|B]",)
    (tmp_path / "kept" / "0" / "labels.npz").write_bytes(b"broken")
    assert kept.load(0) is None
    assert kept.load(1) is None
    KeptShards(tmp_path / "kept", "other work")
    assert not (tmp_path / "kept").exists()


def test_labels_of_a_file_go_on_where_they_stopped(here, capsys, monkeypatch):
    monkeypatch.setattr("qent_core.cli.label._AT_ONCE", 2)
    np.savez("states.npz", states=[np.eye(4) / 4] * 7, dims=[2, 2])
    words = ["label", "states.npz", "--use", "ppt", "--quiet"]
    assert main([*words, "--out", "whole.npz"]) == 0
    from qent_core.generation import Pipeline

    whole, calls = Pipeline.label, []

    def label(self, batch):
        calls.append(len(batch))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return whole(self, batch)

    monkeypatch.setattr(Pipeline, "label", label)
    capsys.readouterr()
    assert main([*words, "--out", "labels.npz"]) == 130
    assert "the same command goes on where it stopped" in capsys.readouterr().err
    assert not (here / "labels.npz").exists()
    assert main([*words, "--out", "labels.npz"]) == 0
    assert calls == [2, 2, 2, 2, 1]
    one, other = Labels.load("labels.npz"), Labels.load("whole.npz")
    assert np.array_equal(one.values("ppt[A|B]"), other.values("ppt[A|B]"))
    assert not (here / "labels.npz.incomplete").exists()
    calls[:] = [0, 0]
    capsys.readouterr()
    assert main(words) == 130
    assert "with --out it could be" in capsys.readouterr().err


def test_a_data_set_says_how_to_go_on(here):
    records = here / "data.zarr" / "shards" / "pass-0"
    words = ("generate", "slow.toml", "--out", "data.zarr")
    _, err = interrupted(*words, when=lambda: len(list(records.rglob("*.json"))) >= 2)
    assert "data.zarr is unfinished; the same command goes on where it stopped" in err
    asked(here)
    assert main([*words, "--quiet"]) == 0
    assert 0 < sum(asked(here)) <= 60


def test_with_json_an_interruption_leaves_stdout_empty(here):
    kept = here / "runs" / "slow.incomplete" / "finished-shards"
    out, _ = interrupted("run", "slow.toml", "--json", when=(kept / "0").is_dir)
    assert out == ""
    assert json.loads(json.dumps(read_incomplete(here)))["word"] == "KeyboardInterrupt"


def read_incomplete(here):
    text = (here / "runs" / "slow.incomplete" / "INCOMPLETE.txt").read_text()
    return {"word": text.split()[-1]}
