"""``qent verify`` of data sets: every certificate, shard by shard, against its state."""

import contextlib
import io
import json
import random
import tracemalloc

import numpy as np
import pytest

from qent_core.cli.main import main
from qent_core.dataset import Dataset, label_dataset, verify_dataset
from qent_core.dataset.shards import ShardReader
from qent_core.errors import DatasetCorruptError, LabelsInvalidError, QentError
from qent_core.experiment import use
from qent_core.local_plugins import load_own_files


@pytest.fixture
def command(capsys):
    """Runs a command in this process; returns exit code, stdout and stderr."""

    def run(*words):
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def _spoil(path, change, shard="0-kets/label.transposed_A_B/certificates/0.npz"):
    """Rewrites one file of certificates with a change, as a stranger might have written it."""
    file = path / shard
    with np.load(file) as content:
        arrays = {name: content[name] for name in content.files}
    change(arrays)
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    file.write_bytes(stream.getvalue())


def _head(kind):
    return np.asarray(json.dumps([{"kind": kind, "question": "A|B", "quality": "strict"}]))


def test_every_certificate_is_checked(data):
    found = verify_dataset(data.path)
    labels, known = found.columns
    verdicts = data.columns["transposed[A|B]"]
    assert labels.name == "transposed[A|B]"
    assert labels.states == len(data)
    assert labels.kinds["npt"]["accepted"] == (verdicts == 1).sum()
    # The labeler gives no certificate to separable states.
    assert labels.without_proof == (verdicts == 0).sum()
    assert not found.refused
    # What the family proves by construction is checked as well.
    assert known.name == "known[A|B]"
    assert known.kinds["npt"] == {
        "accepted": int((data.known["A|B"] == 1).sum()),
        "refused": 0,
        "open": 0,
    }


def test_a_selection_is_checked_alone(data):
    some = data.take(slice(95, 105))
    assert verify_dataset(some).columns[0].states == 10


def test_what_does_not_prove_its_verdict_is_named(data, tmp_path, command):
    path = tmp_path / "data.zarr"
    rows = np.flatnonzero(data.columns["transposed[A|B]"][:40] == 1)

    def swap(arrays):
        arrays["proof:0:vector"] = arrays["proof:0:vector"].copy()
        arrays["proof:0:vector"][1] = [1, 0, 0, 0]

    _spoil(path, swap)
    code, said, _ = command("verify", path, "-q")
    assert code == 1
    assert f"refused, for example transposed[A|B]: state {rows[1]}" in said
    code, said, _ = command("verify", path, "--json", "-q")
    assert code == 1
    document = json.loads(said)
    assert document["sound"] is False
    assert document["columns"]["transposed[A|B]"]["refused_states"] == [rows[1]]


def test_rows_are_numbered_over_the_whole_data_set(data, tmp_path):
    def swap(arrays):
        arrays["proof:0:vector"] = np.zeros_like(arrays["proof:0:vector"])

    _spoil(tmp_path / "data.zarr", swap, "0-kets/label.transposed_A_B/certificates/2.npz")
    refused = verify_dataset(data.path).columns[0].refused
    entangled = np.flatnonzero(data.columns["transposed[A|B]"] == 1)
    assert refused == [row for row in entangled if 80 <= row < 120]


def test_sound_data_sets_end_with_zero(data, command):
    assert command("verify", data.path, "-q") == (0, "", "")
    code, said, _ = command("verify", data.path)
    assert code == 0
    assert "(no certificate)" in said
    assert "380 states decided" in said
    document = json.loads(command("verify", data.path, "--json", "-q")[1])
    assert document["states"] == 380
    assert document["sound"] is True
    assert document["unfinished"] == []


def test_a_file_cut_in_the_middle(data, tmp_path, command):
    file = tmp_path / "data.zarr/0-kets/label.transposed_A_B/certificates/3.npz"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DatasetCorruptError, match=r"changed or damaged[\s\S]*certificates/3.npz"):
        verify_dataset(data.path)
    code, _, error = command("verify", data.path, "-q")
    assert code == 2
    assert "certificates/3.npz" in error
    file.unlink()
    assert command("verify", data.path, "-q")[0] == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.update({"proof:0:vector": a["proof:0:vector"][:, :3]}),
        lambda a: a.update({"proof:0:vector": a["proof:0:vector"][:, :, None]}),
        lambda a: a.update({"proof:0:vector": a["proof:0:vector"].astype(str)}),
        lambda a: a.update({"proof:0:vector": np.full_like(a["proof:0:vector"], np.nan)}),
        lambda a: a.pop("proof:0:vector"),
    ],
)
def test_content_of_a_wrong_form_is_refused(data, tmp_path, change):
    _spoil(tmp_path / "data.zarr", change)
    refused = verify_dataset(data.path).columns[0].refused
    assert refused == [r for r in np.flatnonzero(data.columns["transposed[A|B]"] == 1) if r < 40]


@pytest.mark.parametrize(
    "change",
    [
        lambda a: a.update({"proof:0:vector": a["proof:0:vector"][:-1]}),
        lambda a: a.update({"rows:0": a["rows:0"] + 40}),
        lambda a: a.update(blocks=_head("magic")),
        lambda a: a.update(blocks=np.asarray("no json")),
        lambda a: a.pop("rows:0"),
    ],
)
def test_files_that_cannot_be_read_name_themselves(data, tmp_path, change):
    _spoil(tmp_path / "data.zarr", change)
    with pytest.raises(QentError, match=r"certificates/0\.npz"):
        verify_dataset(data.path)


def test_damage_anywhere_ends_in_an_error_or_in_an_answer(data, tmp_path):
    file = tmp_path / "data.zarr/0-kets/label.transposed_A_B/certificates/1.npz"
    whole, chance = file.read_bytes(), random.Random(0)
    for _ in range(150):
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 2, 8])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        file.write_bytes(damaged)
        with contextlib.suppress(QentError):
            verify_dataset(Dataset.open(data.path).take(slice(40, 80)))


def test_what_is_not_finished_is_said(make, experiment, own, tmp_path, registry, command):
    from qent_core.dataset import jobs

    load_own_files(["own.py"], registry, own, "")
    path = tmp_path / "later.zarr"
    make(path, experiment.model_copy(update={"labels": (use("transposed"),)}))
    once = jobs.LabelJob.__call__
    with pytest.MonkeyPatch.context() as patch:

        def stop(self, place):
            if place.shard == 2:
                raise KeyboardInterrupt
            once(self, place)

        patch.setattr(jobs.LabelJob, "__call__", stop)
        with pytest.raises(KeyboardInterrupt):
            label_dataset(path, ["purity"], registry=registry)
    code, _, said = command("verify", path, "-q")
    assert code == 0
    assert "not finished, so not checked: purity" in said


def test_a_data_set_without_verdicts(make, experiment, tmp_path):
    from qent_core.experiment import Experiment

    kets = Experiment.model_validate(
        {
            "plugins": {"local": ["own.py"], "only": []},
            "states": [{"use": "kets", "count": 10}],
            "labels": [{"use": "purity"}],
        }
    )
    data = make(tmp_path / "measures.zarr", kets)
    with pytest.raises(LabelsInvalidError, match="no verdicts"):
        verify_dataset(data)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--states", "x.npz"), "a data set holds the states"),
        (("--dims", "2,2"), "a data set holds the states"),
        (("--budget", "-1"), "--budget"),
    ],
)
def test_wrong_usage(data, command, words, message):
    code, _, error = command("verify", data.path, *words, "-q")
    assert code == 2
    assert message in error


def test_memory_is_that_of_one_shard(make, experiment, tmp_path):
    from qent_core.experiment import Experiment

    def peak(count):
        big = Experiment.model_validate(
            {
                "run": {"shard_size": 200},
                "plugins": {"local": ["own.py"], "only": []},
                "states": [{"use": "noisy-bell", "count": count}],
                "labels": [{"use": "transposed"}],
            }
        )
        data = make(tmp_path / f"{count}.zarr", big)
        verify_dataset(Dataset.open(data.path).take(slice(0, 10)))  # imports
        tracemalloc.start()
        verify_dataset(data)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(4000) < 1.5 * peak(1000)


def test_each_shard_is_read_once(data, monkeypatch):
    read = []
    once = ShardReader.states

    def states(self, place, rows=slice(None)):
        read.append(place)
        return once(self, place, rows)

    monkeypatch.setattr(ShardReader, "states", states)
    verify_dataset(data)
    assert len(read) == len(set(read)) == 11
