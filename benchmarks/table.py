"""Prints results: a table on a terminal, Markdown elsewhere."""

from __future__ import annotations

import sys
from typing import Any

TITLE = "thousands of states per CPU-second, best of the repeats"


def columns(results: dict[str, Any]) -> list[str]:
    """Returns the heads of the columns."""
    cores = results["environment"]["cores"]
    peers = [name for name in results["environment"]["versions"] if name != "qent"]
    return ["operation", "qent, one core", f"qent, {cores} cores", *peers, "against fastest peer"]


def cells(row: dict[str, Any], results: dict[str, Any]) -> list[str]:
    """Returns one row as text."""
    peers = [name for name in results["environment"]["versions"] if name != "qent"]
    shown = [row["task"], thousands(row["rates"]["qent"]), thousands(row["all_cores"])]
    for name in peers:
        mark = " (wrong law)" if name in row["wrong_law"] else ""
        shown.append(thousands(row["rates"][name]) + mark if name in row["rates"] else "-")
    ratio = row["ratio"]
    shown.append(f"{ratio:.3g}x ({row['fastest_peer']})" if ratio else "-")
    return shown


def thousands(rate: float) -> str:
    """Returns a rate in thousands with three digits."""
    value = rate / 1000
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def footer(results: dict[str, Any]) -> str:
    """Returns the environment as one line."""
    here = results["environment"]
    versions = ", ".join(f"{name} {version}" for name, version in here["versions"].items())
    return (
        f"Python {here['python']}, NumPy {here['numpy']}, {here['system']} {here['machine']}, "
        f"{here['cores']} cores; {versions}"
    )


def markdown(results: dict[str, Any]) -> str:
    """Returns the table as Markdown."""
    heads = columns(results)
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    lines += ["| " + " | ".join(cells(row, results)) + " |" for row in results["rows"]]
    return "\n".join([*lines, "", footer(results)])


def show(results: dict[str, Any]) -> None:
    """Prints the table."""
    if not sys.stdout.isatty():
        print(markdown(results))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(title=TITLE, caption=footer(results))
    for number, head in enumerate(columns(results)):
        table.add_column(head, justify="left" if number == 0 else "right")
    for row in results["rows"]:
        table.add_row(*cells(row, results))
    Console().print(table)
