"""The closed forms for two qubits against eigenvalues, closed-form families and other libraries."""

import numpy as np
import pytest
import qiskit.quantum_info as qi
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st
from qent_basics.measures.concurrence import by_singular_values, concurrence, concurrence_of_kets
from qent_basics.measures.entropies import entanglement_of_formation
from qent_basics.measures.negativity import negative_part, negativity
from qent_basics.measures.quartic import CONVERGED, first_root
from qent_basics.measures.two_qubits import (
    adjugate,
    blocks_of,
    characteristic,
    determinant,
    spin_flip_overlap,
)

from qent_core.linalg import apply_local, partial_transpose, projectors

DIMS = (2, 2)
BELL = np.array([1, 0, 0, 1]) / np.sqrt(2)
FLIP = np.fliplr(np.diag([-1.0, 1, 1, -1]))


def random_states(count, rank, seed, *, real=False, size=4):
    rng = np.random.default_rng(seed)
    g = rng.normal(size=(count, size, rank))
    if not real:
        g = g + 1j * rng.normal(size=g.shape)
    rho = g @ g.conj().swapaxes(1, 2)
    return rho / np.einsum("nii->n", rho).real[:, None, None]


def random_unitaries(count, d, seed):
    rng = np.random.default_rng(seed)
    g = rng.normal(size=(count, d, d)) + 1j * rng.normal(size=(count, d, d))
    return np.linalg.qr(g)[0]


def near(rho, weight, seed):
    """Mixes a little of random states into given ones."""
    return (1 - weight) * rho + weight * random_states(len(rho), 4, seed)


def difficult_states():
    product = np.zeros((400, 4, 4))
    product[:, 0, 0] = 1
    werner = np.linspace(0, 1, 401)[:, None, None]
    cases = {
        "werner": werner * projectors(BELL[None]) + (1 - werner) * np.eye(4) / 4,
        "product": product,
        "white": np.broadcast_to(np.eye(4) / 4, (10, 4, 4)),
        "bell": projectors(np.tile(BELL, (10, 1))),
    }
    for weight in (1e-2, 1e-5, 1e-8, 1e-11, 1e-14):
        cases[f"near-product-{weight}"] = near(product, weight, 1)
        cases[f"near-white-{weight}"] = near(np.broadcast_to(np.eye(4) / 4, (400, 4, 4)), weight, 2)
        cases[f"near-rank-1-{weight}"] = near(random_states(400, 1, 3), weight, 4)
        cases[f"near-rank-2-{weight}"] = near(random_states(400, 2, 5), weight, 6)
    for rank in range(1, 7):
        for real in (False, True):
            cases[f"rank-{rank}-{'real' if real else 'complex'}"] = random_states(
                3000, rank, 7, real=real
            )
    return cases


DIFFICULT = difficult_states()
each_case = pytest.mark.parametrize("rho", DIFFICULT.values(), ids=DIFFICULT.keys())


@each_case
def test_negativity_agrees_with_eigenvalues(rho):
    eigenvalues = np.linalg.eigvalsh(partial_transpose(rho, DIMS, [0]))
    expected = -np.minimum(eigenvalues, 0).sum(axis=1)
    np.testing.assert_allclose(negativity(rho, DIMS, [0]), expected, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(negativity(rho, DIMS, [1]) > 1e-12, expected > 1e-12)


@each_case
def test_concurrence_agrees_with_singular_values(rho):
    np.testing.assert_allclose(concurrence(rho), by_singular_values(rho), rtol=0, atol=1e-12)


@pytest.mark.parametrize("rank", [1, 2, 3, 4])
def test_concurrence_of_x_states_of_every_rank(rank):
    """C = 2 max(0, |r03| - sqrt(r11 r22), |r12| - sqrt(r00 r33)), also in rotated bases."""
    rng = np.random.default_rng(rank)
    outer, inner = (random_states(2000, max(1, rank // 2), seed, size=2) for seed in (1, 2))
    if rank == 3:
        outer = random_states(2000, 2, 3, size=2)
    weight = rng.uniform(0.5, 1.0, 2000) if rank > 1 else np.ones(2000)
    rho = np.zeros((2000, 4, 4), dtype=complex)
    rho[:, [[0, 0], [3, 3]], [[0, 3], [0, 3]]] = weight[:, None, None] * outer
    rho[:, [[1, 1], [2, 2]], [[1, 2], [1, 2]]] = (1 - weight)[:, None, None] * inner
    diagonal = np.einsum("nii->ni", rho).real
    expected = 2 * np.maximum.reduce(
        [
            np.zeros(2000),
            np.abs(rho[:, 0, 3]) - np.sqrt(diagonal[:, 1] * diagonal[:, 2]),
            np.abs(rho[:, 1, 2]) - np.sqrt(diagonal[:, 0] * diagonal[:, 3]),
        ]
    )
    np.testing.assert_allclose(concurrence(rho), expected, rtol=0, atol=1e-12)
    rotated = apply_local(rho, DIMS, [random_unitaries(2000, 2, 4), random_unitaries(2000, 2, 5)])
    np.testing.assert_allclose(concurrence(rotated), expected, rtol=0, atol=1e-12)


def test_pure_states_as_kets_and_as_matrices():
    rng = np.random.default_rng(3)
    kets = rng.normal(size=(2000, 4)) + 1j * rng.normal(size=(2000, 4))
    kets /= np.linalg.norm(kets, axis=1, keepdims=True)
    expected = 2 * np.abs(kets[:, 0] * kets[:, 3] - kets[:, 1] * kets[:, 2])
    np.testing.assert_allclose(concurrence_of_kets(kets), expected, rtol=0, atol=1e-15)
    np.testing.assert_allclose(concurrence(projectors(kets)), expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(
        negativity(projectors(kets), DIMS, [0]), expected / 2, rtol=0, atol=1e-12
    )


@pytest.mark.parametrize(
    ("rank", "atol"), [(1, 1e-6), (2, 1e-6), (3, 1e-7), (4, 1e-10), (6, 1e-10)]
)
def test_agreement_with_qutip_and_qiskit(rank, atol):
    """Both take square roots of eigenvalues, which rounding moves by 1e-8 where they are zero."""
    rho = random_states(60, rank, 10 + rank)
    ours = concurrence(rho)
    formation = entanglement_of_formation(ours)
    for index, matrix in enumerate(rho):
        qobj = qutip.Qobj(matrix, dims=[[2, 2], [2, 2]])
        qiskit_state = qi.DensityMatrix(matrix)
        assert ours[index] == pytest.approx(qutip.concurrence(qobj), abs=atol)
        assert ours[index] == pytest.approx(qi.concurrence(qiskit_state), abs=atol)
        assert formation[index] == pytest.approx(
            qi.entanglement_of_formation(qiskit_state), abs=10 * atol
        )
        n = negativity(matrix[None], DIMS, [0])[0]
        assert n == pytest.approx(qutip.negativity(qobj, 0), abs=1e-10)
        assert n == pytest.approx(qi.negativity(qiskit_state, [0]), abs=1e-10)


@given(
    rank=st.integers(1, 5),
    seed=st.integers(0, 2**32 - 1),
    weight=st.sampled_from([0.0, 1e-12, 1e-7, 1e-3, 0.3]),
)
@settings(max_examples=60, deadline=None)
def test_invariance_under_local_unitaries_and_exchange(rank, seed, weight):
    rho = near(random_states(20, rank, seed), weight, seed + 1)
    locals_ = [random_unitaries(20, 2, seed + 2), random_unitaries(20, 2, seed + 3)]
    rotated = apply_local(rho, DIMS, locals_)
    for measure in (concurrence, lambda r: negativity(r, DIMS, [0])):
        np.testing.assert_allclose(measure(rotated), measure(rho), rtol=0, atol=2e-12)
    np.testing.assert_allclose(
        negativity(rho, DIMS, [0]), negativity(rho, DIMS, [1]), rtol=0, atol=1e-12
    )


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=30, deadline=None)
def test_bounds_between_negativity_and_concurrence(seed):
    """sqrt((1-C)^2 + C^2) - (1-C) <= 2N <= C (Verstraete, Audenaert, Dehaene, De Moor 2001)."""
    rho = random_states(200, 1 + seed % 5, seed)
    c, n = concurrence(rho), negativity(rho, DIMS, [0])
    assert (2 * n <= c + 1e-12).all()
    assert (np.hypot(1 - c, c) - (1 - c) <= 2 * n + 1e-12).all()


@given(seed=st.integers(0, 2**32 - 1), p=st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_convexity_and_local_noise_never_increase(seed, p):
    first, second = random_states(100, 2, seed), random_states(100, 3, seed + 1)
    mixture = p * first + (1 - p) * second
    kraus = [np.diag([1.0, np.sqrt(1 - p)]), np.array([[0.0, np.sqrt(p)], [0.0, 0.0]])]
    damped = sum(apply_local(first, DIMS, [k, None]) for k in kraus)
    for measure in (concurrence, lambda r: negativity(r, DIMS, [0])):
        assert (measure(mixture) <= p * measure(first) + (1 - p) * measure(second) + 1e-12).all()
        assert (measure(damped) <= measure(first) + 1e-12).all()


def test_matrices_that_are_no_states_get_their_eigenvalues():
    """Two negative eigenvalues: the determinant test alone would call this positive."""
    rho = partial_transpose(np.diag([0.6, -0.2, -0.1, 0.7])[None], DIMS, [0])
    assert negativity(rho, DIMS, [0])[0] == pytest.approx(0.3)
    three = np.diag([1.6, -0.2, -0.1, -0.3])[None]
    assert negativity(three, DIMS, [0])[0] == pytest.approx(0.6)


def test_invariants_agree_with_plain_linear_algebra():
    rho = random_states(200, 4, 0)
    blocks = blocks_of(rho)
    np.testing.assert_allclose(determinant(blocks), np.linalg.det(rho).real, atol=1e-16)
    inverse = np.linalg.inv(rho) * np.linalg.det(rho)[:, None, None]
    adjoint = adjugate(blocks)
    np.testing.assert_allclose(np.moveaxis(adjoint.a, -1, 0), inverse[:, :2, :2], atol=1e-14)
    np.testing.assert_allclose(np.moveaxis(adjoint.b, -1, 0), inverse[:, :2, 2:], atol=1e-14)
    np.testing.assert_allclose(np.moveaxis(adjoint.c, -1, 0), inverse[:, 2:, 2:], atol=1e-14)
    flipped = FLIP @ rho.conj() @ FLIP
    expected = np.einsum("nij,nji->n", rho, flipped).real
    np.testing.assert_allclose(spin_flip_overlap(blocks), expected, atol=1e-15)
    coefficients = np.stack(characteristic(blocks), axis=1)
    for row in range(10):
        expected_row = np.poly(rho[row])[1:].real * [-1, 1, -1, 1]
        np.testing.assert_allclose(coefficients[row], expected_row, atol=1e-15)


@given(roots=st.lists(st.floats(0, 1), min_size=3, max_size=3), positive=st.floats(0.01, 1))
def test_first_root_is_right_where_it_claims_to_be(roots, positive):
    coefficients = [np.array([c]) for c in np.poly([positive, *(-np.asarray(roots))])[1:]]
    if coefficients[3] > -1e-12:
        return
    root, slope, step = first_root(*coefficients)
    if step[0] < CONVERGED * root[0] and slope[0] > 1e-3:
        assert root[0] == pytest.approx(positive, abs=1e-12)
    else:
        assert min(roots) < 0.1  # well separated roots are always found


def test_empty_single_and_single_precision():
    assert negativity(np.zeros((0, 4, 4)), DIMS, [0]).shape == (0,)
    assert concurrence(np.zeros((0, 4, 4))).shape == (0,)
    rho = random_states(50, 4, 1)
    one_by_one = [negativity(rho[i : i + 1], DIMS, [0])[0] for i in range(50)]
    np.testing.assert_allclose(one_by_one, negativity(rho, DIMS, [0]), rtol=0, atol=1e-15)
    single = rho.astype(np.complex64)
    assert negativity(single, DIMS, [0]).dtype == np.float64
    np.testing.assert_allclose(negativity(single, DIMS, [0]), one_by_one, rtol=0, atol=1e-6)
    np.testing.assert_allclose(concurrence(single), concurrence(rho), rtol=0, atol=1e-5)


def test_inputs_are_left_alone():
    rho = random_states(1, 2, 1)
    before = rho.copy()
    negativity(rho, DIMS, [0])
    concurrence(rho)
    negative_part(rho)
    np.testing.assert_array_equal(rho, before)
