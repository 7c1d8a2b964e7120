"""The self-contained HTML page of a study, and its figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qent_core.figures import save_figures
from qent_core.progress import track
from qent_core.studies.document import Row, command, manifest_document, references
from qent_core.studies.drawing import Drawing
from qent_core.studies.plan import StudyPlan
from qent_core.studies.results import Results

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SYMBOLS = {
    "reproduced": "✓",
    "exceeded": "▲",
    "not reproduced": "✗",
    "refuted": "⊘",
    "not tested": "–",
}
"""Verdicts are told apart without colour as well."""


def drawings(plan: StudyPlan, results: Results) -> dict[str, Drawing]:
    """Returns the figures of a run: in a restricted one only those of the claims wanted."""
    every: Mapping[str, Drawing | Callable[[], Figure]] = plan.study.figures(results, plan.settings)
    chosen = {}
    for name, given in every.items():
        drawing = given if isinstance(given, Drawing) else Drawing(given)
        if not plan.only or {*drawing.claims} & {*plan.wanted}:
            chosen[name] = drawing
    return chosen


def write_figures(chosen: Mapping[str, Drawing], folder: Path) -> dict[str, str]:
    """Writes every figure as SVG, PDF and PNG; returns name to SVG text."""
    inline: dict[str, str] = {}
    with track("figures", total=len(chosen)) as step:
        for name, drawing in chosen.items():
            inline |= save_figures({name: drawing.draw}, folder, pdf=True)
            step(detail=name)
    return inline


def write_page(
    file: Path,
    plan: StudyPlan,
    rows: Sequence[Row],
    *,
    drawn: Mapping[str, Drawing],
    inline: Mapping[str, str],
    summary: str,
    measurements: Mapping[str, Any],
) -> None:
    """Writes the page: table, figures, commands and versions, with nothing outside itself."""
    from jinja2 import Environment, PackageLoader, select_autoescape

    environment = Environment(
        loader=PackageLoader("qent_core"),
        autoescape=select_autoescape(enabled_extensions=("html", "j2")),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    fields = type(plan.settings).model_fields
    page = environment.get_template("study.html.j2").render(
        plan=plan,
        spec=plan.component.spec,
        provider=plan.component.provider,
        rows=rows,
        summary=summary,
        symbols=_SYMBOLS,
        settings=[
            (
                name,
                json.dumps(value, ensure_ascii=False),
                fields[name].description or "",
                name in plan.changes,
            )
            for name, value in plan.settings_document().items()
        ],
        figures=[
            {"name": name, "svg": svg, "caption": drawn[name].caption or name}
            for name, svg in inline.items()
        ],
        command=command(plan),
        measurements=measurements,
        manifest=manifest_document(plan),
        references=[reference.text() for reference in references(plan)],
    )
    file.write_text(page, encoding="utf-8")
