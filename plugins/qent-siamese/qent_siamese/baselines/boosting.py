"""Gradient boosting on invariants, and on the purity alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.random import Generator, RandomState
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.utils.validation import check_is_fitted

from qent_core.api import StateBatch, Verdict, cuts, integer_seed
from qent_siamese.baselines import boosted_files
from qent_siamese.baselines.baseline import Baseline, Reals
from qent_siamese.invariants.spectra import cut_spectra
from qent_siamese.models.parameters import root_seed
from qent_siamese.models.verdict_targets import VerdictTargets


class BoostingClassifier(Baseline):
    r"""Gradient boosting on the local-unitary invariants of each cut, and their mean over the cuts.

    One boosted classifier is shared by all questions that are cuts, so that permuting the parties
    permutes the answers; any other question has one of its own, on the mean and the maximum over
    all cuts.

    Source: J. H. Friedman, Ann. Stat. 29, 1189 (2001); the invariants are those of the model
    ``invariant``.

    Formula:
        $$p_j = \sigma\Bigl(c + \sum_{m=1}^{300} \eta\,t_m(f_j(\rho))\Bigr)$$

        with regression trees $t_m$ of at most 31 leaves, the shrinkage $\eta = 0.1$, the logistic
        function $\sigma$, and the invariants $f_j$ of cut j beside their mean over all cuts.

    Args:
        rounds: Number of boosting rounds.
        learning_rate: Shrinkage of each.
        leaves: Largest number of leaves of a tree.
        questions: Question of each column of the labels; None means all cuts if there are as many.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        boosters_: Fitted classifiers by what they answer.

    Example:
        >>> p = np.random.default_rng(0).uniform(size=(200, 1, 1))
        >>> bell = np.outer([1, 0, 0, 1], [1, 0, 0, 1]) / 2
        >>> states = StateBatch(p * bell + (1 - p) * np.eye(4) / 4, (2, 2))
        >>> model = BoostingClassifier(rounds=20, random_state=0).fit(states, p[:, 0, 0] > 1 / 3)
        >>> bool(model.score(states, p[:, 0, 0] > 1 / 3) > 0.98)
        True
    """

    def __init__(
        self,
        rounds: int = 300,
        learning_rate: float = 0.1,
        leaves: int = 31,
        questions: Sequence[str] | None = None,
        random_state: int | RandomState | Generator | None = None,
    ) -> None:
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.leaves = leaves
        self.questions = questions
        self.random_state = random_state

    def _numbers(self, states: StateBatch) -> Reals:
        """Returns what describes each cut, ``(n, cuts, k)``."""
        return cut_spectra(states)[0]

    def _learn(self, states: StateBatch, targets: VerdictTargets) -> None:
        described, everything = _with_context(self._numbers(states))
        rows: dict[str, list[tuple[Reals, NDArray[np.int8]]]] = {}
        for column, (name, cut) in enumerate(self._plan()):
            given = everything if cut is None else described[:, cut]
            decided = targets.values[:, column] != Verdict.UNKNOWN
            rows.setdefault(name, []).append((given[decided], targets.values[decided, column]))
        seed = root_seed(self.random_state)
        self.boosters_ = {}
        for name, parts in rows.items():
            booster = HistGradientBoostingClassifier(
                max_iter=self.rounds,
                learning_rate=self.learning_rate,
                max_leaf_nodes=self.leaves,
                early_stopping=False,
                random_state=integer_seed(seed, "boosting", name),
            )
            X, y = (np.concatenate(values) for values in zip(*parts, strict=True))
            # A question without two classes among its labels is answered with the one it has.
            self.boosters_[name] = (
                booster.fit(X, y) if len(np.unique(y)) == 2 else float(y[0]) if len(y) else 0.5
            )

    def _probabilities(self, states: StateBatch) -> Reals:
        described, everything = _with_context(self._numbers(states))
        result = np.empty((len(states), self.columns_))
        for column, (name, cut) in enumerate(self._plan()):
            booster = self.boosters_[name]
            given = everything if cut is None else described[:, cut]
            constant = isinstance(booster, float) or not len(states)
            result[:, column] = booster if constant else booster.predict_proba(given)[:, 1]
        return result

    def _plan(self) -> list[tuple[str, int | None]]:
        """Returns for each column which classifier answers, and about which cut."""
        named = cuts(len(self.dims_))
        asked = self.questions_ or tuple(f"column {number}" for number in range(self.columns_))
        return [("cut", named.index(q)) if q in named else (q, None) for q in asked]

    def save(self, folder: Path | str) -> None:
        """Writes the fitted model into an existing, empty folder, by skops.

        Raises:
            sklearn.exceptions.NotFittedError: There is nothing to save yet.
            ModelFileError: The folder does not exist or is not empty.
        """
        check_is_fitted(self, "boosters_")
        boosted_files.save(self, Path(folder))

    @classmethod
    def load(cls, folder: Path | str) -> Self:
        """Reads a model that `save` wrote; it predicts the very same bits.

        Raises:
            ModelFileError: The file is missing, damaged, or holds what is not trusted.
        """
        return boosted_files.load(cls, Path(folder))

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings for qent's conformance checks: small and quick."""
        return [{"rounds": 5}, {"rounds": 5, "questions": ["B|AC"]}]


class PurityOnly(BoostingClassifier):
    r"""Gradient boosting on the purity of the state and nothing else.

    Sets of states that were made in different ways differ in purity. A detector that does not beat
    this one may have learnt how the states were made.

    Source: the warning of arXiv:2508.17909.

    Formula:
        $$p = g(\mathrm{tr}\,\rho^2)$$

        with g the boosted trees.

    Args:
        rounds: Number of boosting rounds.
        learning_rate: Shrinkage of each.
        leaves: Largest number of leaves of a tree.
        questions: Question of each column of the labels; None means all cuts if there are as many.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Example:
        >>> p = np.random.default_rng(0).uniform(size=(200, 1, 1))
        >>> bell = np.outer([1, 0, 0, 1], [1, 0, 0, 1]) / 2
        >>> states = StateBatch(p * bell + (1 - p) * np.eye(4) / 4, (2, 2))
        >>> model = PurityOnly(rounds=20, random_state=0).fit(states, p[:, 0, 0] > 1 / 3)
        >>> bool(model.score(states, p[:, 0, 0] > 1 / 3) > 0.98)
        True
    """

    def __init__(
        self,
        rounds: int = 50,
        learning_rate: float = 0.1,
        leaves: int = 31,
        questions: Sequence[str] | None = None,
        random_state: int | RandomState | Generator | None = None,
    ) -> None:
        super().__init__(rounds, learning_rate, leaves, questions, random_state)

    def _numbers(self, states: StateBatch) -> Reals:
        if states.kind == "kets":
            purity = np.ones(len(states))
        else:
            purity = np.einsum("nij,nji->n", states.array, states.array).real
        return np.repeat(purity[:, None, None], len(cuts(states.parties)), axis=1)


def _with_context(numbers: Reals) -> tuple[Reals, Reals]:
    """Returns each cut's numbers beside their mean over the cuts, and mean beside maximum."""
    mean = numbers.mean(axis=1)
    described = np.concatenate(
        [numbers, np.repeat(mean[:, None], numbers.shape[1], axis=1)], axis=2
    )
    return described, np.concatenate([mean, numbers.max(axis=1)], axis=1)
