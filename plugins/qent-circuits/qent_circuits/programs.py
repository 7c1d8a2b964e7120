"""Batches of circuits as data: layers of U on single qubits and sequences of CU gates.

Every state of a batch has a circuit of its own, with its own qubits, angles and number of gates.
Sequences of different lengths lie end to end in flat arrays, so nothing is padded.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qent_circuits.gates import Amplitudes, Angles, cu_blocks, u_matrices

Integers = NDArray[np.intp]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Gate:
    """One gate of one circuit, for people and for tests."""

    qubits: tuple[int, ...]
    """One qubit for U; control and target for CU."""
    angles: tuple[float, ...]
    """theta, phi, lambda for U; theta, phi, lambda, gamma for CU."""


@dataclass(frozen=True)
class LocalLayer:
    """Up to r consecutive U on every qubit."""

    angles: Angles
    """``(n, q, r, 3)``; the first of the r acts first."""
    acts: Mask
    """``(n, q, r)``: which of them there are."""

    def product(self, rows: Integers, columns: slice | Integers) -> Amplitudes:
        """Returns the products of the gates of some states on some qubits.

        Args:
            rows: ``(m,)`` states.
            columns: A slice of qubits, or an index array ``(m, k)`` of qubits state by state.

        Returns:
            ``(m, k, 2, 2)``; the identity where no gate acts.
        """
        index = rows if isinstance(columns, slice) else rows[:, None]
        acts = self.acts[index, columns]
        gates = u_matrices(self.angles[index, columns])
        gates[~acts] = np.eye(2)
        result: Amplitudes = gates[..., 0, :, :]
        for repeat in range(1, gates.shape[-3]):
            result = gates[..., repeat, :, :] @ result
        return result

    def gates(self, state: int) -> list[Gate]:
        """Returns the gates of one state in the order they act."""
        qubits, repeats = np.nonzero(self.acts[state])
        order = np.lexsort((qubits, repeats))
        return [
            Gate((int(qubits[k]),), tuple(self.angles[state, qubits[k], repeats[k]].tolist()))
            for k in order
        ]


@dataclass(frozen=True)
class ControlledGates:
    """A sequence of CU gates per state, end to end."""

    counts: Integers
    """``(n,)`` gates per state."""
    control: Integers
    """``(total,)``."""
    target: Integers
    """``(total,)``."""
    angles: Angles
    """``(total, 4)``."""

    @cached_property
    def starts(self) -> Integers:
        """``(n,)`` places of the first gates in the flat arrays."""
        return np.cumsum(self.counts) - self.counts

    @cached_property
    def blocks(self) -> Amplitudes:
        """``(total, 2, 2)`` what the gates do to their targets."""
        return cu_blocks(self.angles)

    def touched(self, qubits: int) -> Mask:
        """Returns ``(n, qubits)``: which qubits a gate touches."""
        mask = np.zeros((len(self.counts), qubits), dtype=np.bool_)
        state = np.repeat(np.arange(len(self.counts)), self.counts)
        mask[state, self.control] = True
        mask[state, self.target] = True
        return mask

    def gates(self, state: int) -> list[Gate]:
        """Returns the gates of one state in the order they act."""
        start = int(self.starts[state])
        return [
            Gate(
                (int(self.control[place]), int(self.target[place])),
                tuple(self.angles[place].tolist()),
            )
            for place in range(start, start + int(self.counts[state]))
        ]


@dataclass(frozen=True)
class Program:
    """Circuits of a batch of states on registers of q qubits, all starting from |0...0>."""

    qubits: int
    steps: tuple[LocalLayer | ControlledGates, ...]

    def __len__(self) -> int:
        first = self.steps[0]
        return len(first.acts if isinstance(first, LocalLayer) else first.counts)

    def gates(self, state: int) -> list[Gate]:
        """Returns every gate of one state in the order they act."""
        return [gate for step in self.steps for gate in step.gates(state)]

    def work(self) -> Integers:
        """Returns ``(n,)`` numbers of CU gates."""
        total = np.zeros(len(self), dtype=np.intp)
        for step in self.steps:
            if isinstance(step, ControlledGates):
                total += step.counts
        return total
