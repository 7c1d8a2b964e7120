"""The batched simulation against Qiskit's own, amplitude by amplitude."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from qent_vqc.circuits import ModelCircuit, from_circuit, from_parts
from qent_vqc.program import translate
from qent_vqc.program_files import program_from_json, program_to_json
from qent_vqc.simulator import Simulator
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.circuit.library import MCPhaseGate, StatePreparation, XXPlusYYGate
from qiskit.quantum_info import Statevector, random_unitary

from qent_core.api import StateBatch

X = ParameterVector("x", 3)
W = ParameterVector("w", 6)


def _bound(model: ModelCircuit, x: NDArray[Any], w: NDArray[Any]) -> NDArray[Any]:
    values = dict(zip(model.data, x, strict=True)) | dict(zip(model.weights, w, strict=True))
    return np.asarray(Statevector(model.circuit.assign_parameters(values)).reverse_qargs().data)


def _difference(model: ModelCircuit, samples: int = 4) -> float:
    rng = np.random.default_rng(7)
    program = translate(model)
    x = rng.uniform(-3, 3, (samples, program.features))
    w = rng.uniform(-3, 3, program.weights)
    expected = np.stack([_bound(model, row, w) for row in x])
    again = program_from_json(program_to_json(program))
    built, data, weights = program.to_model_circuit()
    rebuilt = ModelCircuit(built, tuple(data), tuple(weights), 0)
    found = [
        Simulator(program).kets(x, w),
        Simulator(again).kets(x, w),
        Simulator(program).from_angles(program.angle_table(x, w)),
        np.stack([_bound(rebuilt, row, w) for row in x]),
    ]
    return max(float(np.abs(kets - expected).max()) for kets in found)


@pytest.mark.parametrize("qubits", [2, 3, 7])
@pytest.mark.parametrize("ansatz", ["real_amplitudes", "efficient_su2"])
@pytest.mark.parametrize("feature_map", ["zz_feature_map", "z_feature_map"])
def test_named_circuits(feature_map: str, ansatz: str, qubits: int) -> None:
    model = from_parts(feature_map, ansatz, qubits, feature_map_reps=2, ansatz_reps=2)
    assert _difference(model) < 1e-12


@pytest.mark.parametrize("entanglement", ["linear", "circular", "full", "none"])
def test_entanglement_patterns(entanglement: str) -> None:
    model = from_parts("zz_feature_map", "real_amplitudes", 4, entanglement=entanglement)
    assert _difference(model) < 1e-12


def _wrapped(circuit: QuantumCircuit) -> None:
    inner, angles = QuantumCircuit(2), ParameterVector("a", 2)
    inner.rx(angles[0], 0)
    inner.cry(angles[1], 0, 1)
    circuit.append(inner.to_gate({angles[0]: W[0] / 2, angles[1]: X[1]}), [2, 0])


def _phase(circuit: QuantumCircuit) -> None:
    circuit.global_phase = W[0] * X[1]


def _random(circuit: QuantumCircuit) -> None:
    circuit.unitary(random_unitary(8, seed=1), [3, 0, 2])


# One gate in the middle of an entangling circuit; names say what is special about it.
GATES: dict[str, Callable[[QuantumCircuit], Any]] = {
    "three-qubit permutation": lambda c: c.ccx(3, 1, 0),
    "controlled by data times weight": lambda c: c.crx(X[0] * W[0], 1, 3),
    "controlled ry": lambda c: c.cry(W[1], 2, 0),
    "controlled phase of a sum": lambda c: c.cp(W[2] + 1, 0, 3),
    "two-qubit rotation of a function": lambda c: c.rxx(X[1].sin(), 0, 2),
    "power": lambda c: c.ryy(W[3] ** 2, 3, 1),
    "not symmetric": lambda c: c.rzx(W[4], 2, 1),
    "three angles": lambda c: c.u(X[2], W[5], X[0], 1),
    "four angles": lambda c: c.cu(W[0], W[1], W[2], X[1], 3, 0),
    "swap": lambda c: c.swap(1, 3),
    "permutation with phases": lambda c: c.iswap(0, 2),
    "diagonal on two": lambda c: c.rzz(W[2] * 2 - X[0] / 3, 1, 3),
    "nested definition": lambda c: c.append(XXPlusYYGate(W[1], X[0]), [0, 1]),
    "many controls": lambda c: c.append(MCPhaseGate(W[3], 2), [0, 2, 3]),
    "controlled rotation, two controls": lambda c: c.mcrx(W[5], [0, 1], 3),
    "any unitary": _random,
    "wrapped circuit": _wrapped,
    "global phase": _phase,
    "state preparation": lambda c: c.append(StatePreparation([0.6, 0, 0, 0.8j]), [1, 2]),
    "barrier": lambda c: c.barrier(),
}


@pytest.mark.parametrize("name", GATES)
def test_a_gate_in_any_circuit(name: str) -> None:
    circuit = QuantumCircuit(4)
    for qubit in range(4):
        circuit.ry(0.3 + qubit, qubit)
    circuit.rx(X[0], 0)
    circuit.rx(X[1], 1)
    circuit.ry(X[2], 2)
    circuit.cx(0, 3)
    GATES[name](circuit)
    circuit.h(3)
    circuit.cx(3, 1)
    circuit.rz(0.4, 1)
    circuit.h(0)
    assert _difference(from_circuit(circuit, "x")) < 1e-12


def test_data_that_return_after_the_weights() -> None:
    circuit, x, w = QuantumCircuit(2), ParameterVector("x", 2), ParameterVector("w", 4)
    for layer in range(2):
        circuit.ry(x[0], 0)
        circuit.ry(x[1], 1)
        circuit.rz(w[2 * layer], 0)
        circuit.rx(w[2 * layer + 1], 1)
        circuit.cx(0, 1)
    assert _difference(from_circuit(circuit, list(x))) < 1e-12


def test_many_samples_go_through_one_matrix() -> None:
    program = translate(from_parts("zz_feature_map", "real_amplitudes", 3))
    simulator, rng = Simulator(program), np.random.default_rng(0)
    x, w = rng.uniform(0, 6, (40, 3)), rng.uniform(0, 6, program.weights)
    few = np.concatenate([simulator.kets(x[i : i + 1], w) for i in range(40)])
    assert np.abs(simulator.kets(x, w) - few).max() < 1e-14
    StateBatch(few, (2, 2, 2)).validated()


def test_the_parity_anchor() -> None:
    simulator = Simulator(translate(from_parts("zz_feature_map", "real_amplitudes", 2)))
    p = np.abs(simulator.kets(np.array([[0.5, 0.9]]), np.array([0.8, -0.5, 1.5, 0.0]))[0]) ** 2
    assert p[0] + p[3] == pytest.approx(0.905818706, abs=1e-9)


def test_the_entanglers_of_the_feature_map_become_one_layer() -> None:
    program = translate(from_parts("zz_feature_map", "real_amplitudes", 8))
    assert len(Simulator(program)._before) == 2  # Hadamard gates, then phases
