"""Adding labels to a data set: the same as having asked for them at first, and as resumable."""

import numpy as np
import pytest

from qent_core.dataset import Dataset, check_dataset, jobs, label_dataset
from qent_core.errors import DatasetError, DatasetIncompleteError, RunFailedError
from qent_core.experiment import use
from qent_core.local_plugins import load_own_files


@pytest.fixture
def registry(registry, own):
    load_own_files(["own.py"], registry, own, "")
    return registry


@pytest.fixture
def purity_only(make, experiment, tmp_path):
    """A data set without the verdicts."""
    return make(tmp_path / "later.zarr", experiment.model_copy(update={"labels": (use("purity"),)}))


def _stop_at(monkeypatch, section, shard):
    once = jobs.LabelJob.__call__

    def stop(self, place):
        if (place.section, place.shard) == (section, shard):
            raise KeyboardInterrupt
        once(self, place)

    monkeypatch.setattr(jobs.LabelJob, "__call__", stop)


def test_labels_added_later_are_those_asked_for_at_first(data, purity_only, registry, contents):
    before = contents(purity_only.path)
    later = label_dataset(purity_only.path, ["transposed"], registry=registry)
    assert list(later.columns) == list(data.columns)
    wanted, given = data.labels(), later.labels()
    for name in ("purity", "transposed[A|B]"):
        assert np.array_equal(given.values(name), wanted.values(name))
    mine, theirs = given.column("transposed[A|B]"), wanted.column("transposed[A|B]")
    assert mine.criteria.tolist() == theirs.criteria.tolist()
    row = int(np.flatnonzero(mine.certificates.present)[-1])
    assert np.array_equal(mine.certificates[row].vector, theirs.certificates[row].vector)
    after = contents(purity_only.path)
    # Only the head has changed; the rest is as it was, byte for byte.
    assert [name for name in before if before[name] != after[name]] == ["zarr.json"]
    assert check_dataset(purity_only.path).sound
    assert later.summary.keys() == data.summary.keys()


def test_it_resumes_and_ends_with_the_same_bytes(
    purity_only, registry, tmp_path, contents, monkeypatch
):
    import shutil

    other = tmp_path / "other.zarr"
    shutil.copytree(purity_only.path, other)
    label_dataset(other, ["transposed"], registry=registry, workers=2)
    _stop_at(monkeypatch, 0, 4)
    with pytest.raises(KeyboardInterrupt):
        label_dataset(purity_only.path, ["transposed"], registry=registry)
    report = check_dataset(purity_only.path)
    assert report.unfinished == ("labels transposed[A|B]: 4 of 11 shards are done",)
    # What was finished before can be used all the while.
    assert list(Dataset.open(purity_only.path).columns) == ["purity"]
    monkeypatch.undo()
    label_dataset(purity_only.path, ["transposed"], registry=registry)
    assert contents(purity_only.path) == contents(other)


def test_doing_it_again_changes_nothing(data, purity_only, registry, contents):
    label_dataset(purity_only.path, ["transposed"], registry=registry)
    before = contents(purity_only.path)
    label_dataset(purity_only.path, ["transposed"], registry=registry)
    label_dataset(purity_only.path, ["purity"], registry=registry)
    assert contents(purity_only.path) == before


def test_a_column_that_is_there_is_not_replaced(data, registry):
    with pytest.raises(DatasetError, match=r"has a column 'transposed\[A\|B\]' already"):
        label_dataset(data.path, ["transposed"], registry=registry)


def test_an_unfinished_labelling_is_finished_or_dropped(
    purity_only, registry, monkeypatch, contents, tmp_path
):
    other = {"least": -1.0}  # fails on kets, which have no visibility
    before = contents(purity_only.path)
    _stop_at(monkeypatch, 1, 0)
    with pytest.raises(KeyboardInterrupt):
        label_dataset(purity_only.path, ["transposed"], registry=registry)
    monkeypatch.undo()
    with pytest.raises(DatasetIncompleteError, match="'transposed' is not finished"):
        label_dataset(purity_only.path, ["picky"], registry=registry)
    unfinished = contents(purity_only.path)
    assert unfinished != before
    with pytest.raises(RunFailedError, match="'picky' failed"):
        label_dataset(
            purity_only.path, ["picky"], registry=registry, overwrite=True,
            parameters={"picky": other},
        )  # fmt: skip
    assert contents(purity_only.path) == unfinished  # dropped only for what can replace it
    dead = {"marker": str(tmp_path / "marker")}
    (tmp_path / "marker").touch()
    data = label_dataset(
        purity_only.path, ["dead"], registry=registry, overwrite=True, parameters={"dead": dead}
    )
    assert list(data.columns) == ["purity", "dead"]
    report = check_dataset(purity_only.path)
    assert report.sound
    assert not report.unknown


def test_the_data_set_must_be_finished(make, tmp_path, registry, data):
    (tmp_path / "data.zarr/shards/pass-0/0-kets/0.json").unlink()
    from qent_core.dataset.head import existing_head, write_head
    from qent_core.dataset.storage import open_storage

    storage = open_storage(data.path)
    head = existing_head(storage)
    from dataclasses import replace

    begun = replace(head, passes=(replace(head.passes[0], complete=False),))
    write_head(storage, begun)
    with pytest.raises(DatasetIncompleteError, match="not finished"):
        label_dataset(data.path, ["picky"], registry=registry)
