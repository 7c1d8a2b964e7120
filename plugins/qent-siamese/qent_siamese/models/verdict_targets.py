"""The labels a model is fitted to: verdicts per question, checked and counted."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qent_core.api import LabelsInvalidError, Verdict, check_question, cuts
from qent_siamese.training.evaluation import accuracy

Verdicts = NDArray[np.int8]


@dataclass(frozen=True)
class VerdictTargets:
    """Verdicts ``(n, k)`` and whether they were given as one column without a second axis."""

    values: Verdicts
    flat: bool

    def __len__(self) -> int:
        return len(self.values)

    def unknown(self) -> list[int]:
        """Returns how many verdicts of each question are UNKNOWN."""
        counts: list[int] = (self.values == Verdict.UNKNOWN).sum(axis=0).tolist()
        return counts


def read_verdicts(y: ArrayLike, states: int, where: str) -> VerdictTargets:
    """Returns verdicts given as ``(n,)`` or ``(n, k)`` numbers 0, 1 and -1, or truth values.

    Raises:
        LabelsInvalidError: Other numbers, or not as many as there are states.
    """
    given = np.asarray(y)
    if given.ndim not in (1, 2) or len(given) != states or given.shape[-1] == 0:
        raise LabelsInvalidError(
            f"labels of shape {given.shape} do not fit {states} states",
            where=where,
            do="give one verdict per state, (n,), or one column per question, (n, k)",
        )
    numbers = given.astype(np.int8) if given.dtype == bool else given
    if numbers.dtype.kind not in "iuf" or not np.isin(numbers, (-1, 0, 1)).all():
        raise LabelsInvalidError(
            "the labels are not verdicts",
            where=where,
            do="give 0 for separable, 1 for entangled and -1 for unknown; "
            "this model does not learn measures",
        )
    values = numbers.astype(np.int8).reshape(states, -1)
    return VerdictTargets(values, given.ndim == 1)


def resolved_questions(
    asked: Sequence[str] | None, parties: int, columns: int, where: str
) -> tuple[str, ...]:
    """Returns the question of each column of the labels.

    Args:
        asked: What the user says; None means all cuts if there are as many columns.
        parties: Of the states.
        columns: Of the labels.
        where: For messages.

    Returns:
        One question per column, or nothing if they are not known.

    Raises:
        LabelsInvalidError: Another number of questions than of columns.
    """
    if asked is None:
        every = cuts(parties)
        return every if len(every) == columns else ()
    if len(asked) != columns:
        raise LabelsInvalidError(
            f"{len(asked)} questions were named for {columns} columns of labels",
            where=f"{where}, parameter questions",
            do="name one question per column, in their order",
        )
    return tuple(check_question(question, parties) for question in asked)


def check_learnable(
    targets: VerdictTargets, names: Sequence[str], where: str, *, needs_both_classes: bool = True
) -> None:
    """Refuses labels that decide nothing, and warns of a question that has one answer only.

    Args:
        targets: The labels.
        names: Question of each column.
        where: For messages.
        needs_both_classes: Whether labels of one class matter; not to a model that learns nothing
            from them, or can only say one thing.

    Raises:
        LabelsInvalidError: All labels are UNKNOWN.
    """
    if (targets.values == Verdict.UNKNOWN).all():
        raise LabelsInvalidError(
            "all labels are unknown: there is nothing to learn",
            where=where,
            do="use a labeler that decides some of the states, such as 'negativity' or 'certified'",
        )
    for message in one_sided(targets, names, needs_both_classes):
        warnings.warn(f"{where}: {message}", UserWarning, stacklevel=3)


def one_sided(
    targets: VerdictTargets, names: Sequence[str], needs_both_classes: bool = True
) -> list[str]:
    """Returns a sentence for each question without labels, or with labels of one class if asked."""
    said = []
    for name, column in zip(names, targets.values.T, strict=True):
        answers = np.unique(column[column != Verdict.UNKNOWN])
        if len(answers) == 1 and needs_both_classes:
            word = Verdict(int(answers[0])).name.lower()
            said.append(
                f"all decided labels of {name} are {word}; the model can only learn to say so"
            )
        elif not len(answers):
            said.append(f"all labels of {name} are unknown; the model learns nothing about it")
    return said


def column_names(questions: Sequence[str], columns: int) -> list[str]:
    """Returns what messages call the columns."""
    return list(questions) or [f"column {number}" for number in range(columns)]


def as_given(predicted: NDArray[Any], flat: bool) -> NDArray[Any]:
    """Returns predictions in the form in which labels were given."""
    return predicted[:, 0] if flat else predicted


def mean_accuracy(predicted: NDArray[Any], y: ArrayLike, states: int, where: str) -> float:
    """Returns the accuracy per question, averaged over questions; UNKNOWN counts nothing."""
    verdicts = read_verdicts(y, states, f"{where}.score").values
    decided = verdicts != Verdict.UNKNOWN
    met = (predicted.reshape(verdicts.shape) == verdicts) & decided
    share = accuracy(met.sum(axis=0), decided.sum(axis=0))
    return float("nan") if share is None else share
