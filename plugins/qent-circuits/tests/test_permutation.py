"""All six permutations of three qubits on product states, and what they do to cuts."""

import itertools

import numpy as np
import pytest
from qent_circuits.families.biseparable_kronecker import BiseparableKronecker
from qent_circuits.haar import haar_kets
from qent_circuits.permutation import permutations, permuted, place_of

from qent_core.linalg import projectors, tensor


@pytest.mark.parametrize("number", range(6))
def test_every_permutation_on_product_states(number, rng):
    a, b, c = (haar_kets((1, 2), rng) for _ in range(3))
    order = list(itertools.permutations(range(3)))[number]
    factors = [(a, b, c)[party] for party in order]
    choice = np.array([number])
    np.testing.assert_allclose(permuted(tensor(a, b, c), choice), tensor(*factors), atol=1e-15)
    rho = permuted(projectors(tensor(a, b, c)), choice)
    np.testing.assert_allclose(rho, projectors(tensor(*factors)), atol=1e-15)
    for party in range(3):
        assert order[place_of(party, choice, 3)[0]] == party


def test_exchange_of_two_qubits_keeps_one_cut_and_exchanges_the_others(twice, rng):
    """pi = (1, 3, 2) keeps 1|23 and exchanges 2|13 with 3|12."""
    rho = projectors(haar_kets((5, 8), rng))
    number = permutations(3).tolist().index([0, 2, 1])
    before, after = twice(rho), twice(permuted(rho, np.full(5, number)))
    np.testing.assert_allclose(after, before[:, [0, 2, 1]], atol=1e-12)


@pytest.mark.parametrize("form", ["pure", "outer"])
def test_every_qubit_is_the_single_one_equally_often(form, twice, rng):
    batch = BiseparableKronecker(form=form).sample(6000, rng)
    single = batch.parameters["single"].astype(int)
    np.testing.assert_allclose(np.bincount(single) / 6000, [1 / 3] * 3, atol=0.025)
    values = twice(batch.density())
    assert values[np.arange(6000), single].max() < 1e-10
    cuts = np.stack([batch.known[cut] for cut in ("A|BC", "B|AC", "C|AB")], axis=1)
    np.testing.assert_array_equal((cuts == 0), np.arange(3) == single[:, None])
    assert (batch.known["biseparable"] == 0).all()
