"""What the ensembles learn, and what they refuse."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from qent_stacking.classifier import StackingEnsembleClassifier
from qent_stacking.ensemble import StackingEnsemble
from qent_stacking.neural_network import NeuralNetwork
from sklearn.exceptions import NotFittedError
from sklearn.metrics import r2_score

from qent_core.progress import listening

Data = tuple[NDArray[Any], NDArray[Any]]
NAMES = ["neural-network", "extra-trees", "xgboost"]


def test_negativity_of_isotropic_qutrits(isotropic: Data) -> None:
    X, y = isotropic
    model = StackingEnsemble(folds=3, nn_epochs=30, xgb_rounds=100, threads=1, random_state=0)
    model.fit(X[:900], y[:900])
    assert model.score(X[900:], y[900:]) > 0.999
    said = model.base_predictions(X[900:])
    assert list(said) == NAMES == list(model.out_of_fold_scores_)
    for name, values in said.items():
        assert r2_score(y[900:], values) > 0.999, name
        assert model.out_of_fold_scores_[name] > 0.998, name


def test_verdicts_of_isotropic_qutrits(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = isotropic
    verdicts = np.where(y > 0, "entangled", "separable")
    model = StackingEnsembleClassifier(**tiny).fit(X[:900], verdicts[:900])
    assert model.score(X[900:], verdicts[900:]) > 0.97
    assert model.classes_.tolist() == ["entangled", "separable"]
    probabilities = model.predict_proba(X)
    assert np.allclose(probabilities.sum(1), 1.0)
    assert np.array_equal(model.classes_[probabilities.argmax(1)], model.predict(X))
    for name, values in model.base_predictions(X[900:]).items():
        assert np.mean(values == verdicts[900:]) > 0.95, name
    assert all(p.shape == (1200, 2) for p in model.base_probabilities(X).values())


def test_several_targets(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = isotropic
    both = np.column_stack([y, 100.0 - 50.0 * X[:, 0]])
    model = StackingEnsemble(**tiny | {"cb_iterations": 60}).fit(X[:900], both[:900])
    assert model.predict(X).shape == (1200, 2)
    assert all(values.shape == (1200, 2) for values in model.base_predictions(X).values())
    scores = r2_score(both[900:], model.predict(X[900:]), multioutput="raw_values")
    assert scores.min() > 0.97


def test_three_classes_one_of_them_rare(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = isotropic[0][:400], isotropic[1][:400]
    labels = np.digitize(y, [0.0, 0.5])
    labels[0] = 7  # a class with one example is absent from the rows of one fold
    model = StackingEnsembleClassifier(**tiny).fit(X, labels)
    assert model.classes_.tolist() == [1, 2, 7]
    assert np.allclose(model.predict_proba(X).sum(1), 1.0)
    assert np.mean(model.predict(X) == labels) > 0.9


def test_a_scale_of_the_target_does_not_matter(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = isotropic
    for factor, shift in ((1e-9, 0.0), (1e9, 5.0)):
        model = StackingEnsemble(**tiny).fit(X[:900], factor * y[:900] + shift)
        assert model.score(X[900:], factor * y[900:] + shift) > 0.98
        assert min(model.out_of_fold_scores_.values()) > 0.9


def test_constant_and_noisy_columns_are_ignored(isotropic: Data, tiny: dict[str, Any]) -> None:
    X, y = isotropic
    varying = np.flatnonzero(np.ptp(X, axis=0) > 1e-12)
    model = StackingEnsemble(**tiny).fit(X, y)
    assert model.varying_features_.tolist() == varying.tolist()
    rounding = np.random.default_rng(0).normal(scale=1e-17, size=X.shape)
    rounding[:, varying] = 0.0
    again = StackingEnsemble(**tiny).fit(X + rounding, y)
    assert np.array_equal(again.predict(X), model.predict(X))
    # An entry that never varied has no say, whatever it holds later.
    changed = X.copy()
    changed[:, np.setdiff1d(np.arange(81), varying)] = 1e6
    assert np.array_equal(model.predict(changed), model.predict(X))


@pytest.mark.parametrize("target", [0.0, -3.5])
def test_a_constant_target_is_learnt_exactly(
    target: float, isotropic: Data, tiny: dict[str, Any]
) -> None:
    X = isotropic[0][:50]
    model = StackingEnsemble(**tiny).fit(X, np.full(50, target))
    assert np.allclose(model.predict(X), target, rtol=1e-12, atol=0.0)


def test_constant_features_give_the_mean(tiny: dict[str, Any]) -> None:
    X, y = np.ones((40, 3)), np.arange(40.0) % 4
    assert np.allclose(StackingEnsemble(**tiny).fit(X, y).predict(X), 1.5, atol=0.3)
    classifier = StackingEnsembleClassifier(**tiny).fit(X, y)
    assert np.allclose(classifier.predict_proba(X), 0.25, atol=0.1)


def test_progress_is_reported(isotropic: Data, tiny: dict[str, Any]) -> None:
    class Listener:
        def __init__(self) -> None:
            self.total, self.done, self.details = 0.0, 0.0, []

        def start(self, description: str, total: float) -> int:
            self.total = total
            return 0

        def advance(self, task: int, amount: float, detail: str) -> None:
            self.done += amount
            self.details.append(detail)

        def finish(self, task: int) -> None: ...

    listener = Listener()
    with listening(listener):
        StackingEnsemble(**tiny).fit(isotropic[0][:60], isotropic[1][:60])
    assert listener.done == listener.total == 3 * (2 + 1) + 1
    assert "fold 2/2: xgboost" in listener.details


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("folds", 1),  # one fold leaves nothing to fit on
        ("folds", 2.0),  # whole numbers only
        ("folds", True),  # a bool is no number of folds
        ("nn_hidden_layers", (16, 0)),  # an empty layer
        ("nn_hidden_layers", 16),  # a number instead of a list
        ("nn_epochs", 0),
        ("nn_batch_size", -1),
        ("nn_learning_rate", 0.0),  # would not learn
        ("nn_learning_rate", float("nan")),
        ("nn_patience", 0),
        ("nn_validation_fraction", 1.0),  # nothing left to learn from
        ("nn_validation_fraction", -0.1),
        ("et_trees", 0),
        ("et_max_depth", 0),
        ("et_max_leaf_nodes", 1),
        ("et_min_samples_leaf", 0),
        ("et_min_samples_leaf", 1.5),
        ("et_max_features", "all"),
        ("et_max_features", 1.5),
        ("xgb_rounds", "many"),
        ("xgb_max_depth", 31),
        ("xgb_learning_rate", 2.0),
        ("cb_iterations", None),
        ("cb_depth", 17),  # CatBoost's limit is 16
        ("cb_learning_rate", -1.0),
        ("threads", 0),
        ("threads", -1),  # all cores: the result would depend on the machine
        ("random_state", -1),
        ("random_state", "42"),
    ],
)
def test_bad_parameters_are_named(parameter: str, value: object, tiny: dict[str, Any]) -> None:
    X = np.arange(20.0)[:, None]
    model = StackingEnsemble(**tiny | {parameter: value})
    with pytest.raises(ValueError, match=rf"^{parameter} must be ") as caught:
        model.fit(X, X[:, 0])
    assert "where:" in str(caught.value)
    assert "do:" in str(caught.value)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("nn_hidden_layers", ()),  # a linear model
        ("nn_hidden_layers", [4]),  # lists come from TOML
        ("nn_validation_fraction", 0.0),  # no early stopping
        ("et_max_depth", 3),
        ("et_max_leaf_nodes", 8),
        ("et_min_samples_leaf", 2),
        ("et_max_features", "sqrt"),
        ("et_max_features", 0.5),
        ("et_max_features", 1),
        ("cb_learning_rate", None),
        ("folds", np.int64(3)),
    ],
)
def test_good_parameters_are_taken(parameter: str, value: object, tiny: dict[str, Any]) -> None:
    X = np.arange(60.0)[:, None]
    model = StackingEnsemble(**tiny | {parameter: value}).fit(X, X[:, 0])
    assert model.score(X, X[:, 0]) > 0.8


def test_bad_data_are_refused(tiny: dict[str, Any]) -> None:
    X, y = np.arange(40.0).reshape(20, 2), np.arange(20.0)
    regressor, classifier = StackingEnsemble(**tiny), StackingEnsembleClassifier(**tiny)
    for bad in (np.nan, np.inf):
        spoilt, target = X.copy(), y.copy()
        spoilt[3, 1] = target[3] = bad
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            regressor.fit(spoilt, y)
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            regressor.fit(X, target)
        with pytest.raises(ValueError, match=r"NaN|infinity"):
            regressor.fit(X, y).predict(spoilt)
    with pytest.raises(ValueError, match="beyond the range of single precision"):
        regressor.fit(X * 1e38, y)
    with pytest.raises(ValueError, match="beyond the range of single precision"):
        regressor.fit(X, y * 1e38)
    with pytest.raises(ValueError, match="2 folds need at least 4 rows, got n_samples=3"):
        regressor.fit(X[:3], y[:3])
    with pytest.raises(ValueError, match="one class, 'separable'"):
        classifier.fit(X, np.full(20, "separable"))
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        regressor.fit(X, y[:-1])


def test_a_diverging_network_is_named(
    isotropic: Data, tiny: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NeuralNetwork, "predict", lambda _, X: np.full((len(X), 1), np.nan))
    with pytest.raises(ValueError, match="neural-network diverged"):
        StackingEnsemble(**tiny).fit(isotropic[0][:60], isotropic[1][:60])


@pytest.mark.parametrize("ask", ["predict", "base_predictions"])
def test_nothing_is_predicted_before_fit(ask: str) -> None:
    with pytest.raises(NotFittedError):
        getattr(StackingEnsemble(), ask)([[0.0]])
