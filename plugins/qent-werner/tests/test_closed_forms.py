"""The formulas against each other and against numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qent_werner import closed_forms as forms
from qent_werner.exact_columns import column_from_negativity
from qent_werner.spins import local_dimension

DIMENSIONS = [2, 3, 5, 11]


@pytest.mark.parametrize(("spin", "d"), [(0.5, 2), (1, 3), (1.5, 4), (5, 11), (63.5, 128)], ids=str)
def test_local_dimension(spin, d):
    assert local_dimension(spin) == d


@pytest.mark.parametrize("d", DIMENSIONS)
def test_maximally_entangled_state_has_normalised_negativity_one_in_every_form(d):
    equal = np.full(d, d**-0.5)
    for negativity in (
        forms.pure_negativity(equal),
        forms.noisy_pure_negativity(1.0, equal),
        forms.isotropic_negativity(1.0, d),
    ):
        assert forms.normalized_negativity(negativity, d) == pytest.approx(1, abs=1e-13)
        assert forms.logarithmic_negativity(negativity) == pytest.approx(np.log2(d), abs=1e-13)


@settings(deadline=None)
@given(
    st.lists(st.floats(0, 1), min_size=2, max_size=12).filter(lambda s: sum(s) > 0.01),
)
def test_pure_negativity_is_the_sum_over_pairs(numbers):
    s = np.array(numbers) / np.linalg.norm(numbers)
    pairs = np.triu(np.outer(s, s), 1).sum()
    assert forms.pure_negativity(s) == pytest.approx(pairs, abs=1e-13)
    assert forms.pure_negativity(s) == pytest.approx((s.sum() ** 2 - 1) / 2, abs=1e-13)


def test_pure_negativity_of_a_product_is_exactly_zero():
    assert forms.pure_negativity([1.0, 0.0, 0.0]) == 0
    assert forms.pure_negativity([0.1 + 0.2, 0.0]) == 0


@pytest.mark.parametrize("d", DIMENSIONS)
def test_noisy_pure_state_with_equal_schmidt_coefficients_is_isotropic(d):
    low, high = forms.white_noise_range(d)
    alpha = np.linspace(low, high, 101)
    equal = np.full((101, d), d**-0.5)
    np.testing.assert_allclose(
        forms.noisy_pure_negativity(alpha, equal), forms.isotropic_negativity(alpha, d), atol=1e-13
    )
    assert forms.noisy_pure_threshold(equal[0]) == pytest.approx(forms.isotropic_threshold(d))


@settings(deadline=None)
@given(st.floats(0, 1), st.floats(0, np.pi / 2))
def test_noisy_pure_excess_changes_sign_at_the_threshold(alpha, angle):
    schmidt = np.sort([abs(np.cos(angle)), abs(np.sin(angle))])[::-1]
    gap = alpha - forms.noisy_pure_threshold(schmidt)
    if abs(gap) > 1e-12:
        assert (forms.noisy_pure_excess(alpha, schmidt) > 0) == (gap > 0)


@settings(deadline=None)
@given(st.floats(0, 1), st.sampled_from(DIMENSIONS))
def test_werner_and_isotropic_states_of_two_qubits_have_one_curve(weight, d):
    # For d = 2 the fidelity with the singlet is w = (1 + 3 alpha) / 4.
    alpha = (4 * weight - 1) / 3
    assert forms.werner_negativity(weight, 2) == pytest.approx(
        float(forms.isotropic_negativity(alpha, 2)), abs=1e-12
    )
    assert forms.werner_negativity(weight, d) == pytest.approx(max(0, (2 * weight - 1) / d))


@pytest.mark.parametrize(
    ("d", "alpha_c"), [(2, 1 / 3), (3, 1 / 4), (11, 1 / 12)], ids=["qubits", "qutrits", "spin 5"]
)
def test_isotropic_threshold_and_slope(d, alpha_c):
    assert forms.isotropic_threshold(d) == pytest.approx(alpha_c)
    step = 1e-3
    above = forms.normalized_negativity(forms.isotropic_negativity(alpha_c + step, d), d)
    assert forms.isotropic_negativity(alpha_c - step, d) == 0
    assert above == pytest.approx((d + 1) / d * step, rel=1e-9)


def test_isotropic_negativity_for_every_negative_alpha_is_zero():
    for d in DIMENSIONS:
        low, _ = forms.white_noise_range(d)
        assert not forms.isotropic_negativity(np.linspace(low, 0, 50), d).any()


def test_zeta_reaches_one_over_d_minus_one():
    theta = np.linspace(0, np.pi, 4001)
    for d in DIMENSIONS:
        curve = forms.normalized_negativity(forms.zeta_negativity(theta), d)
        assert curve.max() == pytest.approx(1 / (d - 1), abs=1e-6)


def test_binary_entropy_at_its_ends_and_in_between():
    np.testing.assert_allclose(
        forms.binary_entropy([0, 0.11, 0.5, 1]), [0, 0.499916, 1, 0], atol=1e-6
    )


def test_column_names_that_negativity_does_not_fix():
    n = np.array([0.25])
    assert column_from_negativity("negativity[A|B]", n, 3) is n
    assert column_from_negativity("normalized-negativity[A|B]", n, 3) == pytest.approx(0.25)
    assert column_from_negativity("concurrence[A|B]", n, 2) == pytest.approx(0.5)
    formation = column_from_negativity("entanglement-of-formation[A|B]", n, 2)
    assert formation == pytest.approx(0.354579, abs=1e-6)  # Wootters, for C = 1/2
    assert column_from_negativity("entanglement-of-formation[A|B]", n, 3) is None
    for column in ("concurrence[A|B]", "negativity", "negativity[A|BC]", "entropy[A|B]", ""):
        assert column_from_negativity(column, n, 3) is None
