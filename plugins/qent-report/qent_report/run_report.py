"""The report of a run, made from the files of its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qent_core.records import Reference
from qent_core.summary import metrics_table, shares_table, short_number
from qent_report.page import Grid, Page, Section, write_page
from qent_report.pictures import stored_pictures

REPORT = "report.html"

_CAPTIONS = {
    "predicted": "Prediction against the true value for the held-out states.",
    "residuals": "Prediction minus true value for the held-out states.",
    "confusion": "Right and wrong verdicts for the held-out states.",
    "curve": "The target along one parameter: exact, as the model predicts it for the same states, "
    "and its predictions for held-out states after the channels.",
}
_COMMAND = "qent run experiment.toml"


def write_run_report(folder: Path, manifest: Mapping[str, Any], file: Path | None = None) -> None:
    """Writes the page of a run.

    Args:
        folder: Holds ``experiment.toml``, ``metrics.json`` and ``figures/``.
        manifest: Versions, seed and references of the run.
        file: Where to write; by default ``report.html`` in the folder.

    Raises:
        ReportError: The page cannot be written.
    """
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    spec = (folder / "experiment.toml").read_text(encoding="utf-8")
    trained = "models" in metrics
    tables = [*([metrics_table(metrics)] if trained else []), shares_table(metrics)]
    pictures = stored_pictures(folder / "figures", _CAPTIONS, _COMMAND)
    predict = [("predict other states", "qent predict . STATES.npz")] if trained else []
    page = Page(
        kind="run",
        title=str(manifest["name"]),
        lead=_description(spec),
        tiles=_tiles(metrics),
        sections=[
            Section("Results", [Grid(table, _COMMAND) for table in tables]),
            *([Section("Figures", pictures=pictures)] if pictures else []),
            Section("The experiment", listing=spec.strip(), note="experiment.toml"),
        ],
        commands=[
            ("run it again", _COMMAND),
            *predict,
            ("cite what it used", "qent cite ."),
            ("make this page again", "qent report ."),
            ("where", "in the folder of this page"),
        ],
        facts=_facts(manifest),
        references=[Reference(**entry).text() for entry in manifest["references"]],
    )
    write_page(file or folder / REPORT, page)


def _description(spec: str) -> str:
    import tomllib

    return str(tomllib.loads(spec).get("run", {}).get("description", ""))


def _tiles(metrics: Mapping[str, Any]) -> list[tuple[str, str]]:
    tiles = [
        ("states", f"{metrics['states']:,}".replace(",", " ")),
        ("dims", " × ".join(map(str, metrics["dims"]))),
        ("seed", str(metrics["seed"])),
    ]
    if "models" in metrics:
        name, scores = next(iter(metrics["models"].items()))
        key, word = ("r2", "R²") if "r2" in scores else ("accuracy", "accuracy")
        tiles.append((f"{word}, {name}", short_number(scores[key])))
    return tiles


def _facts(manifest: Mapping[str, Any]) -> list[tuple[str, str]]:
    own = ", ".join(f"{e['file']} (sha256 {e['sha256'][:12]})" for e in manifest["local"])
    return [
        ("seed", str(manifest["seed"])),
        ("qent", str(manifest["qent"])),
        ("plugins", joined(manifest["plugins"]) or "none"),
        *([("own files", own)] if own else []),
        ("Python", f"{manifest['python']}, {manifest['machine']}"),
        ("libraries", joined(manifest["libraries"])),
        ("seconds", ", ".join(f"{k} {v:.1f}" for k, v in manifest["seconds"].items())),
    ]


def joined(versions: Mapping[str, Any]) -> str:
    """Returns names and versions as one line.

    Example:
        >>> joined({"numpy": "2.0", "scipy": "1.14"})
        'numpy 2.0, scipy 1.14'
    """
    return ", ".join(f"{name} {version}" for name, version in versions.items())
