"""The records of finished shards: which are done, and what they say together."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

from qent_core.dataset.layout import Head, Place
from qent_core.dataset.seals import SEAL
from qent_core.dataset.shards import parse_record
from qent_core.dataset.storage import Storage

Records = dict[Place, dict[str, Any]]


def finished_records(storage: Storage, head: Head, number: int) -> Records:
    """Returns the records of the shards that a pass has finished.

    A shard is finished if its record is whole and every object that it needs is there.
    """
    present = set(storage.names())
    there = {
        head.record(number, place): place
        for place in head.places()
        if present.issuperset(head.expected(number, place))
    }
    texts = storage.read_all(present.intersection(there))
    found: Records = {}
    for name, place in there.items():
        record = parse_record(texts.get(name))
        if record is not None and _covers(record, head, number, place):
            found[place] = record
    return found


def _covers(record: dict[str, Any], head: Head, number: int, place: Place) -> bool:
    prefix = f"{head.sections[place.section].name}/"
    return all(
        name.removeprefix(prefix) in record["objects"] for name in head.expected(number, place)
    )


def missing_objects(storage: Storage, head: Head, number: int) -> list[str]:
    """Returns the names of the objects of a pass that are not there, records included."""
    present = set(storage.names())
    missing = []
    for place in head.places():
        wanted = [*head.expected(number, place), head.record(number, place)]
        missing += [name for name in wanted if name not in present]
    return missing


def joined_summary(head: Head, records: Records) -> dict[str, Any]:
    """Returns the statistics of each column over all shards.

    The shards are taken in their order, so that the sums are the same every time.
    """
    weighted = [(records[p]["states"], records[p]["summary"]) for p in head.places()]
    names = weighted[0][1] if weighted else ()
    return {name: _joined([(n, summary[name]) for n, summary in weighted]) for name in names}


def joined_seal(head: Head, records: Records) -> str:
    """Returns one checksum that stands for those of all shards."""
    seals = "\n".join(str(records[place][SEAL]) for place in head.places())
    return hashlib.sha256(seals.encode()).hexdigest()


def joined_criteria(records: Records) -> tuple[str, ...]:
    """Returns every criterion that some shard names."""
    return tuple(sorted({name for record in records.values() for name in record["criteria"]}))


def _joined(parts: list[tuple[int, Mapping[str, Any]]]) -> dict[str, Any]:
    total = sum(count for count, _ in parts)
    if "mean" in parts[0][1]:
        mean = sum(count * part["mean"] for count, part in parts) / total
        spread = sum(c * (part["std"] ** 2 + (part["mean"] - mean) ** 2) for c, part in parts)
        return {
            "mean": mean,
            "std": math.sqrt(spread / total),
            "min": min(part["min"] for _, part in parts),
            "max": max(part["max"] for _, part in parts),
        }
    words = [key for key in parts[0][1] if key != "criteria"]
    criteria: Counter[str] = Counter()
    for _, part in parts:
        criteria.update(part["criteria"])
    shares = {word: sum(count * part[word] for count, part in parts) / total for word in words}
    return {**shares, "criteria": dict(sorted(criteria.items()))}
