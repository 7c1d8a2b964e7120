"""A change of any byte of any file is found, and the file named."""

import random
import shutil

import pytest

from qent_core.dataset import Dataset, check_dataset
from qent_core.errors import DatasetCorruptError, DatasetError, DatasetIncompleteError


def _flip(path, moments):
    content = bytearray(path.read_bytes())
    place = moments.randrange(len(content))
    content[place] ^= 1 << moments.randrange(8)
    path.write_bytes(content)
    return place


def test_an_intact_data_set_is_sound(data):
    report = check_dataset(data.path)
    assert report.sound
    assert not report.unknown
    log = 1  # it says how the data set was made, and is no part of it
    assert report.files == sum(1 for p in data._storage.root.rglob("*") if p.is_file()) - log


def test_a_flipped_bit_in_any_file_is_found_and_named(data, tmp_path, contents):
    root = tmp_path / "data.zarr"
    moments = random.Random(3)
    files = sorted(contents(root))
    assert len(files) > 90
    for name in files:
        for _ in range(3):
            before = (root / name).read_bytes()
            place = _flip(root / name, moments)
            report = check_dataset(root)
            assert [damage.file for damage in report.damage] == [name], (name, place)
            assert report.damage[0].what == "changed"
            (root / name).write_bytes(before)
    assert check_dataset(root).sound


def test_every_single_byte_of_the_files_that_describe_it(data, tmp_path):
    from qent_core.dataset.seals import is_intact

    for name in ("zarr.json", "shards/pass-0/0-kets/3.json"):
        content = (tmp_path / "data.zarr" / name).read_bytes()
        assert is_intact(content)
        for place in range(len(content)):
            changed = bytearray(content)
            changed[place] ^= 1
            assert not is_intact(bytes(changed)), (name, place)


def test_the_shard_is_named_in_words(data, tmp_path):
    root = tmp_path / "data.zarr"
    _flip(root / "1-noisy-bell/states/c/2/0/0", random.Random(1))
    (damage,) = check_dataset(root).damage
    assert damage.shard == "shard 2 of 1-noisy-bell: states 330 to 369"


def test_reading_notices_damage(data, tmp_path):
    root = tmp_path / "data.zarr"
    _flip(root / "0-kets/states/c/0/0", random.Random(2))
    _flip(root / "0-kets/label.transposed_A_B/certificates/1.npz", random.Random(5))
    reopened = Dataset.open(root)
    with pytest.raises(DatasetCorruptError, match=r"0-kets/states/c/0/0"):
        reopened[3]
    assert len(reopened[40:50]) == 10
    with pytest.raises(DatasetCorruptError, match=r"certificates/1\.npz"):
        reopened.labels(slice(40, 80))
    assert len(reopened.labels(slice(40, 80), certificates=False)) == 40


def test_a_missing_file_is_noticed_at_once(data, tmp_path):
    root = tmp_path / "data.zarr"
    (root / "0-kets/label.purity/c/4").unlink()
    with pytest.raises(DatasetCorruptError, match=r"1 file .* missing.*label\.purity/c/4"):
        Dataset.open(root)
    assert [d.what for d in check_dataset(root).damage] == ["missing"]


def test_a_half_copied_data_set_is_noticed(data, tmp_path):
    half = tmp_path / "half.zarr"
    shutil.copytree(data.path, half)
    shutil.rmtree(half / "1-noisy-bell")
    with pytest.raises(DatasetCorruptError, match="files of the data set are missing"):
        Dataset.open(half)
    assert {d.file.partition("/")[0] for d in check_dataset(half).damage} == {"1-noisy-bell"}
    headless = tmp_path / "headless.zarr"
    shutil.copytree(data.path, headless)
    (headless / "zarr.json").unlink()
    with pytest.raises(DatasetError, match="no data set here"):
        Dataset.open(headless)


def test_an_unfinished_data_set_is_named_as_such(make, data, tmp_path, monkeypatch):
    from qent_core.dataset import jobs

    once = jobs.GenerateJob.__call__

    def stop_at_five(self, place):
        if (place.section, place.shard) == (0, 5):
            raise KeyboardInterrupt
        once(self, place)

    monkeypatch.setattr(jobs.GenerateJob, "__call__", stop_at_five)
    with pytest.raises(KeyboardInterrupt):
        make(tmp_path / "half.zarr")
    report = check_dataset(tmp_path / "half.zarr")
    assert not report.sound
    assert not report.damage
    assert report.unfinished == ("states and labels: 5 of 11 shards are done",)
    with pytest.raises(DatasetIncompleteError, match="not finished"):
        Dataset.open(tmp_path / "half.zarr")


def test_strangers_are_pointed_out(data, tmp_path):
    (tmp_path / "data.zarr" / "notes.txt").write_text("mine")
    report = check_dataset(tmp_path / "data.zarr")
    assert report.sound
    assert report.unknown == ("notes.txt",)


def test_deleting_a_damaged_file_and_generating_again_repairs_it(make, data, tmp_path, contents):
    root = tmp_path / "data.zarr"
    whole = contents(root)
    name = "0-kets/states/c/1/0"
    _flip(root / name, random.Random(9))
    (root / name).unlink()
    make(root)
    assert contents(root) == whole
