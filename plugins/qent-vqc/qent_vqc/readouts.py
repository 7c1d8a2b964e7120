"""Readouts: which measured outcomes stand for which class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_core.api import ParameterInvalidError

READOUTS = ("parity", "index", "first-qubit")


def classes_of_outcomes(readout: str, qubits: int, classes: int) -> NDArray[np.int64]:
    """Returns the class number of every measured outcome, ``(2**qubits,)``.

    ``"parity"``: the number of ones modulo the number of classes, so that of two classes the
    first is even, as in the blog. ``"index"``: the outcome, read as a binary number with qubit 0
    first, modulo the number of classes. ``"first-qubit"``: the outcome of qubit 0.

    Args:
        readout: One of `READOUTS`.
        qubits: Number of qubits.
        classes: Number of classes.

    Raises:
        ParameterInvalidError: The readout is unknown or cannot tell so many classes apart.

    Example:
        >>> classes_of_outcomes("parity", 2, 2)
        array([0, 1, 1, 0])
        >>> classes_of_outcomes("index", 2, 3)
        array([0, 1, 2, 0])
    """
    if readout not in READOUTS:
        raise ParameterInvalidError(
            f"readout {readout!r} is not known",
            where="VQCClassifier, parameter readout",
            do=f"choose one of {', '.join(READOUTS)}",
        )
    most = {"parity": qubits + 1, "index": 2**qubits, "first-qubit": 2}[readout]
    if classes > most:
        raise ParameterInvalidError(
            f"the readout '{readout}' of {qubits} qubits tells {most} classes apart, "
            f"the labels have {classes}",
            where="VQCClassifier, parameter readout",
            do="use readout='index', which has one class per outcome, or more qubits",
        )
    outcomes = np.arange(2**qubits)
    if readout == "parity":
        ones: NDArray[np.int64] = np.bitwise_count(outcomes).astype(np.int64)
        return ones % classes
    return outcomes % classes if readout == "index" else outcomes >> (qubits - 1)


def sign_string(readout: str, qubits: int, classes: int) -> str | None:
    r"""Returns the Pauli string whose mean is $P(0) - P(1)$, or None if there is no single one.

    Spelt as Qiskit spells it, qubit 0 last.

    Example:
        >>> sign_string("parity", 3, 2), sign_string("first-qubit", 3, 2)
        ('ZZZ', 'IIZ')
    """
    if classes != 2:
        return None
    strings = {
        "parity": "Z" * qubits,
        "first-qubit": "I" * (qubits - 1) + "Z",
        "index": "Z" + "I" * (qubits - 1),
    }
    return strings[readout]
