"""A program as JSON: gate names, qubits, angles as expressions. Nothing in it is ever executed."""

from __future__ import annotations

from typing import Any

import numpy as np

from qent_vqc.expressions import checked
from qent_vqc.program import ANGLES, QUBITS, Operation, Program, constant

_MOST_QUBITS = 40


def program_to_json(program: Program) -> dict[str, Any]:
    """Returns a program as plain lists and dictionaries."""
    return {
        "qubits": program.qubits,
        "features": program.features,
        "weights": program.weights,
        "encoding": program.encoding,
        "angles": list(program.angles),
        "operations": [_operation_to_json(operation) for operation in program.operations],
    }


def program_from_json(stored: dict[str, Any]) -> Program:
    """Returns a program read from a file, after checking every part of it.

    Raises:
        ValueError: It does not describe a circuit.

    Example:
        >>> from qent_vqc.circuits import from_parts
        >>> from qent_vqc.program import translate
        >>> program = translate(from_parts("zz_feature_map", "real_amplitudes", 2))
        >>> program_from_json(program_to_json(program)).angles == program.angles
        True
    """
    qubits, features, weights = (_whole(stored[k]) for k in ("qubits", "features", "weights"))
    if not 1 <= qubits <= _MOST_QUBITS:
        raise ValueError(f"{qubits} qubits")
    angles = tuple(checked(angle, features, weights) for angle in stored["angles"])
    operations = tuple(_operation(item, qubits, len(angles)) for item in stored["operations"])
    encoding = _whole(stored["encoding"])
    if encoding > len(operations):
        raise ValueError("the encoding is longer than the circuit")
    return Program(qubits, features, weights, angles, operations, encoding)


def _operation_to_json(operation: Operation) -> dict[str, Any]:
    content: dict[str, Any] = {"name": operation.name, "qubits": list(operation.qubits)}
    if operation.angles:
        content["angles"] = list(operation.angles)
    elif operation.name == "unitary":
        assert operation.matrix is not None
        content["matrix"] = [operation.matrix.real.tolist(), operation.matrix.imag.tolist()]
    return content


def _operation(stored: dict[str, Any], qubits: int, angles: int) -> Operation:
    on = tuple(_whole(qubit) for qubit in stored["qubits"])
    if len(set(on)) != len(on) or any(qubit >= qubits for qubit in on):
        raise ValueError("a gate acts on qubits that are not there")
    name = stored["name"]
    if "angles" in stored:
        numbers = tuple(_whole(number) for number in stored["angles"])
        if name not in ANGLES or len(numbers) != ANGLES[name] or len(on) != QUBITS[name]:
            raise ValueError(f"{name!r} is no gate with {len(numbers)} angles")
        if any(number >= angles for number in numbers):
            raise ValueError("a gate names an angle that is not there")
        return Operation(name, on, numbers)
    if name != "unitary":
        return constant(name, on)
    real, imaginary = (np.array(part, dtype=np.float64) for part in stored["matrix"])
    matrix = real + 1j * imaginary
    size = 2 ** len(on)
    if matrix.shape != (size, size) or np.abs(matrix @ matrix.conj().T - np.eye(size)).max() > 1e-8:
        raise ValueError("a gate's matrix is not unitary")
    return constant(name, on, matrix)


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no whole number from 0")
    return value
