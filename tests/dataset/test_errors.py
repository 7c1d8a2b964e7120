"""What can go wrong: one clear error each, and what was finished stays."""

import errno
import json

import numpy as np
import pytest

from qent_core.dataset import Dataset, check_dataset, generate_dataset, local_storage
from qent_core.dataset.seals import sealed
from qent_core.errors import (
    CompositionInvalidError,
    DatasetCorruptError,
    DatasetError,
    DatasetMismatchError,
    DatasetWriteError,
    ExperimentInvalidError,
    ExtraMissingError,
    ParameterInvalidError,
    RunFailedError,
)
from qent_core.experiment import Experiment, use


def _changed(experiment, **tables):
    return Experiment(**{**experiment.model_dump(exclude_unset=True), **tables})


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "no space left"),
        (errno.EDQUOT, "no space left"),
        (errno.EACCES, "no write access"),
        (errno.EROFS, "no write access"),
        (errno.EIO, "cannot be written: Input/output error"),
    ],
)
def test_a_disk_that_fails(make, tmp_path, monkeypatch, data, contents, number, message):
    written = []
    actual = local_storage._write_file

    def failing(path, content):
        if len(written) >= 40:
            path.write_bytes(content[: len(content) // 2])
            raise OSError(number, __import__("os").strerror(number))
        written.append(path)
        actual(path, content)

    monkeypatch.setattr(local_storage, "_write_file", failing)
    out = tmp_path / "full.zarr"
    with pytest.raises(DatasetWriteError, match=message) as caught:
        make(out)
    assert "full.zarr" in caught.value.where
    assert caught.value.exit_code == 1
    assert not list(out.rglob("*.partial")), "half a file was left behind"
    assert check_dataset(out).damage == ()
    monkeypatch.undo()
    make(out)
    assert contents(out) == contents(data.path)


def test_no_write_access_at_all(make, tmp_path, monkeypatch):
    def refused(self, *arguments, **settings):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(local_storage.Path, "mkdir", refused)
    with pytest.raises(DatasetWriteError, match="no write access"):
        make(tmp_path / "x.zarr")


def test_another_specification(make, experiment, tmp_path, data, contents):
    before = contents(data.path)
    other = _changed(
        experiment,
        run={"seed": 12, "shard_size": 40},
        states=[use("kets", count=250), use("noisy-bell", count=99, visibility=0.5)],
    )
    with pytest.raises(DatasetMismatchError) as caught:
        make(tmp_path / "data.zarr", other)
    for line in (
        "run.seed: 11 then, 12 now",
        "states.1.count: 130 then, 99 now",
        "states.1.visibility: not set then, 0.5 now",
    ):
        assert line in caught.value.what
    assert "--overwrite" in caught.value.do
    assert contents(data.path) == before


def test_name_and_description_are_no_difference(make, experiment, tmp_path, data):
    run = {"seed": 11, "shard_size": 40, "name": "other", "description": "new words"}
    assert len(make(tmp_path / "data.zarr", _changed(experiment, run=run))) == 380


def test_a_changed_local_file_is_a_difference(make, own, tmp_path, data):
    (own / "own.py").write_text((own / "own.py").read_text() + "\n# changed\n")
    with pytest.raises(DatasetMismatchError, match=r"the content of the local file own\.py"):
        make(tmp_path / "data.zarr")


@pytest.mark.parametrize(("layout", "age"), [(0, "older"), (2, "newer")])
def test_another_layout(make, tmp_path, data, layout, age):
    head = tmp_path / "data.zarr" / "zarr.json"
    content = json.loads(head.read_text())
    content["attributes"]["qent"] |= {"layout": layout, "seal": "0" * 64}
    head.write_bytes(sealed(json.dumps(content).encode()))
    for act in (Dataset.open, make, check_dataset):
        with pytest.raises(DatasetMismatchError, match=f"layout {layout}, {age} than layout 1"):
            act(tmp_path / "data.zarr")
    assert len(make(tmp_path / "data.zarr", overwrite=True)) == 380


def test_a_damaged_head(make, tmp_path, data):
    head = tmp_path / "data.zarr" / "zarr.json"
    head.write_bytes(head.read_bytes()[:-30])
    for act in (Dataset.open, make):
        with pytest.raises(DatasetCorruptError, match="the head of the data set"):
            act(tmp_path / "data.zarr")
    assert [damage.file for damage in check_dataset(tmp_path / "data.zarr").damage] == ["zarr.json"]


def test_nothing_there(tmp_path):
    with pytest.raises(DatasetError, match="no data set here"):
        Dataset.open(tmp_path / "none.zarr")
    assert not (tmp_path / "none.zarr").exists()


@pytest.mark.parametrize("overwrite", [False, True])
def test_something_else_in_the_way_is_never_touched(make, tmp_path, overwrite):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter1.tex").write_text("years of work")
    with pytest.raises(DatasetError, match=r"something else|is no data set"):
        make(folder, overwrite=overwrite)
    assert (folder / "chapter1.tex").read_text() == "years of work"


def test_another_zarr_store_in_the_way(make, tmp_path):
    import zarr

    zarr.create_group(tmp_path / "other.zarr", attributes={"mine": 1})
    for overwrite in (False, True):
        with pytest.raises(DatasetError, match=r"no data set"):
            make(tmp_path / "other.zarr", overwrite=overwrite)
    file = tmp_path / "file.zarr"
    file.write_text("a file")
    with pytest.raises(DatasetError, match="cannot be written"):
        make(file)


def test_a_labeler_that_fails_names_the_state(make, experiment, tmp_path):
    # A bound that the first shard passes, and another one does not.
    states, first, seed = [use("noisy-bell", count=130)], 0, 0
    while first < 40:
        seed += 1
        run = {"seed": seed, "shard_size": 40}
        bare = _changed(experiment, run=run, states=states, labels=[])
        values = make(f"memory://{tmp_path.name}-{seed}.zarr", bare).parameters["visibility"]
        least = float(values[:40].min())
        first = int(np.argmax(values < least))
    out = tmp_path / "y.zarr"
    failing = _changed(bare, labels=[use("picky", least=least)])
    with pytest.raises(RunFailedError, match="ValueError: this state is too noisy") as caught:
        make(out, failing)
    assert f"state {first} of 'noisy-bell' (visibility = {values[first]:.6g})" in caught.value.where
    assert "labeler 'picky'" in caught.value.where or "labeler 'picky'" in caught.value.what
    report = check_dataset(out)
    done = first // 40
    assert report.unfinished[0].endswith(f"{done} of 4 shards are done")
    assert not report.damage


def test_a_failure_in_a_worker_process_is_the_same_error(make, experiment, tmp_path):
    states = [use("noisy-bell", count=130)]
    failing = _changed(experiment, states=states, labels=[use("picky", least=0.5)])
    # The first state passes, so the failure comes from the work, not from the rehearsal.
    seed = next(
        seed for seed in range(99) if _first_visibility(experiment, states, seed, make, tmp_path)
    )
    failing = _changed(failing, run={"seed": seed, "shard_size": 40})
    with pytest.raises(RunFailedError, match="too noisy") as caught:
        make(tmp_path / "y.zarr", failing, workers=2)
    assert "state " in caught.value.where


def _first_visibility(experiment, states, seed, make, tmp_path):
    one = _changed(experiment, run={"seed": seed}, states=[use("noisy-bell", count=1)], labels=[])
    data = make(f"memory://{tmp_path.name}-{seed}.zarr", one)
    return data.parameters["visibility"][0] > 0.5


FAMILY = '''
import numpy as np
from qent_core.api import Channel, StateBatch, StateFamily

class Moody(StateFamily):
    """Another form after the first state."""
    mood: str
    def sample(self, count, rng):
        kets = np.tile([1.0, 0, 0, 0], (count, 1))
        if count == 1:
            return StateBatch(kets, (2, 2))
        if self.mood == "mixed":
            return StateBatch(np.tile(np.eye(4) / 4, (count, 1, 1)), (2, 2))
        if self.mood == "complex":
            return StateBatch(kets * 1j, (2, 2))
        return StateBatch(kets, (2, 2), parameters={"more": np.zeros(count)})

class Explode(Channel):
    """Makes NaN of all but a lone state."""
    def apply(self, batch, rng):
        return batch if len(batch) == 1 else batch.replaced(batch.array * np.nan)
'''


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"states": [{"use": "moody", "count": 9, "mood": "mixed"}]}, "are density"),
        ({"states": [{"use": "moody", "count": 9, "mood": "complex"}]}, "are complex"),
        ({"states": [{"use": "moody", "count": 9, "mood": "rich"}]}, "a parameter 'more'"),
        (
            {"states": [{"use": "kets", "count": 9}], "channels": [{"use": "explode"}]},
            "NaN or infinite",
        ),
    ],
)
def test_states_that_change_their_form_are_refused(make, own, tmp_path, tables, message):
    (own / "moody.py").write_text(FAMILY)
    spec = {"plugins": {"local": ["own.py", "moody.py"], "only": []}, **tables}
    with pytest.raises(RunFailedError, match=message):
        make(tmp_path / "x.zarr", Experiment(**spec))


def test_errors_before_the_work_leave_nothing_behind(make, experiment, tmp_path):
    with pytest.raises(Exception, match="nothing-such"):
        make(tmp_path / "x.zarr", _changed(experiment, labels=[use("nothing-such")]))
    assert not (tmp_path / "x.zarr").exists()


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"executor": "threads"}, ParameterInvalidError, "no executor 'threads'"),
        ({"workers": 0}, ParameterInvalidError, "0 workers"),
        ({"scheduler": "tcp://x:1"}, ParameterInvalidError, "Dask is not asked for"),
    ],
)
def test_impossible_workers(make, tmp_path, settings, error, message):
    with pytest.raises(error, match=message):
        make(tmp_path / "x.zarr", **settings)


def test_workers_cannot_share_memory(make, tmp_path):
    with pytest.raises(DatasetError, match="memory of one process"):
        make("memory://shared.zarr", workers=2)


def test_unknown_stores(make):
    with pytest.raises(DatasetError, match="'nowhere' are not known"):
        make("nowhere://bucket/data.zarr")


def test_a_store_whose_package_is_missing(make, monkeypatch):
    import fsspec

    def missing(url, **options):
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(fsspec, "url_to_fs", missing)
    with pytest.raises(ExtraMissingError, match="Install s3fs"):
        make("s3://bucket/data.zarr")


def test_an_unknown_number_type(experiment):
    with pytest.raises(ExperimentInvalidError, match="dtype"):
        _changed(experiment, data={"dtype": "float16"})


def test_families_of_different_dims(make, experiment, own, tmp_path):
    (own / "three.py").write_text(
        "from qent_core.api import StateBatch, StateFamily\n"
        "class Three(StateFamily):\n"
        "    def sample(self, count, rng):\n"
        "        return StateBatch([[1.0] + [0] * 8] * count, (3, 3))\n"
    )
    spec = _changed(
        experiment,
        plugins={"local": ["own.py", "three.py"], "only": []},
        states=[use("kets", count=3), use("three", count=3)],
        labels=[],
    )
    with pytest.raises(CompositionInvalidError, match="dims"):
        generate_dataset(spec, tmp_path / "x.zarr", base=own)


@pytest.mark.parametrize(
    "change",
    [
        {"sections.0.name": "../../elsewhere"},
        {"sections.0.name": ".."},
        {"sections.1.parameters": {"visibility": "/etc/passwd"}},
        {"passes.0.columns.0.node": "a/../b"},
        {"sections.0.dtype": "object"},
        {"sections.0.rows": None},
    ],
)
def test_a_head_from_a_stranger_cannot_lead_anywhere_else(tmp_path, data, change):
    head = tmp_path / "data.zarr" / "zarr.json"
    content = json.loads(head.read_text())
    content["attributes"]["qent"]["seal"] = "0" * 64
    for path, value in change.items():
        place = content["attributes"]["qent"]
        *words, last = path.split(".")
        for word in words:
            place = place[int(word) if word.isdigit() else word]
        place[last] = value
    head.write_bytes(sealed(json.dumps(content).encode()))
    with pytest.raises((DatasetCorruptError, DatasetError)):
        Dataset.open(tmp_path / "data.zarr")
