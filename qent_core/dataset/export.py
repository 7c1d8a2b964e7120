"""Data sets as single files for other tools: NumPy, HDF5 and safetensors, written in a stream."""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from qent_core.dataset.data_set import Dataset
from qent_core.dataset.streams import (
    code_stream,
    criterion_of,
    label_columns,
    number_streams,
    source_of,
    states_stream,
    value_stream,
    word_stream,
)
from qent_core.errors import DatasetError, DatasetWriteError, require_module
from qent_core.label_files import LAYOUT_VERSION as LABELS_LAYOUT
from qent_core.progress import track

FORMATS = {
    ".npz": "npz",
    ".h5": "hdf5",
    ".hdf5": "hdf5",
    ".safetensors": "safetensors",
}
"""File ending to format."""

_TENSOR_TYPES = {"f4": "F32", "f8": "F64", "i1": "I8", "i8": "I64"}


def export_dataset(
    data: Dataset, file: str | Path, *, form: str | None = None, rows: int = 20_000
) -> None:
    """Writes a data set or a selection of it as one file; certificates are left out.

    * ``.npz``: plain arrays, also read by `StateBatch.load` and `Labels.load`.
    * ``.h5``, ``.hdf5``: states, ``parameter/``, ``known/``, ``label/``, ``criterion/``.
    * ``.safetensors``: tensors for torch; complex states have a last axis of length 2 for
      ``torch.view_as_complex``, sources and criteria are numbers that the metadata explains.

    Args:
        data: What to write.
        file: Where to.
        form: ``"npz"``, ``"hdf5"`` or ``"safetensors"``; by default the file's ending says.
        rows: States in memory at a time.

    Raises:
        DatasetError: Unknown format, or no states.
        DatasetWriteError: The file cannot be written.
        ExtraMissingError: HDF5 without h5py.
    """
    path = Path(file)
    chosen = form or FORMATS.get(path.suffix, "")
    writers = {"npz": _write_npz, "hdf5": _write_hdf5, "safetensors": _write_safetensors}
    if chosen not in writers:
        raise DatasetError(
            f"there is no export format '{form or path.suffix}'",
            where=str(path),
            do=f"end the name in one of: {', '.join(FORMATS)}",
        )
    if not len(data):
        raise DatasetError("there is no state to export", where=data.path)
    # A shard is decoded as a whole; smaller stretches would decode it again and again.
    rows = max(rows, data.shard_size)
    if chosen == "hdf5":
        require_module("h5py", extra="hdf5", purpose="HDF5")
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        writers[chosen](data, partial, rows)
        partial.replace(path)
    except OSError as error:
        raise DatasetWriteError(
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            do="choose a folder that exists and has room, and that you may write to",
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink()


def _write_npz(data: Dataset, path: Path, rows: int) -> None:
    columns = [
        {"name": name, "form": form, "question": question, **({"blocks": []} if criteria else {})}
        for name, form, question, criteria in label_columns(data)
    ]
    head = {"layout": LABELS_LAYOUT, "count": len(data), "columns": columns}
    small = {
        "dims": np.asarray(data.dims),
        "kind": np.asarray(data.kind),
        "order": np.asarray("big"),
        "columns": np.asarray(json.dumps(head)),
    }
    streams = [states_stream(data), *number_streams(data, "parameter:", "known:")]
    for number, (name, _, _, criteria) in enumerate(label_columns(data)):
        streams.append(value_stream(data, f"values:{number}", name))
        if criteria:
            streams.append(word_stream(data, f"criteria:{number}", criteria, criterion_of(name)))
    streams.append(word_stream(data, "source", data.sources, source_of))
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_STORED, allowZip64=True) as archive,
        track("writing", total=len(streams) * len(data)) as step,
    ):
        for key, array in small.items():
            with archive.open(f"{key}.npy", "w") as file:
                np.lib.format.write_array(file, array, allow_pickle=False)
        for stream in streams:
            with archive.open(f"{stream.name}.npy", "w", force_zip64=True) as file:
                described = np.lib.format.header_data_from_array_1_0(np.empty(0, stream.dtype))
                described["shape"] = stream.shape
                np.lib.format.write_array_header_2_0(file, described)
                for block in stream.blocks(data, rows, step):
                    file.write(block.tobytes())


def _write_hdf5(data: Dataset, path: Path, rows: int) -> None:
    import h5py

    streams = [states_stream(data), *number_streams(data, "parameter/", "known/")]
    for name, _, _, criteria in label_columns(data):
        streams.append(value_stream(data, f"label/{name}", name))
        if criteria:
            streams.append(word_stream(data, f"criterion/{name}", criteria, criterion_of(name)))
    streams.append(word_stream(data, "source", data.sources, source_of))
    with (
        h5py.File(path, "w") as file,
        track("writing", total=len(streams) * len(data)) as step,
    ):
        file.attrs["dims"] = data.dims
        file.attrs["kind"] = data.kind
        for stream in streams:
            text = stream.dtype.kind == "U"
            # HDF5 has no fixed-width wide characters; names are stored as bytes.
            dtype = np.dtype(f"S{stream.dtype.itemsize // 4}") if text else stream.dtype
            target = file.create_dataset(stream.name, stream.shape, dtype)
            start = 0
            for block in stream.blocks(data, rows, step):
                target[start : start + len(block)] = block.astype(dtype) if text else block
                start += len(block)


def _write_safetensors(data: Dataset, path: Path, rows: int) -> None:
    streams = [states_stream(data, as_pairs=True), *number_streams(data, "parameter:", "known:")]
    meaning: dict[str, Any] = {"dims": list(data.dims), "kind": data.kind, "source": data.sources}
    for name, _, _, criteria in label_columns(data):
        streams.append(value_stream(data, f"label:{name}", name))
        if criteria:
            key = f"criterion:{name}"
            streams.append(code_stream(data, key, criteria, criterion_of(name)))
            meaning[key] = criteria
    streams.append(code_stream(data, "source", data.sources, source_of))
    # The wide types first, so that every tensor begins at a multiple of its own width.
    streams.sort(key=lambda stream: -stream.dtype.itemsize)
    header: dict[str, Any] = {"__metadata__": {"qent": json.dumps(meaning)}}
    start = 0
    for stream in streams:
        stop = start + math.prod(stream.shape) * stream.dtype.itemsize
        header[stream.name] = {
            "dtype": _TENSOR_TYPES[stream.dtype.str[1:]],
            "shape": list(stream.shape),
            "data_offsets": [start, stop],
        }
        start = stop
    with (
        path.open("wb") as file,
        track("writing", total=len(streams) * len(data)) as step,
    ):
        _write_header(file, header)
        for stream in streams:
            for block in stream.blocks(data, rows, step):
                file.write(block.tobytes())


def _write_header(file: BinaryIO, header: Mapping[str, Any]) -> None:
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    file.write(len(text).to_bytes(8, "little") + text)
