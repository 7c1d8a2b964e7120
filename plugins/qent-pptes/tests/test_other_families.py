"""Chessboard, Breuer-Hall, lattice and Smolin states."""

import numpy as np
import pytest
from pydantic import ValidationError
from qent_pptes.breuer_hall import BreuerHall
from qent_pptes.chessboard import Chessboard
from qent_pptes.lattice import Lattice, proven_sets
from qent_pptes.smolin import Smolin

from qent_core.api import ParameterInvalidError, Verdict, cuts
from qent_core.linalg import partial_transpose

PAULI = [np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])]


def _products(count, d, rng):
    kets = rng.standard_normal((2, count, d, 2)) @ np.array([1, 1j])
    kets /= np.linalg.norm(kets, axis=2, keepdims=True)
    return (kets[0][:, :, None] * kets[1][:, None, :]).reshape(count, d * d)


def _breuer_hall_witness(d, v):
    """W = (2/d) P_antisymmetric - |psi><psi|, written without the plugin."""
    swap = np.eye(d * d).reshape(d, d, d, d).swapaxes(0, 1).reshape(d * d, d * d)
    psi = v.T.ravel() / d**0.5
    return (np.eye(d * d) - swap) / d - np.outer(psi, psi.conj())


# --- chessboard ------------------------------------------------------------------------------


def test_chessboard_equals_its_partial_transpose(rng):
    batch = Chessboard().sample(100, rng)
    np.testing.assert_allclose(partial_transpose(batch.array, (3, 3), [0]), batch.array, atol=1e-15)
    assert (batch.known["A|B"] == Verdict.ENTANGLED).all()


def test_chessboard_pattern_and_rank(rng):
    batch = Chessboard().sample(20, rng)
    cells = np.indices((3, 3)).sum(axis=0).ravel() % 2
    assert not batch.array[:, cells[:, None] != cells].any()
    assert (np.linalg.matrix_rank(batch.array, tol=1e-10) == 4).all()


def test_chessboard_exceptions_have_product_vectors_in_their_range(rng):
    # m n = a b: then alpha = beta makes V1 + V2 a product; the proof of entanglement fails.
    family = Chessboard(a=1.2, b=0.5, c=0.7, d=0.9, m=0.6 / 0.8, n=0.8)
    assert family.sample(1, rng).known["A|B"].tolist() == [-1]
    a, b, c, m, n = 1.2, 0.5, 0.7, 0.75, 0.8
    combined = np.array([[m, a, a * c / n], [b, n, c], [0, 0, 0]])
    assert np.linalg.matrix_rank(combined, tol=1e-12) == 1
    for degenerate in ({"a": 0.0}, {"c": 0.0}, {"d": 0.0}):
        assert Chessboard(**degenerate).sample(1, rng).known["A|B"].tolist() == [-1]


def test_chessboard_needs_m_and_n(rng):
    with pytest.raises(ValidationError, match="must not be 0"):
        Chessboard(m=0.0)
    with pytest.raises(ParameterInvalidError, match="must not be 0"):
        Chessboard(n={"choice": [0.0]}).sample(2, rng)


# --- Breuer-Hall -----------------------------------------------------------------------------


@pytest.mark.parametrize("d", [4, 6])
def test_breuer_hall_ppt_border_and_invariance(d, rng, spectrum):
    border = 1 / (d + 2)
    batch = BreuerHall(d=d, lam=np.array([0.0, border - 1e-6, border + 1e-6, 1.0])).sample(4, rng)
    assert (spectrum(batch, "A|B").min(axis=1) > -1e-12).tolist() == [True, True, False, False]
    assert batch.known["A|B"].tolist() == [0, 1, 1, 1]
    drawn = BreuerHall(d=d).sample(200, rng).parameters["lam"]
    assert drawn.max() <= border
    assert drawn.max() > 0.9 * border


@pytest.mark.parametrize("d", [4, 6])
def test_breuer_hall_witness_finds_exactly_the_known_noise(d, rng):
    v = np.zeros((d, d))
    v[d - 1 - np.arange(d), np.arange(d)] = (-1.0) ** np.arange(d)  # V|k> = (-1)^k |d-1-k>
    np.testing.assert_array_equal(v, -v.T)
    witness = _breuer_hall_witness(d, v)
    products = _products(5000, d, rng)
    assert np.einsum("ni,ij,nj->n", products.conj(), witness, products).real.min() > -1e-14
    family = BreuerHall(d=d, lam={"uniform": [0.0, 1.0]}, white_noise={"uniform": [0.0, 1.0]})
    batch = family.sample(300, rng)
    value = np.einsum("ij,nji->n", witness, batch.array).real
    np.testing.assert_array_equal(batch.known["A|B"] == Verdict.ENTANGLED, value < 0)
    assert (batch.known["A|B"] != Verdict.UNKNOWN).all()


def test_breuer_hall_separable_side_is_a_twirled_mixture(rng):
    # On the border the invariants u and v are those of a mixture of products: u + v = 1.
    d, lam = 4, 0.2
    noise = lam * d / (1 + lam * d)
    state = BreuerHall(d=d, lam=lam, white_noise=noise).sample(1, rng).array[0]
    swap = np.eye(d * d).reshape(d, d, d, d).swapaxes(0, 1).reshape(d * d, d * d)
    v = np.zeros((d, d))
    v[d - 1 - np.arange(d), np.arange(d)] = (-1.0) ** np.arange(d)
    psi = v.T.ravel() / d**0.5
    u_value, v_value = np.trace(swap @ state), d * psi @ state @ psi
    assert u_value >= 0
    assert v_value >= 0
    assert u_value + v_value == pytest.approx(1, abs=1e-12)
    kets = _products(2000, d, rng)
    u = np.einsum("ni,ij,nj->n", kets.conj(), swap, kets).real
    w = d * np.abs(kets @ psi) ** 2
    assert (u + w).max() <= 1 + 1e-12


# --- lattice ---------------------------------------------------------------------------------


def test_lattice_states_are_mixtures_of_bell_states(rng):
    points = [(0, 2), (1, 1), (2, 3)]
    batch = Lattice(points=points).sample(1, rng)
    phi = np.eye(4).ravel() / 2
    rho = 0
    for alpha, beta in points:
        ket = np.kron(np.eye(4), np.kron(PAULI[alpha], PAULI[beta])) @ phi
        rho = rho + np.outer(ket, ket.conj()) / 3
    np.testing.assert_allclose(batch.array[0], rho, atol=1e-15)


def test_lattice_witness_sees_every_proven_set(rng):
    masks = proven_sets()
    assert len(masks) == 192 + 1440 + 960 + 96
    chosen = rng.choice(masks, 40, replace=False)
    for mask in chosen:
        points = [(k // 4, k % 4) for k in range(16) if mask >> k & 1]
        state = Lattice(points=points).sample(1, rng)
        assert np.linalg.eigvalsh(partial_transpose(state.array, (4, 4), [0])).min() > -1e-14
        assert _lattice_witness_value(state.array[0]) == pytest.approx(-1 / (2 * len(points)))
        noise = (4 / len(points)) / (1 + 4 / len(points))
        noisy = Lattice(points=points, white_noise=noise - 1e-9).sample(1, rng)
        assert noisy.known["A|B"].tolist() == [1]
        assert -1e-8 < _lattice_witness_value(noisy.array[0]) < 0
        beyond = Lattice(points=points, white_noise=noise + 1e-9).sample(1, rng)
        assert beyond.known["A|B"].tolist() == [-1]


def _lattice_witness_value(state):
    """The least value of Breuer-Hall witnesses over lattice sites and antisymmetric unitaries."""
    best = 0.0
    antisymmetric = [np.kron(PAULI[2], PAULI[k]) for k in (0, 1, 3)]
    antisymmetric += [np.kron(PAULI[k], PAULI[2]) for k in (0, 1, 3)]
    witnesses = [_breuer_hall_witness(4, v) for v in antisymmetric]
    for site in range(16):
        shift = np.kron(np.eye(4), np.kron(PAULI[site // 4], PAULI[site % 4]))
        turned = shift @ state @ shift.conj().T
        best = min(best, *(np.trace(w @ turned).real for w in witnesses))
    return best


def test_lattice_ppt_rule(rng, spectrum):
    masks = rng.integers(1, 1 << 16, 150)
    for mask in masks:
        points = [(k // 4, k % 4) for k in range(16) if mask >> k & 1]
        batch = Lattice(points=points).sample(1, rng)
        inside = np.array([mask >> k & 1 for k in range(16)]).reshape(4, 4)
        cross = inside.sum(axis=1)[:, None] + inside.sum(axis=0) - 2 * inside
        ppt = 2 * cross.max() <= len(points)
        assert (spectrum(batch, "A|B").min() > -1e-13) == ppt
        if not ppt:
            assert batch.known["A|B"].tolist() == [1]


def test_lattice_choices(rng):
    for size in (6, 8, 10, 11):
        batch = Lattice(size=size).sample(20, rng)
        assert (batch.parameters["size"] == size).all()
        assert (batch.known["A|B"] == Verdict.ENTANGLED).all()
    with pytest.raises(ValidationError):
        Lattice(points=[[0, 0]], size=6)
    with pytest.raises(ValidationError):
        Lattice(points=[[0, 0], [0, 0]])


# --- Smolin ----------------------------------------------------------------------------------


def test_smolin_state_in_pauli_matrices(rng):
    total = np.zeros((16, 16), complex)
    for pauli in PAULI:
        product = pauli
        for _ in range(3):
            product = np.kron(product, pauli)
        total += product
    np.testing.assert_allclose(Smolin().sample(1, rng).array[0], total / 16, atol=1e-15)


def test_smolin_verdicts_in_all_cuts(rng, spectrum):
    batch = Smolin(permute=True, rotate=True).sample(10, rng)
    for cut in cuts(4):
        single = cut.index("|") == 1
        assert (batch.known[cut] == (Verdict.ENTANGLED if single else Verdict.SEPARABLE)).all()
        values = spectrum(batch, cut)
        if single:
            np.testing.assert_allclose(values[:, :4], -1 / 8, atol=1e-14)
        else:
            assert values.min() > -1e-14
    assert (batch.known["A|B|C|D"] == Verdict.ENTANGLED).all()
    assert (batch.known["biseparable"] == Verdict.SEPARABLE).all()
