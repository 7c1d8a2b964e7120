"""Training: qent's models beside plain ones with the same networks, trees and settings.

Networks stand beside loops in torch, the stacking ensemble beside scikit-learn's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import metadata
from itertools import combinations
from typing import Any

import numpy as np

from benchmarks.inputs import Array, density_matrices
from benchmarks.measurements import Measurements
from benchmarks.options import Options, timing
from benchmarks.processes import ask
from benchmarks.results import group, row
from benchmarks.timing import rates, summary

PLAIN = "plain libraries"

CNN = "CNN, three qubits, batch 128"
SIAMESE = "triple Siamese CNN, batch 128"
BELL = "fifteen perceptrons, batch 32"
STACK = "stacking ensemble, 500 two-qubit states"

WHY = {
    CNN: "Both spend their time in torch's convolutions of the same sizes; equal is the best there "
    "is, and qent also looks at every loss and weight for numbers that are not finite.",
    STACK: "The trees of scikit-learn, XGBoost and CatBoost are the same compiled code in both; "
    "qent's network is torch, scikit-learn's its own loop, and qent checks what it will save.",
    SIAMESE: "Three copies of every state go through the convolutions in both.",
}

SUBSETS = [list(c) for size in range(1, 5) for c in combinations(range(4), size)]
"""All subsets of four features."""


def run(options: Options) -> dict[str, Any]:
    """Returns the group."""
    answers, missing = ask("training", ("qent", PLAIN), options.request())
    rows = []
    for task in (CNN, SIAMESE, BELL, STACK):
        found = {name: a["rows"][task] for name, a in answers.items() if task in a["rows"]}
        rows.append(row(task, found, [PLAIN], why=WHY.get(task, "")))
    return group(
        "training", rows, unit="states times networks per CPU-second",
        columns=["qent", PLAIN], answers=answers, missing=missing,
    )  # fmt: skip


def measure(request: dict[str, Any]) -> Measurements:
    """Returns what one side does; the child's part."""
    import torch

    torch.set_num_threads(1)
    states, rows, epochs = (256, 640, 1) if request["quick"] else (640, 3_200, 2)
    rho = density_matrices(8, states)
    verdicts = np.random.default_rng(0).integers(0, 2, (states, 3))
    X = np.random.default_rng(1).uniform(-1, 1, (rows, 4))
    y = (np.abs(X).sum(axis=1) > 2).astype(int)
    own = request["library"] == "qent"
    cnn, perceptrons = (own_cnn, own_perceptrons) if own else (plain_cnn, plain_perceptrons)

    def convolutions(siamese: bool) -> dict[str, Any]:
        shares: list[float] = []
        call = with_share(cnn(rho, verdicts, epochs, siamese), shares)
        # Nine tenths are trained on, the rest is looked at after each epoch.
        rate = rates(call, int(states * epochs * 0.9), **timing(request, repeats=7, patience=3))
        return summary(rate, note=f"{100 * np.median(shares):.1f} % waiting for data")

    def together() -> dict[str, Any]:
        call, total = perceptrons(X, y, epochs), rows * epochs * len(SUBSETS)
        return summary(rates(call, total, **timing(request, repeats=7, patience=2)))

    def stack() -> dict[str, Any]:
        features, target = stacked_states(200 if request["quick"] else 500)
        call = (own_stack if own else plain_stack)(features, target)
        return summary(rates(call, len(target), **timing(request, repeats=5, patience=4)))

    calls = {
        CNN: partial(convolutions, siamese=False),
        SIAMESE: partial(convolutions, siamese=True),
        BELL: together,
        STACK: stack,
    }
    if own:
        return Measurements(metadata.version("qent-core"), calls)
    names = ("torch", "scikit-learn", "xgboost", "catboost")
    return Measurements(f"({', '.join(f'{n} {metadata.version(n)}' for n in names)})", calls)


def with_share(call: Callable[[], float], shares: list[float]) -> Callable[[], None]:
    """Returns a call that keeps what the given one returns."""
    return lambda: shares.append(call())


def own_cnn(rho: Array, y: Array, epochs: int, siamese: bool) -> Callable[[], float]:
    """Returns a training of qent's network; it returns the share of waiting for data."""
    from qent_siamese.models.convolutional import ConvolutionalClassifier
    from qent_siamese.models.siamese import SiameseClassifier

    from qent_core.api import StateBatch

    states = StateBatch(rho, (2, 2, 2))
    settings: dict[str, Any] = {"epochs": epochs, "random_state": 0, "device": "cpu"}

    def train() -> float:
        if siamese:
            model = SiameseClassifier(regularise_from=0, **settings)
        else:
            model = ConvolutionalClassifier(**settings)
        return float(model.fit(states, y).loading_share_)

    return train


def plain_cnn(rho: Array, y: Array, epochs: int, siamese: bool) -> Callable[[], float]:
    """Returns the same training as a plain loop."""
    from benchmarks.plain_torch import train_cnn

    return lambda: train_cnn(rho, y, epochs=epochs, siamese=siamese)


def stacked_states(count: int) -> tuple[Array, Array]:
    """Returns features ``(n, 32)`` and negativities ``(n,)`` of random two-qubit states.

    The negativities have mean 0 and variance 1: XGBoost stops early on small numbers, which qent
    changes the units of, and both sides should grow the same trees.
    """
    from qent_basics.labelers.negativity import Negativity

    from qent_core.api import StateBatch

    rho = density_matrices(4, count, seed=3)
    labels = Negativity().label(StateBatch(rho, (2, 2)))
    features = np.concatenate([rho.real, rho.imag], axis=2).reshape(count, -1)
    target = labels.values("negativity[A|B]")
    return features, (target - target.mean()) / target.std()


def own_stack(X: Array, y: Array) -> Callable[[], Any]:
    """Returns a fit of the stacking ensemble."""
    from qent_stacking.ensemble import StackingEnsemble

    return lambda: StackingEnsemble(threads=1, random_state=0).fit(X, y)


def plain_stack(X: Array, y: Array) -> Callable[[], Any]:
    """Returns a fit of scikit-learn's ensemble of the same learners."""
    from benchmarks.plain_stacking import ensemble

    return lambda: ensemble().fit(X, y)


def own_perceptrons(X: Array, y: Array, epochs: int) -> Callable[[], Any]:
    """Returns a training of one perceptron per subset of the features, all in one pass."""
    from qent_bell.classifier import BellClassifier
    from qent_bell.together import fit_together

    def train() -> Any:
        models = [BellClassifier(features=c, epochs=epochs, random_state=0) for c in SUBSETS]
        return fit_together(models, X, y)

    return train


def plain_perceptrons(X: Array, y: Array, epochs: int) -> Callable[[], Any]:
    """Returns the same as a plain loop."""
    from benchmarks.plain_torch import train_perceptrons

    return lambda: train_perceptrons(X, y, SUBSETS, epochs=epochs)
