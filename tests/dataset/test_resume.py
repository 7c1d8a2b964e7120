"""A data set survives any interruption: the same command ends with the same bytes."""

import os
import random
import signal
import time

import pytest

from qent_core.dataset import Dataset
from qent_core.errors import DatasetIncompleteError, DatasetMismatchError


def _wait_for(condition, limit=30.0):
    end = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def _records(folder):
    return sorted(folder.glob("shards/pass-*/*/*.json"))


def _wait_for_records(folder, number, process):
    _wait_for(lambda: len(_records(folder)) >= number or process.poll() is not None)


def _killed_again_and_again(qent, own, out, kills, seed, *options):
    """Kills the command at random moments; returns how far it was each time."""
    moments = random.Random(seed)
    progress = []
    for _ in range(kills):
        process = qent(
            "generate", own / "spec.toml", "--out", out, *options, delay=0.05, start=True
        )
        # At any moment, but often within the work itself: after some shards and a little while.
        more = moments.choice([0, 0, 1, 1, 2])
        _wait_for_records(out, len(_records(out)) + more, process)
        time.sleep(moments.uniform(0, 0.08) if more else moments.uniform(0, 1.2))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        progress.append(len(_records(out)))
    return progress


@pytest.mark.parametrize("options", [(), ("--workers", "2")], ids=["one", "two"])
def test_kill_minus_nine_at_random_moments(qent, own, data, tmp_path, contents, options):
    out = tmp_path / "killed.zarr"
    kills = 1 if options else 3
    _killed_again_and_again(qent, own, out, kills, 7, *options)
    done = qent("generate", own / "spec.toml", "--out", out, *options)
    assert done.returncode == 0, done.stderr
    assert contents(out) == contents(data.path)


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--workers", "2")], ids=["one", "two"])
def test_kill_minus_nine_twenty_times(qent, own, data, tmp_path, contents, options):
    finished = 0
    for seed in range(7):  # of three kills each
        out = tmp_path / f"killed-{seed}.zarr"
        progress = _killed_again_and_again(qent, own, out, 3, seed, *options)
        finished += progress[-1] == 11
        done = qent("generate", own / "spec.toml", "--out", out, *options)
        assert done.returncode == 0, done.stderr
        assert contents(out) == contents(data.path), seed
    assert finished < 5  # most were really interrupted


def test_every_prefix_of_the_work_is_a_good_beginning(make, finished, tmp_path, contents):
    """Wherever a writer stops, what it has written by then is continued to the same bytes."""
    import shutil

    whole = contents(finished)
    # Objects appear in this order: head, other metadata, shards, head again.
    order = sorted(whole, key=lambda name: (finished / name).stat().st_mtime_ns)
    order = ["zarr.json", *(name for name in order if name != "zarr.json")]
    for keep in range(0, len(order), 13):
        out = tmp_path / "part.zarr"
        shutil.rmtree(out, ignore_errors=True)
        for name in order[:keep]:
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(whole[name])
        make(out)
        assert contents(out) == whole


def test_left_over_and_torn_files_do_no_harm(make, data, tmp_path, contents):
    whole = contents(data.path)
    root = tmp_path / "data.zarr"
    (root / "0-kets/states/c/3/.0.0123456789abcdef0123456789abcdef.partial").write_bytes(b"half")
    record = root / "shards/pass-0/0-kets/2.json"
    record.write_bytes(record.read_bytes()[:50])  # a store without atomic writes
    (root / "0-kets/states/c/2/0").write_bytes(b"")
    (root / "1-noisy-bell/zarr.json").unlink()
    (root / "1-noisy-bell/known.A_B/certificates/1.npz").unlink()
    make(root)
    assert contents(root) == whole


def test_interrupting_says_how_to_go_on(qent, own, data, tmp_path, contents):
    out = tmp_path / "stopped.zarr"
    process = qent("generate", own / "spec.toml", "--out", out, delay=0.1, start=True)
    _wait_for(lambda: len(_records(out)) >= 2)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "go on with: qent generate" in said
    assert "Traceback" not in said
    with pytest.raises(DatasetIncompleteError, match="not finished"):
        Dataset.open(out)
    assert qent("generate", own / "spec.toml", "--out", out).returncode == 0
    assert contents(out) == contents(data.path)


def test_workers_end_when_their_parent_is_killed(qent, own, tmp_path):
    psutil = pytest.importorskip("psutil")
    process = qent(
        "generate", own / "spec.toml", "--out", tmp_path / "x.zarr", "--workers", "2",
        delay=0.3, start=True,
    )  # fmt: skip
    _wait_for(lambda: _records(tmp_path / "x.zarr"))
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) >= 2
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive


def test_a_worker_that_dies_loses_only_its_shard(make, experiment, own, tmp_path):
    """Its shard is begun again by another worker."""
    changed = experiment.model_copy(update={"labels": ()}).to_toml()
    marker = tmp_path / "died"
    spec = changed + f'\n[[labels]]\nuse = "dead"\nmarker = "{marker}"\n'
    fragile = type(experiment).from_toml(spec)
    data = make(tmp_path / "x.zarr", fragile, workers=2)
    assert marker.exists()
    assert len(data) == 380


def test_other_versions_do_not_finish_it(make, data, tmp_path, monkeypatch):
    root = tmp_path / "data.zarr"
    (root / "shards/pass-0/0-kets/2.json").unlink()
    from qent_core.dataset import plan

    actual = plan.version
    monkeypatch.setattr(plan, "version", lambda n: "9.9" if n == "numpy" else actual(n))
    with pytest.raises(DatasetMismatchError, match=r"numpy .* then, 9\.9 now"):
        make(root)
    monkeypatch.undo()
    make(root)
    monkeypatch.setattr(plan, "version", lambda n: "9.9" if n == "numpy" else actual(n))
    make(root)  # finished: there is nothing that another version could spoil


def test_two_writers_at_once_are_refused(make, tmp_path, data):
    from qent_core.dataset.storage import open_storage
    from qent_core.errors import DatasetError

    with open_storage(data.path).locked(), pytest.raises(DatasetError, match="another process"):
        make(tmp_path / "data.zarr")
