"""Running batches of different circuits side by side.

A CU gate changes half of the amplitudes. Which half depends on control and target, and these
differ from state to state; a table of indices per (control, target) gathers the pairs of
amplitudes of all states at once, so Python runs once per gate number and never per state.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qent_circuits.gates import Amplitudes
from qent_circuits.programs import ControlledGates, Integers, LocalLayer, Program

_CHUNK_AMPLITUDES = 2**17
"""Amplitudes simulated at a time: 2 MiB, which stay in the processor's cache."""
_BLOCK_QUBITS = 3
"""How many local unitaries are multiplied into one matrix before they act."""


def run(program: Program, rows: Integers | None = None, *, qubits: int | None = None) -> Amplitudes:
    """Returns the kets that circuits make from |0...0>.

    Args:
        program: The circuits.
        rows: Which states of the program; all by default.
        qubits: Size of the register simulated, at most the program's. No gate on the chosen rows
            may couple the first ``qubits`` qubits to the others, which are left out.

    Returns:
        ``(len(rows), 2**qubits)``; qubit 0 is the most significant.
    """
    rows = np.arange(len(program)) if rows is None else rows
    qubits = program.qubits if qubits is None else qubits
    kets = np.empty((len(rows), 2**qubits), dtype=np.complex128)
    # Circuits of like length run together, so few wait for the longest of their chunk.
    order = np.argsort(program.work()[rows], kind="stable")
    size = max(1, _CHUNK_AMPLITUDES >> qubits)
    for start in range(0, len(rows), size):
        chosen = order[start : start + size]
        kets[chosen] = _run_chunk(program, rows[chosen], qubits)
    return kets


def _run_chunk(program: Program, rows: Integers, qubits: int) -> Amplitudes:
    kets: Amplitudes | None = None
    for step in program.steps:
        if isinstance(step, LocalLayer):
            if kets is None:
                kets = _product_kets(step.product(rows, slice(qubits))[..., 0])
            else:
                kets = _after_layer(kets, step, rows, qubits)
        else:
            if kets is None:
                kets = np.zeros((len(rows), 2**qubits), dtype=np.complex128)
                kets[:, 0] = 1.0
            _apply_controlled(kets, step, rows, qubits)
    assert kets is not None
    return kets


def _product_kets(local: Amplitudes) -> Amplitudes:
    """Returns the product kets ``(n, 2**q)`` of one-qubit kets ``(n, q, 2)``."""
    kets = local[:, 0]
    for qubit in range(1, local.shape[1]):
        product = kets[:, :, None] * local[:, qubit, None, :]
        kets = product.reshape(len(local), 2 ** (qubit + 1))
    return np.ascontiguousarray(kets)


def _after_layer(kets: Amplitudes, layer: LocalLayer, rows: Integers, qubits: int) -> Amplitudes:
    acting = np.flatnonzero(layer.acts[rows, :qubits].any(axis=(1, 2)))
    if acting.size == 0:
        return kets
    matrices = layer.product(rows[acting], slice(qubits))
    if acting.size == len(rows):
        return apply_local_unitaries(kets, matrices)
    kets[acting] = apply_local_unitaries(kets[acting], matrices)
    return kets


def apply_local_unitaries(kets: Amplitudes, matrices: Amplitudes) -> Amplitudes:
    """Applies one unitary per qubit and state.

    Args:
        kets: ``(n, 2**q)``.
        matrices: ``(n, q, 2, 2)``.
    """
    count, qubits = matrices.shape[:2]
    before = 1
    for first in range(0, qubits, _BLOCK_QUBITS):
        block = kron_qubits(matrices[:, first : first + _BLOCK_QUBITS])
        size = block.shape[-1]
        after = kets.shape[1] // (before * size)
        if after == 1:
            kets = kets.reshape(count, before, size) @ block.swapaxes(1, 2)
        else:
            kets = block[:, None] @ kets.reshape(count, before, size, after)
        kets = kets.reshape(count, before * size * after)
        before *= size
    return kets


def kron_qubits(matrices: Amplitudes) -> Amplitudes:
    """Returns the Kronecker products ``(n, 2**q, 2**q)`` of one matrix per qubit."""
    count, qubits = matrices.shape[:2]
    product = matrices[:, 0]
    for qubit in range(1, qubits):
        grid = product[:, :, None, :, None] * matrices[:, qubit, None, :, None, :]
        product = grid.reshape(count, 2 ** (qubit + 1), 2 ** (qubit + 1))
    return product


def _apply_controlled(kets: Amplitudes, step: ControlledGates, rows: Integers, qubits: int) -> None:
    """Applies the CU gates of some states to their kets, in place."""
    counts = step.counts[rows]
    order = np.argsort(-counts, kind="stable")
    # active[g] states have more than g gates; sorted, they are the first ones.
    active = np.searchsorted(-counts[order], -np.arange(counts.max(initial=0)), side="left")
    table, target_bits = _pair_table(qubits)
    offsets = (order * kets.shape[1])[:, None]
    starts = step.starts[rows][order]
    flat = kets.reshape(-1)
    for number, some in enumerate(active):
        gate = starts[:some] + number
        target = step.target[gate]
        zero = table[step.control[gate], target]
        zero += offsets[:some]
        one = zero + target_bits[target][:, None]
        block = step.blocks[gate][:, :, :, None]
        a, b = flat[zero], flat[one]
        flat[zero] = block[:, 0, 0] * a + block[:, 0, 1] * b
        flat[one] = block[:, 1, 0] * a + block[:, 1, 1] * b


@lru_cache(maxsize=16)
def _pair_table(qubits: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Returns the basis states with control 1 and target 0, and the bit of each target.

    ``(q, q, 2**q / 4)`` indices by control and target, and ``(q,)`` bits.
    """
    basis = np.arange(2**qubits)
    bits = 2 ** np.arange(qubits - 1, -1, -1)
    table = np.zeros((qubits, qubits, max(1, 2**qubits // 4)), dtype=np.intp)
    for control in range(qubits):
        for target in range(qubits):
            if control != target:
                chosen = (basis & bits[control] != 0) & (basis & bits[target] == 0)
                table[control, target] = basis[chosen]
    return table, bits
