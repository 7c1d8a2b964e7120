"""U and CU against their definition and against Qiskit; Haar vectors against their formula."""

import numpy as np
import pytest
from qent_circuits.gates import HADAMARD, PAULI_X, cu_blocks, random_angles, u2_kets, u_matrices
from qent_circuits.haar import haar_from_uniform, haar_kets, haar_marginals
from qiskit.circuit.library import CUGate, UGate


def test_u_is_the_matrix_of_the_appendix(rng):
    theta, phi, lam = angles = random_angles((3,), rng)
    h = theta / 2
    expected = [
        [np.cos(h), -np.exp(1j * lam) * np.sin(h)],
        [np.exp(1j * phi) * np.sin(h), np.exp(1j * (phi + lam)) * np.cos(h)],
    ]
    np.testing.assert_allclose(u_matrices(angles), expected, atol=1e-15)


def test_u_and_cu_are_those_of_qiskit(rng):
    angles = random_angles((50, 4), rng)
    u, block = u_matrices(angles[:, :3]), cu_blocks(angles)
    for k, values in enumerate(angles):
        np.testing.assert_allclose(u[k], UGate(*values[:3]).to_matrix(), atol=1e-14)
        # Qiskit counts the control as the least significant qubit: odd rows and columns.
        np.testing.assert_allclose(block[k], CUGate(*values).to_matrix()[1::2, 1::2], atol=1e-14)


def test_named_angles():
    np.testing.assert_allclose(
        u_matrices(np.array(HADAMARD)), np.array([[1, 1], [1, -1]]) / 2**0.5, atol=1e-15
    )
    np.testing.assert_allclose(u_matrices(np.array(PAULI_X)), [[0, 1], [1, 0]], atol=1e-15)


def test_u2_kets_are_two_gates_on_zero():
    kets = u2_kets(4, np.random.default_rng(3))
    first, second = u_matrices(random_angles((2, 4, 3), np.random.default_rng(3)))
    for k in range(4):
        np.testing.assert_allclose(kets[k], second[k] @ first[k] @ [1, 0], atol=1e-15)


def test_u2_is_not_haar_but_its_mean_is_maximally_mixed(rng):
    """<z^2> is 1/3 for Haar; each U maps it to (1 + 2<...>)/4 with mean cos^2 theta = 1/2."""
    kets = u2_kets(200_000, rng)
    z = abs(kets[:, 0]) ** 2 - abs(kets[:, 1]) ** 2
    assert z.mean() == pytest.approx(0, abs=0.006)
    # After one U, z = cos(theta): <z^2> = 1/2. A second mixes z^2 and x^2 = 1/4 half and half.
    assert (z**2).mean() == pytest.approx(0.5 * 0.5 + 0.5 * 0.25, abs=0.005)


def test_haar_formula_element_by_element(rng):
    x, gamma = 1 - rng.random((5, 8)), rng.random((5, 8)) * 2 * np.pi
    for k, ket in enumerate(haar_from_uniform(x, gamma)):
        y = -np.log(x[k])
        np.testing.assert_allclose(ket, np.sqrt(y / y.sum()) * np.exp(1j * gamma[k]), atol=1e-15)


@pytest.mark.parametrize("dimension", [2, 4, 8])
def test_haar_kets_have_haar_moments(dimension, rng):
    r"""E|<i|psi>|^(2k) = k! (D-1)! / (D-1+k)! for a Haar vector."""
    probability = abs(haar_kets((60_000, dimension), rng)[:, 1]) ** 2
    moment = 1.0
    for k in (1, 2, 3):
        moment *= k / (dimension - 1 + k)
        error = (probability**k).std() / len(probability) ** 0.5
        assert (probability**k).mean() == pytest.approx(moment, abs=5 * error)


def test_haar_marginals_have_the_mean_purity_of_random_states(rng):
    """E tr rho^2 = (d_A + d_B) / (d_A d_B + 1), Lubkin 1978."""
    whole = np.repeat([4, 6], 5000)
    rho = haar_marginals(whole, 2, rng)
    purity = np.einsum("nij,nji->n", rho, rho).real
    for qubits in (4, 6):
        rest = 2 ** (qubits - 2)
        part = purity[whole == qubits]
        expected = (4 + rest) / (4 * rest + 1)
        assert part.mean() == pytest.approx(expected, abs=5 * part.std() / len(part) ** 0.5)
