"""Checks of models: scikit-learn's own, and saving without pickle."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from qent_core.model_files import load_estimator, save_estimator
from qent_core.names import listed
from qent_testing.acting import SEED
from qent_testing.checks import NotApplicableError, check, require
from qent_testing.global_random import touched_states
from qent_testing.other_process import other_process
from qent_testing.samples import mixed
from qent_testing.subject import Subject

_ROWS = 60
_PICKLE_ENDINGS = (".pkl", ".pickle", ".joblib", ".pt", ".pth")
_PICKLE_HEADS = tuple(bytes([0x80, protocol]) for protocol in range(2, 6))


@check("model", needs=("check_parameters",))
def check_model_tasks(subject: Subject) -> None:
    """It learns what the record declares: measures for ``regression``, verdicts for classes.

    Regression means finite real predictions, one per state; classification means predictions among
    the classes it was shown, 0 and 1. It takes the input that ``accepts`` names.
    """
    for instance, task, X, y in _problems(subject):
        predicted = np.asarray(_fitted(instance, X, y).predict(X))
        require(
            predicted.shape == y.shape,
            f"for {task} it predicts an array of shape {predicted.shape}, not {y.shape}",
        )
        if task == "regression":
            require(
                predicted.dtype.kind in "fiu" and np.isfinite(predicted).all(),
                "its predictions of a measure are not finite numbers",
            )
            require(
                len(np.unique(predicted)) > 2,
                "the record says regression, but it predicts classes",
            )
        else:
            require(
                set(np.unique(predicted).tolist()) <= {0, 1},
                "the record says classification, but it predicts other values than the classes",
            )


@check("model", needs=("check_model_tasks",))
def check_model_repeatable(subject: Subject) -> None:
    """Fitted twice with the same ``random_state`` it predicts the same, bit for bit.

    The global random states of Python, NumPy and torch are left alone.
    """
    for instance, task, X, y in _problems(subject):
        touched = touched_states(partial(_fitted, instance, X, y))
        require(not touched, f"fitting changes the global random state of {listed(touched)}")
        first = np.asarray(_fitted(instance, X, y).predict(X))
        second = np.asarray(_fitted(instance, X, y).predict(X))
        require(np.array_equal(first, second), f"two fits with one random_state differ for {task}")


@check("model", needs=("check_model_repeatable",))
def check_model_sklearn(subject: Subject) -> None:
    """It passes scikit-learn's own checks, those that its tags select.

    They hold it to the estimator contract: the constructor only stores, ``fit`` validates and
    returns the estimator, ``clone`` and ``get_params`` work. Models of images or of states are held
    to the part that does not need a table of numbers.
    """
    if subject.spec.accepts != "vector":
        for instance in subject.instances():
            _contract_without_tables(instance)
        return
    from sklearn.utils.estimator_checks import check_estimator

    for index, instance in enumerate(subject.instances()):
        with warnings.catch_warnings():
            # Their checks feed nonsense on purpose; what an estimator warns about is its business.
            warnings.simplefilter("ignore")
            results = check_estimator(_seeded(instance), on_skip=None, on_fail=None)
        failed = [result for result in results if result["status"] == "failed"]
        require(
            not failed,
            f"{len(failed)} of scikit-learn's checks fail{subject.said(index)}:\n"
            + "\n".join(f"  {result['check_name']}: {result['exception']}" for result in failed),
        )


@check("model", needs=("check_model_repeatable",))
def check_model_saves(subject: Subject) -> None:
    """A fitted model is saved and loaded without pickle, and predicts the very same.

    Either it has ``save(folder)`` and a class method ``load(folder)`` with formats of its own, or
    skops stores it. A model folder from a stranger must not be able to run code.
    """
    for instance, task, X, y in _problems(subject):
        fitted = _fitted(instance, X, y)
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder) / "model"
            save_estimator(fitted, home)
            for file in home.rglob("*"):
                head = file.read_bytes()[:2] if file.is_file() else b""
                require(
                    file.suffix not in _PICKLE_ENDINGS and head not in _PICKLE_HEADS,
                    f"it saves {file.name}, which is a pickle",
                )
            again = load_estimator(subject.target, home)
        require(
            np.array_equal(np.asarray(fitted.predict(X)), np.asarray(again.predict(X))),
            f"after saving and loading it predicts something else ({task})",
        )


@check("model", needs=("check_model_repeatable",))
def check_model_pickles(subject: Subject) -> None:
    """A fitted model can be sent to another process and predicts the same there.

    Cross-validation with several workers sends models to them.
    """
    instance, _, X, y = next(_problems(subject))
    fitted = _fitted(instance, X, y)
    here = np.asarray(fitted.predict(X))
    try:
        there = np.asarray(other_process().call(_predicted, fitted, X))
    except Exception as error:
        require(False, f"it cannot work in another process: {error}")
    require(
        np.allclose(here.astype(float), there.astype(float), rtol=1e-6, atol=1e-9),
        "in another process it predicts something else",
    )


def _predicted(fitted: Any, X: Any) -> Any:
    return fitted.predict(X)


def _problems(subject: Subject) -> Iterator[tuple[Any, str, Any, Any]]:
    """Yields for each parameter set and task an estimator with something to learn."""
    X, signal = _data(subject.spec.accepts)
    for instance in subject.instances():
        for task in subject.spec.tasks:
            y = signal if task == "regression" else (signal > np.median(signal)).astype(np.int64)
            yield instance, task, X, y


def _data(accepts: str) -> tuple[Any, Any]:
    from qent_core.states import StateBatch

    rng = np.random.default_rng(SEED)
    if accepts == "vector":
        X = rng.normal(size=(_ROWS, 5))
        return X, X[:, 0] + 0.5 * X[:, 1]
    dims = (2, 2, 2) if accepts == "states" else (2, 2)
    rho = mixed(_ROWS, dims, 8)
    purity = np.einsum("nij,nji->n", rho, rho).real
    if accepts == "states":
        return StateBatch(rho, dims), purity
    return np.stack([rho.real, rho.imag], axis=1), purity


def _seeded(instance: Any) -> Any:
    from sklearn.base import clone

    fresh = clone(instance)
    if "random_state" in fresh.get_params(deep=False):
        fresh.set_params(random_state=0)
    return fresh


def _fitted(instance: Any, X: Any, y: Any) -> Any:
    return _seeded(instance).fit(X, y)


def _contract_without_tables(instance: Any) -> None:
    from sklearn.base import clone

    fresh = clone(instance)
    require(
        repr(fresh.get_params()) == repr(instance.get_params()),
        "clone() does not give the same parameters; the constructor must only store them",
    )
    left_over = [name for name in vars(fresh) if name.endswith("_") and not name.startswith("_")]
    require(not left_over, f"before fit it has the learnt attributes {left_over}")
    if not hasattr(instance, "predict"):
        raise NotApplicableError("it does not predict")
