"""What there is to know about a data set, finished or not, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qent_core.dataset.head import existing_head
from qent_core.dataset.records import finished_records
from qent_core.dataset.storage import open_storage


def facts_of(path: str) -> dict[str, Any]:
    """Returns what a data set holds and how far it is.

    Raises:
        DatasetError: There is none.
        DatasetCorruptError: Its head was changed.
    """
    storage = open_storage(path)
    head = existing_head(storage)
    shards = sum(section.shards for section in head.sections)
    passes = []
    for number, entry in enumerate(head.passes):
        done = shards if entry.complete else len(finished_records(storage, head, number))
        passes.append(
            {
                "columns": [column.name for column in entry.columns],
                "questions": {c.name: c.question for c in entry.columns if c.question},
                "labelers": list(entry.labelers),
                "complete": entry.complete,
                "shards": done,
            }
        )
    return {
        "dataset": path,
        "states": head.count,
        "dims": list(head.dims),
        "shards": shards,
        "complete": all(entry.complete for entry in head.passes),
        "sections": [
            {
                "name": section.name,
                "source": section.source,
                "states": section.count,
                "kind": section.kind,
                "dtype": section.dtype,
                "shard_size": section.rows,
                "parameters": list(section.parameters),
                "known": list(section.known),
            }
            for section in head.sections
        ],
        "passes": passes,
        "labels": {name: s for e in head.passes for name, s in e.summary.items()},
        "origin": dict(head.origin),
    }


def section_cells(section: Mapping[str, Any]) -> tuple[str, ...]:
    """Returns states, storage, states per shard, parameters and known questions for a table.

    Args:
        section: One of the ``"sections"`` of `facts_of`.
    """
    return (
        str(section["states"]),
        f"{section['kind']}, {section['dtype']}",
        str(section["shard_size"]),
        ", ".join(section["parameters"]) or "none",
        ", ".join(section["known"]) or "none",
    )
