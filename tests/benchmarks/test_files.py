"""What is timed beside qent's data sets reads back what it wrote, and checks what it says."""

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.files import FILES
from benchmarks.inputs import density_matrices


@pytest.mark.parametrize("name", ["numpy", datasets.ZARR, datasets.BY_HAND])
def test_files_hold_what_was_written(name, tmp_path):
    states = density_matrices(4, 10_500).astype("complex64")
    labels = np.arange(10_500.0)
    FILES[name].write(tmp_path, states, labels)
    again, numbers = FILES[name].read(tmp_path)
    assert np.array_equal(again, states)
    assert np.array_equal(numbers, labels)


@pytest.mark.parametrize("name", [datasets.ZARR, datasets.BY_HAND])
def test_those_with_checksums_notice_damage(name, tmp_path):
    FILES[name].write(tmp_path, density_matrices(4, 100).astype("complex64"), np.arange(100.0))
    (file,) = [
        path
        for path in tmp_path.rglob("*")
        if path.is_file() and path.suffix != ".json" and "states" in str(path.relative_to(tmp_path))
    ]
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    with pytest.raises((AssertionError, ValueError, RuntimeError)):
        FILES[name].read(tmp_path)


def test_every_column_has_its_file():
    assert {"qent", *FILES} == set(datasets.NAMES)
