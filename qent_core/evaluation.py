"""Held-out evaluation: the split, the target, and the metrics of a model and its baselines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.errors import CompositionInvalidError
from qent_core.labels import Column, Labels, MeasureColumn
from qent_core.seeds import stream
from qent_core.verdicts import Verdict

Array = NDArray[Any]


@dataclass(frozen=True)
class Split:
    """Row numbers of the training and the test states, each ascending."""

    train: NDArray[np.intp]
    test: NDArray[np.intp]


def choose_task(labels: Labels, wanted: tuple[str, ...], tasks: tuple[str, ...]) -> str:
    """Returns the first task of a model that has a label column to learn.

    Args:
        labels: All labels.
        wanted: Columns the experiment asks for; empty means any.
        tasks: What the model can do, in order of preference.

    Raises:
        CompositionInvalidError: No column fits any of them.
    """
    names = [name for name in wanted if name in labels.names] or labels.names
    for task in tasks:
        if any(_fits(labels.column(name), task) for name in names):
            return task
    raise CompositionInvalidError(
        f"none of the label columns {', '.join(names)} fits {' or '.join(tasks)}",
        where="[evaluation] target",
        do="measures are learnt by regression, verdicts by classification",
    )


def _fits(column: Column, task: str) -> bool:
    return isinstance(column, MeasureColumn) == (task == "regression")


def choose_targets(labels: Labels, wanted: tuple[str, ...], task: str) -> tuple[str, ...]:
    """Returns the label columns a model learns.

    Args:
        labels: All labels.
        wanted: Columns the experiment asks for; empty means the only one that fits the task.
        task: ``"regression"`` takes measures, ``"classification"`` takes verdicts.

    Raises:
        CompositionInvalidError: A column does not exist or does not fit the task, or the choice is
            not clear.
    """
    fitting = tuple(name for name, column in labels.columns.items() if _fits(column, task))
    where, listed = "[evaluation] target", ", ".join(fitting)
    for name in wanted:
        if name not in fitting:
            known = "is no label column" if name not in labels.names else f"does not fit {task}"
            raise CompositionInvalidError(
                f"'{name}' {known}", where=where, do=f"choose from: {listed}"
            )
    if wanted:
        return wanted
    if len(fitting) != 1:
        raise CompositionInvalidError(
            f"{len(fitting)} label columns could be learnt",
            where=where,
            do=f"set target to one or more of: {listed}",
        )
    return fitting


def target_array(labels: Labels, targets: tuple[str, ...]) -> Array:
    """Returns y as ``(n,)`` for one target and ``(n, k)`` for several."""
    columns = [labels.values(name) for name in targets]
    return columns[0] if len(columns) == 1 else np.stack(columns, axis=1)


def split_rows(usable: Array, test_fraction: float, seed: int) -> Split:
    """Returns a random split of the usable rows, fixed by the seed.

    Raises:
        CompositionInvalidError: Too few states to leave one on each side.
    """
    rows = np.flatnonzero(usable)
    tested = round(len(rows) * test_fraction)
    if not 0 < tested < len(rows):
        raise CompositionInvalidError(
            f"{len(rows)} labelled states cannot be split with test_fraction {test_fraction}",
            where="[evaluation] test_fraction",
            do="take more states, or another fraction",
        )
    order = stream(seed, "split").permutation(rows)
    return Split(train=np.sort(order[tested:]), test=np.sort(order[:tested]))


def decided_rows(y: Array, task: str) -> Array:
    """Returns the mask of states that can be learnt from: verdicts that are not UNKNOWN."""
    if task == "regression":
        return np.ones(len(y), dtype=bool)
    known: Array = y != Verdict.UNKNOWN
    return known if known.ndim == 1 else np.asarray(known.all(axis=1))


def regression_metrics(true: Array, predicted: Array) -> dict[str, float]:
    """Returns R², MSE, MAE and the largest error; several targets are averaged."""
    from sklearn import metrics

    return {
        "r2": float(metrics.r2_score(true, predicted)),
        "mse": float(metrics.mean_squared_error(true, predicted)),
        "mae": float(metrics.mean_absolute_error(true, predicted)),
        "max_error": float(np.abs(true - predicted).max()),
    }


def classification_metrics(true: Array, predicted: Array) -> dict[str, float]:
    """Returns accuracy, balanced accuracy and the shares of wrong answers of each kind.

    For several targets every number is the mean over them.
    """
    pairs = list(zip(np.atleast_2d(true.T), np.atleast_2d(predicted.T), strict=True))
    return {
        name: float(np.mean([measure(t, p) for t, p in pairs]))
        for name, measure in _CLASSIFICATION.items()
    }


def _balanced_accuracy(true: Array, predicted: Array) -> float:
    return float(np.mean([(predicted[true == c] == c).mean() for c in np.unique(true)]))


def _false_share(verdict: Verdict) -> Any:
    def share(true: Array, predicted: Array) -> float:
        asked = true != verdict
        return float((predicted[asked] == verdict).mean()) if asked.any() else 0.0

    return share


_CLASSIFICATION: dict[str, Any] = {
    "accuracy": lambda true, predicted: (true == predicted).mean(),
    "balanced_accuracy": _balanced_accuracy,
    "separable_called_entangled": _false_share(Verdict.ENTANGLED),
    "entangled_called_separable": _false_share(Verdict.SEPARABLE),
}


def score(
    task: str, true: Array, predictions: Mapping[str, Array], constant: Array
) -> dict[str, dict[str, float]]:
    """Returns the metrics of each prediction and of the best constant answer.

    Args:
        task: ``"regression"`` or ``"classification"``.
        true: ``(n,)`` or ``(n, k)`` targets of the test states.
        predictions: Model name to predictions of the same shape.
        constant: Training targets, from which the constant answer is taken.
    """
    measure = regression_metrics if task == "regression" else classification_metrics
    if task == "regression":
        answer = constant.mean(axis=0)
    else:
        answer = (constant.mean(axis=0) > 0.5).astype(true.dtype)
    rows = {name: measure(true, predicted) for name, predicted in predictions.items()}
    rows["constant answer"] = measure(true, np.broadcast_to(answer, true.shape))
    return rows
