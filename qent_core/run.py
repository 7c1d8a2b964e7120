"""One run: states, labels, features, model, evaluation, and the folder that holds them all."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from qent_core.composition import Composition, compose
from qent_core.curves import Curve, check_curves, draw_curves
from qent_core.errors import QentError, RunFailedError, require_module
from qent_core.evaluation import (
    Array,
    Split,
    choose_targets,
    choose_task,
    decided_rows,
    score,
    split_rows,
    target_array,
)
from qent_core.experiment import Experiment
from qent_core.generation import generate
from qent_core.kept_shards import KeptShards, fingerprint
from qent_core.labels import Labels
from qent_core.local_plugins import load_own_files
from qent_core.manifest import manifest_content
from qent_core.predictor import Predictor
from qent_core.progress import track
from qent_core.registered import LocalSource
from qent_core.registry import Registry
from qent_core.run_folder import choose_folder, incomplete, write_json, write_manifest, writing
from qent_core.state_files import save_npz
from qent_core.states import StateBatch
from qent_core.summary import label_summary, metrics_table, shares_table
from qent_core.uninterrupted import uninterrupted
from qent_core.work_log import LOG, logging_to

_SHARDS = "finished-shards"
"""In the folder of an unfinished run: what the next attempt need not do again."""


@dataclass(frozen=True)
class Run:
    """The result of an experiment."""

    experiment: Experiment
    folder: Path
    states: StateBatch
    labels: Labels
    metrics: dict[str, Any]
    split: Split | None = None
    predictor: Predictor | None = None
    predictions: Mapping[str, Array] = field(default_factory=dict)
    """Model name to predictions for the test states; the model itself comes first."""
    curves: tuple[Curve, ...] = ()

    def table(self) -> str:
        """Returns the metrics, or the label statistics, as plain text."""
        table = metrics_table if self.predictor else shares_table
        return table(self.metrics).plain()

    def predict(self, states: Any) -> dict[str, Array]:
        """Returns the model's predictions for other states: target column to ``(n,)`` values.

        Args:
            states: See `Predictor.predict`.

        Raises:
            RunFailedError: The run has no model.
        """
        if self.predictor is None:
            raise RunFailedError("the run has no model", do="add a [model] table")
        return self.predictor.predict(states)


def run_experiment(
    experiment: Experiment,
    out: str | Path | None = None,
    *,
    registry: Registry | None = None,
    base: str | Path | None = None,
    workers: int = 1,
    overwrite: bool = False,
    where: str = "",
) -> Run:
    """Runs an experiment and writes its folder.

    Figures and the page ``report.html`` are in it if the package qent-report is installed.

    Args:
        experiment: What to run.
        out: The run folder; by default ``runs/NAME``.
        registry: Where components are looked up; by default what is installed.
        base: Folder that ``[plugins] local`` paths start from; by default the current one.
        workers: Worker processes for states and labels; the result does not depend on it.
        overwrite: Replace an earlier run in ``out``.
        where: Name of the experiment's file, for messages.

    Raises:
        QentError: Anything that cannot work, before the work starts where that is possible.
    """
    folder = choose_folder(Path(out) if out else None, experiment.run.name, overwrite=overwrite)
    settings = experiment.plugins
    if registry is None:
        registry = Registry.load(
            disable=settings.disable, only=settings.only, prefer=experiment.prefer
        )
    local = load_own_files(settings.local, registry, Path(base or "."), where)
    composition = compose(experiment, registry, where=where)
    try:
        goal = _rehearse(composition)
    except QentError as error:
        raise (error.located(where) if where else error) from error.__cause__
    # Held back for the last moments: the shards are gone then, and the folder is not there yet.
    with ExitStack() as last, writing(folder, keep=(_SHARDS, LOG)) as working:
        with logging_to(working / LOG):
            run, manifest = _run(composition, goal, local, workers, working, folder)
        last.enter_context(uninterrupted())
        shutil.rmtree(working / _SHARDS, ignore_errors=True)
        # The checksums are those of the finished log as well.
        write_manifest(working, manifest)
    return run


def kept_shards(folder: Path) -> bool:
    """Whether an unfinished run has shards that the next attempt need not make again."""
    kept = incomplete(folder) / _SHARDS
    return kept.is_dir() and any(entry.name.isdigit() for entry in kept.iterdir())


@dataclass(frozen=True)
class _Goal:
    """What the model is to do: its task and the label columns it learns."""

    task: str = ""
    targets: tuple[str, ...] = ()


def _rehearse(composition: Composition) -> _Goal:
    """Runs the whole chain but the model on one state per family, to fail early."""
    check_curves(composition)
    states, labels = composition.pipeline.preview()
    if composition.features is not None:
        from sklearn.base import clone

        with _naming("feature extractor", composition.experiment.features):
            clone(composition.features).fit_transform(states)
    if composition.model is None:
        return _Goal()
    wanted = composition.experiment.evaluation.target
    task = choose_task(labels, wanted, composition.tasks)
    return _Goal(task, choose_targets(labels, wanted, task))


def _run(
    composition: Composition,
    goal: _Goal,
    local: tuple[LocalSource, ...],
    workers: int,
    working: Path,
    folder: Path,
) -> tuple[Run, dict[str, Any]]:
    """Does everything; returns the run and its manifest, which is still to be written."""
    experiment = composition.experiment
    seconds: dict[str, float] = {}
    kept = KeptShards(working / _SHARDS, fingerprint(composition.pipeline))
    with _timed(seconds, "states and labels"):
        states, labels = generate(composition.pipeline, workers=workers, local=local, keeper=kept)
    metrics: dict[str, Any] = {
        "run": experiment.run.name,
        "seed": experiment.run.seed,
        "states": len(states),
        "dims": list(states.dims),
        "labels": label_summary(labels),
    }
    run = Run(experiment, folder, states, labels, metrics)
    if composition.model is not None:
        run = _learn(composition, goal, run, seconds)
    with _timed(seconds, "figures and files"), track("writing the run folder", total=1) as step:
        _write(run, working)
        spec = experiment.to_toml()
        manifest = manifest_content(composition, spec, local=local, seconds=seconds)
        step(detail="figures")
        _report(run, working, manifest)
    return run, manifest


def _learn(composition: Composition, goal: _Goal, run: Run, seconds: dict[str, float]) -> Run:
    require_module("sklearn", extra="models", purpose="training a model")
    experiment = composition.experiment
    y = target_array(run.labels, goal.targets)
    usable = decided_rows(y, goal.task)
    split = split_rows(usable, experiment.evaluation.test_fraction, experiment.run.seed)
    train, test = run.states[split.train], run.states[split.test]
    with _stage(seconds, "features"), _naming("feature extractor", experiment.features):
        x_train, x_test = train, test
        if composition.features is not None:
            x_train = composition.features.fit_transform(train)
            x_test = composition.features.transform(test)
    with _stage(seconds, "training"), _naming("model", experiment.model):
        composition.model.fit(x_train, y[split.train])
    predictor = Predictor(
        experiment,
        goal.targets,
        goal.task,
        composition.features,
        composition.model,
        run.states.dims,
    )
    with _stage(seconds, "evaluation"), _naming("model", experiment.model):
        predictions = predictor.all_predictions(x_test)
        scores = score(goal.task, y[split.test], predictions, y[split.train])
        curves = draw_curves(composition, test, predictor, predictions)
    metrics = {
        **run.metrics,
        "task": goal.task,
        "target": list(goal.targets),
        "train": len(split.train),
        "test": len(split.test),
        "undecided": int((~usable).sum()),
        "target_variance": float(np.var(y[split.test], axis=0).mean()),
        "models": scores,
    }
    return Run(
        experiment,
        run.folder,
        run.states,
        run.labels,
        metrics,
        split,
        predictor,
        predictions,
        curves,
    )


def _write(run: Run, working: Path) -> None:
    (working / "experiment.toml").write_text(run.experiment.to_toml(), encoding="utf-8")
    write_json(working / "metrics.json", run.metrics)
    run.labels.save(working / "labels.npz")
    if run.predictor is None or run.split is None:
        run.states.save(working / "states.npz")
        return
    run.predictor.save(working)
    y = target_array(run.labels, run.predictor.targets)
    arrays = {"rows": run.split.test, "true": y[run.split.test]}
    arrays |= {f"predicted:{name}": values for name, values in run.predictions.items()}
    save_npz(working / "predictions.npz", arrays)


def _report(run: Run, working: Path, manifest: Mapping[str, Any]) -> None:
    """Draws the figures and writes the page, where qent-report is installed."""
    if find_spec("qent_report") is None:
        return
    from qent_report.figures import run_figures, save_figures
    from qent_report.run_report import write_run_report

    if run.predictor is not None and run.split is not None:
        predictor = run.predictor
        true = target_array(run.labels, predictor.targets)[run.split.test]
        predicted = run.predictions[predictor.name]
        drawn = run_figures(predictor.task, predictor.targets, true, predicted, run.curves)
        save_figures(drawn, working / "figures")
    write_run_report(working, manifest)


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - start


@contextmanager
def _stage(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Times a stage and shows it, whether or not its component says how far it is."""
    with track(stage, total=1) as step, _timed(seconds, stage):
        yield
        step()


@contextmanager
def _naming(kind: str, entry: Any) -> Iterator[None]:
    """Turns an unexpected exception of a model or feature extractor into one that names it."""
    try:
        yield
    except QentError:
        raise
    except Exception as error:
        name = entry.use if entry is not None else ""
        raise RunFailedError(
            f"the {kind} '{name}' failed: {type(error).__name__}: {error}",
            where=f"[{'model' if kind == 'model' else 'features'}] '{name}'",
            do="check its parameters; QENT_DEBUG=1 shows the traceback",
        ) from error
