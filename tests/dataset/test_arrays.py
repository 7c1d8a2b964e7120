"""Chunks are encoded exactly as Zarr encodes them."""

import numpy as np
import pytest
import zarr
from zarr.storage import MemoryStore

from qent_core.dataset.arrays import Field
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
