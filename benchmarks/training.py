"""Training: qent's networks beside plain torch loops with the same networks and settings."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from itertools import combinations
from typing import Any

import numpy as np

from benchmarks.inputs import Array, density_matrices
from benchmarks.options import Options
from benchmarks.processes import ask
from benchmarks.results import group, row
from benchmarks.timing import once, summary

PLAIN = "plain torch"

CNN = "CNN, three qubits, batch 128"
SIAMESE = "triple Siamese CNN, batch 128"
BELL = "fifteen perceptrons, batch 32"

WHY = {
    CNN: "Both spend their time in torch's convolutions of the same sizes; equal is the best there "
    "is, and qent also looks at every loss and weight for numbers that are not finite.",
    SIAMESE: "Three copies of every state go through the convolutions in both.",
}

SUBSETS = [list(c) for size in range(1, 5) for c in combinations(range(4), size)]
"""All subsets of four features."""


def run(options: Options) -> dict[str, Any]:
    """Returns the group."""
    answers, missing = ask("training", ("qent", PLAIN), options.request())
    rows = []
    for task in (CNN, SIAMESE, BELL):
        found = {name: answer["rows"][task] for name, answer in answers.items()}
        rows.append(row(task, found, [PLAIN], why=WHY.get(task, "")))
    return group(
        "training", rows, unit="states times networks per CPU-second",
        columns=["qent", PLAIN], answers=answers, missing=missing,
    )  # fmt: skip


def measure(request: dict[str, Any]) -> dict[str, Any]:
    """Returns what one side does; the child's part."""
    import torch

    torch.set_num_threads(1)
    quick, repeats = request["quick"], min(request["repeats"], 7)
    states, rows, epochs = (256, 640, 1) if quick else (1_280, 6_400, 2)
    rho = density_matrices(8, states)
    verdicts = np.random.default_rng(0).integers(0, 2, (states, 3))
    X = np.random.default_rng(1).uniform(-1, 1, (rows, 4))
    y = (np.abs(X).sum(axis=1) > 2).astype(int)
    own = request["library"] == "qent"
    cnn, perceptrons = (own_cnn, own_perceptrons) if own else (plain_cnn, plain_perceptrons)
    # Nine tenths are trained on, the rest is looked at after each epoch.
    seen = states * epochs * 0.9
    found = {}
    for task, siamese in ((CNN, False), (SIAMESE, True)):
        shares: list[float] = []
        call = with_share(cnn(rho, verdicts, epochs, siamese), shares)
        rate = once(call, int(seen), repeats=repeats)
        found[task] = summary(rate, note=f"{100 * np.median(shares):.1f} % waiting for data")
    total = rows * epochs * len(SUBSETS)
    found[BELL] = summary(once(perceptrons(X, y, epochs), total, repeats=repeats))
    version = metadata.version("qent-core") if own else torch.__version__
    return {"version": version, "rows": found}


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
