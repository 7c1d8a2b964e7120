"""Werner states in the sense of Werner."""

import numpy as np
import pytest
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from qent_werner.isotropic import Isotropic
from qent_werner.werner import WernerState

from qent_core.api import Verdict
from qent_core.linalg import apply_local

COLUMN = "negativity[A|B]"
SPINS = [0.5, 1, 1.5, 2]


def sampled(count=1, seed=0, **parameters):
    return WernerState(**parameters).sample(count, np.random.default_rng(seed))


def swap(d):
    return np.eye(d * d).reshape(d, d, d, d).swapaxes(0, 1).reshape(d * d, d * d)


@pytest.mark.parametrize("spin", [*SPINS, 5])
@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_matrix_is_the_definition(spin, weight):
    d = round(2 * spin + 1)
    one, flip = np.eye(d * d), swap(d)
    anti, sym = (one - flip) / 2, (one + flip) / 2
    expected = weight * anti / np.trace(anti) + (1 - weight) * sym / np.trace(sym)
    batch = sampled(spin=spin, weight=weight).validated()
    np.testing.assert_allclose(batch.array[0], expected, atol=1e-16)
    assert batch.is_real
    assert batch.parameters["weight"].tolist() == [weight]
    assert batch.source.tolist() == ["werner"]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(SPINS), st.floats(0, 1))
def test_exact_negativity(negativity_of, spin, weight):
    family = WernerState(spin=spin, weight=weight)
    batch = family.sample(1, np.random.default_rng(0))
    exact = family.exact(COLUMN, batch.parameters)
    np.testing.assert_allclose(exact, negativity_of(batch), atol=1e-13)
    d = batch.dims[0]
    normalised = family.exact("normalized-negativity[A|B]", batch.parameters)
    np.testing.assert_allclose(normalised, 2 * exact / (d - 1))


@pytest.mark.parametrize("spin", [0.5, 1, 5])
@pytest.mark.parametrize(
    ("offset", "verdict"),
    [
        (-0.5, Verdict.SEPARABLE),
        (-1e-9, Verdict.SEPARABLE),
        (-1e-13, Verdict.UNKNOWN),
        (0, Verdict.UNKNOWN),
        (1e-13, Verdict.UNKNOWN),
        (1e-9, Verdict.ENTANGLED),
        (0.5, Verdict.ENTANGLED),
    ],
)
def test_verdict_on_both_sides_of_one_half(spin, offset, verdict):
    assert WernerState(spin=spin).thresholds("A|B") == {"weight": 0.5}
    assert sampled(spin=spin, weight=0.5 + offset).known["A|B"].tolist() == [verdict]


def test_separable_end_points_are_twirled_products():
    """Twirling keeps <F>: the product |01> has <F> = 0, hence w = 1/2, and |00> has w = 0."""
    for spin in SPINS:
        d = round(2 * spin + 1)
        ends = sampled(2, spin=spin, weight={"values": [0.0, 0.5]})
        mean = np.einsum("nij,ji->n", ends.array, swap(d))
        np.testing.assert_allclose(mean, [1, 0], atol=1e-14)


def test_thresholds_of_other_questions():
    assert WernerState().thresholds("A|BC") == {}


@pytest.mark.parametrize("spin", SPINS)
def test_invariance_under_u_times_u(haar_unitary, rng, spin):
    batch = sampled(3, spin=spin)
    u = haar_unitary(batch.dims[0], rng)
    turned = apply_local(batch.array, batch.dims, (u, u))
    np.testing.assert_allclose(turned, batch.array, atol=1e-14)
    if spin > 0.5:
        other = apply_local(batch.array, batch.dims, (u, u.conj()))
        assert np.abs(other - batch.array).max() > 1e-3


def test_equals_isotropic_up_to_a_local_unitary_for_qubits_only():
    weight = np.array([0.1, 0.25, 0.7, 1.0])
    werner = sampled(4, weight=weight)
    flip = np.array([[0.0, 1.0], [-1.0, 0.0]])
    turned = apply_local(werner.array, (2, 2), (None, flip))
    isotropic = Isotropic(alpha=(4 * weight - 1) / 3).sample(4, np.random.default_rng(0))
    np.testing.assert_allclose(turned, isotropic.array, atol=1e-15)
    # For qutrits the spectra differ: multiplicities 3 and 6 here, 1 and 8 there.
    values = np.linalg.eigvalsh(sampled(spin=1, weight=0.9).array[0]).round(9)
    assert sorted(np.unique(values, return_counts=True)[1]) == [3, 6]


def test_negativity_and_concurrence_agree_with_qutip():
    family = WernerState(spin=1)
    batch = family.sample(5, np.random.default_rng(1))
    theirs = [qutip.negativity(rho, 0) for rho in batch.to_qutip()]
    np.testing.assert_allclose(family.exact(COLUMN, batch.parameters), theirs, atol=1e-10)
    qubits = WernerState()
    batch = qubits.sample(5, np.random.default_rng(1))
    theirs = [qutip.concurrence(rho) for rho in batch.to_qutip()]
    ours = qubits.exact("concurrence[A|B]", batch.parameters)
    np.testing.assert_allclose(ours, theirs, atol=1e-7)


@pytest.mark.parametrize("count", [0, 1])
def test_no_state_and_one_state(count):
    batch = sampled(count, spin=1)
    assert batch.shape == (count, 9, 9)
    assert WernerState(spin=1).exact(COLUMN, batch.parameters).shape == (count,)


def test_one_seed_one_result():
    np.testing.assert_array_equal(sampled(10, seed=3).array, sampled(10, seed=3).array)


def test_exact_says_nothing_without_the_weight():
    assert WernerState().exact(COLUMN, {"alpha": np.ones(1)}) is None


@pytest.mark.parametrize(
    "wrong", [{"weight": 1.5}, {"weight": {"uniform": [-0.1, 1]}}, {"spin": 0.6}, {"w": 1}], ids=str
)
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        WernerState(**wrong)


def test_parameters_survive_the_round_trip_through_toml_form():
    family = WernerState(spin=1.5, weight=0.25)
    assert family.parameters() == {"spin": 1.5, "weight": 0.25, "certify": False}
    assert WernerState(**family.parameters()) == family
