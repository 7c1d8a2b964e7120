"""Writing and reading the head of a data set, and everything in it that belongs to no shard."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import numpy as np

from qent_core.dataset.layout import LAYOUT_VERSION, Head
from qent_core.dataset.seals import blank_seal, is_intact, sealed
from qent_core.dataset.storage import Storage
from qent_core.errors import DatasetCorruptError, DatasetError, DatasetMismatchError

ROOT = "zarr.json"
"""The object that holds the head: the metadata of the root group."""
_KEY = "qent"


def with_files(head: Head) -> tuple[Head, dict[str, bytes]]:
    """Returns the head with the checksums of the files of its latest pass, and those files.

    They are the metadata of groups and arrays, and the table of the shards. Files of earlier passes
    stay as they are.
    """
    import zarr
    from zarr.storage import MemoryStore

    files: dict[str, Any] = {}
    latest = len(head.passes) - 1
    if latest == 0:
        for section in head.sections:
            attributes = {"source": section.source, "dims": list(head.dims), "kind": section.kind}
            zarr.create_group(
                store=MemoryStore(store_dict=files), path=section.name, attributes=attributes
            )
        _shard_table(head, files)
    for section in head.sections:
        for array, attributes in head.pass_fields(latest, section):
            array.declare(files, section.name, section.count, section.rows, attributes)
    files.pop(ROOT, None)
    written = {
        name: data.to_bytes()
        for name, data in files.items()
        if latest == 0 or not _is_group(name, head)
    }
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(written.items())}
    return replace(head, files={**head.files, **sums}), written


def root_bytes(head: Head) -> bytes:
    """Returns the object `ROOT` of a data set."""
    import zarr
    from zarr.storage import MemoryStore

    objects: dict[str, Any] = {}
    attributes = {_KEY: {**blank_seal(), **head.to_dict()}}
    zarr.create_group(store=MemoryStore(store_dict=objects), attributes=attributes)
    return sealed(objects[ROOT].to_bytes())


def read_head(storage: Storage) -> Head | None:
    """Returns the head of a data set, or None if there is none.

    Raises:
        DatasetCorruptError: The object that holds it was changed.
        DatasetMismatchError: It has a layout of another version.
        DatasetError: It belongs to a Zarr store that is no data set of qent.
    """
    data = storage.read(ROOT)
    if data is None:
        return None
    where = f"{storage.url}/{ROOT}"
    try:
        content = json.loads(data)["attributes"][_KEY]
        layout = int(content["layout"])
    except (ValueError, KeyError, TypeError) as error:
        if b'"seal"' not in data and b'"qent"' not in data:
            raise DatasetError(
                "this is no data set of qent",
                where=storage.url,
                do="give a place that qent generate wrote",
            ) from None
        raise _damaged(where) from error
    if not is_intact(data):
        raise _damaged(where)
    if layout != LAYOUT_VERSION:
        age = "newer" if layout > LAYOUT_VERSION else "older"
        remedy = "pip install --upgrade qent-core" if age == "newer" else "generate it again"
        raise DatasetMismatchError(
            f"the data set has layout {layout}, {age} than layout {LAYOUT_VERSION}, "
            "which this version of qent reads",
            where=where,
            do=remedy,
        )
    try:
        return Head.from_dict(content)
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(where) from error


def existing_head(storage: Storage) -> Head:
    """Returns the head of a data set that must be there.

    Raises:
        DatasetError: It is not.
    """
    head = read_head(storage)
    if head is None:
        raise DatasetError(
            "there is no data set here",
            where=storage.url,
            do="check the path; qent generate makes a data set",
        )
    return head


def write_skeleton(storage: Storage, head: Head, files: dict[str, bytes]) -> None:
    """Writes the head and the files of its latest pass, but none that is there already."""
    # The head comes first: whatever is found later beside it belongs to it.
    write_head(storage, head)
    for name, data in files.items():
        if storage.read(name) != data:
            storage.write(name, data)


def write_head(storage: Storage, head: Head) -> None:
    """Writes the head if it is not there as it should be."""
    data = root_bytes(head)
    if storage.read(ROOT) != data:
        storage.write(ROOT, data)


def _shard_table(head: Head, files: dict[str, Any]) -> None:
    """Adds the array ``shards``: section, first state and end of each shard."""
    import zarr
    from zarr.storage import MemoryStore

    rows, start = [], 0
    for place in head.places():
        stop = start + head.sections[place.section].length(place.shard)
        rows.append((place.section, start, stop))
        start = stop
    array = zarr.create_array(
        store=MemoryStore(store_dict=files),
        name="shards",
        data=np.asarray(rows, dtype=np.int64),
        chunks=(len(rows), 3),
        fill_value=0,
        dimension_names=("shard", "section_start_stop"),
        config={"write_empty_chunks": True},
    )
    assert array.nchunks == 1


def _is_group(name: str, head: Head) -> bool:
    return name in {f"{section.name}/{ROOT}" for section in head.sections}


def _damaged(where: str) -> DatasetCorruptError:
    return DatasetCorruptError(
        "the head of the data set was changed or damaged",
        where=where,
        do="copy it again from an intact copy, or write the data set anew with --overwrite",
    )
