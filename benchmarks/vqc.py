"""The variational classifier beside PennyLane and qiskit-machine-learning: steps of ADAM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from typing import Any

import numpy as np

from benchmarks.inputs import Array
from benchmarks.measurements import Measurements
from benchmarks.options import Options, timing
from benchmarks.processes import ask
from benchmarks.results import group, row
from benchmarks.timing import rates, summary

PENNYLANE, QISKIT = "PennyLane", "qiskit-machine-learning"

COMMON, TOLERANCE = 20, 1e-10
"""Samples on which the libraries' probabilities are compared, and how closely they agree."""

DISTRIBUTIONS = {"qent": "qent-core", PENNYLANE: "pennylane", QISKIT: "qiskit-machine-learning"}


@dataclass(frozen=True)
class Circuit:
    """One row: what is trained, and on how many samples."""

    name: str
    qubits: int
    depth: int
    samples: int
    gradient: str
    steps: dict[str, int]
    """Steps of one measurement for each library that is asked."""

    @property
    def weights(self) -> int:
        """Number of trained angles."""
        return self.qubits * (self.depth + 1)


CIRCUITS = (
    Circuit("2 qubits, 200 samples, finite differences", 2, 1, 200, "finite-difference",
            {"qent": 100, PENNYLANE: 10, QISKIT: 1}),
    Circuit("2 qubits, 200 samples, exact gradients", 2, 1, 200, "exact",
            {"qent": 100, PENNYLANE: 20}),
    Circuit("6 qubits, depth 2, 20 samples, finite differences", 6, 2, 20, "finite-difference",
            {"qent": 5, PENNYLANE: 1, QISKIT: 1}),
    Circuit("6 qubits, depth 2, 500 samples, exact gradients", 6, 2, 500, "exact",
            {"qent": 10, PENNYLANE: 5}),
    Circuit("10 qubits, depth 3, 200 samples, exact gradients", 10, 3, 200, "exact",
            {"qent": 5, PENNYLANE: 1}),
)  # fmt: skip


def run(options: Options) -> dict[str, Any]:
    """Returns the group."""
    answers, missing = ask("vqc", DISTRIBUTIONS, options.request())
    rows = []
    for circuit in CIRCUITS:
        found = {
            n: a["rows"][circuit.name] for n, a in answers.items() if circuit.name in a["rows"]
        }
        compare(circuit.name, found)
        rows.append(row(circuit.name, found, [PENNYLANE, QISKIT]))
    return group(
        "vqc", rows, unit="optimiser steps per CPU-second",
        columns=list(DISTRIBUTIONS), answers=answers, missing=missing,
    )  # fmt: skip


def measure(request: dict[str, Any]) -> Measurements:
    """Returns what one library does; the child's part."""
    library, quick = request["library"], request["quick"]
    import_of(library)

    def measured(circuit: Circuit) -> dict[str, Any]:
        X, y = samples(circuit)
        weights = np.random.default_rng(2).uniform(0, 2 * np.pi, circuit.weights)
        found = probabilities(library, circuit, X[:COMMON], weights).tolist()
        steps = circuit.steps[library]
        if quick:
            steps = max(1, steps // 10)
        call = training(library, circuit, X, y, steps)
        return summary(rates(call, steps, **timing(request, repeats=5)), found=found)

    rows = {c.name: partial(measured, c) for c in CIRCUITS if library in c.steps}
    return Measurements(metadata.version(DISTRIBUTIONS[library]), rows)


def compare(task: str, measured: dict[str, Any]) -> None:
    """Raises if the circuits of two libraries are not the same function of data and weights."""
    reference = np.asarray(measured["qent"].pop("found"))
    for library, result in measured.items():
        if "found" in result:
            deviation = float(np.abs(np.asarray(result.pop("found")) - reference).max())
            assert deviation < TOLERANCE, (
                f"the probabilities of {library} and qent differ by {deviation:.2g} on {task}"
            )


def probabilities(library: str, circuit: Circuit, X: Array, weights: Array) -> Array:
    """Returns the exact probability of odd parity for each sample, ``(n,)``."""
    if library == "qent":
        from qent_vqc.classifier import VQCClassifier

        model = VQCClassifier(ansatz_reps=circuit.depth, max_iter=1, initial_weights=weights)
        model.fit(X, np.arange(len(X)) % 2)
        model.weights_ = weights
        return np.asarray(model.predict_proba(X)[:, 1])
    from benchmarks import vqc_peers

    if library == PENNYLANE:
        return vqc_peers.pennylane_probabilities(X, weights, circuit.depth)
    return vqc_peers.qiskit_probabilities(X, weights, circuit.depth)


def import_of(library: str) -> None:
    """Imports a library, or raises ImportError, before anything is drawn."""
    from importlib import import_module

    import_module(
        {"qent": "qent_vqc", PENNYLANE: "pennylane", QISKIT: "qiskit_machine_learning"}[library]
    )


def samples(circuit: Circuit) -> tuple[Array, Array]:
    """Returns random angles and classes."""
    rng = np.random.default_rng(1)
    X = rng.uniform(0, 2 * np.pi, (circuit.samples, circuit.qubits))
    return X, np.arange(circuit.samples) % 2


def training(library: str, circuit: Circuit, X: Array, y: Array, steps: int) -> Callable[[], Any]:
    """Returns so many steps of training."""
    if library == "qent":
        from qent_vqc.classifier import VQCClassifier

        return lambda: VQCClassifier(
            ansatz_reps=circuit.depth, max_iter=steps, gradient=circuit.gradient,
            cost="cross-entropy", random_state=0,
        ).fit(X, y)  # fmt: skip
    from benchmarks import vqc_peers

    if library == PENNYLANE:
        exact = circuit.gradient == "exact"
        return vqc_peers.pennylane_training(X, y, circuit.depth, steps, exact)
    return vqc_peers.qiskit_training(X, y, circuit.depth, steps)
