"""Negativity, Schmidt coefficients, entropies and norms of any dimensions."""

import doctest
import importlib
import itertools
import pkgutil

import numpy as np
import pytest
import qent_basics.features
import qent_basics.labelers
import qent_basics.measures
import qiskit.quantum_info as qi
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st
from qent_basics.measures.batches import PIECE_STATES, in_double, pieces_of, piecewise
from qent_basics.measures.entropies import (
    binary_entropy,
    entanglement_entropy,
    entanglement_of_formation,
    meyer_wallach,
    shannon,
)
from qent_basics.measures.negativity import negativity, negativity_of_kets
from qent_basics.measures.positivity import certainly_positive, pivot_test
from qent_basics.measures.realignment import realignment_bound, realignment_norm
from qent_basics.measures.schmidt import pair_sum, schmidt_coefficients

from qent_core.linalg import apply_local, partial_transpose, projectors

CUTS = [
    ((2, 2), (0,)),
    ((2, 3), (1,)),
    ((3, 2), (0,)),
    ((2, 4), (0,)),
    ((3, 3), (0,)),
    ((2, 2, 2), (1,)),
    ((2, 3, 2), (0, 2)),
    ((2, 2, 2, 2), (0, 3)),
    ((4, 12), (0,)),
    ((1, 3), (0,)),
]
each_cut = pytest.mark.parametrize(("dims", "side"), CUTS, ids=str)


def random_kets(count, size, seed, *, real=False):
    rng = np.random.default_rng(seed)
    kets = rng.normal(size=(count, size)) + (0 if real else 1j) * rng.normal(size=(count, size))
    return kets / np.linalg.norm(kets, axis=1, keepdims=True)


def random_states(count, size, rank, seed, *, real=False):
    kets = random_kets(count, size * rank, seed, real=real).reshape(count, size, rank)
    return kets @ kets.conj().swapaxes(1, 2)


def unitary(d, seed):
    return np.linalg.qr(random_kets(d, d, seed))[0]


def size_of(dims):
    return int(np.prod(dims))


# tests/test_docstrings.py and the conformance kit run them too.
@pytest.mark.slow
@pytest.mark.parametrize("package", ["measures", "labelers", "features"])
def test_examples_in_the_docstrings(package):
    parent = getattr(qent_basics, package)
    for info in pkgutil.iter_modules(parent.__path__, f"{parent.__name__}."):
        module = importlib.import_module(info.name)
        extra = {"np": np, "StateBatch": importlib.import_module("qent_core.api").StateBatch}
        assert doctest.testmod(module, extraglobs=extra).failed == 0, info.name


@each_cut
@pytest.mark.parametrize("rank", [1, 2, 5, 40])
def test_negativity_agrees_with_eigenvalues(dims, side, rank):
    rho = random_states(30, size_of(dims), rank, rank)
    eigenvalues = np.linalg.eigvalsh(partial_transpose(rho, dims, side))
    expected = -np.minimum(eigenvalues, 0).sum(axis=1)
    np.testing.assert_allclose(negativity(rho, dims, side), expected, rtol=0, atol=1e-12)


@each_cut
def test_pure_states_agree_as_kets_and_matrices(dims, side):
    kets = random_kets(40, size_of(dims), 1)
    np.testing.assert_allclose(
        negativity_of_kets(kets, dims, side),
        negativity(projectors(kets), dims, side),
        rtol=0,
        atol=1e-12,
    )
    s = schmidt_coefficients(kets, dims, side)
    np.testing.assert_allclose((s**2).sum(axis=1), 1, atol=1e-14)
    np.testing.assert_allclose(pair_sum(kets, dims, side), (s.sum(1) ** 2 - 1) / 2, atol=1e-14)
    np.testing.assert_allclose(
        realignment_norm(projectors(kets), dims, side), s.sum(1) ** 2, rtol=0, atol=1e-12
    )


@pytest.mark.parametrize("d", [2, 3, 4, 5])
def test_isotropic_and_werner_states(d):
    """F2: isotropic N = (d-1)/2 max(0, ((d+1) alpha - 1)/d); Werner N = max(0, (2w-1)/d)."""
    phi = np.eye(d).reshape(1, -1) / np.sqrt(d)
    parameter = np.linspace(0, 1, 101)
    weight = parameter[:, None, None]
    isotropic = weight * projectors(phi) + (1 - weight) * np.eye(d * d) / d**2
    expected = (d - 1) / 2 * np.maximum(0, ((d + 1) * parameter - 1) / d)
    np.testing.assert_allclose(negativity(isotropic, (d, d), [0]), expected, rtol=0, atol=1e-13)
    swap = np.eye(d * d).reshape(d, d, d, d).swapaxes(2, 3).reshape(d * d, d * d)
    antisymmetric = (np.eye(d * d) - swap) / (d * (d - 1))
    symmetric = (np.eye(d * d) + swap) / (d * (d + 1))
    werner = weight * antisymmetric + (1 - weight) * symmetric
    expected = np.maximum(0, (2 * parameter - 1) / d)
    np.testing.assert_allclose(negativity(werner, (d, d), [1]), expected, rtol=0, atol=1e-13)


def test_named_states():
    ghz = np.zeros((1, 8))
    ghz[0, [0, 7]] = 1 / np.sqrt(2)
    w = np.zeros((1, 8))
    w[0, [1, 2, 4]] = 1 / np.sqrt(3)
    for party in range(3):
        assert negativity_of_kets(ghz, (2, 2, 2), [party])[0] == pytest.approx(0.5)
        assert negativity_of_kets(w, (2, 2, 2), [party])[0] == pytest.approx(np.sqrt(2) / 3)
        assert entanglement_entropy(ghz, (2, 2, 2), [party])[0] == pytest.approx(1)
        assert entanglement_entropy(w, (2, 2, 2), [party])[0] == pytest.approx(
            shannon(np.array([1 / 3, 2 / 3]))
        )
    assert meyer_wallach(ghz, (2, 2, 2))[0] == pytest.approx(1)
    assert meyer_wallach(w, (2, 2, 2))[0] == pytest.approx(8 / 9)
    assert meyer_wallach(random_kets(1, 2, 0), (2,))[0] == pytest.approx(0, abs=1e-15)


def test_tunable_pure_state_of_two_spins():
    """F2: zeta(theta) = cos |00> + sin |d-1,d-1> has N = |sin 2 theta| / 2."""
    theta = np.linspace(0, 2 * np.pi, 50)
    kets = np.zeros((50, 121))
    kets[:, 0], kets[:, -1] = np.cos(theta), np.sin(theta)
    np.testing.assert_allclose(
        negativity_of_kets(kets, (11, 11), [0]), np.abs(np.sin(2 * theta)) / 2, atol=1e-14
    )


@pytest.mark.parametrize("dims", [(2, 3), (3, 3), (2, 4)])
def test_agreement_with_qutip_and_qiskit(dims):
    rho = random_states(20, size_of(dims), 4, 5)
    ours = negativity(rho, dims, [0])
    for value, matrix in zip(ours, rho, strict=True):
        qobj = qutip.Qobj(matrix, dims=[list(dims)] * 2)
        assert value == pytest.approx(qutip.negativity(qobj, 0), abs=1e-10)
        # Qiskit counts subsystems from the least significant one.
        state = qi.DensityMatrix(matrix, dims=dims[::-1])
        assert value == pytest.approx(qi.negativity(state, [0]), abs=1e-10)


def test_entropy_agrees_with_qutip():
    kets = random_kets(20, 12, 2)
    for dims, side in (((3, 4), (0,)), ((2, 3, 2), (1,)), ((2, 6), (0,)), ((2, 3, 2), (0,))):
        ours = entanglement_entropy(kets, dims, side)
        for value, ket in zip(ours, kets, strict=True):
            qobj = qutip.Qobj(ket, dims=[list(dims), [1] * len(dims)])
            assert value == pytest.approx(qutip.entropy_vn(qobj.ptrace(list(side)), 2), abs=1e-10)


@each_cut
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=5, deadline=None)
def test_local_unitaries_change_nothing(dims, side, seed):
    kets = random_kets(5, size_of(dims), seed)
    rho = random_states(5, size_of(dims), 2, seed)
    local = [unitary(d, seed + party) for party, d in enumerate(dims)]
    moved, moved_rho = apply_local(kets, dims, local), apply_local(rho, dims, local)
    for measure in (negativity_of_kets, entanglement_entropy):
        np.testing.assert_allclose(
            measure(moved, dims, side), measure(kets, dims, side), rtol=0, atol=1e-11
        )
    for measure in (negativity, realignment_norm):
        np.testing.assert_allclose(
            measure(moved_rho, dims, side), measure(rho, dims, side), rtol=0, atol=1e-11
        )


@each_cut
def test_both_sides_of_a_cut_agree(dims, side):
    rest = [party for party in range(len(dims)) if party not in side]
    rho, kets = random_states(10, size_of(dims), 3, 1), random_kets(10, size_of(dims), 2)
    for measure, states in (
        (negativity, rho),
        (realignment_norm, rho),
        (negativity_of_kets, kets),
        (entanglement_entropy, kets),
    ):
        np.testing.assert_allclose(
            measure(states, dims, side), measure(states, dims, rest), rtol=0, atol=1e-12
        )
    assert (realignment_norm(rho, dims, side) <= realignment_bound(rho, dims, side) + 1e-12).all()


def test_meyer_wallach_is_the_mean_linear_entropy():
    kets = random_kets(50, 16, 3)
    purity = np.zeros(50)
    for party in range(4):
        for row, ket in enumerate(kets):
            reduced = qutip.Qobj(ket, dims=[[2] * 4, [1] * 4]).ptrace(party).full()
            purity[row] += np.trace(reduced @ reduced).real / 4
    np.testing.assert_allclose(meyer_wallach(kets, (2,) * 4), 2 * (1 - purity), atol=1e-12)


def test_binary_entropy_keeps_small_values():
    x = np.array([0.0, 1e-8, 1e-3, 0.5, 1.0])
    small = (1 - np.sqrt(1 - x[2:] ** 2)) / 2
    expected = -small * np.log2(small) - (1 - small) * np.log2(1 - small)
    np.testing.assert_allclose(binary_entropy(x)[2:], expected, rtol=1e-9)
    tiny = 2.5e-17  # x^2 / 4
    assert binary_entropy(x)[1] == pytest.approx(tiny * (np.log2(1 / tiny) + 1 / np.log(2)))
    assert entanglement_of_formation(np.array([1 + 1e-15])).tolist() == [1.0]


@pytest.mark.parametrize("size", [2, 4, 8, 9, 40])
@pytest.mark.parametrize("real", [False, True])
def test_cholesky_test_is_sound_and_its_vectors_witness_failure(size, real):
    positive = random_states(200, size, size, 1, real=real)
    shifted = positive - np.quantile(np.linalg.eigvalsh(positive)[:, 0], 0.5) * np.eye(size)
    lowest = np.linalg.eigvalsh(shifted)[:, 0]
    for level in (0.0, 1e-3):
        test = pivot_test(shifted, level)
        np.testing.assert_array_equal(test.positive, lowest > level)
        failed = ~test.positive
        v = test.vectors[failed]
        np.testing.assert_allclose(np.linalg.norm(v, axis=1), 1, atol=1e-12)
        values = np.einsum("ni,nij,nj->n", v.conj(), shifted[failed], v).real
        np.testing.assert_allclose(values, test.values[failed], atol=1e-14)
        assert (values <= level + 1e-12).all()
        assert (values >= lowest[failed] - 1e-12).all()
        assert np.isposinf(test.values[test.positive]).all()
    np.testing.assert_array_equal(certainly_positive(shifted), lowest > 0)


def test_cholesky_test_never_calls_a_singular_matrix_positive():
    for rank in range(1, 8):
        assert not certainly_positive(random_states(300, 8, rank, rank)).any()
    assert not certainly_positive(random_states(5, 50, 20, 0)).any()


def test_mostly_positive_batches_take_the_short_way_to_the_same_values():
    rho = random_states(3000, 8, 40, 1)
    rho[::50] = random_states(60, 8, 2, 2)
    eigenvalues = np.linalg.eigvalsh(partial_transpose(rho, (2, 4), [0]))
    expected = -np.minimum(eigenvalues, 0).sum(axis=1)
    np.testing.assert_allclose(negativity(rho, (2, 4), [0]), expected, rtol=0, atol=1e-13)


def test_pieces_cover_a_batch_once():
    for count, size in itertools.product((0, 1, 7, 3 * PIECE_STATES + 1), (8, 2**20, 2**30)):
        rows = [row for piece in pieces_of(count, size) for row in range(count)[piece]]
        assert rows == list(range(count))
    long = np.arange(2.0 * PIECE_STATES + 3)[:, None]
    np.testing.assert_array_equal(piecewise(lambda part: part[:, 0], long), long[:, 0])
    assert in_double(long) is long
    assert in_double(np.ones(1, dtype=np.complex64)).dtype == np.complex128


@each_cut
def test_empty_batches(dims, side):
    size = size_of(dims)
    kets, rho = np.zeros((0, size)), np.zeros((0, size, size))
    assert negativity(rho, dims, side).shape == (0,)
    assert realignment_norm(rho, dims, side).shape == (0,)
    assert negativity_of_kets(kets, dims, side).shape == (0,)
    assert entanglement_entropy(kets, dims, side).shape == (0,)
    assert pivot_test(rho).positive.shape == (0,)
