"""What the baselines share: labels read, answers in the form of the labels."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.validation import check_is_fitted

from qent_core.api import StateBatch
from qent_siamese.models.parameters import check_parameters
from qent_siamese.models.reading import check_finite_states, checked_states
from qent_siamese.models.verdict_targets import (
    VerdictTargets,
    as_given,
    check_learnable,
    column_names,
    mean_accuracy,
    read_verdicts,
    resolved_questions,
)

Reals = NDArray[np.float64]


class Baseline(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Base of the baselines; subclasses learn from verdicts and give probabilities."""

    _needs_both_classes = True
    """Whether labels of one class only are worth a warning."""

    questions: Any

    def _learn(self, states: StateBatch, targets: VerdictTargets) -> None:
        raise NotImplementedError

    def _probabilities(self, states: StateBatch) -> Reals:
        """Returns the probability of entanglement, ``(n, k)``."""
        raise NotImplementedError

    @property
    def _where(self) -> str:
        return type(self).__name__

    def fit(self, X: StateBatch, y: ArrayLike) -> Self:
        """Learns from verdicts ``(n,)`` or ``(n, k)``: 0 separable, 1 entangled, -1 unknown.

        Raises:
            LabelsInvalidError: Labels are no verdicts, do not fit the states, or all unknown.
            StateInvalidError: X holds no states.
        """
        check_parameters(self.get_params(deep=False), self._where)
        states = checked_states(X, self._where)
        check_finite_states(states)
        targets = read_verdicts(y, len(states), f"{self._where}.fit")
        columns = targets.values.shape[1]
        self.dims_ = states.dims
        self.questions_ = resolved_questions(self.questions, len(states.dims), columns, self._where)
        names = column_names(self.questions_, columns)
        check_learnable(
            targets, names, f"{self._where}.fit", needs_both_classes=self._needs_both_classes
        )
        self.unknown_labels_ = dict(zip(names, targets.unknown(), strict=True))
        self.flat_, self.columns_ = targets.flat, columns
        self.classes_ = np.array([0, 1], dtype=np.int8)
        self._learn(states, targets)
        return self

    def predict_proba(self, X: StateBatch) -> Reals:
        """Returns the probability of entanglement for each question, ``(n, k)``.

        If labels were given as one column ``(n,)``, the two columns are the probabilities of
        separable and of entangled.
        """
        p = self._asked(X)
        return np.hstack([1 - p, p]) if self.flat_ else p

    def predict(self, X: StateBatch) -> NDArray[np.int8]:
        """Returns 1 (entangled) where the probability is at least one half, else 0."""
        return as_given((self._asked(X) >= 0.5).astype(np.int8), self.flat_)

    def score(self, X: StateBatch, y: ArrayLike, sample_weight: None = None) -> float:
        """Returns the accuracy per question, averaged over questions; UNKNOWN counts nothing."""
        return mean_accuracy(self.predict(X), y, len(X), self._where)

    def _asked(self, X: StateBatch) -> Reals:
        check_is_fitted(self, "classes_")
        states = checked_states(X, self._where, dims=self.dims_)
        check_finite_states(states)
        return self._probabilities(states)
