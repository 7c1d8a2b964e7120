"""Where circuits run: the exact simulator, or any of Qiskit's primitives."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from qent_core.api import ParameterInvalidError
from qent_vqc.program import Program
from qent_vqc.readouts import sign_string
from qent_vqc.simulator import Simulator

BACKENDS = ("exact", "sampler", "estimator", "aer")
Probabilities = NDArray[np.float64]


class Backend(Protocol):
    """Turns the angles of a program into probabilities of the classes."""

    def probabilities(self, table: NDArray[np.float64]) -> Probabilities:
        """Returns ``(n, classes)`` for ``(n, angles)``."""


class Exact:
    """Probabilities from the simulated kets."""

    def __init__(self, simulator: Simulator, outcomes: NDArray[np.int64], classes: int) -> None:
        self._simulator, self._groups = simulator, np.eye(classes)[outcomes]

    def probabilities(self, table: NDArray[np.float64]) -> Probabilities:
        """Returns ``(n, classes)``."""
        result = np.empty((len(table), self._groups.shape[1]))
        for rows in self._simulator.chunks(len(table)):
            result[rows] = np.abs(self._simulator.from_angles(table[rows])) ** 2 @ self._groups
        return result


class Sampled:
    """Frequencies of outcomes from a ``BaseSamplerV2``: one job for all samples."""

    def __init__(
        self,
        program: Program,
        outcomes: NDArray[np.int64],
        classes: int,
        sampler: Any,
        shots: int,
        pass_manager: Any,
    ) -> None:
        circuit, self._free = program.to_qiskit()
        circuit.measure_all()
        self._circuit = pass_manager.run(circuit) if pass_manager is not None else circuit
        self._sampler, self._shots = sampler, shots
        self._outcomes, self._classes, self._qubits = outcomes, classes, program.qubits

    def probabilities(self, table: NDArray[np.float64]) -> Probabilities:
        """Returns ``(n, classes)`` frequencies."""
        columns = _columns(self._circuit, self._free)
        job = self._sampler.run([(self._circuit, table[:, columns])], shots=self._shots)
        counted = job.result()[0].data.meas
        result = np.zeros((len(table), self._classes))
        for row in range(len(table)):
            for word, count in counted.get_counts(row).items():
                # Qiskit writes qubit 0 last, here it is the most significant digit.
                result[row, self._outcomes[int(word[::-1], 2)]] += count
        frequencies: Probabilities = result / result.sum(axis=1, keepdims=True)
        return frequencies


class Estimated:
    """Means of one Pauli string from a ``BaseEstimatorV2``, for two classes."""

    def __init__(
        self,
        program: Program,
        string: str,
        estimator: Any,
        precision: float | None,
        pass_manager: Any,
    ) -> None:
        from qiskit.quantum_info import SparsePauliOp

        circuit, self._free = program.to_qiskit()
        self._circuit = pass_manager.run(circuit) if pass_manager is not None else circuit
        observable = SparsePauliOp(string)
        layout = self._circuit.layout
        self._observable = observable if layout is None else observable.apply_layout(layout)
        self._estimator, self._precision = estimator, precision

    def probabilities(self, table: NDArray[np.float64]) -> Probabilities:
        """Returns ``(n, 2)``."""
        columns = _columns(self._circuit, self._free)
        job = self._estimator.run(
            [(self._circuit, self._observable, table[:, columns])], precision=self._precision
        )
        mean = np.clip(np.asarray(job.result()[0].data.evs, dtype=np.float64), -1.0, 1.0)
        return np.column_stack([(1 + mean) / 2, (1 - mean) / 2])


def make_backend(
    name: str,
    simulator: Simulator,
    outcomes: NDArray[np.int64],
    classes: int,
    *,
    readout: str,
    primitive: Any = None,
    shots: int = 1024,
    pass_manager: Any = None,
    seed: int | None = None,
) -> Backend:
    """Returns the backend of a name.

    Args:
        name: ``"exact"``; ``"sampler"`` and ``"estimator"`` for Qiskit's primitives, by default
            those of the ``Statevector`` kind; ``"aer"`` for the sampler of qiskit-aer.
        simulator: Simulator of the program.
        outcomes: Class of every outcome.
        classes: Number of classes.
        readout: Name of the readout, from which an estimator knows what to measure.
        primitive: A sampler or estimator of your own: noisy, on hardware, with error mitigation.
        shots: Number of shots of a sampler; an estimator's precision is its inverse square root.
        pass_manager: Applied to the circuit first, as hardware needs it.
        seed: Seed of a primitive made here.

    Raises:
        ParameterInvalidError: The name is unknown, qiskit-aer is missing, or an estimator cannot
            express the readout.
    """
    if name not in BACKENDS:
        raise ParameterInvalidError(
            f"backend {name!r} is not known",
            where="VQCClassifier, parameter backend",
            do=f"choose one of {', '.join(BACKENDS)}",
        )
    program = simulator.program
    if name == "exact":
        return Exact(simulator, outcomes, classes)
    if name == "estimator":
        string = sign_string(readout, program.qubits, classes)
        if string is None:
            raise ParameterInvalidError(
                f"an estimator measures one Pauli string: 2 classes, not {classes}",
                where="VQCClassifier, parameter backend",
                do="use backend='sampler'",
            )
        if primitive is None:
            from qiskit.primitives import StatevectorEstimator

            primitive = StatevectorEstimator(seed=seed)
        precision = shots**-0.5 if shots else 0.0
        return Estimated(program, string, primitive, precision, pass_manager)
    if primitive is None:
        primitive = _aer(seed) if name == "aer" else _statevector_sampler(seed)
    return Sampled(program, outcomes, classes, primitive, shots, pass_manager)


def _columns(circuit: Any, free: Any) -> list[int]:
    """Returns which angle each parameter of the circuit is: a pass may drop or reorder them."""
    place = {parameter: i for i, parameter in enumerate(free)}
    return [place[parameter] for parameter in circuit.parameters]


def _statevector_sampler(seed: int | None) -> Any:
    from qiskit.primitives import StatevectorSampler

    return StatevectorSampler(seed=seed)


def _aer(seed: int | None) -> Any:
    if find_spec("qiskit_aer") is None:
        raise ParameterInvalidError(
            "backend='aer' needs the package qiskit-aer, which is not installed",
            where="VQCClassifier, parameter backend",
            do="install it with: pip install 'qent-vqc[aer]'",
        )
    return import_module("qiskit_aer.primitives").SamplerV2(seed=seed)
