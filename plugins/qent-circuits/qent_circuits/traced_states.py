"""The reduced states of traced circuits: simulate E, trace out, put the kept qubits in order."""

from __future__ import annotations

import numpy as np

from qent_circuits.gates import Amplitudes
from qent_circuits.kept_qubits import KeptQubits
from qent_circuits.programs import Integers, LocalLayer, Mask, Program
from qent_circuits.simulation import kron_qubits, run
from qent_core.linalg import dagger, permute_parties, projectors, tensor


def reduced_states(kept: KeptQubits, program: Program) -> Amplitudes:
    """Returns the states of the kept qubits.

    Args:
        kept: Which qubits are kept, for ``n`` states.
        program: Their circuits, with labels for qubits; the last step is a local layer.

    Returns:
        ``(n, 2**kept, 2**kept)``; party A is the kept qubit of least number in the register.
    """
    size = 2**kept.total
    rho = np.empty((len(kept), size, size), dtype=np.complex128)
    before = Program(program.qubits, program.steps[:-1])
    for touched in np.unique(kept.touched):
        group = np.flatnonzero(kept.touched == touched)
        kets = run(before, group, qubits=int(touched))
        for inside in np.unique(kept.inside[group]):
            some = np.flatnonzero(kept.inside[group] == inside)
            rows = group[some]
            split = kets[some].reshape(len(some), 2**inside, -1)
            rho[rows] = _with_outside_qubits(
                split @ dagger(split), kept, program, rows, int(inside)
            )
    return rho


def _with_outside_qubits(
    marginal: Amplitudes, kept: KeptQubits, program: Program, rows: Integers, inside: int
) -> Amplitudes:
    """Rotates the kept qubits of E, adds those outside E and sorts them into parties."""
    labels = kept.labels[rows]
    last = program.steps[-1]
    assert isinstance(last, LocalLayer)
    turn = kron_qubits(last.product(rows, labels[:, :inside]))
    rho: Amplitudes = turn @ marginal @ dagger(turn)
    if inside == kept.total:
        return rho
    for place in range(inside, kept.total):
        free = _free_kets(program, rows, labels[:, place : place + 1])
        rho = tensor(rho, projectors(free))
    return _in_register_order(rho, kept.outside[rows], inside)


def _free_kets(program: Program, rows: Integers, label: Integers) -> Amplitudes:
    """Returns the kets ``(m, 2)`` of a qubit that only one-qubit gates act on."""
    ket = np.zeros((len(rows), 2, 1), dtype=np.complex128)
    ket[:, 0] = 1.0
    for step in program.steps:
        if isinstance(step, LocalLayer):
            ket = step.product(rows, label)[:, 0] @ ket
    return ket[:, :, 0]


def _in_register_order(rho: Amplitudes, outside: Mask, inside: int) -> Amplitudes:
    kept = outside.shape[1]
    result = np.empty_like(rho)
    codes = outside @ (2 ** np.arange(kept))
    for code in np.unique(codes):
        rows = np.flatnonzero(codes == code)
        pattern = outside[rows[0]]
        order = np.empty(kept, dtype=np.intp)
        order[~pattern] = np.arange(inside)
        order[pattern] = np.arange(inside, kept)
        result[rows] = permute_parties(rho[rows], (2,) * kept, order.tolist())
    return result
