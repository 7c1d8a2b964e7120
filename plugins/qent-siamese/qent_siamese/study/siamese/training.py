"""Tasks that train one network: on which states, how, and what it then answers."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, component, integer_seed
from qent_siamese.study.siamese.datasets import (
    Limits,
    Training,
    test_sets,
    training_set,
    validation_sets,
)
from qent_siamese.study.siamese.evaluation import evaluated, evaluated_on, symmetry_violation
from qent_siamese.study.siamese.measure import fitted_autoencoder
from qent_siamese.study.siamese.other_families import other_tests, training_with_bound_states
from qent_siamese.study.siamese.settings import HELD_OUT
from qent_studies import Made

_SYMMETRY_STATES = 1000


def train(
    *,
    model: str,
    strategy: str,
    seed: int,
    fraction: float,
    test_fraction: float,
    numbers: str,
    selection: str,
    options: Mapping[str, Any],
    proofs: Mapping[str, int],
    bound_states: int = 0,
    other_states: int = 0,
    autoencoder: Mapping[str, Any] | None = None,
) -> Made:
    """Trains a model on one of the training sets and evaluates it on every test.

    Args:
        model: Component.
        strategy: Training set; see `training_set`. ``certified+bound`` adds certified states with
            bound cuts, of families that no test of the paper has.
        seed: Fixes data and weights.
        fraction: Share of training and validation sets.
        test_fraction: Share of the tests.
        numbers: ``"text"`` or ``"code"``.
        selection: Which epoch is kept.
        options: Parameters of the model.
        proofs: Limits of the search for proofs.
        bound_states: Size of the further families in ``certified+bound``.
        other_states: Size of the further families as tests; 0 leaves them out.
        autoencoder: Share of its training set and options of the autoencoder whose M the model
            needs, if it does.
    """
    began = time.perf_counter()
    limits = tuple(sorted(proofs.items()))
    data = _training(strategy, numbers, fraction, seed, limits, bound_states)
    tests = test_sets(test_fraction, numbers, seed, limits)
    validation = _validation(selection, fraction, seed)
    drawn = time.perf_counter()
    given = dict(options)
    if autoencoder is not None:
        own = tuple(sorted(autoencoder["options"].items()))
        given["autoencoder"] = fitted_autoencoder(seed, autoencoder["fraction"], own)
    measuring = time.perf_counter()
    fitted = fit(model, data, validation, selection, seed, given)
    trained = time.perf_counter()
    predict = probabilities(fitted)
    found = evaluated_on(predict, tests)
    others = other_tests(other_states, seed, limits) if other_states else {}
    values = {
        "tests": found,
        "others": {name: evaluated(predict(test.states), test) for name, test in others.items()},
        "symmetry": symmetry_violation(predict, _some(tests["mixed"].states), seed),
        "states": len(data.states),
        "labels": {
            word: int((data.labels == verdict).sum())
            for word, verdict in (("separable", 0), ("entangled", 1), ("unknown", -1))
        },
        "selected": selected(fitted),
    }
    return Made(
        values,
        curves(fitted),
        {
            "data_seconds": round(drawn - began, 2),
            "autoencoder_seconds": round(measuring - drawn, 2),
            "fit_seconds": round(trained - measuring, 2),
            "loading_share": getattr(fitted, "loading_share_", None),
        },
    )


def architecture(
    *,
    model: str,
    strategy: str,
    seed: int,
    fraction: float,
    validation_fraction: float,
    numbers: str,
    selection: str,
    options: Mapping[str, Any],
) -> Made:
    """Trains a model of another architecture and scores it on the validation sets (Fig. A1)."""
    data = training_set(strategy, numbers, fraction, seed, ())
    fitted = fit(model, data, _validation(selection, fraction, seed), selection, seed, options)
    predict = probabilities(fitted)
    accuracy = {
        name: float(((predict(known.states) >= 0.5) == known.labels).mean())
        for name, known in validation_sets(validation_fraction, seed).items()
    }
    values = {
        "accuracy": accuracy,
        "mean": float(np.mean(list(accuracy.values()))),
        "parameters": int(fitted.n_parameters_),
        "states": {k: len(v.states) for k, v in validation_sets(validation_fraction, seed).items()},
    }
    return Made(values, curves(fitted))


def fit(
    model: str,
    data: Training,
    validation: Mapping[str, Training],
    selection: str,
    seed: int,
    options: Mapping[str, Any],
) -> Any:
    """Returns a fitted model; networks also look at the validation sets.

    Without any they hold out a share of their training states.
    """
    rule = {
        "accuracy-both": "accuracy",
        "accuracy-validation-1": "accuracy",
        HELD_OUT: "accuracy",
        "loss-both": "loss",
    }
    estimator = component(
        model, "model", **options, random_state=integer_seed(seed, "model", model)
    )
    if "select" not in estimator.get_params():
        return estimator.fit(data.states, data.labels)
    estimator.set_params(select=rule.get(selection, "last"))
    sets = {name: (known.states, known.labels) for name, known in validation.items()}
    return estimator.fit(data.states, data.labels, validation=sets)


def probabilities(fitted: Any) -> Any:
    """Returns a function from states to ``(n, cuts)`` probabilities of entanglement."""

    def predict(states: StateBatch) -> NDArray[np.float64]:
        return np.asarray(fitted.predict_proba(states), float)

    return predict


def selected(fitted: Any) -> dict[str, Any]:
    """Returns by which rule which epoch was kept."""
    return {
        "rule": getattr(fitted, "selected_by_", "no epochs"),
        "epoch": getattr(fitted, "best_epoch_", None),
        "parameters": getattr(fitted, "n_parameters_", None),
    }


def curves(fitted: Any) -> dict[str, NDArray[np.float64]]:
    """Returns loss, and accuracy on each validation set, epoch by epoch."""
    history = getattr(fitted, "history_", None)
    if not history or not isinstance(history, list):
        return {}
    found = {"loss": np.array([row["loss"] for row in history])}
    for name in history[0].get("validation", {}):
        rows = [row["validation"][name].get("accuracy", np.nan) for row in history]
        found[f"accuracy {name}"] = np.array(rows)
    return found


def _training(
    strategy: str, numbers: str, fraction: float, seed: int, limits: Limits, bound_states: int
) -> Training:
    if strategy == "certified+bound":
        return training_with_bound_states(numbers, fraction, seed, limits, bound_states)
    return training_set(strategy, numbers, fraction, seed, limits)


def _validation(selection: str, fraction: float, seed: int) -> dict[str, Training]:
    if selection == HELD_OUT:
        return {}
    sets = validation_sets(fraction, seed)
    if selection == "accuracy-validation-1":
        return {"validation-1": sets["validation-1"]}
    return sets


def _some(states: StateBatch) -> StateBatch:
    """Returns about a thousand of the states, from all groups alike."""
    return states[:: max(1, len(states) // _SYMMETRY_STATES)]
