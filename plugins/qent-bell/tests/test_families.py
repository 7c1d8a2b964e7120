"""The families: definitions, shares of entangled states, laws of eigenvalues."""

import numpy as np
import pytest
from pydantic import ValidationError
from qent_bell.pure_families import Psi1, Psi2, Psi3
from qent_bell.random_spectrum import RandomSpectrum, haar_unitaries

from qent_core.api import component

SHARES = [
    ({"law": "dirichlet", "concentration": 0.875}, 0.425),
    ({"law": "largest"}, 0.425),
    ({"law": "dirichlet", "concentration": 0.8}, 0.461),
    ({"law": "dirichlet", "concentration": 0.5}, 0.650),
    ({"law": "dirichlet", "concentration": 1.0}, 0.368),
    ({"law": "powers", "power": 1.0}, 0.118),
    ({"law": "powers", "power": 2.0}, 0.463),
    ({"law": "powers", "power": 1.845}, 0.417),
    ({"law": "hilbert-schmidt"}, 1 - 8 / 33),
]


def ket(family, **angles):
    return family(**angles).sample(1, np.random.default_rng(0)).array[0]


def test_psi1_is_its_definition():
    found = ket(Psi1, theta=0.8, phi=1.1)
    expected = [np.cos(0.4), 0, 0, np.exp(1.1j) * np.sin(0.4)]
    np.testing.assert_allclose(found, expected, atol=1e-15)


def test_psi2_is_its_definition():
    theta, phi = 0.8, 1.1
    zero, one = np.eye(2)
    branch = [np.array([np.exp(sign * 1j * phi), 1]) / 2**0.5 for sign in (-1, 1)]
    expected = np.cos(theta / 2) * np.kron(zero, branch[0])
    expected = expected + np.sin(theta / 2) * np.kron(one, branch[1])
    np.testing.assert_allclose(ket(Psi2, theta=theta, phi=phi), expected, atol=1e-15)


def test_psi3_is_its_definition():
    angles = {"alpha": 0.3, "beta": 0.5, "gamma": 0.7, "phi1": 1.0, "phi2": 2.0, "phi3": 3.0}
    expected = [
        np.sin(0.3),
        np.cos(0.3) * np.sin(0.5) * np.exp(1j),
        np.cos(0.3) * np.cos(0.5) * np.sin(0.7) * np.exp(2j),
        np.cos(0.3) * np.cos(0.5) * np.cos(0.7) * np.exp(3j),
    ]
    np.testing.assert_allclose(ket(Psi3, **angles), expected, atol=1e-15)


@pytest.mark.parametrize("family", [Psi1, Psi2, Psi3])
def test_known_verdicts_are_proven_by_the_concurrence(family):
    batch = family().sample(500, np.random.default_rng(0))
    concurrence = component("concurrence").label(batch).values("concurrence[A|B]")
    assert np.array_equal(batch.known["A|B"] == 1, concurrence > 1e-9)
    product = dict.fromkeys(family.model_fields, 0.0)
    assert family(**product).sample(1, np.random.default_rng(0)).known["A|B"].tolist() == [-1]


@pytest.mark.parametrize(("law", "share"), SHARES)
def test_entangled_shares_of_the_laws(sampled, law, share):
    count = 20_000
    batch = sampled("random-spectrum", count, spectrum=law).validated()
    entangled = component("ppt").label(batch).values("ppt[A|B]") == 1
    # Three sigma, and half of the last digit that is quoted.
    allowed = 3 * np.sqrt(share * (1 - share) / count) + 5e-4
    assert entangled.mean() == pytest.approx(share, abs=allowed)


def test_eigenvalues_are_those_of_the_law():
    law = {"law": "largest", "low": 0.573, "high": 0.573, "rest": None}
    batch = RandomSpectrum(dims=(2, 3), spectrum=law).sample(5, np.random.default_rng(0))
    values = np.linalg.eigvalsh(batch.density())
    np.testing.assert_allclose(values, [[0.0854] * 5 + [0.573]] * 5, atol=1e-12)


def test_unitaries_are_haar_distributed():
    u = haar_unitaries(40_000, 3, np.random.default_rng(0))
    # Moments of the unitary group: E|u|^2 = 1/3, E|u|^4 = 2/(3*4), E u_11 conj(u_22) = 0.
    assert (np.abs(u) ** 2).mean() == pytest.approx(1 / 3, abs=1e-12)
    assert (np.abs(u[:, 0, 0]) ** 4).mean() == pytest.approx(1 / 6, abs=4e-3)
    assert abs((u[:, 0, 0] * u[:, 1, 1].conj()).mean()) < 0.01
    assert abs(u[:, 0, 0].mean()) < 0.01


@pytest.mark.parametrize(
    ("law", "words"),
    [
        ({"law": "dirichlet", "concentration": 0}, "greater than 0"),
        ({"law": "largest", "low": 0.7, "high": 0.5}, "low must not exceed high"),
        ({"law": "flat"}, "dirichlet"),
    ],
)
def test_bad_laws_are_refused(law, words):
    with pytest.raises(ValidationError, match=words):
        RandomSpectrum(spectrum=law)
