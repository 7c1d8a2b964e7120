"""scikit-learn's own checks, and the tools it composes estimators with."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from qent_stacking.classifier import StackingEnsembleClassifier
from qent_stacking.ensemble import StackingEnsemble
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

Data = tuple[NDArray[Any], NDArray[Any]]


# The conformance kit runs the same checks on the same estimators; here each is a test of its own.
@pytest.mark.slow
@parametrize_with_checks(
    [
        kind(**settings)
        for kind in (StackingEnsemble, StackingEnsembleClassifier)
        for settings in kind.conformance_parameters()
    ]
)
def test_estimator_check(estimator: Any, check: Any) -> None:
    check(estimator)


def test_pipeline(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = isotropic
    pipeline = make_pipeline(StandardScaler(), StackingEnsemble(**tiny)).fit(X[:600], y[:600])
    assert pipeline.score(X[600:], y[600:]) > 0.98


def test_grid_search_sees_the_parameters(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = isotropic[0][:300], isotropic[1][:300]
    # One tree of depth 1 takes two values: the search must prefer the other setting.
    grid = {"cb_iterations": [1, 40], "cb_depth": [2]}
    search = GridSearchCV(StackingEnsemble(**tiny), grid, cv=2).fit(X, y)
    assert search.best_params_["cb_iterations"] == 40


def test_cross_val_score(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = isotropic[0][:400], isotropic[1][:400]
    verdicts = np.where(y > 0, "entangled", "separable")
    assert cross_val_score(StackingEnsemble(**tiny), X, y, cv=2).min() > 0.95
    assert cross_val_score(StackingEnsembleClassifier(**tiny), X, verdicts, cv=2).min() > 0.95


def test_the_constructor_only_stores() -> None:
    layers = [3, 4]
    model = StackingEnsemble(folds="nonsense", nn_hidden_layers=layers)  # type: ignore[arg-type]
    assert model.folds == "nonsense"
    assert model.nn_hidden_layers is layers
    assert clone(model).get_params() == model.get_params()


def test_column_names_are_remembered(isotropic: Data, tiny: dict[str, Any]) -> None:
    pandas = pytest.importorskip("pandas")
    X = pandas.DataFrame(isotropic[0][:100, :3], columns=["a", "b", "c"])
    model = StackingEnsemble(**tiny).fit(X, isotropic[1][:100])
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    with pytest.raises(ValueError, match="feature names"):
        model.predict(X[["c", "b", "a"]])
