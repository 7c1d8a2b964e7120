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
    from qent_studies.plan import StudyPlan
    from qent_studies.runner import StudyRun

_COLOURS = {
    "reproduced": "green",
    "exceeded": "cyan",
    "not reproduced": "yellow",
    "refuted": "bold red",
    "not tested": "dim",
}
_WIDEST = 44
_WIDEST_SETTING = 24


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
        _show_plan(plan_study(study, **chosen), number, as_json)
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
        _show(run)


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


def _show(run: StudyRun) -> None:
    import sys

    from qent_core.cli.output import print_lines
    from qent_studies.findings import Outcome

    if sys.stdout.isatty():
        _draw(run)
    else:
        from qent_core.cli.tables import print_table
        from qent_core.summary import Table

        headings = ("claim", "published", "ours", "truth", "verdict")
        lines = tuple(
            (r.claim, *map(_cut, (r.published, r.short, r.truth)), str(r.outcome)) for r in run.rows
        )
        print_table(Table(f"{run.plan.name}, scale {run.plan.scale}", headings, lines))
        good = (Outcome.REPRODUCED, Outcome.EXCEEDED)
        why = [f"{r.claim} {r.outcome}: {r.reason}" for r in run.rows if r.outcome not in good]
        print_lines(*(["", *why] if why else []))
    print_lines("", run.summary(), f"folder  {run.folder}", f"page    {run.page}")


def _draw(run: StudyRun) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from qent_core.cli.output import console

    drawn = Table(
        title=f"{run.plan.name}, scale {run.plan.scale}",
        box=box.SIMPLE_HEAD,
        title_justify="left",
        show_lines=True,
    )
    for heading in ("claim", "published", "ours", "truth", "verdict"):
        drawn.add_column(heading, overflow="fold", no_wrap=heading == "claim")
    for row in run.rows:
        colour = _COLOURS[str(row.outcome)]
        verdict = Text(str(row.outcome), style=colour)
        if row.reason:
            verdict.append(f"\n{row.reason}", style="dim")
        ours = Text(row.ours or "–")
        if row.measured:
            ours.append(f"\n{row.measured}", style="dim")
        drawn.add_row(row.claim, Text(row.published), ours, Text(row.truth), verdict)
    console().print(drawn)


def _cut(text: str) -> str:
    line = " ".join(text.split()) or "–"
    return line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…"


def _settings_lines(settings: list[tuple[str, str, str]]) -> list[str]:
    from qent_core.cli.output import wrapped

    key_width, value_width = (max(len(row[i]) for row in settings) for i in (0, 1))
    hanging = key_width + value_width + 4
    return [
        line
        for key, value, meaning in settings
        for line in wrapped(
            f"{key.ljust(key_width)}  {value.ljust(value_width)}  {meaning}".rstrip(),
            indent=2,
            hanging=hanging,
        )
    ]


def _short_setting(value: Any) -> str:
    """Returns a setting as it fits beside its meaning; --json has all of it."""
    text = str(value)
    if len(text) <= _WIDEST_SETTING:
        return text
    if isinstance(value, list | tuple | dict):
        more = f"… ({len(value)} in all)"
        return text[: _WIDEST_SETTING - len(more)] + more
    return text[: _WIDEST_SETTING - 1] + "…"


def _show_plan(plan: StudyPlan, workers: int, as_json: bool) -> None:
    from qent_core.cli.output import bold, print_json, print_lines, wrapped
    from qent_core.memory import available_memory, size_text
    from qent_studies.estimate import estimate

    cost, room = estimate(plan.tasks, 0, workers), available_memory()
    if as_json:
        print_json(
            {
                "study": plan.name,
                "scale": plan.scale,
                "seeds": plan.seeds,
                "claims": [claim.model_dump(mode="json") for claim in plan.study.claims],
                "wanted": plan.wanted,
                "settings": plan.settings_document(),
                "tasks": [
                    {"key": t.key, "seconds": t.seconds, "memory": t.memory, "claims": t.claims}
                    for t in plan.tasks
                ],
                "estimate": {"seconds": cost.seconds, "memory": cost.memory},
                "memory_available": room,
            }
        )
        return
    print_lines(bold("Claims"))
    for claim in plan.study.claims:
        if claim.id in plan.wanted:
            indent = len(claim.id) + 2
            print_lines(*wrapped(f"{claim.id}  {claim.statement}", indent=2, hanging=indent))
    fields = type(plan.settings).model_fields
    settings = [
        (key, _short_setting(value), fields[key].description or "")
        for key, value in plan.settings_document().items()
    ]
    if settings:
        print_lines("", bold("Settings (change one with --set)"), *_settings_lines(settings))
    free = f"; {size_text(room)} are free" if room is not None else ""
    print_lines("", bold("Cost"), f"  {cost.text()}{free}")


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
