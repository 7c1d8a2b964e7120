"""Recorded gates, put into Qiskit circuits one by one, give the states of the plugin."""

import numpy as np
import pytest
from qent_circuits.blocks import random_orders
from qent_circuits.correlated_programs import carrier_program, direct_program, draw_kept
from qent_circuits.families.circuit_pure import CircuitPure
from qent_circuits.simulation import run
from qent_circuits.traced_layout import draw_layout, draw_program
from qent_circuits.traced_states import reduced_states
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, Statevector, partial_trace


def _qiskit_state(program, state, register):
    circuit = QuantumCircuit(program.qubits)
    for gate in program.gates(state):
        places = [int(register[qubit]) for qubit in gate.qubits]
        (circuit.u if len(places) == 1 else circuit.cu)(*gate.angles, *places)
    return Statevector(circuit)


def _qiskit_marginal(program, state, kept):
    register = kept.order[state]
    vector = _qiskit_state(program, state, register)
    keep = kept.register[state].tolist()
    gone = [qubit for qubit in range(program.qubits) if qubit not in keep]
    # Qiskit's first qubit is the least significant one; ours is party A, the most significant.
    return DensityMatrix(partial_trace(vector, gone)).reverse_qargs().data


@pytest.mark.parametrize("block", ["random", "w", "ghz"])
@pytest.mark.parametrize("qubits", [2, 3, 5])
def test_pure_circuits(block, qubits, rng):
    family = CircuitPure(block=block, qubits=qubits)
    _, _, program = family.circuits(12, rng)
    kets = run(program)
    for state in range(12):
        expected = _qiskit_state(program, state, range(qubits)).reverse_qargs().data
        np.testing.assert_allclose(kets[state], expected, atol=1e-13)


@pytest.mark.parametrize("block", ["random", "w", "ghz"])
def test_traced_circuits(block, rng):
    layout = draw_layout(20, 9, 3, rng)
    program = draw_program(layout, block, rng)
    rho = reduced_states(layout.kept, program)
    for state in range(20):
        expected = _qiskit_marginal(program, state, layout.kept)
        np.testing.assert_allclose(rho[state], expected, atol=1e-13)


def test_one_kept_qubit(rng):
    layout = draw_layout(6, 5, 2, rng, kept=1)
    program = draw_program(layout, "random", rng)
    rho = reduced_states(layout.kept, program)
    for state in range(6):
        expected = _qiskit_marginal(program, state, layout.kept)
        np.testing.assert_allclose(rho[state], expected, atol=1e-13)


def test_correlated_circuits(rng):
    subsystem, others = np.array([2, 3, 2, 3, 3]), np.array([1, 1, 6, 6, 3])
    kept = draw_kept(subsystem, others, 9, rng)
    extra = np.array([True, False, False, True, True])
    for program in (
        carrier_program(subsystem, others, extra, 9, rng),
        direct_program(subsystem, others, 9, rng),
    ):
        rho = reduced_states(kept, program)
        for state in range(5):
            expected = _qiskit_marginal(program, state, kept)
            np.testing.assert_allclose(rho[state], expected, atol=1e-13)


def test_gate_counts_and_pairs_follow_the_paper(rng):
    """n uniform on 1..m(m-1)-1, ordered pairs of the subset alike; one gate for two qubits."""
    family = CircuitPure(subset_sizes=(3,))
    members, _, program = family.circuits(30_000, rng)
    gates = program.steps[1]
    shares = np.bincount(gates.counts, minlength=7) / 30_000
    np.testing.assert_allclose(shares, [0, 0.2, 0.2, 0.2, 0.2, 0.2, 0], atol=0.012)
    pairs = np.bincount(3 * gates.control + gates.target, minlength=9) / len(gates.control)
    np.testing.assert_allclose(pairs.reshape(3, 3), (1 - np.eye(3)) / 6, atol=0.01)
    assert 0 <= gates.angles.min() < gates.angles.max() < 2 * np.pi
    two = CircuitPure(subset_sizes=(2,)).circuits(500, rng)[2].steps[1]
    assert (two.counts == 1).all()
    assert sorted(members[0].tolist()) == [0, 1, 2]


def test_traced_layouts_follow_the_paper(rng):
    layout = draw_layout(60_000, 9, 3, rng)
    sizes = layout.sizes[layout.sizes > 0]
    np.testing.assert_allclose(np.bincount(layout.rounds)[1:] / 60_000, [1 / 3] * 3, atol=0.01)
    np.testing.assert_allclose(np.bincount(sizes)[2:] / len(sizes), [1 / 8] * 8, atol=0.01)
    kept = layout.kept
    assert (kept.inside >= np.maximum(1, kept.touched - 6)).all()
    assert (kept.inside <= np.minimum(3, kept.touched)).all()
    five = kept.inside[kept.touched == 5]
    np.testing.assert_allclose(np.bincount(five)[1:] / len(five), [1 / 3] * 3, atol=0.03)
    where = np.bincount(kept.register.reshape(-1), minlength=9) / kept.register.size
    np.testing.assert_allclose(where, [1 / 9] * 9, atol=0.01)


def test_random_orders_are_uniform(rng):
    orders = random_orders(60_000, 3, rng)
    codes = np.unique(orders @ [9, 3, 1], return_counts=True)[1] / 60_000
    np.testing.assert_allclose(codes, [1 / 6] * 6, atol=0.01)
