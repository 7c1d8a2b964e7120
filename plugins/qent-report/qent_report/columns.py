"""What reports say about label columns, whether of a file or of a data set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.summary import Table, short_number
from qent_report.charts import spread, verdict_shares
from qent_report.page import Grid
from qent_report.pictures import Picture, drawn_picture

_WORDS = ("separable", "entangled", "unknown")
_MOST_PICTURES = 12


def column_grids(
    summary: Mapping[str, Mapping[str, Any]], questions: Mapping[str, str], command: str
) -> list[Grid]:
    """Returns the tables of verdicts, of criteria and of measures, those that have a row.

    Args:
        summary: Column to its statistics, as `qent_core.summary.label_summary` gives them.
        questions: Column to its question.
        command: Gives the numbers.
    """
    verdicts = {name: entry for name, entry in summary.items() if "mean" not in entry}
    measures = {name: entry for name, entry in summary.items() if "mean" in entry}
    shares = Table(
        "Verdicts",
        ("column", "question", *_WORDS),
        tuple(
            (name, questions.get(name, ""), *(f"{entry[word]:.2%}" for word in _WORDS))
            for name, entry in verdicts.items()
        ),
    )
    criteria = Table(
        "Criteria",
        ("column", "criterion", "states"),
        tuple(
            (name, criterion, str(count))
            for name, entry in verdicts.items()
            for criterion, count in entry["criteria"].items()
        ),
    )
    values = Table(
        "Measures",
        ("column", "question", "mean", "std", "min", "max"),
        tuple(
            (
                name,
                questions.get(name, ""),
                *(short_number(entry[key]) for key in ("mean", "std", "min", "max")),
            )
            for name, entry in measures.items()
        ),
    )
    return [Grid(table, command, (0, 1)) for table in (shares, criteria, values) if table.rows]


def column_pictures(
    summary: Mapping[str, Mapping[str, Any]],
    values: Callable[[str], NDArray[Any]],
    command: str,
    note: str = "",
) -> list[Picture]:
    """Returns the figures of the columns; of many measures only the first ones are drawn.

    Args:
        summary: Column to its statistics.
        values: Gives the values of a measure column.
        command: Draws them.
        note: Said about the states that the spread of a measure is drawn from.
    """
    shares = {name: entry for name, entry in summary.items() if "mean" not in entry}
    pictures = []
    if shares:
        draw = partial(verdict_shares, shares)
        pictures.append(drawn_picture("verdicts", draw, "Verdicts per label column.", command))
    measures = [name for name, entry in summary.items() if "mean" in entry]
    for number, name in enumerate(measures[:_MOST_PICTURES], start=1):
        found = np.asarray(values(name))
        found = found[np.isfinite(found)]
        if len(found):
            caption = f"{name}: how often each value occurs{note}."
            draw = partial(spread, name, found)
            pictures.append(drawn_picture(f"measure-{number}", draw, caption, command))
    return pictures
