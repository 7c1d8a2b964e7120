"""Optimal weights, local filters, and what they decide: noisy extreme points, singular mixtures."""

import numpy as np
import pytest
from qent_certify.certified import Certified
from qent_certify.search.best_product import best_products
from qent_certify.search.corrective import reweighted, unit_factors
from qent_certify.search.local_filters import evened
from qent_certify.search.product_algebra import mixture, product_vectors
from qent_certify.search.range_fitting import products_in_ranges
from qent_certify.settings import Settings

from qent_core.api import StateBatch, check_labels, component
from qent_core.linalg import partial_trace


def mixtures(dims, terms, count, seed=0):
    """Random mixtures of few product states of any number of parties."""
    rng = np.random.default_rng(seed)
    factors = [rng.normal(size=(count, terms, d, 2)) @ np.array([1, 1j]) for d in dims]
    weights = rng.random((count, terms, 1))
    vectors = product_vectors(unit_factors(factors)) * np.sqrt(weights)
    sigma = mixture(vectors)
    return StateBatch(sigma / np.einsum("nii->n", sigma).real[:, None, None], dims)


def decided(batch, question, **parameters):
    labels = Certified(questions=(question,), **parameters).label(batch)
    (checked,) = check_labels(batch, labels)
    assert len(checked.refused) == 0
    assert checked.without_proof == 0
    return labels.values(f"certified[{question}]").tolist()


def test_weights_meet_the_optimality_conditions():
    batch = mixtures((2, 4), 3, 2)
    rng = np.random.default_rng(1)
    pool = unit_factors([rng.normal(size=(2, 30, d, 2)) @ np.array([1, 1j]) for d in (2, 4)])
    states = batch.density()
    factors, rest = reweighted(states, pool, 30)
    np.testing.assert_allclose(mixture(product_vectors(factors)) + rest, states, atol=1e-12)
    vectors = product_vectors(pool)
    values = np.einsum("nmi,nij,nmj->nm", vectors.conj(), rest, vectors).real
    assert values.max() < 1e-10
    weighed = np.einsum("nij,nji->n", rest, states).real
    np.testing.assert_allclose(weighed, np.linalg.norm(rest, axis=(1, 2)) ** 2, atol=1e-10)


@pytest.mark.parametrize("sizes", [(2, 4), (2, 2, 3)])
def test_filters_even_out_the_marginals_and_are_undone(sizes):
    batch = mixtures(sizes, 40, 3)
    states = batch.density()
    found = evened(states, sizes, 60)
    for block, d in enumerate(sizes):
        reduced = partial_trace(found.states, sizes, [block])
        np.testing.assert_allclose(reduced, np.tile(np.eye(d) / d, (3, 1, 1)), atol=1e-6)
    # A product vector of the filtered state becomes one of the state: its share of it is the same.
    rng = np.random.default_rng(2)
    factors = [rng.normal(size=(3, 4, d, 2)) @ np.array([1, 1j]) for d in sizes]
    inverse = found.inverses[0]
    for other in found.inverses[1:]:
        inverse = np.array([np.kron(x, y) for x, y in zip(inverse, other, strict=True)])
    back = found.weights[:, None, None] * (
        inverse @ mixture(product_vectors(factors)) @ inverse.conj().swapaxes(1, 2)
    )
    np.testing.assert_allclose(mixture(product_vectors(found.undone(factors))), back, rtol=1e-9)
    whole = found.weights[:, None, None] * (inverse @ found.states @ inverse.conj().swapaxes(1, 2))
    np.testing.assert_allclose(whole, states, atol=1e-12)


def test_the_few_products_in_a_range_are_found():
    batch = mixtures((2, 2, 3), 3, 1)
    probes = Settings(1).start(60, (2, 2, 3))
    found = product_vectors(products_in_ranges(batch.density(), (2, 2, 3), probes, 40))[0]
    kernel = np.eye(12) - batch.density()[0] @ np.linalg.pinv(batch.density()[0], rcond=1e-9)
    outside = np.linalg.norm(found @ kernel.T, axis=1)
    inside = found[outside < 1e-3]
    # All three of them: their projectors are independent.
    overlaps = np.abs(inside.conj() @ inside.T) ** 2
    assert np.linalg.matrix_rank(overlaps, tol=1e-2) == 3


@pytest.mark.parametrize(
    ("dims", "terms"), [((2, 4), 5), ((3, 3), 5), ((2, 2, 3), 3), ((2, 2, 3), 10), ((2,) * 4, 6)]
)
def test_singular_mixtures_are_decomposed(dims, terms):
    question = "|".join("ABCD"[: len(dims)])
    assert decided(mixtures(dims, terms, 2), question) == [0, 0]


@pytest.mark.parametrize("parties", [4, pytest.param(5, marks=pytest.mark.slow)])
def test_ghz_states_with_noise_are_fully_separable_up_to_the_known_threshold(parties):
    """1/(1 + 2^(N-1)): W. Duer and J. I. Cirac, Phys. Rev. A 61, 042314 (2000)."""
    size = 2**parties
    threshold = 1 / (1 + size / 2)
    ghz = np.zeros((size, size))
    ghz[:: size - 1, :: size - 1] = 0.5
    visibilities = (0.5 * threshold, 0.95 * threshold, 1.01 * threshold, 0.5)
    states = [v * ghz + (1 - v) * np.eye(size) / size for v in visibilities]
    batch = StateBatch(states, (2,) * parties)
    assert decided(batch, "|".join("ABCDE"[:parties])) == [0, 0, 1, 1]


def test_smolin_is_decided_for_every_question():
    batch = component("smolin").sample(1, np.random.default_rng(0))
    answers = {"AB|CD": 0, "AC|BD": 0, "A|BCD": 1, "A|B|C|D": 1, "A|B|CD": 1, "biseparable": 0}
    for question, answer in answers.items():
        assert decided(batch, question) == [answer]


@pytest.mark.parametrize("dims", [(2, 4), (3, 3)])
def test_extreme_points_with_noise_are_decided(dims):
    family = component("extreme-ppt", dims=dims, white_noise={"uniform": [0, 0.01]}, rotate=True)
    batch = family.sample(3, np.random.default_rng(4))
    assert -1 not in decided(batch, "A|B")


@pytest.mark.slow
@pytest.mark.parametrize("dims", [(2, 4), (3, 3)])
def test_many_extreme_points_with_noise_are_decided(dims):
    family = component("extreme-ppt", dims=dims, white_noise={"uniform": [0, 0.01]}, rotate=True)
    batch = family.sample(200, np.random.default_rng(14))
    assert decided(batch, "A|B").count(-1) <= 1


def test_a_search_for_witnesses_may_end_in_a_decomposition():
    batch = mixtures((2, 4), 40, 2, seed=3)
    column = Certified(stages=("witness",)).label(batch).column("certified[A|B]")
    assert column.criteria.tolist() == ["decomposition"] * 2


@pytest.mark.slow
@pytest.mark.parametrize("name", ["acin", "upb-shifts"])
def test_a_thousand_states_are_separable_across_their_cuts_only(name):
    batch = component(name, rotate=True, permute=True).sample(1000, np.random.default_rng(5))
    questions = ("A|BC", "B|AC", "C|AB", "A|B|C")
    labels = Certified(questions=questions).label(batch)
    for question in questions:
        values = labels.values(f"certified[{question}]")
        assert (values == (1 if question == "A|B|C" else 0)).all()


def test_best_products_begin_at_given_vectors():
    """A vector that is already the best stays so."""
    rho = mixtures((2, 3), 1, 1).density()
    pool = [np.linalg.eigh(partial_trace(rho, (2, 3), [b]))[1][:, None, :, -1] for b in (0, 1)]
    value, _ = best_products(rho, (2, 3), pool, 1)
    assert value[0, 0] == pytest.approx(1.0, abs=1e-12)
