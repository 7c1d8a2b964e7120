"""Checking a data set: every byte of every file, against what was written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qent_core.dataset.head import ROOT, existing_head
from qent_core.dataset.layout import Head, Place
from qent_core.dataset.pass_log import DATASET_LOG
from qent_core.dataset.shards import parse_record
from qent_core.dataset.storage import Storage, open_storage
from qent_core.errors import DatasetCorruptError
from qent_core.progress import track


@dataclass(frozen=True)
class Damage:
    """One file that is not as it was written."""

    file: str
    what: str
    """``"missing"`` or ``"changed"``."""
    shard: str = ""
    """Which shard it belongs to, in words; empty for files that describe the whole."""

    def __str__(self) -> str:
        return f"{self.what}: {self.file}" + (f" ({self.shard})" if self.shard else "")


@dataclass(frozen=True)
class CheckReport:
    """What checking a data set found."""

    files: int
    """How many files were read."""
    damage: tuple[Damage, ...]
    unfinished: tuple[str, ...]
    """What has not been written yet, in words."""
    unknown: tuple[str, ...] = field(default=())
    """Files that are no part of the data set."""

    @property
    def sound(self) -> bool:
        """Whether everything is there and as it was written."""
        return not self.damage and not self.unfinished


def check_dataset(
    path: str | Path | Storage, *, storage_options: Mapping[str, Any] | None = None
) -> CheckReport:
    """Reads every file of a data set and compares it with its checksum.

    Args:
        path: A path, or the URL of any fsspec store.
        storage_options: Passed to the fsspec file system.

    Raises:
        DatasetError: There is no data set, or its layout is of another version.
    """
    storage = open_storage(path, storage_options)
    try:
        head = existing_head(storage)
    except DatasetCorruptError:
        # Without its head nothing else of a data set can be told right from wrong.
        return CheckReport(1, (Damage(ROOT, "changed"),), ())
    known = {ROOT, *head.files}
    damage = [d for n, digest in head.files.items() for d in _compared(storage, n, digest, "")]
    unfinished = []
    present = set(storage.names())
    with track("checking", total=head.count * len(head.passes)) as step:
        for number, entry in enumerate(head.passes):
            left = 0
            for place in head.places():
                record = head.record(number, place)
                known |= {record, *head.expected(number, place)}
                if record in present or entry.complete:
                    damage += _shard_damage(storage, head, number, place)
                else:
                    left += 1
                step(head.sections[place.section].length(place.shard))
            if left or not entry.complete:
                total = sum(section.shards for section in head.sections)
                what = "states and labels" if number == 0 else _columns(head, number)
                unfinished.append(f"{what}: {total - left} of {total} shards are done")
    unknown = tuple(sorted(present - known - {DATASET_LOG}))
    return CheckReport(len(present & known), tuple(damage), tuple(unfinished), unknown)


def _shard_damage(storage: Storage, head: Head, number: int, place: Place) -> Iterator[Damage]:
    name = head.record(number, place)
    where = _described(head, place)
    data = storage.read(name)
    record = parse_record(data)
    if record is None:
        yield Damage(name, "missing" if data is None else "changed", where)
        return
    section = head.sections[place.section].name
    for relative, digest in record["objects"].items():
        yield from _compared(storage, f"{section}/{relative}", digest, where)


def _compared(storage: Storage, name: str, digest: str, where: str) -> Iterator[Damage]:
    data = storage.read(name)
    if data is None:
        yield Damage(name, "missing", where)
    elif hashlib.sha256(data).hexdigest() != digest:
        yield Damage(name, "changed", where)


def _described(head: Head, place: Place) -> str:
    section = head.sections[place.section]
    start = sum(s.count for s in head.sections[: place.section]) + place.shard * section.rows
    stop = start + section.length(place.shard) - 1
    return f"shard {place.shard} of {section.name}: states {start} to {stop}"


def _columns(head: Head, number: int) -> str:
    return "labels " + ", ".join(column.name for column in head.passes[number].columns)
