"""scikit-learn's own checks, and the tools it composes estimators with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from qent_vqc.classifier import VQCClassifier
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import parametrize_with_checks


# The conformance kit runs the same checks on the same estimators; here each is a test of its own.
@pytest.mark.slow
@parametrize_with_checks(
    [VQCClassifier(**settings) for settings in VQCClassifier.conformance_parameters()]
)
def test_estimator_check(estimator: Any, check: Any) -> None:
    check(estimator)


def _rows() -> tuple[Any, Any]:
    X = np.random.default_rng(0).uniform(-1, 1, (80, 2))
    return X, np.where(X[:, 0] > 0, "right", "left")


def _angles() -> tuple[Any, Any]:
    X, y = _rows()
    return (X + 1) * np.pi / 4, y


def test_pipeline_and_cross_validation() -> None:
    X, y = _rows()
    model = VQCClassifier(
        feature_map="z_feature_map",
        readout="first-qubit",
        cost="cross-entropy",
        optimizer="l-bfgs",
        max_iter=20,
        random_state=0,
    )
    pipeline = make_pipeline(MinMaxScaler((0.0, np.pi / 2)), model)
    assert cross_val_score(pipeline, X, y, cv=3).mean() > 0.8


def test_grid_search_over_depth_and_learning_rate() -> None:
    X, y = _angles()
    grid = {"ansatz_reps": [0, 1], "learning_rate": [1e-9, 0.2]}
    model = VQCClassifier(
        feature_map="z_feature_map",
        readout="first-qubit",
        cost="cross-entropy",
        max_iter=60,
        random_state=1,
    )
    search = GridSearchCV(model, grid, cv=2).fit(X, y)
    assert search.best_params_["learning_rate"] == 0.2
    assert search.best_score_ > 0.8


def test_the_constructor_only_stores() -> None:
    weights = [1.0, 2.0]
    model = VQCClassifier(cost="nonsense", initial_weights=weights)
    assert model.cost == "nonsense"
    assert model.initial_weights is weights
    assert clone(model).get_params() == model.get_params()


def test_column_names_are_remembered() -> None:
    pandas = pytest.importorskip("pandas")
    X, y = _rows()
    frame = pandas.DataFrame(X, columns=["a", "b"])
    model = VQCClassifier(max_iter=1).fit(frame, y)
    assert model.feature_names_in_.tolist() == ["a", "b"]
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[["b", "a"]])
