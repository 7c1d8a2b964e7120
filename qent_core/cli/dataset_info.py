"""What ``qent dataset info`` prints, for data sets that may be unfinished."""

from __future__ import annotations

from typing import Any


def facts_of(path: str) -> dict[str, Any]:
    """Returns what a data set holds and how far it is.

    Raises:
        DatasetError: There is none.
        DatasetCorruptError: Its head was changed.
    """
    from qent_core.dataset.head import existing_head
    from qent_core.dataset.records import finished_records
    from qent_core.dataset.storage import open_storage

    storage = open_storage(path)
    head = existing_head(storage)
    shards = sum(section.shards for section in head.sections)
    passes = []
    for number, entry in enumerate(head.passes):
        done = shards if entry.complete else len(finished_records(storage, head, number))
        passes.append(
            {
                "columns": [column.name for column in entry.columns],
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


def print_facts(facts: dict[str, Any]) -> None:
    """Prints what `facts_of` found."""
    from qent_core.cli.output import bold, columns, print_lines
    from qent_core.cli.tables import print_table
    from qent_core.summary import shares_table

    print_lines(
        bold(f"{facts['dataset']}: {facts['states']} states of dims {tuple(facts['dims'])}"), ""
    )
    rows = [("section", "states", "stored as", "shards of", "parameters", "known")]
    for section in facts["sections"]:
        rows.append(
            (
                section["name"],
                str(section["states"]),
                f"{section['kind']}, {section['dtype']}",
                str(section["shard_size"]),
                ", ".join(section["parameters"]) or "none",
                ", ".join(section["known"]) or "none",
            )
        )
    print_lines(*columns(rows), "")
    for number, entry in enumerate(facts["passes"]):
        what = ", ".join(entry["columns"]) or "no labels"
        what = f"states, {what}" if number == 0 else what
        state = (
            "complete" if entry["complete"] else f"{entry['shards']} of {facts['shards']} shards"
        )
        print_lines(f"  {what}: {state}")
    if facts["labels"]:
        print_lines("")
        print_table(shares_table({"run": "labels", **facts}))
    origin = facts["origin"]
    if "spec" in origin:
        print_lines("", bold("Made by"), *(f"  {line}" for line in origin["spec"].splitlines()))
    else:
        print_lines("", f"Made by {origin['form']} from {len(origin['parents'])} data sets")
    if not facts["complete"]:
        print_lines("", "Not finished: the command that began it goes on where it stopped.")
