"""``qent reproduce``: a paper as a command, claim by claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qent_core.cli.generate import Executor, Scheduler, WorkerCount
from qent_core.cli.listing import AsJson, study_names
from qent_core.cli.run import Quiet

if TYPE_CHECKING:
    from pathlib import Path

    from qent_core.cli.interruption import Remains


def reproduce(
    study: Annotated[
        str | None,
        typer.Argument(metavar="STUDY", help="Name of the study.", autocompletion=study_names),
    ] = None,
    scale: Annotated[
        str, typer.Option("--scale", metavar="smoke|standard|paper", help="How large.")
    ] = "standard",
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="ID,...", help="These claims alone; may be repeated."),
    ] = None,
    seeds: Annotated[
        str | None, typer.Option("--seeds", metavar="1,2,...", help="Default: the study's.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Change a size or a reading; may be repeated."
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="DIR", help="Folder; default studies/STUDY-SCALE."),
    ] = None,
    workers: WorkerCount = "1",
    executor: Executor = "processes",
    scheduler: Scheduler = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Begin anew, whatever study is there.")
    ] = False,
    plan: Annotated[
        bool, typer.Option("--plan", help="Show claims, settings and cost; start nothing.")
    ] = False,
    studies: Annotated[bool, typer.Option("--list", help="List the studies.")] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Reproduce a paper.

    Recomputes what a paper claims and says, claim by claim, what was published, what comes out
    under the paper's protocol, what is provably true, and the verdict. Writes a folder with
    claims.json, figures and study.html. If the work is interrupted, the same command goes on where
    it stopped. It needs the package qent-studies, which every plugin with a study brings.

    Example: qent reproduce stacking --scale smoke --only S0-17 --workers 2
    """
    from qent_core.cli.interruption import remains_are
    from qent_core.cli.output import print_json, print_note
    from qent_core.cli.progress_display import showing_progress
    from qent_core.cli.values import whole_number
    from qent_core.errors import StudyError, require_package
    from qent_core.overrides import apply_overrides

    if studies:
        _list_studies(as_json)
        return
    require_package("qent-studies", purpose="reproducing a paper")
    from qent_core.registry import default_registry
    from qent_studies.runner import plan_study, run_study, study_folder
    from qent_studies.terminal import show_plan, show_result

    if study is None:
        raise StudyError(
            "STUDY is missing", where="qent reproduce", do="list them with: qent reproduce --list"
        )
    number = whole_number(workers, "--workers", least=1)
    chosen: dict[str, Any] = {
        "scale": scale,
        "only": [word for words in only or [] for word in words.split(",")],
        "seeds": None
        if seeds is None
        else [whole_number(word.strip(), "--seeds", least=0) for word in seeds.split(",")],
        "settings": apply_overrides({}, settings or []),
    }
    if plan:
        show_plan(plan_study(study, **chosen), number, as_json)
        return
    folder = study_folder(default_registry().resolve(study, "study").name, out, scale)
    with showing_progress(quiet=quiet) as watch:
        remains_are(lambda: _remains(folder, watch.begun))
        run = run_study(
            study,
            out,
            **chosen,
            workers=number,
            executor=executor,
            scheduler=scheduler or "",
            overwrite=overwrite,
            announce=lambda cost: None if quiet else print_note(cost.text()),
        )
    if as_json:
        print_json({"folder": str(run.folder), **run.document()})
    elif not quiet:
        show_result(run)


def _remains(folder: Path, begun: bool) -> Remains:
    from qent_core.cli.interruption import Remains
    from qent_core.names import counted
    from qent_core.run_folder import MANIFEST
    from qent_studies.store import finished_tasks

    if not begun:
        return Remains()
    if (folder / MANIFEST).is_file():
        return Remains(f"{folder} is finished", "")
    number = finished_tasks(folder)
    kept = f"{folder} keeps {counted(number, 'finished task')}"
    return Remains(kept, "go on with", ("--overwrite",))


def _list_studies(as_json: bool) -> None:
    from qent_core.cli.output import bold, columns, print_json, print_lines
    from qent_core.registry import default_registry

    found = default_registry().components("study")
    if as_json:
        print_json(
            {
                "studies": [
                    {
                        "name": c.name,
                        "distribution": c.distribution,
                        "version": c.version,
                        "summary": c.spec.summary,
                        "uses": list(getattr(c.spec, "uses", ())),
                        "references": [reference.text() for reference in c.spec.references],
                    }
                    for c in found
                ]
            }
        )
        return
    rows = [(c.name, c.distribution, c.spec.summary) for c in found]
    print_lines(bold("Studies"), *(columns(rows) if rows else ["  none"]))
    print_lines("", "Run one with: qent reproduce NAME --scale smoke")
