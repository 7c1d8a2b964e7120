"""The one form of all results: what a group of measurements found, ready for JSON and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SCHEMA = "qent-benchmarks/2"

OWN = "qent"

AHEAD = 1.05
"""From this ratio on qent counts as ahead."""


def row(
    task: str,
    measured: Mapping[str, dict[str, Any]],
    peers: Sequence[str],
    *,
    against: Mapping[str, dict[str, Any]] | None = None,
    yardstick: str = "",
    why: str = "",
) -> dict[str, Any]:
    """Returns one row of a table.

    Args:
        task: What was done.
        measured: Summary of each library.
        peers: Those that qent is compared with; others are yardsticks.
        against: What the peers are judged by, if not by the same task.
        yardstick: What is no peer, but what qent should not be behind without a reason.
        why: What there is to say if qent is not ahead.

    Example:
        >>> from benchmarks.timing import summary
        >>> made = row("t", {"qent": summary([4.0]), "QuTiP": summary([2.0])}, ["QuTiP"])
        >>> made["fastest_peer"], made["ratio"], made["why"]
        ('QuTiP', 2.0, '')
    """
    others = measured if against is None else against
    fair = {name: others[name]["median"] for name in peers if name in others}
    fair = {name: median for name, median in fair.items() if others[name]["counts"] and median}
    fastest = max(fair, key=lambda name: fair[name]) if fair else ""
    own = measured.get(OWN, {}).get("median")
    ratio = own / fair[fastest] if fastest and own else None
    bare = measured.get(yardstick, {}).get("median")
    to_bare = own / bare if own and bare else None
    behind = any(number is not None and number < AHEAD for number in (ratio, to_bare))
    return {
        "task": task,
        "measured": dict(measured),
        "fastest_peer": fastest,
        "ratio": ratio,
        "yardstick": yardstick if to_bare else "",
        "yardstick_ratio": to_bare,
        "why": why if behind else "",
    }


def group(
    name: str,
    rows: Sequence[dict[str, Any]],
    *,
    unit: str,
    columns: Sequence[str],
    answers: Mapping[str, Any],
    missing: Mapping[str, str],
) -> dict[str, Any]:
    """Returns a group: its rows, and which libraries there were.

    Args:
        name: As on the command line.
        rows: From `row`.
        unit: Of all figures.
        columns: Libraries in the order of the table, installed or not.
        answers: What each library answered.
        missing: Why a library could not be measured.
    """
    return {
        "name": name,
        "unit": unit,
        "columns": list(columns),
        "rows": list(rows),
        "versions": {library: answer["version"] for library, answer in answers.items()},
        "missing": dict(missing),
    }


def results(environment: dict[str, Any], groups: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Returns everything that a run found."""
    return {"schema": SCHEMA, "environment": environment, "groups": list(groups)}


def not_ahead(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the rows of a group in which qent is not at least five per cent ahead."""
    return [row for row in found["rows"] if row["ratio"] is not None and row["ratio"] < AHEAD]


def behind_yardstick(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the rows of a group in which qent is not five per cent ahead of a yardstick."""
    ratios = [(row, row["yardstick_ratio"]) for row in found["rows"]]
    return [row for row, ratio in ratios if ratio is not None and ratio < AHEAD]


def spoilt(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Returns library, task and reason of what could not be measured."""
    return [
        (name, row["task"], kept["reason"])
        for row in found["rows"]
        for name, kept in row["measured"].items()
        if kept["median"] is None
    ]
