"""The circuits of W and GHZ make W and GHZ; what is known of them is exact."""

import numpy as np
import pytest
from qent_circuits.blocks import draw_block
from qent_circuits.families.circuit_pure import CircuitPure
from qent_circuits.programs import Program
from qent_circuits.simulation import run


def _made(kind, order, size):
    members = np.array([order])
    layer, gates = draw_block(kind, members, np.array([size]), np.random.default_rng(0))
    return run(Program(len(order), (layer, gates)))[0]


@pytest.mark.parametrize("size", [2, 3, 5, 9])
def test_w_circuit_makes_w(size):
    expected = np.zeros(2**size)
    expected[2 ** np.arange(size)] = size**-0.5
    made = _made("w", list(range(size)), size)
    np.testing.assert_allclose(made * np.exp(-1j * np.angle(made[1])), expected, atol=1e-14)


@pytest.mark.parametrize("size", [2, 3, 5, 9])
def test_ghz_circuit_makes_ghz(size):
    expected = np.zeros(2**size)
    expected[[0, -1]] = 2**-0.5
    np.testing.assert_allclose(_made("ghz", list(range(size)), size), expected, atol=1e-14)


def test_other_qubits_of_a_subset_stay_zero():
    made = _made("ghz", [2, 0, 1], 2)  # qubits A and C, B stays
    np.testing.assert_allclose(made[[0, 5]], [2**-0.5] * 2, atol=1e-15)


@pytest.mark.parametrize(("block", "twice_in_cut"), [("w", 8**0.5 / 3), ("ghz", 1.0)])
def test_negativities_of_rotated_w_and_ghz(block, twice_in_cut, twice, rng):
    """2N of W in each cut is 2 sqrt(2)/3, of GHZ 1; local unitaries change nothing."""
    batch = CircuitPure(block=block, subset_sizes=(3,)).sample(20, rng)
    np.testing.assert_allclose(twice(batch.density()), twice_in_cut, atol=1e-12)
    assert all((verdicts == 1).all() for verdicts in batch.known.values())


def test_known_verdicts_of_subsets_of_two(twice, rng):
    batch = CircuitPure(block="w", subset_sizes=(2,)).sample(60, rng)
    values = twice(batch.density())
    for cut, column in zip(("A|BC", "B|AC", "C|AB"), values.T, strict=True):
        np.testing.assert_array_equal(batch.known[cut] == 1, column > 0.5)
        np.testing.assert_array_equal(batch.known[cut] == 0, column < 1e-10)
    assert (batch.known["biseparable"] == 0).all()
    assert (batch.known["A|B|C"] == 1).all()
