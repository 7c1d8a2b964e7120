"""The Bayes ceilings, against closed forms, simulation, and each other."""

import numpy as np
import pytest
from qent_bell import closed_forms as exact
from qent_bell.study import ceilings

COUNT = 400_000


@pytest.fixture(scope="module")
def psi2():
    rng = np.random.default_rng(5)
    theta, phi = rng.uniform(0, 2 * np.pi, (2, COUNT))
    return theta, phi, rng.uniform(0, 1, COUNT)


def within(found, expected, sigma):
    assert abs(found - expected) < 4 * sigma, (found, expected)


def test_values():
    assert ceilings.psi1_accuracy() == pytest.approx(0.91119, abs=5e-6)
    assert ceilings.psi1_share() == pytest.approx(0.515949, abs=5e-7)
    assert ceilings.psi2_share() == pytest.approx(0.420613, abs=5e-7)
    assert ceilings.psi2_accuracy() == pytest.approx(0.87182, abs=5e-6)
    assert ceilings.psi2_r2() == pytest.approx(0.97676, abs=5e-6)
    assert ceilings.psi2_concurrence_moments() == pytest.approx((0.095744, 0.031389), abs=5e-7)


def test_psi1_error_rates():
    rates = ceilings.psi1_error(np.array([0.05, 4 / 7, 2 / 3, 0.72, 1.0]))
    assert rates == pytest.approx([0.1777, 0, 0.3445, 0, 0], abs=5e-4)
    strength = np.linspace(0, 1, 2001)
    assert strength[ceilings.psi1_error(strength).argmax()] == pytest.approx(2 / 3, abs=1e-3)


def test_psi1_rule_is_the_best_threshold():
    rng = np.random.default_rng(6)
    theta, p = rng.uniform(0, 2 * np.pi, COUNT), rng.uniform(0, 1, COUNT)
    entangled = exact.psi1_depolarized_margin(theta, p) < 0
    r = (1 - p) * np.abs(np.sin(theta))
    right = {rule: ((r > rule) == entangled).mean() for rule in (0.26, ceilings.PSI1_RULE, 0.31)}
    within(right[ceilings.PSI1_RULE], ceilings.psi1_accuracy(), (0.91 * 0.09 / COUNT) ** 0.5)
    assert max(right, key=right.get) == ceilings.PSI1_RULE


def test_psi2_rule_reaches_the_ceiling_and_no_other_does(psi2):
    theta, phi, p = psi2
    entangled = exact.psi2_concurrence(theta, phi, p) > 0
    r = np.abs(np.sin(theta)) * (1 - p) ** 2
    rule = ceilings.best_rule(np.abs(np.sin(phi)))
    right = {scale: ((r > scale * rule) == entangled).mean() for scale in (0.85, 1.0, 1.15)}
    within(right[1.0], ceilings.psi2_accuracy(), (0.87 * 0.13 / COUNT) ** 0.5)
    assert max(right, key=right.get) == 1.0


def test_psi2_error_rates_average_to_the_ceiling():
    strength = (np.arange(1000) + 0.5) / 1000
    mean = ceilings.psi2_error(strength).mean()
    assert 1 - mean == pytest.approx(ceilings.psi2_accuracy(), abs=2e-6)


def test_psi2_mean_concurrence_reaches_the_ceiling(psi2):
    theta, phi, p = (values[:100_000] for values in psi2)
    truth = exact.psi2_concurrence(theta, phi, p)
    sigma = np.abs(np.sin(phi))
    root = (1 - p) * np.sqrt(np.abs(np.sin(theta)))
    told = ceilings._mean_concurrence(root, sigma, np.sqrt(1 + sigma**2) - sigma)
    found = 1 - ((truth - told) ** 2).mean() / truth.var()
    assert found == pytest.approx(ceilings.psi2_r2(), abs=6e-4)
    # A conditional mean leaves no error that goes with the features.
    assert abs(np.corrcoef(truth - told, root)[0, 1]) < 0.015
    assert (truth - told).mean() == pytest.approx(0, abs=4e-4)
