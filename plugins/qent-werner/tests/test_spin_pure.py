"""Random pure states: their law, their regimes, their known verdicts."""

import itertools
import math

import numpy as np
import pytest
import qutip
from pydantic import ValidationError
from qent_werner.closed_forms import normalized_negativity, pure_negativity, schmidt_coefficients
from qent_werner.spin_pure import SpinPure

from qent_core.api import Verdict


def sampled(count, seed=0, **parameters):
    return SpinPure(**parameters).sample(count, np.random.default_rng(seed))


def normalised(batch):
    d = batch.dims[0]
    return normalized_negativity(
        pure_negativity(schmidt_coefficients(batch.array.reshape(-1, d, d))), d
    )


def close(sample, mean, std, rounding=6e-4):
    """Compares with published moments, three standard errors plus the rounding of the table."""
    count = len(sample)
    error = sample.std() / math.sqrt(count)
    assert sample.mean() == pytest.approx(mean, abs=3 * error + rounding)
    fourth = ((sample - sample.mean()) ** 4).mean()
    variance = sample.var()
    std_error = math.sqrt((fourth - variance**2) / count) / (2 * sample.std())
    assert sample.std() == pytest.approx(std, abs=3 * std_error + rounding)


def test_negativity_from_singular_values_is_that_of_the_partial_transpose(negativity_of):
    for parameters in ({"spin": 0.5}, {"spin": 1}, {"spin": 2}, {"spin": 1, "real": False}):
        batch = sampled(20, **parameters).validated()
        ours = normalised(batch) * (batch.dims[0] - 1) / 2
        np.testing.assert_allclose(ours, negativity_of(batch), atol=1e-12)


def test_negativity_agrees_with_qutip():
    batch = sampled(4, spin=1)
    theirs = [qutip.negativity(ket.proj(), 0) for ket in batch.to_qutip()]
    np.testing.assert_allclose(normalised(batch), theirs, atol=1e-10)


def test_two_qubits_are_uniform_on_the_unit_interval():
    """N_hat = 2 |det C| of a real Gaussian 2 x 2 matrix is uniform, here by Kolmogorov-Smirnov."""
    batch = sampled(40_000)
    values = normalised(batch)
    c = batch.array
    np.testing.assert_allclose(
        values, 2 * np.abs(c[:, 0] * c[:, 3] - c[:, 1] * c[:, 2]), atol=1e-12
    )
    ranks = (np.arange(len(values)) + 0.5) / len(values)
    assert np.abs(np.sort(values) - ranks).max() < 1.95 / math.sqrt(len(values))


@pytest.mark.parametrize(
    ("spin", "zeros", "count", "mean", "std"),
    [
        (0.5, False, 40_000, 0.500, 0.289),
        (1, False, 40_000, 0.569, 0.161),
        (5, False, 4_000, 0.676, 0.035),
        (0.5, True, 40_000, 0.412, 0.320),
        (1, True, 40_000, 0.523, 0.175),
        (5, True, 4_000, 0.666, 0.037),
    ],
)
def test_mean_and_spread_of_the_normalised_negativity(spin, zeros, count, mean, std):
    regime = "semi-structured" if zeros else "unstructured"
    close(normalised(sampled(count, spin=spin, regime=regime)), mean, std)


@pytest.mark.parametrize(
    ("spin", "count", "variance"), [(0.5, 40_000, 0.031), (1, 40_000, 0.032), (5, 8_000, 0.041)]
)
def test_variance_of_ninety_percent_products(spin, count, variance):
    values = normalised(sampled(count, spin=spin, regime="structured", zero_share=0))
    fourth = ((values - values.mean()) ** 4).mean()
    error = math.sqrt((fourth - values.var() ** 2) / count)
    assert values.var() == pytest.approx(variance, abs=3 * error + 6e-4)


def share_of_lines(d, zero_share):
    """Returns the probability that all the entries left lie in one row or column, exactly."""
    found = 0.0
    for flat in itertools.product([False, True], repeat=d * d):
        kept = np.reshape(flat, (d, d))
        if kept.any(axis=0).sum() == 1 or kept.any(axis=1).sum() == 1:
            found += (1 - zero_share) ** kept.sum() * zero_share ** (d * d - kept.sum())
    return found / (1 - zero_share ** (d * d))


@pytest.mark.parametrize(
    ("spin", "percent", "below", "count"),
    [(0.5, 12.82, 19.0, 60_000), (1, 0.0362, 0.237, 1_000_000)],
    ids=["qubits", "qutrits"],
)
def test_share_of_exact_zeros_at_twenty_percent_zeros(spin, percent, below, count):
    exact = share_of_lines(round(2 * spin + 1), 0.2)
    assert 100 * exact == pytest.approx(percent, rel=2e-3)
    batch = sampled(count, spin=spin, regime="semi-structured")
    values = normalised(batch)
    zero = values < 1e-12
    np.testing.assert_array_equal(zero, batch.known["A|B"] == Verdict.SEPARABLE)
    assert zero.mean() == pytest.approx(exact, abs=3 * math.sqrt(exact / count))
    small = below / 100
    assert (values < 0.05).mean() == pytest.approx(small, abs=4 * math.sqrt(small / count))


def test_share_of_zero_coefficients():
    for spin, expected in [(1, 0.2), (5, 0.2)]:
        batch = sampled(5_000, spin=spin, regime="semi-structured", zero_share=expected)
        assert (batch.array == 0).mean() == pytest.approx(expected, abs=0.005)
    assert (sampled(100, spin=1).array != 0).all()


def test_zeros_never_take_every_coefficient():
    batch = sampled(2_000, regime="semi-structured", zero_share=0.95).validated()
    assert np.isfinite(batch.array).all()
    assert (np.count_nonzero(batch.array, axis=1) >= 1).all()


def test_structured_regime_is_ninety_percent_products():
    batch = sampled(20_000, spin=1, regime="structured").validated()
    known = batch.known["A|B"]
    share = (known == Verdict.ENTANGLED).mean()
    assert share == pytest.approx(0.1, abs=3 * math.sqrt(0.09 / 20_000))
    assert (normalised(batch[known == Verdict.SEPARABLE]) < 1e-7).all()
    assert (normalised(batch[known == Verdict.ENTANGLED]) > 1e-6).all()
    zeros = (batch.array == 0).mean(axis=1)
    assert not zeros[known == Verdict.SEPARABLE].mean() > 0.01
    assert zeros[known == Verdict.ENTANGLED].mean() == pytest.approx(0.2, abs=0.02)


def test_zeros_in_all_keep_the_products_products():
    batch = sampled(20_000, spin=1, regime="structured", zeros_in="all")
    known = batch.known["A|B"]
    separable = batch[known == Verdict.SEPARABLE]
    assert (normalised(separable) < 1e-7).all()
    # Redrawing factors without entries takes a little off the share.
    assert (separable.array == 0).mean() == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize(("share", "verdict"), [(0.0, 0), (1.0, 1)])
def test_extreme_shares(share, verdict):
    batch = sampled(50, spin=1, regime="structured", entangled_share=share, zero_share=0)
    assert (batch.known["A|B"] == verdict).all()


def test_known_verdicts_agree_with_the_negativity():
    for regime in ("structured", "semi-structured", "unstructured"):
        for spin in (0.5, 1, 2):
            batch = sampled(3_000, spin=spin, regime=regime)
            known, values = batch.known["A|B"], normalised(batch)
            assert (values[known == Verdict.SEPARABLE] < 1e-7).all()
            assert (values[known == Verdict.ENTANGLED] > 1e-6).all()


def test_products_of_float_kets_are_products_up_to_rounding():
    batch = sampled(200, spin=5, regime="structured", entangled_share=0.0)
    schmidt = schmidt_coefficients(batch.array.reshape(-1, 11, 11))
    assert schmidt[:, 1].max() < 1e-14


def test_orthogonal_invariance_of_the_ensemble():
    """A local rotation of both parties leaves every coefficient standard normal: fourth moments."""
    batch = sampled(60_000)
    turn = np.array([[0.6, 0.8], [-0.8, 0.6]])
    c = batch.array.reshape(-1, 2, 2)
    turned = turn @ c @ turn.T
    np.testing.assert_allclose((c**4).mean(axis=0), 3 / 24, atol=0.003)
    np.testing.assert_allclose((turned**4).mean(axis=0), 3 / 24, atol=0.003)


def test_complex_coefficients():
    batch = sampled(10, spin=1, real=False, regime="structured").validated()
    assert not batch.is_real
    assert sampled(10, spin=1).is_real


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("regime", ["structured", "semi-structured", "unstructured"])
def test_no_state_and_one_state(count, regime):
    batch = sampled(count, spin=1, regime=regime)
    assert batch.shape == (count, 9)
    assert batch.known["A|B"].shape == (count,)
    assert dict(batch.parameters) == {}


def test_one_seed_one_result():
    for regime in ("structured", "semi-structured", "unstructured"):
        first, second = sampled(50, 5, regime=regime), sampled(50, 5, regime=regime)
        np.testing.assert_array_equal(first.array, second.array)


def test_no_closed_form_and_no_threshold_in_parameters():
    assert SpinPure().exact("negativity[A|B]", {}) is None
    assert SpinPure().thresholds("A|B") == {}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"zero_share": 0.3}, "does not use 'zero_share'"),
        ({"regime": "semi-structured", "entangled_share": 0.5}, "does not use 'entangled_share'"),
        ({"regime": "semi-structured", "zeros_in": "all"}, "does not use 'zeros_in'"),
        ({"regime": "structured", "zero_share": 1.0}, "less than or equal to 0.95"),
        ({"regime": "structured", "entangled_share": -0.1}, "greater than or equal to 0"),
        ({"regime": "random"}, "'structured', 'semi-structured' or 'unstructured'"),
        ({"spin": 1.2}, "half-integer"),
    ],
)
def test_wrong_parameters_are_refused(wrong, said):
    with pytest.raises(ValidationError, match=said):
        SpinPure(**wrong)


@pytest.mark.parametrize("regime", ["structured", "semi-structured", "unstructured"])
def test_parameters_survive_the_round_trip_through_toml_form(regime):
    family = SpinPure(spin=5, regime=regime)
    assert SpinPure(**family.parameters()) == family
