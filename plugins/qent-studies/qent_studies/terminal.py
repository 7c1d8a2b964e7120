"""What ``qent reproduce`` prints: the table of a finished study, and the plan of one to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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


def show_result(run: StudyRun) -> None:
    """Prints the table of a finished study: drawn on a terminal, plain elsewhere."""
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


def show_plan(plan: StudyPlan, workers: int, as_json: bool) -> None:
    """Prints claims, settings and cost of a study that has not begun.

    Args:
        plan: What would be done.
        workers: How many tasks would run side by side.
        as_json: One JSON document instead of text.
    """
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
