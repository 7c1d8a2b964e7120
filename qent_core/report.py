"""One self-contained HTML page per run: the table, the figures, the commands, the versions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qent_core.errors import require_module
from qent_core.evaluation import target_array
from qent_core.figures import run_figures, save_figures
from qent_core.records import Reference
from qent_core.summary import metrics_table, shares_table

if TYPE_CHECKING:
    from qent_core.run import Run

_CAPTIONS = {
    "predicted": "Prediction against the true value for the held-out states.",
    "residuals": "Prediction minus true value for the held-out states.",
    "confusion": "Right and wrong verdicts for the held-out states.",
    "curve": "The target along one parameter: exact, as the model predicts it for the same states, "
    "and its predictions for held-out states after the channels.",
}


def write_report(run: Run, manifest: Mapping[str, Any], folder: Path) -> None:
    """Writes ``figures/`` and ``report.html`` into a run's folder.

    Args:
        run: The finished run.
        manifest: Versions, seed and references of the run.
        folder: Where to write.

    Raises:
        ExtraMissingError: Matplotlib or Jinja2 is not installed.
    """
    require_module("jinja2", extra="report", purpose="writing the report")
    from jinja2 import Environment, PackageLoader, select_autoescape

    figures: dict[str, str] = {}
    tables = [shares_table(run.metrics)]
    if run.predictor is not None and run.split is not None:
        tables.insert(0, metrics_table(run.metrics))
        true = target_array(run.labels, run.predictor.targets)[run.split.test]
        predicted = run.predictions[run.predictor.name]
        drawn = run_figures(run.predictor.task, run.predictor.targets, true, predicted, run.curves)
        figures = save_figures(drawn, folder / "figures")
    environment = Environment(
        loader=PackageLoader("qent_core"),
        autoescape=select_autoescape(enabled_extensions=("html", "j2")),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("report.html.j2").render(
        name=run.experiment.run.name,
        description=run.experiment.run.description,
        tables=tables,
        figures=[
            {"name": name, "svg": svg, "caption": _CAPTIONS[name.split("-")[0]]}
            for name, svg in figures.items()
        ],
        spec=run.experiment.to_toml(),
        manifest=manifest,
        references=[Reference(**reference).text() for reference in manifest["references"]],
    )
    (folder / "report.html").write_text(page, encoding="utf-8")
