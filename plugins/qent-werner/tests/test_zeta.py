"""The tunable pure state."""

import math

import numpy as np
import pytest
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from qent_werner.zeta import Zeta

from qent_core.api import Verdict

COLUMN = "negativity[A|B]"


def sampled(count=1, seed=0, **parameters):
    return Zeta(**parameters).sample(count, np.random.default_rng(seed))


@pytest.mark.parametrize("spin", [0.5, 1, 5])
def test_ket_is_the_definition(spin):
    d = round(2 * spin + 1)
    ket = sampled(spin=spin, theta=0.3).array[0]
    assert ket[0] == math.cos(0.3)
    assert ket[-1] == math.sin(0.3)
    assert np.count_nonzero(ket) == 2
    assert ket.shape == (d * d,)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([0.5, 1, 2]), st.floats(-10, 10))
def test_exact_negativity(negativity_of, spin, theta):
    family = Zeta(spin=spin, theta=theta)
    batch = family.sample(1, np.random.default_rng(0)).validated()
    exact = family.exact(COLUMN, batch.parameters)
    np.testing.assert_allclose(exact, negativity_of(batch), atol=1e-12)


@pytest.mark.parametrize(("spin", "largest"), [(0.5, 1.0), (1, 0.5), (5, 0.1)])
def test_normalised_negativity_reaches_one_over_d_minus_one(spin, largest):
    family = Zeta(spin=spin, theta=np.linspace(0, np.pi, 1001))
    batch = family.sample(1001, np.random.default_rng(0))
    curve = family.exact("normalized-negativity[A|B]", batch.parameters)
    assert curve.max() == pytest.approx(largest, abs=1e-5)
    assert curve.min() == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("theta", "verdict", "reason"),
    [
        (0.0, Verdict.SEPARABLE, "the sine is exactly 0"),
        (math.pi / 2, Verdict.UNKNOWN, "the float cosine is 6e-17, not 0"),
        (math.pi, Verdict.UNKNOWN, "the float sine is 1e-16, not 0"),
        (1e-10, Verdict.UNKNOWN, "too near to a product to be called entangled"),
        (1e-8, Verdict.ENTANGLED, "clearly above rounding"),
        (math.pi / 4, Verdict.ENTANGLED, "maximally entangled for qubits"),
        (3.0, Verdict.ENTANGLED, "negative product of sine and cosine"),
    ],
)
def test_known_verdict(theta, verdict, reason):
    assert sampled(theta=theta).known["A|B"].tolist() == [verdict], reason


def test_entropy_in_bits_agrees_with_qutip():
    family = Zeta(spin=1, theta={"values": [0.0, 0.2, math.pi / 4, 2.5]})
    batch = family.sample(4, np.random.default_rng(0))
    ours = family.exact("entanglement-entropy[A|B]", batch.parameters)
    theirs = [qutip.entropy_vn(ket.ptrace(0), base=2) for ket in batch.to_qutip()]
    np.testing.assert_allclose(ours, theirs, atol=1e-12)
    assert ours[2] == pytest.approx(1)


def test_negativity_and_concurrence_agree_with_qutip():
    family = Zeta()
    batch = family.sample(5, np.random.default_rng(1))
    kets = batch.to_qutip()
    theirs = [qutip.negativity(ket.proj(), 0) for ket in kets]
    np.testing.assert_allclose(family.exact(COLUMN, batch.parameters), theirs, atol=1e-10)
    theirs = [qutip.concurrence(ket.proj()) for ket in kets]
    ours = family.exact("concurrence[A|B]", batch.parameters)
    np.testing.assert_allclose(ours, theirs, atol=1e-7)


def test_formation_of_a_pure_state_is_its_entropy():
    theta = {"theta": np.linspace(0, math.pi, 21)}
    formation = Zeta().exact("entanglement-of-formation[A|B]", theta)
    entropy = Zeta().exact("entanglement-entropy[A|B]", theta)
    np.testing.assert_allclose(formation, entropy, atol=1e-12)


def test_logarithmic_negativity_of_the_bell_state_is_one():
    family = Zeta(theta=math.pi / 4)
    ours = family.exact("logarithmic-negativity[A|B]", {"theta": np.array([math.pi / 4])})
    assert ours == pytest.approx(1)


def test_angles_are_uniform_on_half_a_turn():
    theta = sampled(20_000).parameters["theta"]
    assert theta.min() >= 0
    assert theta.max() <= math.pi
    assert theta.mean() == pytest.approx(math.pi / 2, abs=4 * math.pi / 12**0.5 / 20_000**0.5)


@pytest.mark.parametrize("count", [0, 1])
def test_no_state_and_one_state(count):
    assert sampled(count, spin=1).shape == (count, 9)


def test_no_threshold_and_no_unknown_column():
    assert Zeta().thresholds("A|B") == {}
    assert Zeta().exact("purity", {"theta": np.ones(1)}) is None
    assert Zeta().exact(COLUMN, {}) is None


@pytest.mark.parametrize("wrong", [{"theta": math.inf}, {"theta": "pi"}, {"spin": 0.25}], ids=str)
def test_wrong_parameters_are_refused(wrong):
    with pytest.raises(ValidationError):
        Zeta(**wrong)


def test_parameters_survive_the_round_trip_through_toml_form():
    family = Zeta()
    assert family.parameters() == {"spin": 0.5, "theta": {"uniform": [0.0, math.pi]}}
    assert Zeta(**family.parameters()) == family
