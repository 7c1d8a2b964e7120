"""Data sets made from others: selections written out, and several put together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qent_core.dataset.data_set import Dataset
from qent_core.dataset.executors import Workers
from qent_core.dataset.generate import prepare
from qent_core.dataset.head import with_files
from qent_core.dataset.layout import (
    Head,
    LabelPass,
    Place,
    Section,
    column_places,
)
from qent_core.dataset.node_names import node_names, section_name
from qent_core.dataset.passes import finish_pass
from qent_core.dataset.plan import versions_of
from qent_core.dataset.shards import ShardObjects
from qent_core.dataset.storage import Storage, open_storage
from qent_core.errors import DatasetError


def save_selection(
    data: Dataset,
    out: str | Path,
    *,
    overwrite: bool = False,
    storage_options: Mapping[str, Any] | None = None,
) -> Dataset:
    """Writes a selection as a data set of its own, family by family.

    Args:
        data: For example what `Dataset.where` or `Dataset.split` gave.
        out: A path, or the URL of any fsspec store.
        overwrite: Remove an earlier data set in ``out`` first.
        storage_options: Passed to the fsspec file system.

    Raises:
        DatasetMismatchError: ``out`` holds something else.
    """
    rows = np.ascontiguousarray(data.rows, dtype="<i8")
    origin = {
        "form": "selection",
        "states": len(data),
        "rows_sha256": hashlib.sha256(rows.tobytes()).hexdigest(),
        **_parents([data]),
    }
    return _write(data.by_section(), origin, out, overwrite, storage_options)


def merge_datasets(
    parts: Sequence[Dataset],
    out: str | Path,
    *,
    overwrite: bool = False,
    storage_options: Mapping[str, Any] | None = None,
) -> Dataset:
    """Writes one data set with the states of several, in their order.

    Args:
        parts: Data sets of the same dims, with the same label columns.
        out: A path, or the URL of any fsspec store.
        overwrite: Remove an earlier data set in ``out`` first.
        storage_options: Passed to the fsspec file system.

    Raises:
        DatasetError: They do not fit together.
        DatasetMismatchError: ``out`` holds something else.
    """
    if len(parts) < 2:
        raise DatasetError("there is nothing to merge", do="name two data sets or more")
    first = parts[0]
    for other in parts[1:]:
        if other.dims != first.dims:
            raise DatasetError(
                f"states of dims {first.dims} and {other.dims} cannot be merged",
                where=f"{first.path}, {other.path}",
            )
        lacking = sorted({*first.columns} ^ {*other.columns})
        if lacking:
            poorer = other if lacking[0] in first.columns else first
            raise DatasetError(
                f"only one of the data sets has the label column '{lacking[0]}'",
                where=poorer.path,
                do=f"add it with: qent label {poorer.path} --use {lacking[0].partition('[')[0]}",
            )
    sections = [section for part in parts for section in part.by_section()]
    origin = {"form": "merge", **_parents(parts)}
    return _write(sections, origin, out, overwrite, storage_options)


@dataclass(frozen=True)
class _CopyJob:
    """Writes states that other data sets hold."""

    parts: Sequence[Dataset]
    """One per section."""
    storage: Storage
    head: Head

    def __call__(self, place: Place) -> None:
        section = self.head.sections[place.section]
        start = place.shard * section.rows
        rows = slice(start, start + section.length(place.shard))
        part = self.parts[place.section]
        columns = self.head.passes[0].columns
        objects = ShardObjects(section, place.shard)
        objects.add_states(part.states(rows))
        labels = part.labels(rows, columns=[column.name for column in columns])
        objects.add_labels(labels, columns)
        objects.write(self.storage, self.head, 0, place)


def _write(
    parts: Sequence[Dataset],
    origin: Mapping[str, Any],
    out: str | Path,
    overwrite: bool,
    storage_options: Mapping[str, Any] | None,
) -> Dataset:
    storage = open_storage(out, storage_options)
    sections = tuple(_section(number, part) for number, part in enumerate(parts))
    columns = column_places(parts[0].labels(slice(0, 1), certificates=False))
    versions = versions_of({})
    wanted = Head(parts[0].dims, sections, (LabelPass(columns, (), versions),), origin)
    head, files = with_files(wanted)
    with storage.locked():
        found = prepare(storage, head, files, overwrite=overwrite)
        finish_pass(
            _CopyJob(parts, storage, found),
            0,
            versions=versions,
            workers=Workers(),
            description="copying",
        )
    return Dataset.open(storage)


def _section(number: int, part: Dataset) -> Section:
    source = part.sources[0]
    parameters = node_names("parameter", part.parameters)
    return Section(
        section_name(number, source),
        source,
        len(part),
        min(part.shard_size, len(part)),
        part.kind,
        str(part.dtype),
        int(np.prod(part.dims)),
        parameters,
        node_names("known", part.known, parameters.values()),
    )


def _parents(parts: Sequence[Dataset]) -> dict[str, Any]:
    references = {ref["key"]: ref for part in parts for ref in part.manifest.get("references", [])}
    return {
        "parents": [{"head_sha256": part.head_digest, **part.manifest} for part in parts],
        "references": [references[key] for key in sorted(references)],
    }
