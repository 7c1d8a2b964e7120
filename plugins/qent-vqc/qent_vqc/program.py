"""A circuit as a plain list of operations: what the simulator runs and what is saved.

A Qiskit circuit is translated once. What is left are six parametrised gates, to which Qiskit's own
definitions reduce every other, and gates without parameters. Qubit 0 of Qiskit is party A here:
the first tensor factor and the most significant digit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from qiskit import QuantumCircuit
from qiskit.circuit import Gate, ParameterExpression, ParameterVector
from qiskit.circuit.library import UnitaryGate, get_standard_gate_name_mapping
from qiskit.quantum_info import Operator

from qent_core.api import ParameterInvalidError
from qent_vqc.circuits import ModelCircuit
from qent_vqc.expressions import Expression, evaluate, read_expression, uses

ANGLES = {"rx": 1, "ry": 1, "rz": 1, "p": 1, "u": 3, "rzz": 1, "global_phase": 1}
"""Parametrised gates and how many angles each has."""

QUBITS = {"rx": 1, "ry": 1, "rz": 1, "p": 1, "u": 1, "rzz": 2, "global_phase": 0}

_IGNORED = ("barrier", "delay", "id")
_LARGEST_MATRIX = 6
_DEEPEST = 50
_STANDARD = {
    name: gate
    for name, gate in get_standard_gate_name_mapping().items()
    if isinstance(gate, Gate) and not gate.params
}


@dataclass(frozen=True, eq=False)
class Operation:
    """One gate on some qubits."""

    name: str
    """A key of `ANGLES`, the name of a parameter-free gate of Qiskit, or ``"unitary"``."""
    qubits: tuple[int, ...]
    angles: tuple[int, ...] = ()
    """Numbers of its angles in `Program.angles`."""
    matrix: NDArray[np.complex128] | None = None
    """Of a gate without parameters; the first of ``qubits`` is the most significant digit."""


@dataclass(frozen=True, eq=False)
class Program:
    """A circuit with its data and weights, independent of Qiskit."""

    qubits: int
    features: int
    weights: int
    angles: tuple[Expression, ...]
    """One per place where an angle occurs, so that each can be shifted by itself."""
    operations: tuple[Operation, ...]
    encoding: int
    """Operations at the start that encode the data."""

    def angles_with(self, kind: str) -> list[int]:
        """Returns the numbers of the angles that contain ``"data"`` or ``"weight"``."""
        return [i for i, expression in enumerate(self.angles) if uses(expression, kind)]

    def angle_table(self, X: NDArray[Any], weights: NDArray[Any]) -> NDArray[np.float64]:
        """Returns every angle for every sample, ``(n, angles)``.

        Args:
            X: ``(n, features)``.
            weights: ``(weights,)``.
        """
        table = np.empty((len(X), len(self.angles)))
        for number, expression in enumerate(self.angles):
            table[:, number] = evaluate(expression, X.T, weights)
        return table

    def to_qiskit(self) -> tuple[QuantumCircuit, ParameterVector]:
        """Returns the circuit with one free parameter per angle, for Qiskit's primitives."""
        free = ParameterVector("angle", len(self.angles))
        return self._built([free[i] for i in range(len(self.angles))]), free

    def to_model_circuit(self) -> tuple[QuantumCircuit, ParameterVector, ParameterVector]:
        """Returns the circuit with its data vector ``x`` and weight vector ``w``."""
        x, w = ParameterVector("x", self.features), ParameterVector("w", self.weights)
        angles = [evaluate(expression, x, w) for expression in self.angles]
        return self._built(angles), x, w

    def _built(self, angles: list[Any]) -> QuantumCircuit:
        standard = get_standard_gate_name_mapping()
        circuit = QuantumCircuit(self.qubits)
        for operation in self.operations:
            if operation.name in ANGLES:
                gate = standard[operation.name].base_class(*(angles[i] for i in operation.angles))
                circuit.append(gate, operation.qubits)
            elif operation.name in _STANDARD:
                circuit.append(_STANDARD[operation.name], operation.qubits)
            else:
                assert operation.matrix is not None
                matrix = reversed_qubits(operation.matrix)
                circuit.append(UnitaryGate(matrix), operation.qubits)
        return circuit


def translate(model: ModelCircuit) -> Program:
    """Returns the program of a circuit.

    Raises:
        ParameterInvalidError: The circuit measures, resets, branches, or has an angle that cannot
            be read.

    Example:
        >>> from qent_vqc.circuits import from_parts
        >>> program = translate(from_parts("zz_feature_map", "real_amplitudes", 2))
        >>> [operation.name for operation in program.operations]
        ['h', 'h', 'p', 'p', 'cx', 'p', 'cx', 'ry', 'ry', 'cx', 'ry', 'ry']
        >>> program.angles[2][0], program.angles[-1]
        ('*', ('weight', 3))
    """
    data = {parameter: i for i, parameter in enumerate(model.data)}
    weights = {parameter: i for i, parameter in enumerate(model.weights)}
    angles: list[Expression] = []
    operations: list[Operation] = []
    encoding = 0

    def number(angle: Any) -> int:
        angles.append(read_expression(angle, data, weights))
        return len(angles) - 1

    phase = model.circuit.global_phase
    if isinstance(phase, ParameterExpression) or phase:
        operations.append(Operation("global_phase", (), (number(phase),)))
    for position, item in enumerate(model.circuit.data):
        if position == model.encoding_length:
            encoding = len(operations)
        if item.clbits:
            raise _refused(item.operation.name)
        qubits = tuple(model.circuit.find_bit(q).index for q in item.qubits)
        for gate, on in _reduced(item.operation, qubits):
            if gate.name in ANGLES and _has_parameters(gate):
                numbers = tuple(number(angle) for angle in gate.params)
                operations.append(Operation(gate.name, on, numbers))
            else:
                operations.append(constant(gate.name, on, _matrix(gate)))
    if model.encoding_length >= len(model.circuit.data):
        encoding = len(operations)
    return Program(
        model.circuit.num_qubits,
        len(model.data),
        len(model.weights),
        tuple(angles),
        tuple(operations),
        encoding,
    )


def constant(name: str, qubits: tuple[int, ...], matrix: NDArray[Any] | None = None) -> Operation:
    """Returns a gate without parameters, by its standard name or by its matrix.

    Raises:
        ValueError: No matrix is given and the name is not that of a standard gate of this size.
    """
    gate = _STANDARD.get(name)
    if gate is not None and gate.num_qubits == len(qubits):
        known = _matrix(gate)
        if matrix is None or np.array_equal(matrix, known):
            return Operation(name, qubits, matrix=known)
    if matrix is None:
        raise ValueError(f"{name!r} is no gate on {len(qubits)} qubits")
    return Operation("unitary", qubits, matrix=np.asarray(matrix, dtype=np.complex128))


def reversed_qubits(matrix: NDArray[Any]) -> NDArray[Any]:
    """Returns a matrix with its qubits in opposite order, as Qiskit has them."""
    count = (len(matrix) - 1).bit_length()
    axes = list(range(count))[::-1]
    split = matrix.reshape((2,) * (2 * count))
    turned = split.transpose([*axes, *(count + axis for axis in axes)])
    return np.ascontiguousarray(turned.reshape(matrix.shape))


def _reduced(gate: Any, qubits: tuple[int, ...], depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """Yields the gate itself if it is simple enough, else what its definition consists of."""
    if gate.name in _IGNORED:
        return
    if not isinstance(gate, Gate):
        inner = getattr(gate, "definition", None)
        if gate.name in ("measure", "reset", "initialize") or inner is None or inner.num_clbits:
            raise _refused(gate.name)
    free = _has_parameters(gate)
    if (free and gate.name in ANGLES) or (
        not free and isinstance(gate, Gate) and len(qubits) <= _LARGEST_MATRIX
    ):
        yield gate, qubits
        return
    definition = gate.definition
    if definition is None or depth > _DEEPEST:
        raise ParameterInvalidError(
            f"the gate '{gate.name}' has no definition in simpler gates",
            do="give it a definition, or use gates of Qiskit's circuit library",
        )
    phase = definition.global_phase
    if isinstance(phase, ParameterExpression) or phase:
        yield _STANDARD_PHASE(phase), ()
    for item in definition.data:
        inner_qubits = tuple(qubits[definition.find_bit(q).index] for q in item.qubits)
        yield from _reduced(item.operation, inner_qubits, depth + 1)


_STANDARD_PHASE = get_standard_gate_name_mapping()["global_phase"].base_class


def _has_parameters(gate: Any) -> bool:
    if any(isinstance(p, ParameterExpression) and p.parameters for p in gate.params):
        return True
    # A wrapped circuit hides its parameters in its definition.
    if gate.name in _STANDARD or not isinstance(gate, Gate):
        return False
    standard = get_standard_gate_name_mapping().get(gate.name)
    definition = None if standard is not None else gate.definition
    return definition is not None and bool(definition.parameters)


def _matrix(gate: Any) -> NDArray[np.complex128]:
    if not gate.num_qubits:
        return np.array([[np.exp(1j * float(gate.params[0]))]])
    matrix: NDArray[np.complex128] = reversed_qubits(Operator(gate).data)
    return matrix


def _refused(name: str) -> ParameterInvalidError:
    return ParameterInvalidError(
        f"the circuit contains '{name}', which is no unitary gate",
        do="leave out measurements, resets and classical control: the readout is added for you",
    )
