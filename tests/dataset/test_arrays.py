"""Chunks are encoded exactly as Zarr encodes them, and decoded into their place."""

import numpy as np
import pytest
import zarr
from numcodecs import Zstd
from zarr.storage import MemoryStore

from qent_core.dataset.arrays import Field, zstd_content_size
from qent_core.errors import DatasetCorruptError

FIELDS = [
    Field("states", "complex64", (4, 4), ("row", "column")),
    Field("states", "complex128", (4,), ("amplitude",)),
    Field("states", "float32", (2, 2), ("row", "column")),
    Field("parameter.alpha", "float64"),
    Field("label.ppt_A_B", "int8"),
    Field("criterion.ppt_A_B", "uint32"),
]


def _values(field, count):
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=(count, *field.item)) * 50
    if field.dtype.startswith("complex"):
        numbers = numbers + 1j * rng.normal(size=numbers.shape)
    return (
        np.abs(numbers).astype(field.dtype)
        if field.dtype == "uint32"
        else numbers.astype(field.dtype)
    )


@pytest.mark.parametrize("count", [0, 1, 20, 50, 69])
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.node}-{field.dtype}")
def test_the_bytes_are_those_of_zarr(field, count):
    objects = {}
    field.declare(objects, "0-x", 69, 20, {})
    values = _values(field, count)
    store = MemoryStore(store_dict=objects)
    array = zarr.open_array(store=store, path=f"0-x/{field.node}", mode="r+")
    array[:count] = values
    for shard, start in enumerate(range(0, count, 20)):
        part = values[start : start + 20]
        ours = field.encode(part, 20)
        assert ours == objects[f"0-x/{field.key(shard)}"].to_bytes()
        assert np.array_equal(field.decode(ours, 20, len(part), where=""), part)


def test_damage_of_any_kind_is_noticed():
    field = FIELDS[3]
    data = field.encode(np.arange(5.0), 5)
    packed = field.encode(np.arange(6.0), 6)
    for bad in (b"", b"abc", data[:-1], data[1:], data[:9] + b"\0" + data[10:], packed):
        with pytest.raises(DatasetCorruptError, match="damaged") as caught:
            field.decode(bad, 5, 5, where="here")
        assert caught.value.where == "here"


def test_damage_is_noticed_before_a_place_is_written_to():
    field, place = FIELDS[3], np.full(5, 7.0)
    data = field.encode(np.arange(5.0), 5)
    for bad in (b"", b"abc", data[:-1], data[1:], data[:9] + b"\0" + data[10:]):
        with pytest.raises(DatasetCorruptError, match="damaged") as caught:
            field.decode_into(place, bad, where="here")
        assert caught.value.where == "here"
    assert not field.decode_into(place, field.encode(np.arange(6.0), 6), where="")
    assert (place == 7.0).all()


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.node}-{field.dtype}")
def test_a_whole_chunk_is_decoded_into_its_place(field):
    values = _values(field, 600)
    data = field.encode(values, 600)
    place = np.zeros((602, *field.item), field.dtype)
    assert field.decode_into(place[1:601], data, where="")
    assert np.array_equal(place[1:601], values)
    assert not place[[0, 601]].any()


def test_a_chunk_is_decoded_into_no_other_place():
    field = FIELDS[3]
    data = field.encode(np.arange(600.0), 600)
    for place in (np.zeros(599), np.zeros(601), np.zeros(600, "f4"), np.zeros(1200)[::2]):
        assert not field.decode_into(place, data, where="")
        assert not place.any()


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_791, 65_792, 70_000, 2**20])
def test_the_size_that_a_frame_states(size):
    noise = np.random.default_rng(0).bytes(size)
    said = {zstd_content_size(bytes(Zstd(level).encode(noise))) for level in (1, 9)}
    assert said == ({size} if size > 9 else {None})


def test_what_is_no_frame_states_no_size():
    frame = bytes(Zstd(1).encode(bytes(range(100))))
    for other in (b"", frame[:10], b"x" + frame[1:], bytes(100)):
        assert zstd_content_size(other) is None
