"""The three forms of mixtures, pools and weights, against sums written out."""

import numpy as np
import pytest
from qent_circuits.families.ket_mixture import KetMixture
from qent_circuits.families.kronecker_mixture import KroneckerMixture
from qent_circuits.haar import haar_kets
from qent_circuits.kronecker import comb_form, inner_form, mixture, outer_form
from qent_circuits.members import Members, random_terms, random_weights


def _kron(*parts):
    result = np.ones((1, 1))
    for part in parts:
        result = np.kron(result, part)
    return result


def _projector(ket):
    return np.outer(ket, ket.conj())


@pytest.fixture(params=[(2, 2, 2), (2, 4), (2, 2)], ids=str)
def dimensions(request):
    return request.param


def test_outer_and_inner_forms(dimensions, rng):
    weights = random_weights(3, 5, rng)
    factors = tuple(haar_kets((3, 5, d), rng) for d in dimensions)
    outer, inner = outer_form(weights, factors), inner_form(weights, factors)
    for n in range(3):
        terms = range(5)
        expected = sum(
            weights[n, j] * _kron(*(_projector(f[n, j]) for f in factors)) for j in terms
        )
        np.testing.assert_allclose(outer[n], expected, atol=1e-14)
        mixed = [sum(weights[n, j] * _projector(f[n, j]) for j in terms) for f in factors]
        np.testing.assert_allclose(inner[n], _kron(*mixed), atol=1e-14)


def test_comb_form(dimensions, rng):
    outer, inner = random_weights(3, 4, rng), random_weights(3, 4, rng)
    factors = tuple(haar_kets((3, 4, 4, d), rng) for d in dimensions)
    rho = comb_form(outer, inner, factors)
    for n in range(3):
        expected = 0
        for j in range(4):
            mixed = [sum(inner[n, k] * _projector(f[n, j, k]) for k in range(4)) for f in factors]
            expected = expected + outer[n, j] * _kron(*mixed)
        np.testing.assert_allclose(rho[n], expected, atol=1e-14)


def test_weights_are_uniform_numbers_over_their_sum(rng):
    weights = random_weights(1000, 7, rng)
    np.testing.assert_allclose(weights.sum(axis=1), 1)
    assert weights.min() > 0
    # For two numbers x, y on [0, 1] the mean of max(x, y)/(x + y) is ln 2.
    pair = random_weights(200_000, 2, rng).max(axis=1)
    assert pair.mean() == pytest.approx(np.log(2), abs=0.002)


def test_number_of_terms_is_uniform(rng):
    terms = random_terms(80_000, 8, rng)
    np.testing.assert_allclose(np.bincount(terms)[2:] / 80_000, [1 / 7] * 7, atol=0.008)
    assert KetMixture(qubits=2).sample(200, rng).parameters["terms"].max() == 4
    assert KetMixture().sample(200, rng).parameters["terms"].max() == 8
    assert KroneckerMixture(max_terms=16).sample(400, rng).parameters["terms"].max() == 16


def test_members_come_from_the_pool_of_their_thousand(rng):
    members = Members.prepare(lambda n, rng: (haar_kets((n, 2), rng),), 2500, 40, rng, copies=2)
    assert members.pools[0].shape == (3, 40, 2)
    pools = members.pool_of(2500)
    first, second = members.draw(pools, (6,), rng)
    assert first.shape == second.shape == (2500, 6, 2)
    for pool in range(3):
        drawn = first[pools == pool].reshape(-1, 2)
        distance = abs(drawn[:, None] - members.pools[0][pool]).max(axis=2).min(axis=1)
        assert distance.max() == 0
    assert (first != second).any()


def test_pairs_of_a_pool_stay_together(rng):
    def make(count, rng):
        kets = haar_kets((count, 2), rng)
        return kets, kets

    one, other = Members.prepare(make, 100, 30, rng).draw(np.zeros(100, int), (3, 3), rng)
    np.testing.assert_array_equal(one, other)


def test_fresh_members_are_all_different(rng):
    members = Members.prepare(lambda n, rng: (haar_kets((n, 2), rng),), 50, 0, rng)
    assert members.per_pool == 0
    (kets,) = members.draw(np.zeros(50, int), (4,), rng)
    assert len(np.unique(kets.reshape(-1, 2).round(12), axis=0)) == 200


def test_mixture_of_kets(rng):
    weights, kets = random_weights(2, 3, rng), haar_kets((2, 3, 4), rng)
    rho = mixture(weights, kets)
    expected = sum(weights[1, j] * _projector(kets[1, j]) for j in range(3))
    np.testing.assert_allclose(rho[1], expected, atol=1e-15)
