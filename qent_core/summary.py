"""Small tables of results, for the terminal and the report alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from qent_core.labels import Labels, VerdictColumn
from qent_core.verdicts import Verdict

if TYPE_CHECKING:
    from qent_core.verification import VerifiedColumn

_HEADINGS = {
    "r2": "R²",
    "mse": "MSE",
    "mae": "MAE",
    "max_error": "max error",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced",
    "separable_called_entangled": "sep. called ent.",
    "entangled_called_separable": "ent. called sep.",
}


@dataclass(frozen=True)
class Table:
    """A heading row, rows of text, and a title."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def plain(self) -> str:
        """Returns the table as aligned plain text; the first column left, the others right."""
        lines = [self.headings, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.headings))]
        text = [
            "  ".join(
                cell.ljust(width) if i == 0 else cell.rjust(width)
                for i, (cell, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        text.insert(1, "-" * max(len(line) for line in text))
        parts = [self.title, *text, self.note]
        return "\n".join(part for part in parts if part)


def label_summary(labels: Labels) -> dict[str, Any]:
    """Returns, per column, the shares of the verdicts or the spread of the measure."""
    summary: dict[str, Any] = {}
    for name, column in labels.columns.items():
        if isinstance(column, VerdictColumn):
            criteria, counts = np.unique(column.criteria[column.criteria != ""], return_counts=True)
            summary[name] = {
                **column.shares(),
                "criteria": dict(zip(criteria.tolist(), counts.tolist(), strict=True)),
            }
        else:
            values = column.values
            summary[name] = {
                "mean": float(values.mean()),
                "std": float(values.std()),
                "min": float(values.min()),
                "max": float(values.max()),
            }
    return summary


def metrics_table(metrics: dict[str, Any]) -> Table:
    """Returns the held-out metrics of a run, one row per model."""
    models: dict[str, dict[str, float]] = metrics["models"]
    keys = list(next(iter(models.values())))
    note = f"{metrics['train']} training and {metrics['test']} test states"
    if metrics["task"] == "regression":
        note += f"; Var(target) = {metrics['target_variance']:.4g}"
    if metrics["undecided"]:
        note += f"; {metrics['undecided']} undecided states left out"
    return Table(
        title=f"{metrics['run']}: {', '.join(metrics['target'])}",
        headings=("model", *(_HEADINGS.get(key, key) for key in keys)),
        rows=tuple(
            (name, *(short_number(row[key]) for key in keys)) for name, row in models.items()
        ),
        note=note,
    )


def shares_table(metrics: dict[str, Any]) -> Table:
    """Returns the statistics of the label columns, one row per column."""
    rows = [(name, _described(entry)) for name, entry in metrics["labels"].items()]
    return Table(
        title=f"{metrics['run']}: {metrics['states']} states of dims {tuple(metrics['dims'])}",
        headings=("label", "statistics"),
        rows=tuple(rows),
    )


def state_rows(labels: Labels, limit: int) -> Table:
    """Returns the labels of the first states, one row per state."""
    shown = min(limit, len(labels))
    rows = tuple(
        (str(i), *(_cell(column, i) for column in labels.columns.values())) for i in range(shown)
    )
    left = len(labels) - shown
    note = f"... and {left} more; write them all with --out" if left else ""
    return Table("", ("state", *labels.names), rows, note)


def prediction_rows(predictions: dict[str, Any], limit: int) -> Table:
    """Returns the predictions for the first states, one row per state."""
    count = len(next(iter(predictions.values())))
    shown = min(limit, count)
    rows = tuple(
        (str(i), *(short_number(values[i]) for values in predictions.values()))
        for i in range(shown)
    )
    left = count - shown
    note = f"... and {left} more; write them all with --out" if left else ""
    return Table("", ("state", *predictions), rows, note)


def verified_table(columns: Sequence[VerifiedColumn]) -> Table:
    """Returns what the checker found, one row per column and kind of certificate."""
    rows = []
    for column in columns:
        for kind, counts in sorted(column.kinds.items()):
            numbers = (counts["accepted"], counts["refused"], counts["open"])
            rows.append((column.name, kind, *(str(number) for number in numbers)))
        if column.without_proof:
            rows.append((column.name, "(no certificate)", "", "", str(column.without_proof)))
    notes = [
        f"{c.name}: {c.decided} of {c.states} states decided ({c.decided / max(1, c.states):.2%})"
        + (f", {c.within_delta} within 1e-12 only" if c.within_delta else "")
        for c in columns
    ]
    refused = [f"{c.name}: state {row}" for c in columns for row in c.refused[:3]]
    if refused:
        notes.append(f"refused, for example {', '.join(refused)}")
    if refused and not any(column.accepted for column in columns):
        notes.append("No certificate was accepted: are these the states that were labelled?")
    headings = ("label", "certificate", "accepted", "refused", "not decided")
    return Table("", headings, tuple(rows), "\n".join(notes))


def _cell(column: Any, row: int) -> str:
    if not isinstance(column, VerdictColumn):
        return short_number(column.values[row])
    word = Verdict(int(column.values[row])).word
    criterion = column.criteria[row]
    return f"{word} ({criterion})" if criterion else word


def _described(entry: dict[str, Any]) -> str:
    if "mean" in entry:
        low, high = short_number(entry["min"]), short_number(entry["max"])
        return (
            f"mean {short_number(entry['mean'])}, std {short_number(entry['std'])}, {low} to {high}"
        )
    words = ("separable", "entangled", "unknown")
    return ", ".join(f"{word} {entry[word]:.2%}" for word in words)


def short_number(value: Any) -> str:
    """Returns a number as tables show it.

    Example:
        >>> short_number(0.99987), short_number(2.5e-7)
        ('0.999870', '2.5e-07')
    """
    number = float(value)
    if number == 0:
        return "0"
    return f"{number:.6f}" if 1e-3 <= abs(number) < 1e4 else f"{number:.3g}"
