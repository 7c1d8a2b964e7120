"""Ctrl-C in the middle: what was finished stays, the same command goes on, and says so."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from qent_core.cli import progress_display
from qent_core.cli.main import main
from qent_core.labels import Labels
from qent_core.progress import track
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
SHARDS = "runs/slow.incomplete/finished-shards"
RECORDS = "data.zarr/shards/pass-0/**/*.json"


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "slow.toml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return tmp_path


def interrupted(*words, when, pause="0.3", everyone=False):
    """Starts a command and presses Ctrl-C when something is there.

    Args:
        words: Those after ``qent``.
        when: Called with the number of the process until it says so.
        pause: How long the labeler takes for a shard.
        everyone: Whether its workers hear it too, as they do in a terminal.

    Returns:
        What it said, and the words of the command that goes on.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "qent_core.cli.main", *words, "--quiet"],
        env={**os.environ, "PAUSE": pause},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + 120
    while not when(process.pid) and process.poll() is None:
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
    (os.killpg if everyone else os.kill)(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, err
    line = err.removesuffix("\n")
    assert line.startswith("Interrupted: "), err
    assert "\n" not in line
    while somebody_is_left(process.pid):
        assert time.monotonic() < end + 60, "a worker was left behind"
        time.sleep(0.01)
    assert not list(Path.cwd().rglob("*.partial"))
    return out, line, shlex.split(line.rpartition(" with: ")[2])[1:]


def somebody_is_left(group):
    """Whether a process of a group is alive, though its first one has ended."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def seen(path, number=1):
    """Returns a condition: so many files or folders are there."""
    return lambda _: len(list(Path.cwd().glob(path))) >= number


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
    out, line, again = interrupted("run", "slow.toml", when=seen(f"{SHARDS}/[0-9]", 2))
    assert out == ""
    assert "slow.incomplete keeps the finished shards" in line
    assert again == ["run", "slow.toml", "--quiet"]
    done = len(list(kept.glob("[0-9]")))
    assert done >= 2
    asked(here)
    assert main(again) == 0
    assert sum(asked(here)) == 100 - 20 * done
    folder = here / "runs" / "slow"
    assert not kept.exists()
    assert not (folder / "finished-shards").exists()
    for name in ("labels.npz", "states.npz", "metrics.json"):
        assert (folder / name).read_bytes() == (here / "whole" / name).read_bytes()
    log = read_run_folder(folder).text("log.txt")
    assert "stopped: KeyboardInterrupt" in log
    assert log.count("begun\n") == 2
    assert "states and labels: 100/100" in log


def test_shards_of_other_work_are_not_taken(here):
    interrupted("run", "slow.toml", when=seen(f"{SHARDS}/0"))
    asked(here)
    # Another seed, or other code of a component: everything is made anew.
    assert main(["run", "slow.toml", "--quiet", "--set", "run.seed=10"]) == 0
    assert sum(asked(here)) == 100
    words = ("run", "slow.toml", "--out", "x")
    interrupted(*words, when=seen("x.incomplete/finished-shards/0"))
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
    line = capsys.readouterr().err
    assert "labels.npz.incomplete keeps the labels of finished states" in line
    assert not (here / "labels.npz").exists()
    assert main(shlex.split(line.rpartition("go on with: qent ")[2])) == 0
    assert calls == [2, 2, 2, 2, 1]
    one, other = Labels.load("labels.npz"), Labels.load("whole.npz")
    assert np.array_equal(one.values("ppt[A|B]"), other.values("ppt[A|B]"))
    assert not (here / "labels.npz.incomplete").exists()
    calls[:] = [0, 0]
    capsys.readouterr()
    assert main(words) == 130
    assert "with --out it could be" in capsys.readouterr().err


def test_a_data_set_says_how_to_go_on(here):
    words = ("generate", "slow.toml", "--out", "data.zarr", "--overwrite")
    _, line, again = interrupted(*words, when=seen(RECORDS, 2))
    assert "data.zarr keeps" in line
    assert "of 5 shards" in line
    assert "--overwrite" not in again  # it would throw away what was kept
    asked(here)
    assert main(again) == 0
    assert 0 < sum(asked(here)) <= 60


def test_with_json_an_interruption_is_one_document(here):
    out, _, _ = interrupted("run", "slow.toml", "--json", when=seen(f"{SHARDS}/0"))
    error = json.loads(out)["error"]
    assert error["type"] == "Interrupted"
    assert error["exit_code"] == 130
    assert error["do"] == "qent run slow.toml --json --quiet"
    text = (here / "runs" / "slow.incomplete" / "INCOMPLETE.txt").read_text()
    assert text.split()[-1] == "KeyboardInterrupt"


@pytest.mark.parametrize("everyone", [True, False], ids=["terminal", "alone"])
@pytest.mark.parametrize("moment", ["workers start", "in the middle"])
def test_workers_end_at_once_and_the_bytes_are_those_of_whole_work(here, moment, everyone):
    # They are at their shards for a minute: nobody waits for that.
    when, pause = (with_workers, "60") if moment == "workers start" else (seen(RECORDS, 1), "0.5")
    words = ("generate", "slow.toml", "--out", "data.zarr", "--workers", "2")
    before = time.monotonic()
    _, line, again = interrupted(*words, when=when, pause=pause, everyone=everyone)
    assert time.monotonic() - before < 55
    assert "data.zarr keeps" in line
    assert main(again) == 0
    assert main(["generate", "slow.toml", "--out", "whole.zarr", "--quiet"]) == 0
    assert files(here / "data.zarr") == files(here / "whole.zarr")
    log = (here / "data.zarr" / "shards" / "log.txt").read_text()
    assert "stopped: KeyboardInterrupt" in log
    assert log.endswith("done\n")


def test_a_run_with_workers_ends_at_once(here):
    words = ("run", "slow.toml", "--workers", "2")
    interrupted(*words, when=seen(f"{SHARDS}/[0-9]"), pause="0.5")
    interrupted(*words, when=with_workers, pause="60", everyone=True)
    assert main([*words, "--quiet"]) == 0
    assert main(["run", "slow.toml", "--out", "whole", "--quiet"]) == 0
    for name in ("labels.npz", "states.npz", "metrics.json"):
        assert (here / "runs/slow" / name).read_bytes() == (here / "whole" / name).read_bytes()


def test_while_modules_are_loaded_nothing_has_begun(here):
    maps = Path("/proc/self/maps")
    if not maps.exists():
        pytest.skip("this system does not list the libraries of a process")

    def loading(pid):
        try:
            return b"numpy" in Path(f"/proc/{pid}/maps").read_bytes()
        except OSError:
            return True

    _, line, again = interrupted("run", "slow.toml", when=loading)
    assert "nothing was written; begin again with: " in line
    assert again == ["run", "slow.toml", "--quiet"]
    assert not (here / "runs" / "slow").exists()


def test_in_the_last_moments_a_run_is_finished_first(here, capsys, monkeypatch):
    from qent_core import run

    write = run.write_manifest

    def press(folder, content):
        signal.raise_signal(signal.SIGINT)
        write(folder, content)

    monkeypatch.setattr(run, "write_manifest", press)
    assert main(["run", "slow.toml", "--quiet"]) == 130
    assert capsys.readouterr().err == "Interrupted: runs/slow is finished\n"
    assert read_run_folder(here / "runs" / "slow").text("log.txt").endswith("done\n")
    assert not (here / "runs" / "slow.incomplete").exists()


@pytest.mark.parametrize(
    ("module", "name", "words", "kept"),
    [
        (
            "qent_report.run_report",
            "write_run_report",
            ["run", "slow.toml", "--out", "x"],
            "x.incomplete keeps",
        ),
        (
            "qent_core.dataset.passes",
            "write_head",
            ["generate", "slow.toml", "--out", "x"],
            "5 of 5 shards",
        ),
    ],
)
def test_in_the_last_writing_the_shards_are_kept(
    here, capsys, monkeypatch, module, name, words, kept
):
    def press(*_):
        signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(f"{module}.{name}", press)
        assert main([*words, "--quiet"]) == 130
    line = capsys.readouterr().err
    assert kept in line
    asked(here)
    assert main(shlex.split(line.rpartition("go on with: qent ")[2])) == 0
    assert asked(here) == []


def test_a_command_that_keeps_nothing_says_so(here, capsys, monkeypatch):
    def press(*_, **__):
        signal.raise_signal(signal.SIGINT)

    np.savez("states.npz", states=[np.eye(4) / 4] * 3, dims=[2, 2])
    for target, words in (
        ("qent_core.threshold.certified_bracket", ["threshold", "states.npz", "--question", "A|B"]),
        ("qent_core.dataset.check.check_dataset", ["dataset", "check", "data.zarr"]),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(target, press)
            if words[0] == "threshold":
                words += ["--use", "ppt"]
            assert main(words) == 130
        line = capsys.readouterr().err
        assert line.startswith("Interrupted: ")
        assert shlex.split(line.rpartition("begin again with: qent ")[2]) == words


def test_ctrl_c_that_falls_into_a_destructor_is_not_lost(here):
    code = """
import signal, sys, time
sys.argv = ["qent", "list"]
from qent_core.cli import application, main

class Deaf:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def execute(words):
    deaf = Deaf()
    del deaf
    time.sleep(60)

application.execute = execute
sys.exit(main.main())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 130
    assert done.stderr == "Interrupted: nothing was written; begin again with: qent list\n"


def test_ctrl_c_that_a_library_swallowed_is_heeded_at_the_next_step(monkeypatch):
    pressed, done = [], []
    monkeypatch.setattr(progress_display, "was_pressed", lambda: bool(pressed))

    def work():
        with progress_display.showing_progress(quiet=True), track("shards", total=3) as step:
            step()
            done.append(1)
            pressed.append(1)
            step()
            done.append(2)

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == [1]


def test_short_steps_are_not_cut_in_two():
    from qent_core.uninterrupted import uninterrupted

    done = []

    def steps():
        with uninterrupted():
            with uninterrupted():
                signal.raise_signal(signal.SIGINT)
                done.append("inner")
            done.append("outer")

    with pytest.raises(KeyboardInterrupt):
        steps()
    assert done == ["inner", "outer"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def with_workers(pid):
    """Whether a command has begun two workers, which then load their modules."""
    if not Path("/proc/self/task").exists():
        pytest.skip("this system does not list the children of a process")
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        lines = [Path(f"/proc/{child}/cmdline").read_bytes() for child in children]
    except OSError:
        return False
    return sum(b"spawn_main" in line for line in lines) >= 2


def files(folder):
    """Returns what is in a data set but the log: relative name to bytes."""
    names = [p for p in folder.rglob("*") if p.is_file() and p.name != "log.txt"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in names}
