"""Running a study: plan, do what is left, conclude, write."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qent_core.dataset.executors import Workers
from qent_core.errors import QentError, StudyBrokenError
from qent_core.loading import place_of
from qent_core.memory import available_memory
from qent_core.names import listed
from qent_core.progress import FINISHED_BEFORE, track
from qent_core.registry import Registry
from qent_core.run_folder import write_json, write_manifest
from qent_core.uninterrupted import uninterrupted
from qent_core.work_log import LOG, logging_to
from qent_studies.document import (
    Row,
    claims_document,
    head_document,
    manifest_document,
    measurements_document,
    rows,
    summary,
)
from qent_studies.estimate import Estimate, check_memory, estimate
from qent_studies.executors import check_workers, run_tasks
from qent_studies.findings import LEFT_OUT, Finding, not_tested
from qent_studies.page import REPORT, drawings, write_figures, write_study_page
from qent_studies.plan import StudyPlan, plan_study
from qent_studies.results import Results, TaskResult
from qent_studies.store import StudyFolder
from qent_studies.tasks import Made, Task

__all__ = ["StudyRun", "plan_study", "run_study"]


@dataclass(frozen=True)
class StudyRun:
    """A finished study."""

    folder: Path
    plan: StudyPlan
    findings: tuple[Finding, ...]
    """One per claim, in the order of the claims."""
    results: Results

    @property
    def rows(self) -> tuple[Row, ...]:
        """The table: published, ours, truth and verdict, claim by claim."""
        return rows(self.plan.study.claims, self.findings)

    @property
    def page(self) -> Path:
        """The HTML page."""
        return self.folder / REPORT

    def document(self) -> dict[str, Any]:
        """Returns what ``claims.json`` holds."""
        return claims_document(self.plan, self.findings)

    def summary(self) -> str:
        """Returns the counts of the verdicts as a sentence."""
        return summary(self.findings)


def run_study(
    name: str,
    out: str | Path | None = None,
    *,
    scale: str = "standard",
    only: Sequence[str] = (),
    seeds: Sequence[int] | None = None,
    settings: Mapping[str, Any] | None = None,
    workers: int = 1,
    executor: str = "processes",
    scheduler: str = "",
    overwrite: bool = False,
    registry: Registry | None = None,
    announce: Callable[[Estimate], None] | None = None,
) -> StudyRun:
    """Runs a study, or goes on with one that was interrupted, and writes its folder.

    The folder holds ``claims.json`` (the same for the same seeds, byte for byte),
    ``measurements.json``, ``figures/``, ``study.html``, ``manifest.json``, and the result of every
    task under ``tasks/``. Another run with the same settings finds those results and does the rest.

    Args:
        name: Name of the study.
        out: The folder; by default ``studies/NAME-SCALE``.
        scale: One of the study's scales, usually smoke, standard or paper.
        only: Ids of claims; empty for all.
        seeds: Seeds; by default those of the study.
        settings: Sizes and readings of the paper that differ from the scale's.
        workers: Tasks done side by side; the findings do not depend on it.
        executor: ``"processes"`` or ``"dask"``.
        scheduler: Address of a Dask scheduler; by default a cluster on this machine.
        overwrite: Begin anew in ``out`` even if another study, or other settings, are there.
        registry: Where components are looked up; by default what is installed.
        announce: Called with the estimate of time and memory before the work starts.

    Raises:
        QentError: Anything that cannot work, before the work starts where that is possible.
    """
    team = Workers(workers, executor, scheduler)
    check_workers(team)
    plan = plan_study(
        name, scale=scale, only=only, seeds=seeds, settings=settings, registry=registry
    )
    path = study_folder(plan.name, out, scale)
    folder = StudyFolder(path, head_document(plan))
    # A cluster elsewhere has memory of its own, which this process cannot see.
    room = None if scheduler else available_memory()
    folder.begin(overwrite=overwrite)
    said = f"{workers} on dask" if executor == "dask" else str(workers)
    with logging_to(path / LOG):
        results = _work(plan, folder, team, room, announce)
        findings = _conclude(plan, results)
        run = StudyRun(path, plan, findings, results)
        manifest = _write(run, said)
    with uninterrupted():
        # The checksums are those of the finished log as well.
        write_manifest(path, manifest)
    return run


def study_folder(name: str, out: str | Path | None, scale: str) -> Path:
    """Returns where a study is written: ``out``, or ``studies/NAME-SCALE``."""
    return Path(out) if out else Path("studies") / f"{name}-{scale}"


def _work(
    plan: StudyPlan,
    folder: StudyFolder,
    team: Workers,
    room: int | None,
    announce: Callable[[Estimate], None] | None,
) -> Results:
    finished = {task.key: result for task in plan.tasks if (result := folder.load(task))}
    left = [task for task in plan.tasks if task.key not in finished]
    check_memory(left, room)
    if announce is not None:
        announce(estimate(left, len(finished), team.number))
    with track(f"study {plan.name}", total=len(plan.tasks)) as step:
        if finished:
            step(len(finished), FINISHED_BEFORE)

        def done(task: Task, made: Made) -> None:
            with uninterrupted():  # hours of work may be in it
                folder.save(task, made)
            step(detail=task.key)

        run_tasks(left, team, room, done)
    return Results([_stored(folder, task) for task in plan.tasks], plan.wanted)


def _stored(folder: StudyFolder, task: Task) -> TaskResult:
    # What was just computed is read back like what is old, so that both are the same.
    result = folder.load(task)
    if result is None:
        raise StudyBrokenError(
            f"the result of the task {task.key} changed while the study was running",
            where=str(folder.path),
            do="let only one command write to a folder at a time, and repeat it",
        )
    return result


def _conclude(plan: StudyPlan, results: Results) -> tuple[Finding, ...]:
    """Returns one finding per claim; refuses a study that leaves out a claim it was asked for."""
    try:
        drawn = list(plan.study.conclude(results, plan.settings))
    except QentError:
        raise
    except Exception as error:
        raise StudyBrokenError(
            f"the conclusions of '{plan.name}' failed: {type(error).__name__}: {error}",
            where=place_of(error) or plan.component.spec.target,
            do="report it to the authors of the study; the results of the tasks are kept",
        ) from error
    names = [finding.claim for finding in drawn]
    claims = [claim.id for claim in plan.study.claims]
    strange = sorted({*names} - {*claims})
    twice = sorted({name for name in names if names.count(name) > 1})
    missing = [claim for claim in plan.wanted if claim not in names]
    for wrong, what in (
        (strange, "finds something about {}, which it does not claim"),
        (twice, "has two findings on {}"),
        (missing, "has no finding on {}"),
    ):
        if wrong:
            raise StudyBrokenError(
                f"the study '{plan.name}' {what.format(listed(wrong))}",
                where=plan.component.spec.target,
                do="its method 'conclude' must give one finding for each claim wanted",
            )
    by_claim = dict(zip(names, drawn, strict=True))
    return tuple(
        by_claim[claim] if claim in plan.wanted else not_tested(claim, LEFT_OUT) for claim in claims
    )


def _write(run: StudyRun, workers: str) -> dict[str, Any]:
    """Writes everything but the manifest, and returns that."""
    plan, folder = run.plan, run.folder
    try:
        # An earlier run for other claims may have drawn others.
        shutil.rmtree(folder / "figures", ignore_errors=True)
        drawn = drawings(plan, run.results)
        write_figures(drawn, folder / "figures")
    except QentError:
        raise
    except Exception as error:
        raise StudyBrokenError(
            f"a figure of '{plan.name}' failed: {type(error).__name__}: {error}",
            where=place_of(error) or plan.component.spec.target,
            do="report it to the authors of the study; the results of the tasks are kept",
        ) from error
    measurements = measurements_document(plan, run.results, run.findings, workers)
    write_json(folder / "claims.json", run.document())
    write_json(folder / "measurements.json", measurements)
    captions = {name: drawing.caption or name for name, drawing in drawn.items()}
    manifest = manifest_document(plan, captions)
    write_study_page(folder, manifest)
    return manifest
