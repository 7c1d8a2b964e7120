"""The page of a study and its figures, made from the files of the study's folder."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qent_core.progress import track
from qent_core.records import Reference
from qent_report.figures import save_figures
from qent_report.page import Page, Section, write_page
from qent_report.pictures import stored_pictures
from qent_report.run_report import joined
from qent_studies.claims import shown
from qent_studies.document import summary_of
from qent_studies.drawing import Drawing
from qent_studies.findings import Quantity
from qent_studies.plan import StudyPlan
from qent_studies.results import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REPORT = "study.html"

_SYMBOLS = {
    "reproduced": "✓",
    "exceeded": "▲",
    "not reproduced": "✗",
    "refuted": "⊘",
    "not tested": "–",
}
"""Verdicts are told apart without colour as well."""

_NUMBERS_SHOWN = 6
"""Of each claim; the others are unfolded."""


def drawings(plan: StudyPlan, results: Results) -> dict[str, Drawing]:
    """Returns the figures of a run: in a restricted one only those of the claims wanted."""
    every: Mapping[str, Drawing | Callable[[], Figure]] = plan.study.figures(results, plan.settings)
    chosen = {}
    for name, given in every.items():
        drawing = given if isinstance(given, Drawing) else Drawing(given)
        if not plan.only or {*drawing.claims} & {*plan.wanted}:
            chosen[name] = drawing
    return chosen


def write_figures(chosen: Mapping[str, Drawing], folder: Path) -> None:
    """Writes every figure as SVG, PDF and PNG."""
    with track("figures", total=len(chosen)) as step:
        for name, drawing in chosen.items():
            save_figures({name: drawing.draw}, folder, pdf=True)
            step(detail=name)


def write_study_page(folder: Path, manifest: Mapping[str, Any], file: Path | None = None) -> None:
    """Writes the page: table, figures, commands and versions, with nothing outside itself.

    Args:
        folder: Holds ``claims.json``, ``measurements.json`` and ``figures/``.
        manifest: Versions, settings, captions and references.
        file: Where to write; by default ``study.html`` in the folder.

    Raises:
        ReportError: The page cannot be written.
    """
    found = json.loads((folder / "claims.json").read_text(encoding="utf-8"))
    measured = json.loads((folder / "measurements.json").read_text(encoding="utf-8"))
    references = [Reference(**entry).text() for entry in manifest["references"]]
    command = manifest["command"]
    pictures = stored_pictures(folder / "figures", manifest["figures"], command)
    only = f", only {', '.join(found['only'])}" if found["only"] else ""
    page = Page(
        kind="study",
        title=found["study"],
        lead=": ".join([found["summary"], *references[:1]]),
        tiles=[
            ("claims", str(len(found["claims"]))),
            *((verdict, str(number)) for verdict, number in found["outcomes"].items()),
        ],
        sections=[Section("Figures", pictures=pictures)] if pictures else [],
        commands=[
            ("run it again", command),
            ("cite what it used", "qent cite ."),
            ("make this page again", "qent report ."),
        ],
        facts=[
            ("scale", f"{found['scale']}, seeds {', '.join(map(str, found['seeds']))}{only}"),
            ("summary", summary_of(found["outcomes"])),
            ("components", ", ".join(_component(entry) for entry in manifest["components"])),
            ("versions", joined(measured["versions"])),
            ("Python", f"{measured['python']}, {measured['machine']}"),
            ("work", _work(measured)),
        ],
        references=references,
        extra={
            "symbols": _SYMBOLS,
            "rows": [_row(claim, measured["claims"], command) for claim in found["claims"]],
            "settings": manifest["settings"],
        },
    )
    write_page(file or folder / REPORT, page, template="study.html.j2", package="qent_studies")


def _row(claim: Mapping[str, Any], measured: Mapping[str, str], command: str) -> dict[str, Any]:
    """Returns one claim as the table shows it."""
    given = claim["ours"]
    if isinstance(given, str):
        ours = [(given, "")] if given else []
    else:
        ours = [_number(_quantity(entry), claim["unit"]) for entry in given]
    return {
        **claim,
        "published": shown(claim["published"], claim["unit"]),
        "truth": shown(claim["truth"], claim["unit"]),
        "ours": ours[:_NUMBERS_SHOWN],
        "more": ours[_NUMBERS_SHOWN:],
        "measured": measured.get(claim["id"], ""),
        "command": _only(command, claim["id"]) if ours else "",
    }


def _number(quantity: Quantity, unit: str) -> tuple[str, str]:
    """Returns the number with its name, and what it rests on: interval, n, seeds, note."""
    head = quantity.short(unit)
    return head, quantity.text(unit).removeprefix(head).lstrip(", ")


def _quantity(entry: Mapping[str, Any]) -> Quantity:
    lists = {key: tuple(entry[key]) for key in ("interval", "seeds") if key in entry}
    return Quantity(**{**entry, **lists})


def _only(command: str, claim: str) -> str:
    """Returns the command for one claim alone."""
    words = shlex.split(command)
    if "--only" in words:
        place = words.index("--only")
        del words[place : place + 2]
    return shlex.join([*words, "--only", claim])


def _component(entry: Mapping[str, str]) -> str:
    return f"{entry['name']} ({entry['distribution']} {entry['version']})"


def _work(measured: Mapping[str, Any]) -> str:
    text = f"{len(measured['tasks'])} tasks, {measured['task_seconds']:.1f} s in all"
    peak = measured["memory_peak"]
    return f"{text}, at most {peak / 1e6:.0f} MB resident" if peak else text
