"""Channels against their Kraus operators and against QuTiP and Qiskit."""

import itertools
import math

import numpy as np
import pytest
from qent_basics.channels.amplitude_damping import AmplitudeDamping, GeneralizedAmplitudeDamping
from qent_basics.channels.dephasing import Dephasing
from qent_basics.channels.depolarizing import Depolarizing
from qent_basics.channels.kraus import Kraus
from qent_basics.channels.pauli_flips import BitFlip, BitPhaseFlip, PhaseFlip
from qent_basics.channels.random_local_unitary import RandomLocalUnitary
from qent_basics.random_matrices import haar_kets, haar_unitaries, induced_states

from qent_core.api import DimensionsMismatchError, StateBatch, stream
from qent_core.linalg import partial_trace, partial_transpose

I2, X, Y, Z = np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])


def unit(size, row, column):
    matrix = np.zeros((size, size))
    matrix[row, column] = 1
    return matrix


def dephasing(d, p):
    return [math.sqrt(1 - p) * np.eye(d), *(math.sqrt(p) * unit(d, j, j) for j in range(d))]


def depolarizing(d, p):
    noise = [math.sqrt(p / d) * unit(d, i, j) for i in range(d) for j in range(d)]
    return [math.sqrt(1 - p) * np.eye(d), *noise]


def damping(d, p):
    def lose(lost):
        return sum(
            math.sqrt(math.comb(j, lost) * (1 - p) ** (j - lost) * p**lost) * unit(d, j - lost, j)
            for j in range(lost, d)
        )

    return [lose(lost) for lost in range(d)]


def warm_damping(excited):
    def operators(d, p):
        cold = [np.diag([1, math.sqrt(1 - p)]), math.sqrt(p) * unit(2, 0, 1)]
        warm = [np.diag([math.sqrt(1 - p), 1]), math.sqrt(p) * unit(2, 1, 0)]
        return [math.sqrt(1 - excited) * k for k in cold] + [math.sqrt(excited) * k for k in warm]

    return operators


def flip(pauli):
    return lambda d, p: [math.sqrt(1 - p) * I2, math.sqrt(p) * pauli]


LOCAL = [
    pytest.param(Dephasing, {}, dephasing, 3, id="dephasing"),
    pytest.param(Depolarizing, {}, depolarizing, 3, id="depolarizing"),
    pytest.param(AmplitudeDamping, {}, damping, 4, id="amplitude damping"),
    pytest.param(
        GeneralizedAmplitudeDamping, {"excited": 0.2}, warm_damping(0.2), 2, id="generalized"
    ),
    pytest.param(BitFlip, {}, flip(X), 2, id="bit flip"),
    pytest.param(PhaseFlip, {}, flip(Z), 2, id="phase flip"),
    pytest.param(BitPhaseFlip, {}, flip(Y), 2, id="bit-phase flip"),
]


def random_states(count, dims):
    return StateBatch(induced_states(count, math.prod(dims), 4, stream(1)), dims)


@pytest.mark.parametrize(("kind", "extra", "operators", "largest"), LOCAL)
@pytest.mark.parametrize("strength", [0.15, 0.8, 1.0])
def test_local_noise_is_its_kraus_operators(kind, extra, operators, largest, strength):
    for first, second in itertools.product(range(2, largest + 1), repeat=2):
        batch = random_states(3, (first, second))
        expected = np.zeros_like(batch.array)
        for a, b in itertools.product(operators(first, strength), operators(second, strength)):
            k = np.kron(a, b)
            expected += k @ batch.array @ k.conj().T
        channel = kind(strength=strength, parties=(0, 1), **extra)
        assert np.allclose(channel.apply(batch, stream(2)).array, expected, atol=1e-14)


@pytest.mark.parametrize(("kind", "extra", "operators", "largest"), LOCAL)
def test_local_noise_is_what_qiskit_makes_of_it(kind, extra, operators, largest):
    info = pytest.importorskip("qiskit.quantum_info")
    batch = random_states(3, (2, 2, 2))
    ours = kind(strength=0.35, parties=(2, 0), **extra).apply(batch, stream(2))
    theirs = []
    for state in batch.to_qiskit():
        evolved = state
        for party in (0, 2):
            evolved = evolved.evolve(info.Kraus(operators(2, 0.35)), qargs=[party])
        theirs.append(evolved)
    assert np.allclose(ours.array, StateBatch.from_qiskit(theirs).density(), atol=1e-12)


@pytest.mark.parametrize(("kind", "extra", "operators", "largest"), LOCAL)
def test_local_noise_is_what_qutip_makes_of_it(kind, extra, operators, largest):
    qutip = pytest.importorskip("qutip")
    batch = random_states(3, (2, largest))
    ours = kind(strength=0.35, parties=(1,), **extra).apply(batch, stream(2))
    maps = [qutip.tensor(qutip.qeye(2), qutip.Qobj(k)) for k in operators(largest, 0.35)]
    theirs = [sum(k * state * k.dag() for k in maps) for state in batch.to_qutip()]
    assert np.allclose(ours.array, StateBatch.from_qutip(theirs).density(), atol=1e-12)


def test_global_depolarizing_mixes_in_the_identity():
    batch = random_states(4, (2, 3))
    after = Depolarizing(strength=0.3).apply(batch, stream(1)).array
    assert np.allclose(after, 0.7 * batch.array + 0.3 * np.eye(6) / 6, atol=1e-16)


def test_depolarizing_each_party_keeps_the_other_parties_state():
    batch = random_states(4, (2, 3, 2))
    after = Depolarizing(strength=1.0, parties=(1,)).apply(batch, stream(1)).array
    assert np.allclose(partial_trace(after, (2, 3, 2), [1]), np.eye(3) / 3, atol=1e-15)
    before = partial_trace(batch.array, (2, 3, 2), [0, 2])
    assert np.allclose(partial_trace(after, (2, 3, 2), [0, 2]), before, atol=1e-15)


def test_dephasing_multiplies_by_the_hamming_distance():
    """rho_ab -> (1-p)^h rho_ab for qubits, h the Hamming distance of a and b."""
    batch = random_states(3, (2, 2, 2))
    h = np.array([[(a ^ b).bit_count() for a in range(8)] for b in range(8)])
    after = Dephasing(strength=0.4).apply(batch, stream(1)).array
    assert np.allclose(after, 0.6**h * batch.array, atol=1e-16)
    two_of_three = np.array([[((a ^ b) & 0b101).bit_count() for a in range(8)] for b in range(8)])
    after = Dephasing(strength=0.4, parties=(0, 2)).apply(batch, stream(1)).array
    assert np.allclose(after, 0.6**two_of_three * batch.array, atol=1e-16)


def test_full_dephasing_leaves_populations_alone():
    batch = random_states(3, (3, 2))
    after = Dephasing(strength=1.0).apply(batch, stream(1)).array
    assert np.allclose(after, batch.array * np.eye(6), atol=0)


def test_dephasing_of_a_qubit_is_a_phase_flip_of_half_the_strength():
    batch = random_states(3, (2, 2))
    one = Dephasing(strength=0.6).apply(batch, stream(1)).array
    other = PhaseFlip(strength=0.3).apply(batch, stream(1)).array
    assert np.allclose(one, other, atol=1e-15)


def test_three_pauli_errors_make_white_noise():
    """Depolarizing of weight p is a Pauli error of probability 3p/4, each kind equally likely."""
    p, batch = 0.4, random_states(3, (2, 2))
    paulis = [math.sqrt(p / 4) * pauli for pauli in (X, Y, Z)]
    errors = Kraus(operators=[math.sqrt(1 - 3 * p / 4) * I2, *paulis], parties=[1])
    white = Depolarizing(strength=p, parties=(1,))
    assert np.allclose(
        errors.apply(batch, stream(1)).array, white.apply(batch, stream(1)).array, atol=1e-15
    )


def test_cold_generalized_damping_is_amplitude_damping():
    batch = random_states(3, (2, 2))
    cold = GeneralizedAmplitudeDamping(strength=0.3, excited=0.0).apply(batch, stream(1))
    assert np.allclose(
        cold.array, AmplitudeDamping(strength=0.3).apply(batch, stream(1)).array, atol=1e-15
    )


def test_full_damping_leaves_the_ground_or_the_thermal_state():
    ground = AmplitudeDamping(strength=1.0).apply(random_states(3, (3, 2)), stream(1)).array
    assert np.allclose(ground, unit(6, 0, 0), atol=1e-15)
    channel = GeneralizedAmplitudeDamping(strength=1.0, excited=0.3)
    thermal = np.kron(np.diag([0.7, 0.3]), np.diag([0.7, 0.3]))
    assert np.allclose(
        channel.apply(random_states(3, (2, 2)), stream(1)).array, thermal, atol=1e-15
    )


def test_excitations_are_lost_one_by_one():
    """The mean number of excitations shrinks by 1 - p for any state of a mode."""
    batch = random_states(3, (5,))
    number = np.arange(5)
    before = np.einsum("nii,i->n", batch.array, number).real
    after = AmplitudeDamping(strength=0.3).apply(batch, stream(1)).array
    assert np.allclose(np.einsum("nii,i->n", after, number).real, 0.7 * before, atol=1e-14)


# --- Kraus maps ------------------------------------------------------------------------------


def random_kraus(size, terms, seed):
    isometry = haar_unitaries(1, size * terms, stream(seed))[0][:, :size]
    return isometry.reshape(terms, size, size)


@pytest.mark.parametrize("parties", [(0,), (2,), (0, 1), (2, 0), (1, 2, 0)])
def test_kraus_on_parties_agrees_with_qiskit(parties):
    info = pytest.importorskip("qiskit.quantum_info")
    batch = random_states(3, (2, 2, 2))
    operators = random_kraus(2 ** len(parties), 3, 4)
    ours = Kraus(operators=operators, parties=parties, strength=0.7).apply(batch, stream(1)).array
    theirs = []
    for state in batch.to_qiskit():
        # Qiskit's first qubit is the least significant of the operator, ours the most.
        theirs.append(state.evolve(info.Kraus(list(operators)), qargs=list(parties[::-1])))
    expected = 0.7 * StateBatch.from_qiskit(theirs).density() + 0.3 * batch.array
    assert np.allclose(ours, expected, atol=1e-12)


def test_elements_may_be_numbers_pairs_or_arrays():
    forms = [
        [[[0, -1j], [1j, 0]]],
        [[[0, [0, -1]], [[0, 1], 0]]],
        [Y],
        Y[None],
        [[[[0.0, 0.0], [0.0, -1.0]], [[0.0, 1.0], [0.0, 0.0]]]],
        [[[0, -1j], [np.complex64(1j), np.int64(0)]]],
    ]
    made = [Kraus(operators=form) for form in forms]
    assert all(channel == made[0] for channel in made)
    assert np.array_equal(made[0].matrices(), Y[None])


def test_one_unitary_keeps_kets():
    batch = StateBatch(haar_kets(4, 12, stream(1)), (2, 3, 2))
    unitary = haar_unitaries(1, 4, stream(2))
    channel = Kraus(operators=unitary, parties=(2, 0))
    turned = channel.apply(batch, stream(1))
    assert turned.kind == "kets"
    mixed = channel.apply(StateBatch(batch.density(), batch.dims), stream(1))
    assert np.allclose(turned.density(), mixed.array, atol=1e-14)
    half = Kraus(operators=unitary, parties=(2, 0), strength=0.5).apply(batch, stream(1))
    assert half.kind == "density"


def test_kraus_operators_of_the_wrong_size_are_refused():
    channel = Kraus(operators=[I2], parties=[1])
    with pytest.raises(DimensionsMismatchError, match="have dimension 2, the parties"):
        channel.apply(random_states(2, (2, 3)), stream(1))


# --- random local unitaries ------------------------------------------------------------------


def test_local_unitaries_change_no_spectrum():
    batch = random_states(50, (2, 3))
    after = RandomLocalUnitary().apply(batch, stream(1)).validated()
    assert (np.abs(after.array - batch.array).max(axis=(1, 2)) > 1e-3).all()
    for view in (
        lambda rho: rho,
        lambda rho: partial_transpose(rho, (2, 3), [0]),
        lambda rho: partial_trace(rho, (2, 3), [0]),
        lambda rho: partial_trace(rho, (2, 3), [1]),
    ):
        spectra = [np.linalg.eigvalsh(view(rho)) for rho in (batch.array, after.array)]
        assert np.allclose(*spectra, atol=1e-13)


def test_only_chosen_parties_are_rotated():
    batch = random_states(20, (2, 3))
    after = RandomLocalUnitary(parties=(1,)).apply(batch, stream(1)).array
    same = partial_trace(after, (2, 3), [0]) - partial_trace(batch.array, (2, 3), [0])
    assert np.abs(same).max() < 1e-14
    moved = partial_trace(after, (2, 3), [1]) - partial_trace(batch.array, (2, 3), [1])
    assert (np.abs(moved).max(axis=(1, 2)) > 1e-3).all()


def test_rotation_on_average_is_white_noise():
    """The mean over Haar-random local unitaries is the fully depolarized party."""
    one = random_states(1, (2, 2))
    many = one[np.zeros(20_000, dtype=int)]
    mean = RandomLocalUnitary(parties=(0,)).apply(many, stream(1)).array.mean(axis=0)
    white = Depolarizing(strength=1.0, parties=(0,)).apply(one, stream(1)).array[0]
    assert np.abs(mean - white).max() < 0.01


def test_strength_is_the_share_of_rotated_states():
    batch = StateBatch(haar_kets(2000, 4, stream(1)), (2, 2))
    after = RandomLocalUnitary(strength=0.3).apply(batch, stream(2))
    rotated = (after.array != batch.array).any(axis=1)
    assert abs(rotated.mean() - 0.3) < 0.04
    assert after.kind == "kets"
    assert np.allclose(np.linalg.norm(after.array, axis=1), 1, atol=1e-14)
