"""No learner is ever asked about a row it has seen."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pytest
from numpy.typing import NDArray
from qent_stacking.ensemble import StackingEnsemble
from qent_stacking.learner import Task
from qent_stacking.out_of_fold import assign_folds, out_of_fold_predictions
from sklearn.metrics import r2_score

Data = tuple[NDArray[Any], NDArray[Any]]
REGRESSION = Task("regression", 1)


class Memoriser:
    """Answers with the target of the nearest row it has seen: perfect on those, useless else."""

    def fit(self, X: Any, y: Any, task: Task, seed: int) -> Self:
        self.X, self.y = X, y
        return self

    def predict(self, X: Any) -> Any:
        distances = ((X[:, None] - self.X[None]) ** 2).sum(-1)
        return self.y[distances.argmin(1)]

    def to_bytes(self) -> bytes:
        raise NotImplementedError

    def restore(self, data: bytes, task: Task, features: int) -> Self:
        raise NotImplementedError


def _out_of_fold(X: Any, y: Any, folds: int) -> tuple[Any, Any]:
    fold = assign_folds(y, REGRESSION, folds, np.random.default_rng(0))
    values, asked = np.full(y.shape, np.nan), np.zeros(len(y), dtype=int)
    learners = {"memoriser": Memoriser}
    for _, _, held, said in out_of_fold_predictions(
        learners, X, y, REGRESSION, fold, lambda name, number: 0
    ):
        values[held] = said
        asked += held
    return values, asked


def test_a_memoriser_knows_nothing_about_noise(noise: Data) -> None:
    X, y = noise[0], noise[1][:, None]
    in_sample = Memoriser().fit(X, y, REGRESSION, 0).predict(X)
    assert np.array_equal(in_sample, y)
    values, asked = _out_of_fold(X, y, folds=5)
    assert (asked == 1).all()
    # 600 rows: three standard deviations of the correlation of independent numbers are 0.12.
    assert abs(np.corrcoef(values.ravel(), y.ravel())[0, 1]) < 0.12


def test_the_ensemble_does_not_trust_memorising_trees(noise: Data, tiny: dict[str, Any]) -> None:
    X, y = noise
    model = StackingEnsemble(**tiny | {"et_min_samples_leaf": 1}).fit(X, y)
    assert r2_score(y, model.base_predictions(X)["extra-trees"]) > 0.999
    assert model.out_of_fold_scores_["extra-trees"] < 0.1
    # Fitted on in-sample predictions the meta-learner would reproduce the memorised noise.
    assert r2_score(y, model.predict(X)) < 0.5


@pytest.mark.parametrize("folds", [2, 3, 7])
def test_folds_are_even_and_random(folds: int) -> None:
    y = np.zeros((50, 1))
    first, second = (
        assign_folds(y, REGRESSION, folds, np.random.default_rng(seed)) for seed in (0, 1)
    )
    sizes = np.bincount(first, minlength=folds)
    assert np.ptp(sizes) <= 1
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, np.sort(first))


def test_each_class_is_dealt_out_evenly() -> None:
    y = np.repeat([0, 1, 2], [40, 11, 3])
    fold = assign_folds(y, Task("classification", 3), 5, np.random.default_rng(0))
    for label in range(3):
        assert np.ptp(np.bincount(fold[y == label], minlength=5)) <= 1
