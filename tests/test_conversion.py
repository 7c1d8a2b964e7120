"""States from and to NumPy, QuTiP and Qiskit; expectation values judge the order of parties."""

import itertools
import subprocess
import sys

import numpy as np
import pytest
import qutip
from qiskit.circuit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, SparsePauliOp, Statevector

from qent_core.conversion import from_numpy
from qent_core.errors import DimensionsMismatchError, StateFileError, StateInvalidError
from qent_core.linalg import partial_trace
from qent_core.states import StateBatch

DIMS = (2, 3, 4)


def random_kets(count, dims, seed=0):
    rng = np.random.default_rng(seed)
    size = int(np.prod(dims))
    kets = rng.standard_normal((count, size)) + 1j * rng.standard_normal((count, size))
    return kets / np.linalg.norm(kets, axis=1, keepdims=True)


def random_density(count, dims, seed=0):
    rng = np.random.default_rng(seed)
    size = int(np.prod(dims))
    g = rng.standard_normal((count, size, size)) + 1j * rng.standard_normal((count, size, size))
    rho = g @ g.conj().swapaxes(1, 2)
    return rho / np.einsum("nii->n", rho)[:, None, None]


def expectation(batch, operators):
    """Returns <A (x) B (x) ...> of every state with the operators of parties A, B, ..."""
    full = operators[0]
    for operator in operators[1:]:
        full = np.kron(full, operator)
    return np.einsum("nij,ji->n", batch.density(), full)


def hermitian(d, seed):
    g = np.random.default_rng(seed).standard_normal((d, d))
    return g + g.T


# --- NumPy ---------------------------------------------------------------------------------------


def test_one_ket_many_kets_and_matrices():
    kets, rho = random_kets(3, DIMS), random_density(3, DIMS)
    assert from_numpy(kets[0], DIMS).shape == (1, 24)
    assert from_numpy(kets, DIMS).kind == "kets"
    assert from_numpy(rho, DIMS).kind == "density"
    assert from_numpy(kets.tolist(), DIMS).shape == (3, 24)
    np.testing.assert_array_equal(StateBatch.from_numpy(rho, DIMS).array, rho)


@pytest.mark.parametrize("kind", [None, "kets"])
def test_kind_of_kets_can_be_said(kind):
    assert from_numpy(random_kets(3, (2, 2)), (2, 2), kind=kind).kind == "kets"


def test_a_lone_square_array_is_ambiguous():
    kets, rho = np.eye(4), np.eye(4) / 4
    with pytest.raises(StateInvalidError, match="may be 4 kets or one density matrix") as caught:
        from_numpy(rho, (2, 2))
    assert "kind='kets' or kind='density'" in caught.value.do
    assert from_numpy(kets, (2, 2), kind="kets").shape == (4, 4)
    assert from_numpy(rho, (2, 2), kind="density").shape == (1, 4, 4)
    assert from_numpy(rho[None], (2, 2)).shape == (1, 4, 4)


@pytest.mark.parametrize("mixed", [False, True], ids=["kets", "density"])
def test_little_endian_arrays(mixed):
    a, b, c = (random_kets(1, (d,), seed=d)[0] for d in DIMS)
    big, little = np.kron(np.kron(a, b), c), np.kron(np.kron(c, b), a)
    if mixed:
        big, little = np.outer(big, big.conj())[None], np.outer(little, little.conj())[None]
    expected = from_numpy(big, DIMS)
    found = from_numpy(little, DIMS, order="little")
    assert found.dims == DIMS
    np.testing.assert_allclose(found.array, expected.array, atol=1e-15)
    for party, ket in enumerate((a, b, c)):
        reduced = partial_trace(found.density(), DIMS, [party])[0]
        np.testing.assert_allclose(reduced, np.outer(ket, ket.conj()), atol=1e-12)


def test_big_endian_index_is_4a_2b_c():
    for a, b, c in itertools.product((0, 1), repeat=3):
        ket = np.zeros(8)
        ket[4 * a + 2 * b + c] = 1
        rho = from_numpy(ket, (2, 2, 2)).density()
        for party, bit in enumerate((a, b, c)):
            assert partial_trace(rho, (2, 2, 2), [party])[0, bit, bit] == 1
        little = from_numpy(ket, (2, 2, 2), order="little").array[0]
        assert little[4 * c + 2 * b + a] == 1


@pytest.mark.parametrize(
    ("arguments", "error", "said"),
    [
        (([[1, 0, 0]], (2, 2)), DimensionsMismatchError, "does not fit dims"),
        (([[1, 0, 0, 0]], 4), DimensionsMismatchError, "no local dimensions"),
        ((1.0, (2, 2)), DimensionsMismatchError, "does not fit dims"),
        (([[1, 0], [1]], (2,)), StateInvalidError, "must form one array"),
        (([["a", "b"]], (2,)), StateInvalidError, "must be numbers"),
        (([[1, 0, 0, 0], [1, 1, 0, 0]], (2, 2)), StateInvalidError, "^state 1 has norm"),
    ],
    ids=str,
)
def test_what_is_refused(arguments, error, said):
    with pytest.raises(error, match=said):
        from_numpy(*arguments)


def test_wrong_kind_or_order():
    with pytest.raises(StateFileError, match="kind 'ket' is unknown"):
        from_numpy([[1, 0]], (2,), kind="ket")
    with pytest.raises(StateFileError, match="order 'middle' is unknown"):
        from_numpy([[1, 0]], (2,), order="middle")
    with pytest.raises(DimensionsMismatchError, match="holds no kets"):
        from_numpy(random_density(2, (2, 2)), (2, 2), kind="kets")
    with pytest.raises(DimensionsMismatchError, match="holds no density"):
        from_numpy(random_kets(2, (2, 2)), (2, 2), kind="density")


# --- QuTiP ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [random_kets, random_density])
def test_to_qutip_and_back(make):
    batch = StateBatch(make(3, DIMS), DIMS)
    objects = batch.to_qutip()
    assert all(isinstance(obj, qutip.Qobj) for obj in objects)
    back = StateBatch.from_qutip(objects)
    assert (back.kind, back.dims) == (batch.kind, DIMS)
    np.testing.assert_allclose(back.array, batch.array, atol=1e-15)
    assert back.source.tolist() == ["qutip"] * 3


def test_expectation_values_agree_with_qutip():
    batch = StateBatch(random_density(2, DIMS), DIMS)
    operators = [hermitian(d, d) for d in DIMS]
    theirs = qutip.tensor(*(qutip.Qobj(op) for op in operators))
    expected = [qutip.expect(theirs, rho) for rho in batch.to_qutip()]
    np.testing.assert_allclose(expectation(batch, operators), expected, atol=1e-12)
    for party in range(3):
        reduced = partial_trace(batch.array, DIMS, [party])
        theirs = [rho.ptrace(party).full() for rho in batch.to_qutip()]
        np.testing.assert_allclose(reduced, theirs, atol=1e-12)


def test_single_qutip_objects():
    ket = qutip.tensor(qutip.basis(2, 1), qutip.basis(3, 2))
    batch = StateBatch.from_qutip(ket)
    assert (batch.shape, batch.dims) == ((1, 6), (2, 3))
    assert batch.array[0, 5] == 1
    assert StateBatch.from_qutip(ket.proj()).shape == (1, 6, 6)
    assert StateBatch.from_qutip(qutip.basis(4, 0)).dims == (4,)


def test_qutip_kets_beside_operators_become_matrices():
    ket = qutip.tensor(qutip.basis(2, 1), qutip.basis(2, 0))
    batch = StateBatch.from_qutip([ket, ket.proj()])
    assert batch.kind == "density"
    np.testing.assert_array_equal(batch.array[0], batch.array[1])


def test_any_iterable_of_qutip_objects():
    kets = (qutip.basis(2, n) for n in (0, 1))
    assert StateBatch.from_qutip(kets).shape == (2, 2)


@pytest.mark.parametrize(
    ("objects", "said"),
    [
        ([], "no state to convert"),
        (5, "int is no state of QuTiP"),
        ([qutip.basis(2, 0), 5], "object 1 is of type int"),
        (np.eye(2), "object 0 is of type ndarray"),
        (qutip.basis(2, 0).dag(), "object 0 is a bra"),
        ([qutip.basis(2, 0), qutip.basis(2, 0).dag()], "object 1 is a bra"),
        (qutip.to_super(qutip.sigmax()), "object 0 is a super"),
        ([qutip.basis(2, 0), qutip.basis(2, 0), qutip.basis(3, 0)], r"state 2 has dims \(3,\)"),
        (
            [qutip.basis([2, 3], [0, 0]), qutip.basis([3, 2], [0, 0])],
            r"state 1 has dims \(3, 2\), state 0 has \(2, 3\)",
        ),
    ],
    ids=["none", "int", "int inside", "array", "bra", "bra inside", "super", "dims", "dims order"],
)
def test_what_is_no_batch_of_qutip_states(objects, said):
    with pytest.raises(DimensionsMismatchError, match=said):
        StateBatch.from_qutip(objects)


def test_unphysical_qutip_states_are_named():
    with pytest.raises(StateInvalidError, match=r"^state 1 has norm 2"):
        StateBatch.from_qutip([qutip.basis(2, 0), 2 * qutip.basis(2, 0)])


# --- Qiskit --------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [random_kets, random_density])
@pytest.mark.parametrize("dims", [(2, 2), (2, 2, 2), DIMS], ids=str)
def test_to_qiskit_and_back(make, dims):
    batch = StateBatch(make(3, dims), dims)
    objects = batch.to_qiskit()
    kind = Statevector if batch.kind == "kets" else DensityMatrix
    assert all(isinstance(obj, kind) and obj.dims() == dims for obj in objects)
    back = StateBatch.from_qiskit(objects)
    assert (back.kind, back.dims) == (batch.kind, dims)
    np.testing.assert_allclose(back.array, batch.array, atol=1e-15)
    assert back.source.tolist() == ["qiskit"] * 3


def test_qubit_zero_is_party_a():
    circuit = QuantumCircuit(3)
    circuit.x(0)
    batch = StateBatch.from_qiskit(Statevector(circuit))
    assert np.argmax(np.abs(batch.array[0])) == 4  # |100>: A is 1
    circuit = QuantumCircuit(3)
    circuit.h(0)
    circuit.cx(0, 1)
    circuit.ry(0.7, 2)
    batch = StateBatch.from_qiskit(Statevector(circuit))
    z, one = np.diag([1.0, -1.0]), np.eye(2)
    np.testing.assert_allclose(expectation(batch, [z, z, one]), 1, atol=1e-12)
    np.testing.assert_allclose(expectation(batch, [z, one, one]), 0, atol=1e-12)
    np.testing.assert_allclose(expectation(batch, [one, one, z]), np.cos(0.7), atol=1e-12)


def test_pauli_expectation_values_agree_with_qiskit():
    paulis = {
        "I": np.eye(2),
        "X": np.array([[0, 1], [1, 0]]),
        "Y": np.array([[0, -1j], [1j, 0]]),
        "Z": np.diag([1, -1]),
    }
    batch = StateBatch(random_density(1, (2, 2, 2)), (2, 2, 2))
    theirs = batch.to_qiskit()[0]
    for a, b, c in itertools.product("IXYZ", repeat=3):
        # Qiskit writes the last qubit first.
        expected = theirs.expectation_value(SparsePauliOp(c + b + a))
        found = expectation(batch, [paulis[a], paulis[b], paulis[c]])[0]
        assert found == pytest.approx(expected, abs=1e-12)


def test_parties_of_different_dimensions_agree_with_qiskit():
    batch = StateBatch(random_density(1, DIMS), DIMS)
    theirs = batch.to_qiskit()[0]
    for party in range(3):
        from qiskit.quantum_info import partial_trace as trace_out

        rest = [p for p in range(3) if p != party]
        ours = partial_trace(batch.array, DIMS, [party])[0]
        np.testing.assert_allclose(ours, trace_out(theirs, rest).data, atol=1e-12)


def test_qiskit_vectors_beside_matrices_become_matrices():
    vector = Statevector([0, 1, 0, 0])
    batch = StateBatch.from_qiskit([vector, DensityMatrix(vector)])
    assert batch.kind == "density"
    np.testing.assert_array_equal(batch.array[0], batch.array[1])


@pytest.mark.parametrize(
    ("objects", "error", "said"),
    [
        ([], DimensionsMismatchError, "no state to convert"),
        (5, DimensionsMismatchError, "int is no state of Qiskit"),
        ([Statevector([1, 0]), "x"], DimensionsMismatchError, "object 1 is of type str"),
        (np.eye(2), DimensionsMismatchError, "object 0 is of type ndarray"),
        (
            [Statevector([1, 0]), Statevector([1, 0, 0, 0])],
            DimensionsMismatchError,
            r"state 1 has dims \(2, 2\), state 0 has \(2,\)",
        ),
        ([Statevector([1, 0]), Statevector([1, 1])], StateInvalidError, "^state 1 has norm"),
    ],
    ids=["none", "int", "text inside", "array", "dims", "norm"],
)
def test_what_is_no_batch_of_qiskit_states(objects, error, said):
    with pytest.raises(error, match=said):
        StateBatch.from_qiskit(objects)


def test_qutip_and_qiskit_agree_on_a_state_that_goes_through_both():
    batch = StateBatch(random_kets(2, DIMS), DIMS)
    around = StateBatch.from_qutip(StateBatch.from_qiskit(batch.to_qiskit()).to_qutip())
    np.testing.assert_allclose(around.array, batch.array, atol=1e-15)


# --- laziness ------------------------------------------------------------------------------------


def imported_by(code):
    """Returns which of the big libraries a piece of code imports."""
    probe = (
        f"import sys; sys.path[:] = {sys.path!r}\n{code}\n"
        "print([m for m in ('qutip', 'qiskit', 'torch', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_libraries_are_imported_only_when_used():
    use = "from qent_core.states import StateBatch as S; b = S.from_numpy([[1, 0, 0, 0]], (2, 2));"
    assert (
        imported_by(use + "import qent_core.conversion, qent_core.state_files; b.density()") == "[]"
    )
    assert imported_by(use + "b.to_qutip()") == "['qutip']"
    assert imported_by(use + "b.to_qiskit()") == "['qiskit']"
