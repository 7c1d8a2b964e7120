"""The report of a data set, which need not be finished."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qent_core.records import Reference
from qent_core.summary import Table
from qent_report.columns import column_grids, column_pictures
from qent_report.page import Grid, Page, Section, write_page
from qent_report.pictures import Picture
from qent_report.run_report import joined

if TYPE_CHECKING:
    from qent_core.dataset.data_set import Dataset

_FIRST = 20_000
"""States per family that the spread of a measure is drawn from: a data set may be of any size."""


def write_dataset_report(path: str, file: Path) -> None:
    """Writes the page of a data set.

    Args:
        path: A path, or the URL of any fsspec store.
        file: Where to write the page; never inside the data set.

    Raises:
        DatasetError: There is no data set.
        DatasetCorruptError: Files are missing or were changed.
        ReportError: The page cannot be written.
    """
    from qent_core.dataset.facts import facts_of

    facts = facts_of(path)
    origin: Mapping[str, Any] = facts["origin"]
    name = path.rstrip("/").rsplit("/", 1)[-1]
    there = shlex.quote(path)
    info = f"qent dataset info {there}"
    columns = column_grids(facts["labels"], _questions(facts), info)
    pictures = _pictures(path, facts, f"qent report {there}")
    made = [Section("Made from", listing=origin["spec"].strip())] if "spec" in origin else []
    page = Page(
        kind="data set" if facts["complete"] else "unfinished data set",
        title=name,
        lead=str(origin.get("name", "")) or f"Made by {origin['form']} from other data sets.",
        tiles=[
            ("states", f"{facts['states']:,}".replace(",", " ")),
            ("dims", " × ".join(map(str, facts["dims"]))),
            ("shards", str(facts["shards"])),
            ("label columns", str(sum(len(entry["columns"]) for entry in facts["passes"]))),
        ],
        sections=[
            Section("States", [Grid(_sections(facts), info, (0, 2, 4, 5))]),
            Section("Work", [Grid(_passes(facts), info, (0, 1))], note=_left(facts)),
            *([Section("Labels", columns)] if columns else []),
            *([Section("Figures", pictures=pictures)] if pictures else []),
            *made,
        ],
        commands=_commands(facts, there),
        facts=_made_with(origin),
        references=[Reference(**entry).text() for entry in origin.get("references", ())],
    )
    write_page(file, page)


def _sections(facts: Mapping[str, Any]) -> Table:
    from qent_core.dataset.facts import section_cells

    rows = tuple((section["source"], *section_cells(section)) for section in facts["sections"])
    headings = ("family", "states", "stored as", "states per shard", "parameters", "known")
    return Table("", headings, rows)


def _passes(facts: Mapping[str, Any]) -> Table:
    rows = []
    for number, entry in enumerate(facts["passes"]):
        columns = ", ".join(entry["columns"]) or "no labels"
        labelers = ", ".join(table["use"] for table in entry["labelers"]) or "none"
        done = "complete" if entry["complete"] else f"{entry['shards']} of {facts['shards']}"
        rows.append((columns if number else f"states, {columns}", labelers, done))
    return Table("", ("columns", "labelers", "shards"), tuple(rows))


def _left(facts: Mapping[str, Any]) -> str:
    done = "The command that began it goes on where it stopped."
    return "" if facts["complete"] else f"Not finished. {done}"


def _questions(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: q for entry in facts["passes"] for name, q in entry["questions"].items()}


def _pictures(path: str, facts: Mapping[str, Any], command: str) -> list[Picture]:
    if not facts["passes"][0]["complete"]:
        return []
    from qent_core.dataset.data_set import Dataset

    data = Dataset.open(path)
    cut = any(section["states"] > _FIRST for section in facts["sections"])
    note = f", in the first {_FIRST} states of each family" if cut else ""
    return column_pictures(facts["labels"], lambda name: _first(data, facts, name), command, note)


def _first(data: Dataset, facts: Mapping[str, Any], name: str) -> NDArray[Any]:
    parts, start = [], 0
    for section in facts["sections"]:
        stop = start + min(section["states"], _FIRST)
        parts.append(data.take(slice(start, stop)).columns[name])
        start += section["states"]
    return np.concatenate(parts)


def _commands(facts: Mapping[str, Any], there: str) -> list[tuple[str, str]]:
    spec = "spec" in facts["origin"]
    return [
        *([("generate it again", f"qent generate SPEC.toml --out {there}")] if spec else []),
        *(
            ("label it again", _label_command(table["use"], there))
            for entry in facts["passes"][1:]
            for table in entry["labelers"]
        ),
        ("check every file", f"qent dataset check {there}"),
        ("check the certificates", f"qent verify {there}"),
        ("cite what it used", f"qent cite {there}"),
        ("make this page again", f"qent report {there}"),
    ]


def _label_command(labeler: str, there: str) -> str:
    return f"qent label {there} --use {labeler}"


def _made_with(origin: Mapping[str, Any]) -> list[tuple[str, str]]:
    if "spec" not in origin:
        return [("made by", str(origin["form"]))]
    return [
        ("seed", str(origin["seed"])),
        ("qent", str(origin["qent"])),
        ("plugins", joined(origin["plugins"]) or "none"),
        ("Python", f"{origin['python']}, {origin['machine']}"),
        ("libraries", joined(origin["libraries"])),
    ]
