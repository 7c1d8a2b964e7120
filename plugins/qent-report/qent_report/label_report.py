"""The report of a file of labels."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path

from qent_core.label_files import read_labels, read_origin
from qent_core.labels import Labels, MeasureColumn, VerdictColumn
from qent_core.records import Reference
from qent_core.summary import Table, label_summary, state_rows
from qent_report.columns import column_grids, column_pictures
from qent_report.page import Grid, Page, Section, write_page
from qent_report.run_report import joined

_MOST_ROWS = 200


def write_label_report(source: Path, file: Path) -> None:
    """Writes the page of a file of labels.

    Args:
        source: The ``.npz`` file.
        file: Where to write the page.

    Raises:
        StateFileError: The file is missing, broken, or holds no labels.
        ReportError: The page cannot be written.
    """
    labels, origin = read_labels(source), read_origin(source)
    summary = label_summary(labels)
    command = str(origin.get("command", ""))
    again = shlex.join(["qent", "report", source.name])
    proofs = _proofs(labels, command or again)
    rows = state_rows(labels, _MOST_ROWS)
    note = f"The first {_MOST_ROWS} of {len(labels)} states." if len(labels) > _MOST_ROWS else ""
    first = Table("", rows.headings, rows.rows, note)
    words = tuple(
        i
        for i, name in enumerate(labels.names, start=1)
        if isinstance(labels.column(name), VerdictColumn)
    )
    said = command or "the file does not say; qent label --out writes it down"
    pictures = column_pictures(summary, lambda name: labels.column(name).values, again)
    page = Page(
        kind="labels",
        title=source.name,
        tiles=[
            ("states", str(len(labels))),
            ("columns", str(len(labels.names))),
            *([("certificates", str(_certified(labels)))] if proofs else []),
        ],
        sections=[
            Section(
                "Columns",
                [*column_grids(summary, _questions(labels), command or again), *proofs],
            ),
            *([Section("Figures", pictures=pictures)] if pictures else []),
            Section("State by state", [Grid(first, command or again, words)]),
        ],
        commands=[
            ("labelled with", said),
            ("check the certificates", f"qent verify {shlex.quote(source.name)} --states STATES"),
            ("cite what it used", f"qent cite {shlex.quote(source.name)}"),
            ("make this page again", again),
        ],
        facts=[("versions", joined(origin["versions"]))] if "versions" in origin else [],
        references=[Reference(**entry).text() for entry in origin.get("references", ())],
    )
    write_page(file, page)


def _questions(labels: Labels) -> dict[str, str]:
    return {name: column.question for name, column in labels.columns.items()}


def _proofs(labels: Labels, command: str) -> list[Grid]:
    """Returns the table of certificates by kind, if there is one."""
    rows = []
    for name, column in labels.columns.items():
        if isinstance(column, MeasureColumn):
            continue
        counts = Counter(column.certificates.kinds().tolist())
        rows += [(name, kind, str(count)) for kind, count in sorted(counts.items()) if kind]
    table = Table("Certificates", ("column", "certificate", "states"), tuple(rows))
    return [Grid(table, command, (0, 1))] if rows else []


def _certified(labels: Labels) -> int:
    columns = [c for c in labels.columns.values() if isinstance(c, VerdictColumn)]
    return sum(int(column.certificates.present.sum()) for column in columns)
