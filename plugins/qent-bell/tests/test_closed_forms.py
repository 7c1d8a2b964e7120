"""Closed forms against QuTiP, against qent-basics, and against the states themselves."""

import numpy as np
import pytest
import qutip
from qent_bell import closed_forms as exact
from qent_bell.bell_correlations import BellCorrelations, observables

from qent_core.api import component

TIGHT = 1e-8
P = "dephasing.strength"


def qutip_concurrence(batch):
    return np.array([qutip.concurrence(state) for state in batch.to_qutip()])


def least_transposed(batch):
    states = batch.to_qutip()
    return np.array([qutip.partial_transpose(s, [0, 1]).eigenenergies().min() for s in states])


def dephased_by_kraus(rho, p):
    """The paper's nine Kraus operators, Eq. 5, products of Eq. 2 (F3)."""
    single = [
        np.sqrt(1 - p) * np.eye(2),
        np.sqrt(p) * np.diag([1.0, 0.0]),
        np.sqrt(p) * np.diag([0.0, 1.0]),
    ]
    return sum(np.kron(a, b) @ rho @ np.kron(a, b).T for a in single for b in single)


@pytest.mark.parametrize("family", ["psi1", "psi2", "psi3", "random-spectrum"])
def test_the_channel_is_the_papers(sampled, family):
    before, after = sampled(family, 20), sampled(family, 20, "dephasing")
    assert np.array_equal(before.array, sampled(family, 20).array)
    for rho, noisy, p in zip(before.density(), after.density(), after.parameters[P], strict=True):
        np.testing.assert_allclose(noisy, dephased_by_kraus(rho, p), atol=1e-15)


@pytest.mark.parametrize("family", ["psi1", "psi2"])
def test_features_under_dephasing(sampled, family):
    batch = sampled(family, 500, "dephasing")
    names = ("theta", "phi", P)
    closed = getattr(exact, f"{family}_features")(*(batch.parameters[name] for name in names))
    np.testing.assert_allclose(BellCorrelations().fit_transform(batch), closed, atol=TIGHT * 1e-4)
    for state, row in zip(batch[:25].to_qutip(), closed, strict=False):
        theirs = [qutip.expect(qutip.Qobj(o, dims=[[2, 2]] * 2), state) for o in observables()]
        np.testing.assert_allclose(row, theirs, atol=1e-12)


@pytest.mark.parametrize("family", ["psi1", "psi2"])
def test_concurrence_under_dephasing(sampled, family):
    batch = sampled(family, 2000, "dephasing")
    p = batch.parameters
    closed = (
        exact.psi1_concurrence(p["theta"], p[P])
        if family == "psi1"
        else exact.psi2_concurrence(p["theta"], p["phi"], p[P])
    )
    ours = component("concurrence").label(batch).values("concurrence[A|B]")
    np.testing.assert_allclose(ours, closed, atol=TIGHT)
    # QuTiP takes roots of eigenvalues of a non-Hermitian matrix: eight digits at best.
    np.testing.assert_allclose(qutip_concurrence(batch[:100]), closed[:100], atol=1e-6)


@pytest.mark.parametrize("family", ["psi1", "psi2"])
def test_exact_before_noise(sampled, family):
    batch = sampled(family, 100)
    closed = component(family).exact("concurrence[A|B]", batch.parameters)
    np.testing.assert_allclose(qutip_concurrence(batch), closed, atol=1e-7)
    noisy = sampled(family, 3, "dephasing")
    assert component(family).exact("concurrence[A|B]", noisy.parameters) is None


def test_depolarised_psi1(sampled):
    batch = sampled("psi1", 1000, "depolarizing")
    theta, p = batch.parameters["theta"], batch.parameters["depolarizing.strength"]
    margin = exact.psi1_depolarized_margin(theta, p)
    np.testing.assert_allclose(least_transposed(batch[:100]), margin[:100], atol=1e-12)
    ours = component("concurrence").label(batch).values("concurrence[A|B]")
    np.testing.assert_allclose(ours, exact.psi1_depolarized_concurrence(theta, p), atol=TIGHT)
    assert np.array_equal(margin < 0, p < exact.psi1_depolarized_boundary(theta))
    assert not (ours[p > exact.PSI1_SEPARABLE_FROM] > 0).any()
    # Without the modulus of the paper's rule a quarter of all states is mislabelled.
    angle = np.random.default_rng(0).uniform(0, 2 * np.pi, 100_000)
    p = np.random.default_rng(1).uniform(0, 1, 100_000)
    signed = p / 4 - (1 - p) * np.sin(angle) / 2 < 0
    wrong = (signed != (exact.psi1_depolarized_margin(angle, p) < 0)).mean()
    assert wrong == pytest.approx(0.258, abs=0.005)


def test_psi2_determinant_and_boundary(sampled):
    batch = sampled("psi2", 2000, "dephasing")
    theta, phi, p = (batch.parameters[name] for name in ("theta", "phi", P))
    rho = batch.density().reshape(-1, 2, 2, 2, 2)
    determinant = np.linalg.det(rho.swapaxes(2, 4).reshape(-1, 4, 4)).real
    closed = exact.psi2_transposed_determinant(theta, phi, p)
    np.testing.assert_allclose(closed, determinant, atol=1e-15)
    entangled = component("ppt").label(batch).values("ppt[A|B]") == 1
    assert np.array_equal(entangled, p < exact.psi2_boundary(phi))
    assert not entangled[p > exact.PSI2_SEPARABLE_FROM].any()
    assert np.array_equal(entangled[:50], least_transposed(batch[:50]) < -1e-12)


def test_five_features_solve_psi2(sampled):
    batch = sampled("psi2", 20_000, "dephasing")
    theta, phi, p = (batch.parameters[name] for name in ("theta", "phi", P))
    features = BellCorrelations(count=5).fit_transform(batch)
    found = exact.psi2_concurrence_from_five(features)
    np.testing.assert_allclose(found, exact.psi2_concurrence(theta, phi, p), atol=TIGHT)
    assert exact.psi2_concurrence_from_five(np.zeros((1, 5))).tolist() == [0.0]


def test_four_features_of_psi2_are_two_numbers(sampled):
    features = BellCorrelations(count=4).fit_transform(sampled("psi2", 100, "dephasing"))
    np.testing.assert_allclose(features[:, 0], -features[:, 1], atol=1e-15)
    np.testing.assert_allclose(features[:, 2], -features[:, 3], atol=1e-15)


def test_two_features_solve_psi1(sampled):
    batch = sampled("psi1", 100, "dephasing")
    features = BellCorrelations(count=2).fit_transform(batch)
    closed = exact.psi1_concurrence(batch.parameters["theta"], batch.parameters[P])
    np.testing.assert_allclose(np.hypot(*features.T), closed, atol=1e-14)
