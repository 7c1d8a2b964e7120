"""``qent run``: an experiment from a TOML file to a run folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qent_core.cli.listing import AsJson

if TYPE_CHECKING:
    from pathlib import Path

    from qent_core.cli.interruption import Remains

Settings = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a setting; may be repeated."),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace an earlier run there.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing if all goes well.")]


def run(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The experiment, a TOML file.")],
    out: Annotated[
        str | None, typer.Option("--out", metavar="DIR", help="Run folder; default runs/NAME.")
    ] = None,
    settings: Settings = None,
    workers: Annotated[
        str, typer.Option("--workers", metavar="N", help="Processes that make states.")
    ] = "1",
    overwrite: Overwrite = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Run an experiment.

    Makes the states, sends them through the channels, labels them, trains and evaluates the model,
    and writes a folder with the specification, metrics, model, figures and report.html. Figures and
    report need the package qent-report. If it is interrupted, the same command does not make
    finished shards of states and labels again.

    Example: qent run examples/quickstart.toml --set run.seed=7 --out runs/seed-7
    """
    from pathlib import Path

    from qent_core.cli.interruption import remains_are
    from qent_core.cli.output import print_json, print_lines
    from qent_core.cli.progress_display import showing_progress
    from qent_core.cli.tables import print_table
    from qent_core.cli.values import whole_number
    from qent_core.experiment import Experiment
    from qent_core.run import run_experiment
    from qent_core.run_folder import choose_folder
    from qent_core.summary import metrics_table, shares_table

    number = whole_number(workers, "--workers", least=1)
    experiment = Experiment.from_file(file, overrides=settings or [])
    folder = choose_folder(Path(out) if out else None, experiment.run.name, overwrite=overwrite)
    with showing_progress(quiet=quiet) as watch:
        remains_are(lambda: _remains(folder, watch.begun))
        result = run_experiment(
            experiment,
            folder,
            base=Path(file).parent,
            workers=number,
            overwrite=overwrite,
            where=file,
        )
    if as_json:
        print_json({"folder": str(result.folder), "metrics": result.metrics})
    if as_json or quiet:
        return
    if result.predictor is not None:
        print_table(metrics_table(result.metrics))
    else:
        print_table(shares_table(result.metrics))
    page = result.folder / "report.html"
    said = str(page) if page.is_file() else "none; figures and a page need: pip install qent-report"
    print_lines("", f"run folder  {result.folder}", f"report      {said}")
    if result.predictor is not None:
        print_lines(f"predict     qent predict {result.folder} STATES.npz")


def _remains(folder: Path, begun: bool) -> Remains:
    from qent_core.cli.interruption import Remains
    from qent_core.run import kept_shards
    from qent_core.run_folder import incomplete

    working = incomplete(folder)
    if begun and not working.is_dir():
        return Remains(f"{folder} is finished", "")
    if kept_shards(folder):
        return Remains(f"{working} keeps the finished shards of states and labels", "go on with")
    return Remains()
