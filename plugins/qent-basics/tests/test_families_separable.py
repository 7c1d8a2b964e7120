"""Mixtures of products: what is known, and that their certificates say what the states are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qent_basics.families.product import Product
from qent_basics.families.separable import BiseparableMixture, SeparableMixture

from qent_core.api import (
    BISEPARABLE,
    Labels,
    Quality,
    Verdict,
    check_labels,
    cut_of,
    cuts,
    parse_partition,
    stream,
)
from qent_core.linalg import partial_trace, partial_transpose


def rebuilt(certificate, dims):
    """The mixture that a certificate describes, formed without the library's own helpers."""
    partition = parse_partition(certificate.question, len(dims))
    size = int(np.prod(dims))
    total = np.zeros((size, size), dtype=complex)
    current = [party for block in partition for party in block]
    for term, weight in enumerate(certificate.weights):
        ket = np.ones(1)
        for vectors in certificate.factors:
            ket = np.kron(ket, vectors[term])
        tensor = ket.reshape([dims[party] for party in current])
        ket = tensor.transpose([current.index(party) for party in range(len(dims))]).ravel()
        total += weight * np.outer(ket, ket.conj())
    return total


FAMILIES = [
    SeparableMixture(certify=True),
    SeparableMixture(dims=(2, 3, 2), terms=3, certify=True),
    SeparableMixture(dims=(2, 3, 2), question="B|AC", terms=3, certify=True),
    SeparableMixture(dims=(2, 2, 2, 2), question="AC|BD", terms=2, certify=True),
    SeparableMixture(dims=(2, 3, 2, 2), question="AD|BC", terms=2, certify=True),
    SeparableMixture(dims=(2, 3, 2, 2), question="A|C|BD", terms=2, certify=True),
    Product(certify=True),
    Product(dims=(2, 3, 2), certify=True),
    Product(dims=(2, 3, 2), mixed=True, certify=True),
]


@pytest.mark.parametrize("family", FAMILIES, ids=repr)
def test_certificates_rebuild_the_states(family):
    batch = family.sample(3, stream(1))
    assert set(batch.certificates) == {q for q in batch.known if q != BISEPARABLE}
    for question, column in batch.certificates.items():
        for row in range(len(batch)):
            proof = column[row]
            assert proof.kind == "low-rank"
            assert proof.question == question
            assert proof.quality == Quality.WITHIN_DELTA
            assert proof.proves == Verdict.SEPARABLE
            assert (proof.weights >= 0).all()
            assert np.allclose(rebuilt(proof, batch.dims), batch.density()[row], atol=1e-14)


def test_certificates_are_left_out_by_default():
    assert not SeparableMixture().sample(2, stream(1)).certificates
    assert not Product().sample(2, stream(1)).certificates


def test_certify_does_not_change_the_states():
    plain, certified = SeparableMixture(), SeparableMixture(certify=True)
    assert np.array_equal(plain.sample(4, stream(2)).array, certified.sample(4, stream(2)).array)


@pytest.mark.parametrize(
    ("question", "known"),
    [
        (None, {"A|BC", "B|AC", "C|AB", "A|B|C", BISEPARABLE}),
        ("A|BC", {"A|BC", BISEPARABLE}),
        ("AC|B", {"B|AC", BISEPARABLE}),
        ("C|B|A", {"A|BC", "B|AC", "C|AB", "A|B|C", BISEPARABLE}),
    ],
)
def test_separable_mixture_knows_its_question_and_coarser_ones(question, known):
    batch = SeparableMixture(dims=(2, 2, 2), question=question).sample(3, stream(3))
    assert set(batch.known) == known
    assert all((column == Verdict.SEPARABLE).all() for column in batch.known.values())


def test_partition_of_four_parties_knows_coarser_cuts_alone():
    batch = SeparableMixture(dims=(2, 2, 2, 2), question="A|B|CD").sample(1, stream(3))
    assert set(batch.known) == {"A|B|CD", "A|BCD", "B|ACD", "AB|CD", BISEPARABLE}


def test_separable_mixture_is_entangled_elsewhere():
    """Products across A|BC with Haar-random BC are entangled across B|AC."""
    batch = SeparableMixture(dims=(2, 2, 2), question="A|BC", terms=1).sample(50, stream(4))
    for cut, positive in (("A|BC", True), ("B|AC", False), ("C|AB", False)):
        transposed = partial_transpose(batch.density(), batch.dims, cut_of(cut, 3))
        least = np.linalg.eigvalsh(transposed)[:, 0]
        assert ((least > -1e-12) == positive).all()


@pytest.mark.parametrize("terms", [1, 3, 7])
def test_mixtures_have_the_rank_of_their_terms(terms):
    rho = SeparableMixture(dims=(2, 3), terms=terms).sample(20, stream(5)).density()
    assert (np.linalg.matrix_rank(rho, tol=1e-9) == min(6, terms)).all()


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    dims=st.lists(st.integers(2, 3), min_size=2, max_size=3),
    terms=st.integers(1, 5),
)
def test_fully_separable_mixtures_are_ppt_across_every_cut(seed, dims, terms):
    batch = SeparableMixture(dims=dims, terms=terms).sample(5, stream(seed)).validated(atol=1e-12)
    for cut in cuts(len(dims)):
        transposed = partial_transpose(batch.density(), batch.dims, cut_of(cut, len(dims)))
        assert (np.linalg.eigvalsh(transposed)[:, 0] > -1e-12).all()


def test_pure_products_have_pure_parts():
    batch = Product(dims=(2, 3, 2)).sample(20, stream(6))
    for party in range(3):
        part = partial_trace(batch.density(), batch.dims, [party])
        assert np.allclose(np.einsum("nij,nji->n", part, part), 1.0, atol=1e-12)


def test_mixed_products_are_the_products_of_their_parts():
    batch = Product(dims=(2, 3), mixed=True).sample(20, stream(7))
    one, two = (partial_trace(batch.density(), batch.dims, [party]) for party in range(2))
    expected = np.einsum("nab,ncd->nacbd", one, two).reshape(20, 6, 6)
    assert np.allclose(batch.density(), expected, atol=1e-14)


def test_biseparable_mixture_with_one_cut_knows_that_cut():
    batch = BiseparableMixture(cuts=("BC|A",)).sample(3, stream(8))
    assert set(batch.known) == {"A|BC", BISEPARABLE}
    several = BiseparableMixture(cuts=("A|BC", "B|AC")).sample(3, stream(8))
    assert set(several.known) == {BISEPARABLE}


def test_biseparable_mixtures_use_every_chosen_cut_and_no_other():
    """A single term is a product across exactly one cut, all of them equally likely."""
    family = BiseparableMixture(dims=(2, 3, 2), cuts=("A|BC", "C|AB"), terms=1)
    batch = family.sample(400, stream(9))
    pure = {}
    for cut in cuts(3):
        part = partial_trace(batch.density(), batch.dims, cut_of(cut, 3))
        pure[cut] = np.einsum("nij,nji->n", part, part).real > 1 - 1e-10
    assert not pure["B|AC"].any()
    assert (pure["A|BC"] ^ pure["C|AB"]).all()
    assert abs(pure["A|BC"].mean() - 0.5) < 0.1


def test_biseparable_mixtures_may_be_entangled_across_every_cut():
    batch = BiseparableMixture(terms=3).sample(200, stream(10))
    entangled = [
        np.linalg.eigvalsh(partial_transpose(batch.density(), batch.dims, cut_of(cut, 3)))[:, 0]
        < -1e-9
        for cut in cuts(3)
    ]
    assert np.all(entangled, axis=0).any()


@pytest.mark.parametrize("chosen", [None, ("A|BC",), ("B|AC", "C|AB")])
def test_biseparable_mixtures_bring_their_proof(chosen):
    batch = BiseparableMixture(dims=(2, 2, 3), cuts=chosen, certify=True).sample(6, stream(11))
    column = batch.certificates["biseparable"]
    labels = Labels.verdicts("x", "biseparable", np.zeros(6, int), "x", column)
    (checked,) = check_labels(batch, labels)
    assert checked.status.tolist() == [1] * 6
    assert checked.within_delta.all()
    (other,) = check_labels(batch[::-1], labels)
    assert other.status.tolist() == [-1] * 6
