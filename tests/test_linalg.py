"""Structural operations against Kronecker products, plain loops and QuTiP."""

import itertools
import math
from functools import reduce

import numpy as np
import pytest
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st

from qent_core import linalg
from qent_core.errors import DimensionsMismatchError

ATOL = 1e-12


@st.composite
def systems(draw, least=1, most=4):
    """Local dimensions of up to four parties, a few of them of dimension 1."""
    dims = draw(st.lists(st.integers(1, 4), min_size=least, max_size=most))
    while math.prod(dims) > 48:
        dims[dims.index(max(dims))] -= 1
    return tuple(dims)


SEEDS = st.integers(0, 2**32)


def random_array(shape, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)


def matrices(dims, seed=0, count=2):
    """Arbitrary matrices: every identity below is linear and needs no physical state."""
    size = math.prod(dims)
    return random_array((count, size, size), seed)


def kets(dims, seed=0, count=2):
    return random_array((count, math.prod(dims)), seed)


def factors(dims, seed, *, square):
    return [random_array((3, d, d) if square else (3, d), seed + k) for k, d in enumerate(dims)]


def kron(parts):
    return reduce(np.kron, parts)


def loop_partial_transpose(rho, dims, parties):
    """Swaps the digits of row and column, entry by entry."""
    result = np.empty_like(rho)
    digits = list(itertools.product(*map(range, dims)))
    for (i, row), (j, column) in itertools.product(enumerate(digits), repeat=2):
        new_row = tuple(column[p] if p in parties else row[p] for p in range(len(dims)))
        new_column = tuple(row[p] if p in parties else column[p] for p in range(len(dims)))
        result[digits.index(new_row), digits.index(new_column)] = rho[i, j]
    return result


def loop_partial_trace(rho, dims, keep):
    """Sums entries whose traced digits agree."""
    digits = list(itertools.product(*map(range, dims)))
    kept = list(itertools.product(*(range(dims[p]) for p in keep)))
    rest = [p for p in range(len(dims)) if p not in keep]
    result = np.zeros((len(kept), len(kept)), dtype=complex)
    for (i, row), (j, column) in itertools.product(enumerate(digits), repeat=2):
        if all(row[p] == column[p] for p in rest):
            place = tuple(row[p] for p in keep), tuple(column[p] for p in keep)
            result[kept.index(place[0]), kept.index(place[1])] += rho[i, j]
    return result


# --- products ------------------------------------------------------------------------------------


@given(systems(), SEEDS)
@settings(max_examples=40, deadline=None)
def test_tensor_is_kron(dims, seed):
    for square in (False, True):
        parts = factors(dims, seed, square=square)
        expected = [kron([part[n] for part in parts]) for n in range(3)]
        np.testing.assert_allclose(linalg.tensor(*parts), expected, atol=ATOL)


def test_tensor_repeats_a_stack_of_one():
    a, b = random_array((1, 2)), random_array((3, 3))
    np.testing.assert_allclose(linalg.tensor(a, b), [np.kron(a[0], k) for k in b])
    np.testing.assert_allclose(linalg.tensor(b, a), [np.kron(k, a[0]) for k in b])


def test_tensor_of_no_states():
    assert linalg.tensor(np.zeros((0, 2)), np.zeros((0, 3))).shape == (0, 6)
    assert linalg.tensor(np.zeros((0, 2)), np.zeros((1, 3)), np.zeros((1, 2))).shape == (0, 12)
    assert linalg.tensor(np.zeros((0, 2, 2)), np.zeros((0, 3, 3))).shape == (0, 6, 6)


def test_tensor_refuses_kets_with_matrices():
    with pytest.raises(DimensionsMismatchError, match="kets and matrices"):
        linalg.tensor(np.ones((1, 2)), np.ones((1, 2, 2)))


def test_projectors_and_dagger():
    psi = kets((2, 3), count=4)
    expected = [np.outer(k, k.conj()) for k in psi]
    np.testing.assert_allclose(linalg.projectors(psi), expected, atol=ATOL)
    rho = matrices((2, 3))
    np.testing.assert_array_equal(linalg.dagger(rho), [m.conj().T for m in rho])


# --- order of parties ----------------------------------------------------------------------------


@given(systems(), SEEDS, st.randoms())
@settings(max_examples=60, deadline=None)
def test_permuting_products_permutes_the_factors(dims, seed, shuffle):
    order = list(range(len(dims)))
    shuffle.shuffle(order)
    for square in (False, True):
        parts = factors(dims, seed, square=square)
        permuted = linalg.permute_parties(linalg.tensor(*parts), dims, order)
        np.testing.assert_allclose(permuted, linalg.tensor(*(parts[p] for p in order)), atol=ATOL)


@given(systems(), SEEDS, st.randoms())
@settings(max_examples=40, deadline=None)
def test_permuting_back_is_the_identity(dims, seed, shuffle):
    order = list(range(len(dims)))
    shuffle.shuffle(order)
    for states in (kets(dims, seed), matrices(dims, seed)):
        there = linalg.permute_parties(states, dims, order)
        back = linalg.permute_parties(there, tuple(dims[p] for p in order), np.argsort(order))
        np.testing.assert_array_equal(back, states)


def test_permutation_agrees_with_qutip():
    dims, order = (2, 3, 4), (2, 0, 1)
    rho = matrices(dims, count=1)
    theirs = qutip.Qobj(rho[0], dims=[list(dims)] * 2).permute(list(order)).full()
    np.testing.assert_allclose(linalg.permute_parties(rho, dims, order)[0], theirs, atol=ATOL)


@pytest.mark.parametrize("order", [(0,), (0, 0), (1, 2), (0, 1, 2), ()])
def test_what_is_no_permutation(order):
    with pytest.raises(DimensionsMismatchError, match="no permutation of 2 parties"):
        linalg.permute_parties(kets((2, 2)), (2, 2), order)


# --- partial trace and reduced states ------------------------------------------------------------


@st.composite
def systems_with_parties(draw, least=0):
    dims = draw(systems())
    parties = draw(st.permutations(range(len(dims))))
    count = draw(st.integers(min(least, len(dims)), len(dims)))
    return dims, tuple(parties[:count])


@given(systems_with_parties(), SEEDS)
@settings(max_examples=40, deadline=None)
def test_partial_trace_is_the_loop(system, seed):
    dims, keep = system
    rho = matrices(dims, seed, count=2)
    expected = [loop_partial_trace(m, dims, keep) for m in rho]
    np.testing.assert_allclose(linalg.partial_trace(rho, dims, keep), expected, atol=1e-10)


@given(systems_with_parties(), SEEDS)
@settings(max_examples=60, deadline=None)
def test_partial_trace_of_products_and_its_trace(system, seed):
    dims, keep = system
    parts = factors(dims, seed, square=True)
    rho = linalg.tensor(*parts)
    reduced = linalg.partial_trace(rho, dims, keep)
    traces = [np.einsum("nii->n", part) for part in parts]
    weight = math.prod(traces[p] for p in range(len(dims)) if p not in keep) * np.ones(3)
    kept = linalg.tensor(np.ones((3, 1, 1)), *(parts[p] for p in keep))
    np.testing.assert_allclose(reduced, weight[:, None, None] * kept, atol=1e-9)
    whole = np.einsum("nii->n", rho)
    np.testing.assert_allclose(np.einsum("nii->n", reduced), whole, atol=1e-9)


def test_partial_trace_agrees_with_qutip():
    dims = (2, 3, 2)
    rho = matrices(dims, count=1)
    theirs = qutip.Qobj(rho[0], dims=[list(dims)] * 2)
    for keep in ([0], [1], [2], [0, 1], [0, 2], [1, 2]):
        expected = theirs.ptrace(keep).full()
        np.testing.assert_allclose(linalg.partial_trace(rho, dims, keep)[0], expected, atol=ATOL)


def test_kept_parties_come_in_the_order_asked_for():
    dims = (2, 3)
    rho = matrices(dims)
    swapped = linalg.partial_trace(rho, dims, [1, 0])
    np.testing.assert_array_equal(swapped, linalg.permute_parties(rho, dims, [1, 0]))


@given(systems_with_parties(), SEEDS)
@settings(max_examples=40, deadline=None)
def test_reduced_kets_are_partial_traces_of_projectors(system, seed):
    dims, keep = system
    psi = kets(dims, seed)
    expected = linalg.partial_trace(linalg.projectors(psi), dims, keep)
    np.testing.assert_allclose(linalg.reduced_kets(psi, dims, keep), expected, atol=1e-10)


@given(systems_with_parties(), SEEDS)
@settings(max_examples=40, deadline=None)
def test_schmidt_matrix_holds_every_amplitude_once(system, seed):
    dims, side = system
    psi = kets(dims, seed)
    matrix = linalg.schmidt_matrix(psi, dims, side)
    a = math.prod(dims[p] for p in side)
    assert matrix.shape == (2, a, math.prod(dims) // a)
    norms = (np.abs(matrix) ** 2).sum(axis=(1, 2))
    np.testing.assert_allclose(norms, (np.abs(psi) ** 2).sum(axis=1))


def test_schmidt_coefficients_of_ghz_and_a_product():
    ghz = np.zeros((1, 8))
    ghz[0, [0, 7]] = 2**-0.5
    for side in ([0], [1], [2], [0, 1]):
        s = np.linalg.svd(linalg.schmidt_matrix(ghz, (2, 2, 2), side), compute_uv=False)[0]
        np.testing.assert_allclose(s, [2**-0.5, 2**-0.5], atol=ATOL)
    bell_and_qubit = np.kron([2**-0.5, 0, 0, 2**-0.5], [1, 0])[None]
    s = np.linalg.svd(linalg.schmidt_matrix(bell_and_qubit, (2, 2, 2), [2]), compute_uv=False)[0]
    np.testing.assert_allclose(s, [1, 0], atol=ATOL)


# --- partial transpose and realignment -----------------------------------------------------------


@given(systems_with_parties(), SEEDS)
@settings(max_examples=40, deadline=None)
def test_partial_transpose_is_the_loop(system, seed):
    dims, parties = system
    rho = matrices(dims, seed, count=1)
    expected = loop_partial_transpose(rho[0], dims, parties)
    np.testing.assert_array_equal(linalg.partial_transpose(rho, dims, parties)[0], expected)


@given(systems_with_parties(), SEEDS)
@settings(max_examples=60, deadline=None)
def test_partial_transpose_identities(system, seed):
    dims, parties = system
    rho = matrices(dims, seed)
    turned = linalg.partial_transpose(rho, dims, parties)
    np.testing.assert_array_equal(linalg.partial_transpose(turned, dims, parties), rho)
    np.testing.assert_allclose(np.einsum("nii->n", turned), np.einsum("nii->n", rho), atol=1e-10)
    rest = [p for p in range(len(dims)) if p not in parties]
    other = linalg.partial_transpose(rho, dims, rest)
    np.testing.assert_array_equal(other, turned.swapaxes(1, 2))
    hermitian = rho + linalg.dagger(rho)
    image = linalg.partial_transpose(hermitian, dims, parties)
    np.testing.assert_allclose(image, linalg.dagger(image), atol=ATOL)
    np.testing.assert_allclose(
        np.linalg.norm(turned, axis=(1, 2)), np.linalg.norm(rho, axis=(1, 2)), rtol=1e-12
    )


def test_partial_transpose_agrees_with_qutip():
    dims = (2, 3, 2)
    rho = matrices(dims, count=1)
    theirs = qutip.Qobj(rho[0], dims=[list(dims)] * 2)
    for parties in ([0], [1], [2], [0, 2]):
        mask = [int(p in parties) for p in range(3)]
        expected = qutip.partial_transpose(theirs, mask).full()
        ours = linalg.partial_transpose(rho, dims, parties)[0]
        np.testing.assert_allclose(ours, expected, atol=ATOL)


def test_party_b_is_transposed_as_documented():
    """(rho^T_B)_{ij,kl} = rho_{il,kj}."""
    rho = matrices((2, 3), count=1)
    expected = rho.reshape(2, 3, 2, 3).transpose(0, 3, 2, 1).reshape(6, 6)
    np.testing.assert_array_equal(linalg.partial_transpose(rho, (2, 3), [1])[0], expected)


def test_bell_state_has_one_negative_eigenvalue():
    bell = np.array([[1, 0, 0, 1]]) / 2**0.5
    turned = linalg.partial_transpose(linalg.projectors(bell), (2, 2), [1])
    np.testing.assert_allclose(np.linalg.eigvalsh(turned)[0], [-0.5, 0.5, 0.5, 0.5], atol=ATOL)


@given(systems(least=2, most=3), SEEDS)
@settings(max_examples=40, deadline=None)
def test_realigned_products_are_rank_one(dims, seed):
    a, rest = random_array((2, dims[0], dims[0]), seed), math.prod(dims[1:])
    b = random_array((2, rest, rest), seed + 1)
    realigned = linalg.realign(linalg.tensor(a, b), dims, [0])
    assert realigned.shape == (2, dims[0] ** 2, rest**2)
    expected = [np.outer(a[n].ravel(), b[n].ravel()) for n in range(2)]
    np.testing.assert_allclose(realigned, expected, atol=1e-10)


def test_realignment_of_the_maximally_entangled_state_has_trace_norm_d():
    for d in (2, 3, 5):
        phi = (np.eye(d).ravel() / d**0.5)[None]
        realigned = linalg.realign(linalg.projectors(phi), (d, d), [0])
        assert np.linalg.svd(realigned, compute_uv=False).sum() == pytest.approx(d)


def test_realignment_across_a_cut_of_several_parties():
    dims, rho = (2, 2, 3), matrices((2, 2, 3))
    direct = linalg.realign(rho, dims, [1])
    turned = linalg.permute_parties(rho, dims, (1, 0, 2))
    np.testing.assert_array_equal(direct, linalg.realign(turned, (2, 6), [0]))
    assert direct.shape == (2, 4, 36)


# --- operators -----------------------------------------------------------------------------------


@given(systems(), SEEDS, st.data())
@settings(max_examples=60, deadline=None)
def test_local_operators_are_kron(dims, seed, data):
    per_state = data.draw(st.booleans())
    operators = []
    for k, d in enumerate(dims):
        shape = (2, d, d) if per_state else (d, d)
        skip = data.draw(st.booleans())
        operators.append(None if skip else random_array(shape, seed + 10 + k))
    for n, (psi, rho) in enumerate(zip(kets(dims, seed), matrices(dims, seed), strict=True)):
        full = kron(
            [
                np.eye(d) if op is None else op[n] if per_state else op
                for d, op in zip(dims, operators, strict=True)
            ]
        )
        one = [op[n : n + 1] if op is not None and per_state else op for op in operators]
        moved = linalg.apply_local(psi[None], dims, one)[0]
        np.testing.assert_allclose(moved, full @ psi, atol=1e-9)
        moved = linalg.apply_local(rho[None], dims, one)[0]
        np.testing.assert_allclose(moved, full @ rho @ full.conj().T, atol=1e-8)
    batched = linalg.apply_local(kets(dims, seed), dims, operators)
    assert batched.shape == (2, math.prod(dims))
    np.testing.assert_allclose(batched[1], full @ kets(dims, seed)[1], atol=1e-9)
    batched = linalg.apply_local(matrices(dims, seed), dims, operators)
    np.testing.assert_allclose(
        batched[1], full @ matrices(dims, seed)[1] @ full.conj().T, atol=1e-8
    )


def test_local_operators_leave_their_input_alone():
    rho = np.eye(4)[None] / 4
    rho.flags.writeable = False
    unitary = np.array([[0, 1], [1, 0]])
    linalg.apply_local(rho, (2, 2), [unitary, None])
    np.testing.assert_array_equal(rho[0], np.eye(4) / 4)
    assert linalg.apply_local(rho, (2, 2), [None, None]) is rho


def test_wrong_local_operators():
    rho = np.eye(6)[None]
    with pytest.raises(DimensionsMismatchError, match="1 operators were given for 2 parties"):
        linalg.apply_local(rho, (2, 3), [None])
    with pytest.raises(DimensionsMismatchError, match=r"party 1 has shape \(2, 2\)"):
        linalg.apply_local(rho, (2, 3), [None, np.eye(2)])


@given(systems_with_parties(least=1), SEEDS, st.booleans())
@settings(max_examples=40, deadline=None)
def test_kraus_maps_are_sums_of_full_operators(system, seed, per_state):
    dims, parties = system
    size = math.prod(dims[p] for p in parties)
    rest = [p for p in range(len(dims)) if p not in parties]
    rho = matrices(dims, seed)
    kraus = random_array((2, 3, size, size) if per_state else (3, size, size), seed + 1)
    order = (*parties, *rest)
    grouped = tuple(dims[p] for p in order)
    others = np.eye(math.prod(dims[p] for p in rest))
    inverse = np.argsort(order)
    expected = np.zeros_like(rho)
    for n in range(2):
        for k in kraus[n] if per_state else kraus:
            full = linalg.permute_parties(np.kron(k, others)[None], grouped, inverse)[0]
            expected[n] += full @ rho[n] @ full.conj().T
    np.testing.assert_allclose(linalg.apply_kraus(rho, dims, kraus, parties), expected, atol=1e-8)


def test_kraus_of_the_depolarizing_channel():
    p = 0.3
    paulis = np.array([np.eye(2), [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], np.diag([1, -1])])
    weights = np.array([1 - 3 * p / 4, p / 4, p / 4, p / 4])
    kraus = np.sqrt(weights)[:, None, None] * paulis
    rho = matrices((2, 3))
    reduced = linalg.partial_trace(rho, (2, 3), [1])
    mixed = linalg.tensor(np.eye(2)[None] / 2, reduced)
    after = linalg.apply_kraus(rho, (2, 3), kraus, [0])
    np.testing.assert_allclose(after, (1 - p) * rho + p * mixed, atol=1e-10)


def test_kraus_operators_of_the_wrong_size():
    with pytest.raises(DimensionsMismatchError, match="act on parties of dimension 6"):
        linalg.apply_kraus(np.eye(12)[None], (2, 2, 3), np.eye(4)[None], [0, 2])


# --- all of them ---------------------------------------------------------------------------------


def test_an_empty_stack_stays_empty():
    dims = (2, 3)
    rho, psi = np.zeros((0, 6, 6)), np.zeros((0, 6))
    assert linalg.projectors(psi).shape == (0, 6, 6)
    assert linalg.permute_parties(rho, dims, (1, 0)).shape == (0, 6, 6)
    assert linalg.permute_parties(psi, dims, (1, 0)).shape == (0, 6)
    assert linalg.partial_trace(rho, dims, [1]).shape == (0, 3, 3)
    assert linalg.reduced_kets(psi, dims, [1]).shape == (0, 3, 3)
    assert linalg.schmidt_matrix(psi, dims, [1]).shape == (0, 3, 2)
    assert linalg.partial_transpose(rho, dims, [1]).shape == (0, 6, 6)
    assert linalg.realign(rho, dims, [1]).shape == (0, 9, 4)
    assert linalg.apply_local(rho, dims, [np.eye(2), None]).shape == (0, 6, 6)
    assert linalg.apply_local(psi, dims, [None, np.eye(3)]).shape == (0, 6)
    assert linalg.apply_kraus(rho, dims, np.eye(3)[None], [1]).shape == (0, 6, 6)


@pytest.mark.parametrize(
    "operation",
    [
        lambda parties: linalg.partial_trace(np.eye(4)[None], (2, 2), parties),
        lambda parties: linalg.partial_transpose(np.eye(4)[None], (2, 2), parties),
        lambda parties: linalg.realign(np.eye(4)[None], (2, 2), parties),
        lambda parties: linalg.reduced_kets(np.eye(4), (2, 2), parties),
        lambda parties: linalg.schmidt_matrix(np.eye(4), (2, 2), parties),
        lambda parties: linalg.apply_kraus(np.eye(4)[None], (2, 2), np.eye(2)[None], parties),
    ],
    ids=["trace", "transpose", "realign", "reduced", "schmidt", "kraus"],
)
@pytest.mark.parametrize("parties", [[0, 0], [2], [-1], [0, 1, 2]], ids=str)
def test_parties_that_do_not_exist(operation, parties):
    with pytest.raises(DimensionsMismatchError, match="are not distinct parties of a system of 2"):
        operation(parties)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_number_types_are_kept(dtype):
    rho = np.eye(6, dtype=dtype)[None]
    for result in (
        linalg.permute_parties(rho, (2, 3), (1, 0)),
        linalg.partial_trace(rho, (2, 3), [0]),
        linalg.partial_transpose(rho, (2, 3), [0]),
        linalg.realign(rho, (2, 3), [0]),
        linalg.apply_local(rho, (2, 3), [np.eye(2, dtype=dtype), None]),
        linalg.apply_kraus(rho, (2, 3), np.eye(2, dtype=dtype)[None], [0]),
    ):
        assert result.dtype == dtype


def test_read_only_input_is_accepted_everywhere():
    rho, psi = np.eye(4)[None], np.eye(4)
    rho.flags.writeable = psi.flags.writeable = False
    linalg.tensor(rho, rho)
    linalg.permute_parties(psi, (2, 2), (1, 0))
    linalg.partial_trace(rho, (2, 2), [0])
    linalg.apply_kraus(rho, (2, 2), np.eye(2)[None], [1])


@pytest.mark.parametrize("dims", [(2, 2), (1, 4), (4, 1)], ids=str)
@pytest.mark.parametrize("parties", [[], [0], [1], [0, 1]], ids=str)
def test_partial_transpose_is_a_new_array_even_where_nothing_moves(dims, parties):
    rho = np.eye(4)[None]
    linalg.partial_transpose(rho, dims, parties)[:] = 7
    np.testing.assert_array_equal(rho[0], np.eye(4))


def test_block_dimensions():
    assert linalg.local_dimensions((2, 3, 4), [(0, 2), (1,)]) == (8, 3)
    assert linalg.local_dimensions((2, 3, 4), [()]) == (1,)
