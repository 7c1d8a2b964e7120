"""The variational classifier beside PennyLane and qiskit-machine-learning: steps of ADAM."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import numpy as np

from benchmarks.inputs import Array
from benchmarks.options import Options
from benchmarks.processes import ask
from benchmarks.results import group, row
from benchmarks.timing import once, summary

PENNYLANE, QISKIT = "PennyLane", "qiskit-machine-learning"

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
    """Steps of one measurement for each library that can do it in reasonable time."""


CIRCUITS = (
    Circuit("2 qubits, 200 samples, finite differences", 2, 1, 200, "finite-difference",
            {"qent": 100, PENNYLANE: 10, QISKIT: 1}),
    Circuit("2 qubits, 200 samples, exact gradients", 2, 1, 200, "exact",
            {"qent": 100, PENNYLANE: 20}),
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
        if found:
            rows.append(row(circuit.name, found, [PENNYLANE, QISKIT]))
    return group(
        "vqc", rows, unit="optimiser steps per CPU-second",
        columns=list(DISTRIBUTIONS), answers=answers, missing=missing,
    )  # fmt: skip


def measure(request: dict[str, Any]) -> dict[str, Any]:
    """Returns what one library does; the child's part."""
    library, quick = request["library"], request["quick"]
    import_of(library)
    repeats = min(request["repeats"], 2 if library == QISKIT else 5)
    rows = {}
    for circuit in CIRCUITS:
        if library not in circuit.steps or (quick and circuit.qubits > 2):
            continue
        steps = circuit.steps[library]
        call = training(library, circuit, *samples(circuit), steps)
        rows[circuit.name] = summary(once(call, steps, repeats=repeats))
    return {"version": metadata.version(DISTRIBUTIONS[library]), "rows": rows}


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
