"""Results as Markdown: one table per group."""

from __future__ import annotations

from typing import Any

from benchmarks.results import behind_yardstick, not_ahead, spoilt


def markdown(results: dict[str, Any]) -> str:
    """Returns all tables of a run, and the environment."""
    parts = [text for found in results["groups"] for text in of_group(found)]
    return "\n".join([*parts, said_of(results["environment"])])


def of_group(found: dict[str, Any]) -> list[str]:
    """Returns the lines of one group: heading, table, versions, what is missing, what is behind."""
    return [f"### {found['name']}", "", *body_of(found)]


def body_of(found: dict[str, Any]) -> list[str]:
    """Returns the lines of one group without its heading."""
    heads = [found["name"], *found["columns"], "qent against the fastest peer"]
    lines = [f"{capital(found['unit'])}: median (best; interquartile range).", ""]
    lines += [line(heads), "|---" * len(heads) + "|"]
    lines += [line(cells(row, found)) for row in found["rows"]]
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    lines += ["", f"Measured with {versions}.", ""]
    for name, reason in found["missing"].items():
        lines += [f"{name} was not measured: {reason}.", ""]
    for row in not_ahead(found):
        lines += [
            f"Not ahead: {row['task']}, {times(row['ratio'])} {row['fastest_peer']}. {row['why']}",
            "",
        ]
    if behind := behind_yardstick(found):
        said = [f"{row['task']} ({times(row['yardstick_ratio'])})" for row in behind]
        whys = dict.fromkeys(row["why"] for row in behind if row["why"])
        lines += [f"Not ahead of {behind[0]['yardstick']}, which is no peer: {', '.join(said)}."]
        lines[-1] = " ".join([lines[-1], *whys])
        lines += [""]
    for name, task, reason in spoilt(found):
        lines += [f"{name}, {task}: {reason}.", ""]
    return lines


def cells(row: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Returns one row as text."""
    measured = [cell(row["measured"].get(name)) for name in found["columns"]]
    ratio = f"{times(row['ratio'])} ({row['fastest_peer']})" if row["ratio"] else "-"
    return [row["task"], *measured, ratio]


def cell(measured: dict[str, Any] | None) -> str:
    """Returns one measurement as text, "-" if there is none.

    Example:
        >>> from benchmarks.timing import summary
        >>> cell(summary([1500.0, 1000.0, 2000.0], note="2/3 proven")), cell(None)
        ('1.5k (2k; 33 %), 2/3 proven', '-')
    """
    if measured is None:
        return "-"
    if measured["median"] is None:
        return str(measured["note"])
    shown = short(measured["median"])
    if measured["repeats"] > 1:
        low, high = measured["quartiles"]
        spread = 100 * (high - low) / measured["median"]
        shown += f" ({short(measured['best'])}; {spread:.0f} %)"
    return f"{shown}, {measured['note']}" if measured["note"] else shown


def short(rate: float) -> str:
    """Returns a rate with three digits.

    Example:
        >>> [short(rate) for rate in (0.0123, 7.5, 999.6, 24_287_000)]
        ['0.0123', '7.5', '1k', '24.3M']
    """
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if rate >= 0.9995 * size:
            return f"{float(f'{rate / size:.3g}'):g}{letter}"
    return f"{float(f'{rate:.3g}'):g}"


def capital(text: str) -> str:
    """Returns a text that begins with a capital."""
    return text[:1].upper() + text[1:]


def times(ratio: float) -> str:
    """Returns a ratio with two or three digits, and its sign."""
    return f"{ratio:,.0f}x" if ratio >= 100 else f"{ratio:.3g}x"


def line(shown: list[str]) -> str:
    """Returns one line of a Markdown table."""
    return "| " + " | ".join(text.replace("|", r"\|") for text in shown) + " |"


def said_of(here: dict[str, Any]) -> str:
    """Returns the environment as one sentence."""
    load = "" if here["load"] is None else f", load average {here['load']} at the start"
    return (
        f"{here['processor']}, {here['cores']} cores, {here['system']} {here['machine']}, "
        f"Python {here['python']}, NumPy {here['numpy']}, "
        f"linear algebra on {here['threads_per_process']} thread{load}."
    )
