"""Isotropic states and their random relatives."""

import itertools

import numpy as np
import pytest
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from qent_werner.closed_forms import depolarized_alpha, schmidt_coefficients, white_noise_range
from qent_werner.isotropic import Isotropic

from qent_core.api import Uniform, Verdict
from qent_core.linalg import apply_local, partial_trace

COLUMN = "negativity[A|B]"
SPINS = [0.5, 1, 1.5, 2]
ROOTS = np.exp(2j * np.pi * np.arange(3) / 3)


def sampled(count=1, seed=0, **parameters):
    return Isotropic(**parameters).sample(count, np.random.default_rng(seed))


@pytest.mark.parametrize("spin", [*SPINS, 5])
def test_matrix_is_the_definition(spin):
    d = round(2 * spin + 1)
    phi = np.eye(d).ravel() / d**0.5
    batch = sampled(spin=spin, alpha=0.3)
    expected = 0.3 * np.outer(phi, phi) + 0.7 * np.eye(d * d) / d**2
    np.testing.assert_allclose(batch.array[0], expected, atol=1e-16)
    assert batch.is_real
    assert batch.dims == (d, d)
    assert batch.source.tolist() == ["isotropic"]
    assert batch.parameters["alpha"].tolist() == [0.3]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(SPINS),
    st.floats(0, 1),
    st.sampled_from(["maximally-entangled", "random-real"]),
    st.integers(0, 2**32),
)
def test_exact_negativity_over_the_whole_range(negativity_of, spin, part, phi, seed):
    low, high = white_noise_range(round(2 * spin + 1))
    family = Isotropic(spin=spin, alpha=low + part * (high - low), phi=phi)
    batch = family.sample(2, np.random.default_rng(seed)).validated()
    exact = family.exact(COLUMN, batch.parameters)
    np.testing.assert_allclose(exact, negativity_of(batch), atol=1e-12)
    verdicts = batch.known["A|B"]
    assert ((verdicts == Verdict.ENTANGLED) == (exact > 1e-12)).all()


@pytest.mark.parametrize("phi", ["maximally-entangled", "random-real"])
def test_exact_negativity_at_spin_five(negativity_of, phi):
    family = Isotropic(spin=5, phi=phi)
    batch = family.sample(4, np.random.default_rng(3))
    np.testing.assert_allclose(
        family.exact(COLUMN, batch.parameters), negativity_of(batch), atol=1e-12
    )


@pytest.mark.parametrize("spin", [0.5, 1, 5])
@pytest.mark.parametrize(
    ("offset", "verdict"),
    [
        (-1e-9, Verdict.SEPARABLE),
        (-2e-12, Verdict.SEPARABLE),
        (-1e-13, Verdict.UNKNOWN),
        (0, Verdict.UNKNOWN),
        (1e-13, Verdict.UNKNOWN),
        (2e-12, Verdict.ENTANGLED),
        (1e-9, Verdict.ENTANGLED),
    ],
)
def test_verdict_on_both_sides_of_the_threshold(spin, offset, verdict):
    threshold = Isotropic(spin=spin).thresholds("A|B")["alpha"]
    assert threshold == 1 / (2 * spin + 2)
    assert sampled(spin=spin, alpha=threshold + offset).known["A|B"].tolist() == [verdict]


@pytest.mark.parametrize("spin", [0.5, 1, 5])
def test_negativity_of_the_float_matrix_flips_within_the_verdicts(negativity_of, spin):
    threshold = 1 / (2 * spin + 2)
    assert negativity_of(sampled(spin=spin, alpha=threshold - 1e-9))[0] < 1e-14
    slope = spin / (2 * spin + 1) * (2 * spin + 2)
    assert negativity_of(sampled(spin=spin, alpha=threshold + 1e-9))[0] == pytest.approx(
        slope * 1e-9, rel=1e-3
    )


def test_thresholds_only_where_alpha_alone_decides():
    assert Isotropic(spin=1).thresholds("A|B") == {"alpha": 0.25}
    assert Isotropic(spin=1).thresholds("A|BC") == {}
    assert Isotropic(phi="random-real").thresholds("A|B") == {}


@pytest.mark.parametrize("spin", SPINS)
def test_invariance_under_u_times_conjugate_u(haar_unitary, rng, spin):
    batch = sampled(3, spin=spin)
    u = haar_unitary(batch.dims[0], rng)
    turned = apply_local(batch.array, batch.dims, (u, u.conj()))
    np.testing.assert_allclose(turned, batch.array, atol=1e-14)
    if spin > 0.5:
        other = apply_local(batch.array, batch.dims, (u, u))
        assert np.abs(other - batch.array).max() > 1e-3


@pytest.mark.parametrize("spin", SPINS)
def test_global_depolarizing_keeps_the_family(spin):
    strength = np.array([0.0, 0.25, 1.0])
    batch = sampled(3, spin=spin, alpha=0.8)
    noise = np.eye(batch.dimension) / batch.dimension
    p = strength[:, None, None]
    after = (1 - p) * batch.array + p * noise
    alpha = depolarized_alpha(0.8, strength)
    np.testing.assert_allclose(after, sampled(3, spin=spin, alpha=alpha).array, atol=1e-15)


def phase_mean(pairs):
    """Returns the mean projector of product vectors given as functions of phases."""
    total = 0
    for a, b in pairs:
        ket = np.kron(a, b)
        total = total + np.outer(ket, ket.conj())
    return total / len(pairs)


@pytest.mark.parametrize("spin", [0.5, 1, 1.5])
def test_states_called_separable_are_explicit_mixtures_of_products(spin):
    """The two constructions quoted in `noisy_pure_excess`, carried out with cube roots of 1."""
    d = round(2 * spin + 1)
    basis = np.eye(d)
    s = np.sort(np.random.default_rng(d).random(d))[::-1]
    s /= np.linalg.norm(s)
    phi = np.diag(s).ravel()
    off = np.diag((1 - basis).ravel())

    x = [np.sqrt(s) * np.array(phases) for phases in itertools.product(ROOTS, repeat=d)]
    mixed = phase_mean([(v, v.conj()) for v in x])
    weights = np.diag((np.outer(s, s) * (1 - basis)).ravel())
    np.testing.assert_allclose(mixed, np.outer(phi, phi) + weights, atol=1e-14)
    assert s[0] * s[1] >= weights.max()

    total = np.zeros((d * d, d * d), dtype=complex)
    for i, j in itertools.combinations(range(d), 2):
        first = [np.sqrt(s[j]) * basis[i] + z * np.sqrt(s[i]) * basis[j] for z in ROOTS]
        second = [np.sqrt(s[j]) * basis[i] - np.sqrt(s[i]) * basis[j] / z for z in ROOTS]
        total += phase_mean(list(zip(first, second, strict=True)))
    np.testing.assert_allclose(
        total - weights + off, np.eye(d * d) - np.outer(phi, phi), atol=1e-14
    )
    assert (np.diag(off - weights) >= 0).all()


def test_random_phi_differs_from_state_to_state_and_is_recorded():
    batch = sampled(50, spin=1, alpha=0.7, phi="random-real")
    schmidt = np.stack([batch.parameters[f"schmidt-{k}"] for k in (1, 2, 3)], axis=1)
    pure = sampled(50, spin=1, alpha=1.0, phi="random-real")
    values, vectors = np.linalg.eigh(pure.array)
    np.testing.assert_allclose(values[:, -1], 1, atol=1e-14)
    found = schmidt_coefficients(vectors[:, :, -1].reshape(50, 3, 3))
    np.testing.assert_allclose(found, schmidt, atol=1e-12)
    assert len(np.unique(schmidt[:, 0].round(9))) == 50
    reduced = np.linalg.eigvalsh(partial_trace(pure.array, pure.dims, [0]))[:, ::-1]
    np.testing.assert_allclose(reduced, schmidt**2, atol=1e-12)
    assert set(sampled(2, spin=1).parameters) == {"alpha"}


@pytest.mark.parametrize("spin", [0.5, 1])
def test_random_phi_verdicts_on_both_sides_of_each_states_own_threshold(spin):
    d = round(2 * spin + 1)
    parameters = sampled(20, spin=spin, alpha=0.5, phi="random-real").parameters
    own = 1 / (1 + d**2 * parameters["schmidt-1"] * parameters["schmidt-2"])
    for offset, verdict in [(-1e-9, Verdict.SEPARABLE), (1e-9, Verdict.ENTANGLED)]:
        batch = sampled(20, spin=spin, alpha=own + offset, phi="random-real")
        assert (batch.known["A|B"] == verdict).all()
    assert (sampled(20, spin=spin, alpha=own, phi="random-real").known["A|B"] == -1).all()


@pytest.mark.parametrize("phi", ["maximally-entangled", "random-real"])
def test_negativity_agrees_with_qutip(phi):
    family = Isotropic(spin=1, phi=phi)
    batch = family.sample(5, np.random.default_rng(1))
    theirs = [qutip.negativity(rho, 1) for rho in batch.to_qutip()]
    np.testing.assert_allclose(family.exact(COLUMN, batch.parameters), theirs, atol=1e-10)


def test_concurrence_of_two_qubits_agrees_with_qutip():
    for phi in ("maximally-entangled", "random-real"):
        family = Isotropic(phi=phi, alpha=Uniform(-1 / 3, 1))
        batch = family.sample(8, np.random.default_rng(2))
        theirs = [qutip.concurrence(rho) for rho in batch.to_qutip()]
        ours = family.exact("concurrence[A|B]", batch.parameters)
        np.testing.assert_allclose(ours, theirs, atol=1e-7)


def test_exact_says_nothing_without_the_parameters():
    assert Isotropic().exact(COLUMN, {}) is None
    assert Isotropic(phi="random-real").exact(COLUMN, {"alpha": np.ones(1)}) is None
    assert Isotropic(spin=1).exact("concurrence[A|B]", {"alpha": np.ones(1)}) is None


@pytest.mark.parametrize("phi", ["maximally-entangled", "random-real"])
@pytest.mark.parametrize("count", [0, 1])
def test_no_state_and_one_state(phi, count):
    batch = sampled(count, spin=1, phi=phi)
    assert batch.shape == (count, 9, 9)
    assert len(batch.known["A|B"]) == count
    family = Isotropic(spin=1, phi=phi)
    assert family.exact(COLUMN, batch.parameters).shape == (count,)


def test_one_seed_one_result_and_no_global_randomness():
    before = np.random.get_state()[1].copy()
    for phi in ("maximally-entangled", "random-real"):
        first, second = sampled(10, seed=7, phi=phi), sampled(10, seed=7, phi=phi)
        np.testing.assert_array_equal(first.array, second.array)
        assert np.abs(first.array - sampled(10, seed=8, phi=phi).array).max() > 0
    np.testing.assert_array_equal(before, np.random.get_state()[1])


@pytest.mark.parametrize(
    ("spin", "alpha", "shown"),
    [
        (0.5, -0.34, "[-0.333333, 1]"),
        (1, -0.2, "[-0.125, 1]"),
        (1, {"uniform": [-0.2, 1.0]}, "[-0.125, 1]"),
        (5, 1.01, "[-0.00833333, 1]"),
    ],
)
def test_alpha_outside_its_range_is_refused_with_the_range(spin, alpha, shown):
    with pytest.raises(ValidationError) as caught:
        Isotropic(spin=spin, alpha=alpha)
    (error,) = caught.value.errors()
    assert error["loc"] == ("alpha",)
    assert shown in error["msg"]
    assert f"spin {spin:g}" in error["msg"]


@pytest.mark.parametrize("spin", [*SPINS, 5])
def test_alpha_at_both_ends_of_its_range_is_a_state(spin):
    low, _ = white_noise_range(round(2 * spin + 1))
    batch = sampled(2, spin=spin, alpha={"values": [low, 1.0]}).validated()
    assert batch.known["A|B"].tolist() == [Verdict.SEPARABLE, Verdict.ENTANGLED]


@pytest.mark.parametrize(
    "wrong",
    [{"spin": 0.7}, {"spin": 0}, {"phi": "ghz"}, {"alpha": "x"}, {"beta": 1}, {"alpha": np.nan}],
    ids=str,
)
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        Isotropic(**wrong)


def test_parameters_survive_the_round_trip_through_toml_form():
    family = Isotropic(spin=1, alpha=Uniform(-0.1, 0.9), phi="random-real")
    table = family.parameters()
    assert table == {
        "spin": 1.0,
        "alpha": {"uniform": [-0.1, 0.9]},
        "phi": "random-real",
        "certify": False,
    }
    assert Isotropic(**table) == family
