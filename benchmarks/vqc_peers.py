"""The circuit of the classifier in PennyLane and in qiskit-machine-learning.

ZZ feature map with one repetition, RealAmplitudes with reverse linear entanglement, parity readout,
ADAM, all samples in each step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.inputs import Array


def pennylane_probability(qubits: int, depth: int) -> Callable[[Any, Any], Any]:
    """Returns the probability of the odd class for all samples at once, by torch and backprop.

    Qubits have Qiskit's order, which the readout does not see.
    """
    import pennylane as qml

    device = qml.device("default.qubit", wires=qubits)

    @qml.qnode(device, interface="torch", diff_method="backprop")
    def circuit(x: Any, weights: Any) -> Any:
        for i in range(qubits):
            qml.Hadamard(i)
            qml.PhaseShift(2 * x[:, i], wires=i)
        for i in range(qubits):
            for j in range(i + 1, qubits):
                qml.CNOT([i, j])
                qml.PhaseShift(2 * (np.pi - x[:, i]) * (np.pi - x[:, j]), wires=j)
                qml.CNOT([i, j])
        for layer in range(depth + 1):
            for i in range(qubits):
                qml.RY(weights[layer * qubits + i], wires=i)
            if layer < depth:
                for i in reversed(range(qubits - 1)):
                    qml.CNOT([i, i + 1])
        return qml.expval(qml.prod(*(qml.PauliZ(i) for i in range(qubits))))

    return lambda x, weights: (1 - circuit(x, weights)) / 2


def pennylane_probabilities(X: Array, weights: Array, depth: int) -> Array:
    """Returns the probability of the odd class for each sample."""
    import torch

    probability = pennylane_probability(X.shape[1], depth)
    with torch.no_grad():
        return np.asarray(probability(torch.tensor(X), torch.tensor(weights)))


def qiskit_circuits(qubits: int, depth: int) -> dict[str, Any]:
    """Returns feature map and ansatz as VQC takes them."""
    from qiskit.circuit.library import real_amplitudes, zz_feature_map

    return {
        "feature_map": zz_feature_map(qubits, reps=1),
        "ansatz": real_amplitudes(qubits, reps=depth),
    }


def qiskit_probabilities(X: Array, weights: Array, depth: int) -> Array:
    """Returns the probability of the odd class for each sample, from exact states."""
    from qiskit.quantum_info import Statevector

    parts = qiskit_circuits(X.shape[1], depth)
    odd = np.array([number.bit_count() % 2 for number in range(2 ** X.shape[1])], dtype=bool)
    found = []
    for row in X:
        bound = parts["feature_map"].assign_parameters(row)
        bound = bound.compose(parts["ansatz"].assign_parameters(weights))
        found.append(Statevector(bound).probabilities()[odd].sum())
    return np.asarray(found)


def pennylane_training(
    X: Array, y: Array, depth: int, steps: int, exact: bool
) -> Callable[[], None]:
    """Returns a training by exact gradients (backprop) or forward differences."""
    import torch

    probability = pennylane_probability(X.shape[1], depth)
    x, wanted = torch.tensor(X), torch.tensor(y, dtype=torch.float64)
    number = X.shape[1] * (depth + 1)

    def loss(weights: Any) -> Any:
        p = probability(x, weights).clamp(1e-12, 1 - 1e-12)
        return torch.nn.functional.binary_cross_entropy(p, wanted)

    def train() -> None:
        start = np.random.default_rng(0).uniform(0, 2 * np.pi, number)
        weights = torch.tensor(start, requires_grad=exact)
        optimizer = torch.optim.Adam([weights], lr=1e-3)
        for _ in range(steps):
            optimizer.zero_grad()
            if exact:
                loss(weights).backward()
            else:
                here, shift = loss(weights), 1e-6
                parts = [(loss(weights + shift * e) - here) / shift for e in torch.eye(number)]
                weights.grad = torch.stack(parts)
            optimizer.step()

    return train


def qiskit_training(X: Array, y: Array, depth: int, steps: int) -> Callable[[], None]:
    """Returns a training of VQC as it ships: finite differences of shots."""
    from qiskit.primitives import StatevectorSampler
    from qiskit_machine_learning.algorithms import VQC
    from qiskit_machine_learning.optimizers import ADAM

    qubits = X.shape[1]

    def train() -> None:
        VQC(
            **qiskit_circuits(qubits, depth),
            optimizer=ADAM(maxiter=steps, lr=1e-3, tol=0.0),
            sampler=StatevectorSampler(seed=0),
            initial_point=np.random.default_rng(0).uniform(0, 2 * np.pi, qubits * (depth + 1)),
        ).fit(X, y)

    return train
