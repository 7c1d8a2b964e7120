"""Exact simulation of all samples at once, differentiable with respect to the weights."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torch import Tensor

from qent_core.api import ParameterInvalidError
from qent_vqc.expressions import evaluate
from qent_vqc.layers import layer_bytes, layers_of
from qent_vqc.program import Program

_WORTH_THREADS = 2**17
"""Amplitudes from which on several threads pay."""

_CHUNK_BYTES = 8 * 2**20
"""Bytes of kets worked on at a time, so that a chunk and its gradients stay near the processor."""


class Simulator:
    """Runs a program.

    The part of the circuit before the first weight is run once per data set; if the rest does not
    depend on the data either, it acts on few samples as a circuit and on many as one matrix.

    Args:
        program: What to run.

    Example:
        >>> from qent_vqc.circuits import from_parts
        >>> from qent_vqc.program import translate
        >>> simulator = Simulator(translate(from_parts("zz_feature_map", "real_amplitudes", 2)))
        >>> kets = simulator.kets(np.array([[0.5, 0.9]]), np.array([0.8, -0.5, 1.5, 0.0]))
        >>> print(f"{float(abs(kets[0, 0]) ** 2 + abs(kets[0, 3]) ** 2):.9f}")  # even parity
        0.905818706
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._weighted = set(program.angles_with("weight"))
        self._with_data = set(program.angles_with("data"))
        first = next(
            (
                i
                for i, operation in enumerate(program.operations)
                if self._weighted.intersection(operation.angles)
            ),
            len(program.operations),
        )
        encode, train = program.operations[: program.encoding], program.operations[first:]
        self._before = layers_of(program.operations[:first], program.qubits)
        self._after = layers_of(train, program.qubits)
        self._encode = layers_of(encode, program.qubits)
        self._in_before = [i for op in program.operations[:first] for i in op.angles]
        self._in_after = [i for op in train for i in op.angles]
        self._data_after = any(self._with_data.intersection(op.angles) for op in train)
        plain = [program.angles[i] for i in sorted(self._weighted)]
        self._gather = (
            torch.tensor([e[1] for e in plain]) if all(e[0] == "weight" for e in plain) else None
        )

    @property
    def dimension(self) -> int:
        """Length of a ket."""
        return int(2**self.program.qubits)

    def chunks(self, count: int) -> list[slice]:
        """Returns slices of so many samples that fit the processor."""
        rows = max(1, _CHUNK_BYTES // (16 * self.dimension))
        return [slice(start, min(start + rows, count)) for start in range(0, count, rows)]

    def before_weights(self, X: NDArray[Any]) -> Tensor:
        """Returns the kets where the first weight acts, ``(n, D)``."""
        check_memory(len(X), self.program.qubits, layer_bytes(self._after, self.dimension))
        kets = torch.empty((len(X), self.dimension), dtype=torch.complex128)
        for rows in self.chunks(len(X)):
            kets[rows] = self._run(self._before, self._start(len(kets[rows])), X[rows], None)
        return kets

    def finish(self, kets: Tensor, X: NDArray[Any], weights: Tensor) -> Tensor:
        """Returns the final kets ``(n, D)``; gradients flow to the weights.

        Args:
            kets: What `before_weights` gave for these samples.
            X: ``(n, features)``.
            weights: ``(weights,)``.
        """
        if not self._data_after and len(kets) >= 2 * self.dimension:
            identity = torch.eye(self.dimension, dtype=torch.complex128)
            return kets @ self._run(self._after, identity, X[:1], weights)
        return self._run(self._after, kets, X, weights)

    def kets(self, X: NDArray[Any], weights: NDArray[Any]) -> NDArray[np.complex128]:
        """Returns the final kets ``(n, D)``, party A the most significant digit."""
        result = np.empty((len(X), self.dimension), dtype=np.complex128)
        start = self.before_weights(X)
        with torch.no_grad():
            for rows in self.chunks(len(X)):
                result[rows] = self.finish(start[rows], X[rows], torch.as_tensor(weights)).numpy()
        return result

    def encoded(self, X: NDArray[Any]) -> NDArray[np.complex128]:
        """Returns the kets after the data encoding alone, ``(n, D)``."""
        check_memory(len(X), self.program.qubits)
        kets: NDArray[np.complex128]
        kets = self._run(self._encode, self._start(len(X)), X, None).numpy()
        return kets

    def from_angles(self, table: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Returns the final kets for given angles ``(n, angles)``, as a device would see them."""
        check_memory(len(table), self.program.qubits)
        kets = self._start(len(table))
        angles = list(torch.as_tensor(table).T)
        for layer in (*self._before, *self._after):
            kets = layer.apply(kets, angles)
        final: NDArray[np.complex128] = kets.numpy()
        return final

    def _start(self, count: int) -> Tensor:
        kets = torch.zeros((count, self.dimension), dtype=torch.complex128)
        kets[:, 0] = 1
        return kets

    def _run(
        self, layers: Sequence[Any], kets: Tensor, X: NDArray[Any], weights: Tensor | None
    ) -> Tensor:
        needed = self._in_after if layers is self._after else self._in_before
        angles = self._angles(X, weights, needed)
        for layer in layers:
            kets = layer.apply(kets, angles)
        return kets

    def _angles(
        self, X: NDArray[Any], weights: Tensor | None, needed: Sequence[int]
    ) -> list[Tensor]:
        # torch warns of memory that must not be written to, such as a mapped file.
        data = torch.as_tensor(X.T if X.flags.writeable else X.T.copy())
        angles: list[Tensor | None] = [None] * len(self.program.angles)
        if weights is not None and self._gather is not None and len(self._gather):
            gathered = weights[self._gather].unbind()
            for number, value in zip(sorted(self._weighted), gathered, strict=True):
                angles[number] = value
        for number in needed:
            if angles[number] is None:
                value = evaluate(self.program.angles[number], data, weights)
                angles[number] = torch.as_tensor(value, dtype=torch.float64)
        return angles


@contextmanager
def modest_threads(samples: int, qubits: int) -> Iterator[None]:
    """Keeps small problems on one thread: waking the others costs more than they can save."""
    if samples * 2**qubits >= _WORTH_THREADS:
        yield
        return
    with threadpool_limits(limits=1):
        yield


def check_memory(samples: int, qubits: int, per_sample: int = 0) -> None:
    """Refuses what does not fit the memory, before any of it is taken.

    Args:
        samples: Number of kets.
        qubits: Number of qubits.
        per_sample: Further bytes that each sample of one chunk needs, for gradients.

    Raises:
        ParameterInvalidError: The estimate exceeds what the machine has free.

    Example:
        >>> check_memory(200, 50)
        Traceback (most recent call last):
            ...
        qent_core.errors.ParameterInvalidError: 200 samples of 50 qubits need about 7.2e+09 GB ...
    """
    ket = 16 * 2**qubits
    in_chunk = min(samples, max(1, _CHUNK_BYTES // ket))
    needed = 2 * samples * ket + in_chunk * per_sample
    free = free_memory()
    if needed > free:
        raise ParameterInvalidError(
            f"{samples} samples of {qubits} qubits need about {needed / 1e9:.2g} GB of memory, "
            f"{free / 1e9:.2g} GB are free",
            where="VQCClassifier",
            do="use fewer qubits (one per feature for a named feature map) or fewer samples",
        )


def free_memory() -> float:
    """Returns the bytes of memory that can be used, half of all memory where that is unknown."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            for line in file:
                if line.startswith("MemAvailable:"):
                    return 1024.0 * int(line.split()[1])
    except OSError:
        pass
    try:
        return 0.5 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8e9
