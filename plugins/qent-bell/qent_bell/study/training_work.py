"""Tasks that train: classifiers and regressors on every subset of the features in one pass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_bell.classifier import BellClassifier
from qent_bell.regressor import BellRegressor
from qent_bell.study.data_sets import Table, table
from qent_bell.together import fit_together
from qent_core.api import integer_seed
from qent_studies import Made

BELL_LIKE = 4
"""Number of features of the CHSH inequality."""

BINS = np.linspace(-0.2, 1.0, 121)
"""Bins of true and predicted concurrence."""


def classify(
    name: str,
    states: int,
    epochs: int,
    nodes: int,
    subsets: list[int],
    seed: int,
    others: list[str],
    probes: int,
) -> Made:
    """Trains a classifier per number of features; tests it here and on other data sets.

    Args:
        name: Data set.
        states: Number of states; 80 % train, 20 % test.
        epochs: Passes over the training states.
        nodes: Size of the hidden layer.
        subsets: Numbers of features.
        seed: Seed of the run.
        others: Data sets to test on without retraining.
        probes: Number of fresh states for maps of errors; 0 for none.
    """
    data = table(name, states, seed, "classification", labels=False)
    trained = states * 4 // 5
    models = [
        BellClassifier(
            hidden_layers=(nodes,),
            features=k,
            epochs=epochs,
            random_state=integer_seed(seed, "dephasing", name, "classifier"),
        )
        for k in subsets
    ]
    fit_together(models, data.features[:trained], data.entangled[:trained])
    values = {
        "test": _hits(models, data.features[trained:], data.entangled[trained:]),
        "tests": states - trained,
        "loss": [float(model.loss_curve_[-1]) for model in models],
        "share": float(data.entangled.mean()),
    }
    del data
    for other in others:
        fresh = table(other, states - trained, seed, f"cross-test of {name}", labels=False)
        values[f"on {other}"] = _hits(models, fresh.features, fresh.entangled)
    arrays: dict[str, NDArray] = {}
    if probes:
        probe = table(name, probes, seed, "probe", labels=False)
        arrays = _probed(probe)
        for k, model in zip(subsets, models, strict=True):
            if k in (BELL_LIKE, 9, 15):
                arrays[f"said-{k}"] = model.predict(probe.features).astype(np.uint8)
    return Made(values, arrays)


def regress(
    name: str,
    states: int,
    epochs: int,
    subsets: list[int],
    seed: int,
    output: str,
    probes: int,
) -> Made:
    """Trains a regressor of the concurrence per number of features.

    Args:
        name: Data set.
        states: Number of states; 80 % train, 20 % test.
        epochs: Passes over the training states.
        subsets: Numbers of features.
        seed: Seed of the run.
        output: Activation of the output, ``"linear"`` or ``"logistic"``.
        probes: Number of fresh states to predict from four features; 0 for none.
    """
    data = table(name, states, seed, "regression")
    trained = states * 4 // 5
    models = [
        BellRegressor(
            features=k,
            epochs=epochs,
            output=output,
            random_state=integer_seed(seed, "dephasing", name, "regressor"),
        )
        for k in subsets
    ]
    fit_together(models, data.features[:trained], data.concurrence[:trained])
    truth = data.concurrence[trained:]
    scores = [_r2(truth, model.predict(data.features[trained:])) for model in models]
    values = {
        "r2": [score for score, _ in scores],
        "r2 error": [error for _, error in scores],
        "tests": states - trained,
        "variance": float(truth.var()),
    }
    arrays: dict[str, NDArray] = {}
    if BELL_LIKE in subsets:
        # Like the paper's figure, over all states, those that were learnt from included.
        model = models[subsets.index(BELL_LIKE)]
        said = model.predict(data.features)
        arrays["true"] = np.histogram(data.concurrence, BINS)[0]
        arrays["predicted"] = np.histogram(said.clip(BINS[0], BINS[-1]), BINS)[0]
        values |= {
            "zeros": float(1 - data.entangled.mean()),
            "negative": float((said < 0).mean()),
            "r2 of all": _r2(data.concurrence, said)[0],
        }
        if probes:
            probe = table(name, probes, seed, "probe", labels=False)
            arrays |= _probed(probe)
            arrays["said"] = model.predict(probe.features).astype(np.float32)
    return Made(values, arrays)


def _hits(models: list[BellClassifier], X: NDArray, y: NDArray) -> list[int]:
    return [int((model.predict(X) == y).sum()) for model in models]


def _r2(truth: NDArray, said: NDArray) -> tuple[float, float]:
    """Returns R² and its standard error, from the spread of what each state adds to it."""
    miss, spread = (truth - said) ** 2, (truth - truth.mean()) ** 2
    lost = miss.mean() / spread.mean()
    influence = (miss - lost * spread) / spread.mean()
    return float(1 - lost), float(influence.std() / np.sqrt(len(truth)))


def _probed(probe: Table) -> dict[str, NDArray]:
    kept = {
        key: values.astype(np.float32)
        for key, values in probe.parameters.items()
        if key in ("p", "theta", "phi")
    }
    return {**kept, "entangled": probe.entangled.astype(np.uint8)}
