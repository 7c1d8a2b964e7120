"""Permutations of parties and local unitaries: states, verdicts and mixtures move together."""

import itertools
from collections import Counter

import numpy as np
import pytest
from qent_pptes.acin import Acin
from qent_pptes.horodecki_qubit import Horodecki2x4
from qent_pptes.horodecki_qutrits import Horodecki3x3, HorodeckiAlpha
from qent_pptes.party_moves import (
    haar_unitaries,
    order_numbers,
    order_of,
    permuted,
    question_before,
    random_orders,
    rotated,
)
from qent_pptes.smolin import Smolin
from qent_pptes.upb_qubits import UpbGenShifts, UpbShifts

from qent_core.api import (
    Labels,
    StateBatch,
    Verdict,
    check_labels,
    check_question,
    cuts,
    parse_partition,
)
from qent_core.linalg import permute_parties

ORDERS = list(itertools.permutations(range(3)))
CERTIFIED = {
    "acin": Acin(certify=True),
    "acin-fully": Acin(a=3.0, b=0.2, c=3.0 * 0.2, certify=True),
    "shifts": UpbShifts(certify=True),
    "shifts-embedded": UpbShifts(embed=(3, 2, 2), certify=True),
    "gen-shifts": UpbGenShifts(certify=True),
    "smolin": Smolin(certify=True),
    "2x4-ends": Horodecki2x4(b={"choice": [0.0, 1.0, 0.5]}, certify=True),
    "qubits-ends": Horodecki2x4(b={"choice": [0.0, 1.0, 0.5]}, qubits=True, certify=True),
    "3x3-ends": Horodecki3x3(a={"choice": [0.0, 1.0, 0.5]}, certify=True),
    "alpha": HorodeckiAlpha(certify=True),
}


def _rebuilt(certificate, dims):
    """The state that a low-rank certificate describes, written without the plugin."""
    blocks = parse_partition(certificate.question, len(dims))
    order = np.argsort([party for block in blocks for party in block])
    own = [dims[party] for block in blocks for party in block]
    total = 0
    for k, weight in enumerate(certificate.weights):
        ket = np.ones(1)
        for factor in certificate.factors:
            ket = np.kron(ket, factor[k])
        ket = permute_parties(ket[None], tuple(own), tuple(int(i) for i in order))[0]
        total = total + weight * np.outer(ket, ket.conj())
    return total


def test_orders_are_numbered_lexicographically():
    numbers = order_numbers(np.array(ORDERS))
    assert numbers.tolist() == list(range(6))
    assert [order_of(int(number), 3) for number in numbers] == ORDERS


def test_random_orders_are_uniform_and_keep_the_dims(rng):
    orders = random_orders(6000, (2, 3, 2, 2), rng)
    assert (orders[:, 1] == 1).all()
    counts = Counter(map(tuple, orders.tolist()))
    assert len(counts) == 6
    assert max(abs(count - 1000) for count in counts.values()) < 150


@pytest.mark.parametrize("order", ORDERS)
def test_question_before_a_permutation(order):
    # Party k of the new state is the old party order[k].
    for party, cut in enumerate(cuts(3)):
        assert question_before(cut, order) == cuts(3)[order[party]]
    assert question_before("biseparable", order) == "biseparable"


@pytest.mark.parametrize("order", ORDERS)
def test_horodecki_as_qubits_has_its_ppt_cut_where_the_verdicts_say(order, rng, spectrum):
    form = Horodecki2x4(qubits=True, b={"uniform": [0.1, 0.9]}).standard_form(20, rng)
    moved = permuted(form, np.tile(order, (20, 1)))
    batch = StateBatch(moved.states, (2, 2, 2))
    ppt_cut = cuts(3)[order.index(0)]
    for cut in cuts(3):
        lowest = spectrum(batch, cut).min(axis=1)
        assert ((lowest > -1e-12) if cut == ppt_cut else (lowest < -1e-3)).all()
        assert (moved.verdicts[cut] == Verdict.ENTANGLED).all()


def test_permuted_verdicts_follow_each_state(rng, spectrum):
    # b = 0: separable across the cut of the old party A alone, so verdicts differ by cut.
    batch = Horodecki2x4(qubits=True, b=0.0, permute=True, rotate=True).sample(120, rng)
    assert set(batch.parameters["permutation"]) == {0, 1, 2, 3, 4, 5}
    for row in range(120):
        order = order_of(int(batch.parameters["permutation"][row]), 3)
        for party, cut in enumerate(cuts(3)):
            separable = order[party] == 0
            assert batch.known[cut][row] == (0 if separable else 1)
            assert (spectrum(batch[row], cut).min() > -1e-12) == separable


def test_two_parties_of_equal_dimension_are_exchanged(rng):
    batch = HorodeckiAlpha(alpha=4.5, permute=True).sample(200, rng)
    swapped = batch.parameters["permutation"] == 1
    assert 60 < swapped.sum() < 140
    plain = HorodeckiAlpha(alpha=0.5).sample(1, rng).array[0]
    np.testing.assert_allclose(batch.array[swapped], plain[None].repeat(swapped.sum(), 0))
    assert (Horodecki2x4(permute=True).sample(50, rng).parameters["permutation"] == 0).all()


def test_local_unitaries_are_haar_and_local(rng):
    unitaries = haar_unitaries(4000, 3, rng)
    np.testing.assert_allclose(
        unitaries @ unitaries.conj().swapaxes(1, 2), np.tile(np.eye(3), (4000, 1, 1)), atol=1e-13
    )
    # Eigenvalues of Haar unitaries: |tr U|^2 has mean 1, |U_00|^2 mean 1/3 and no preferred phase.
    trace = np.einsum("nii->n", unitaries)
    assert abs((np.abs(trace) ** 2).mean() - 1) < 0.08
    assert abs(unitaries[:, 0, 0].mean()) < 0.03
    form = UpbShifts().standard_form(5, rng)
    turned = rotated(form, [haar_unitaries(5, 2, rng) for _ in range(3)])
    np.testing.assert_allclose(
        np.linalg.eigvalsh(turned.states), np.linalg.eigvalsh(form.states), atol=1e-13
    )


@pytest.mark.parametrize("key", CERTIFIED)
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"rotate": True},
        {"permute": True},
        {"rotate": True, "permute": True, "white_noise": {"uniform": [0.0, 0.5]}},
    ],
    ids=["plain", "rotated", "permuted", "all"],
)
def test_certificates_reproduce_the_states(key, more, rng):
    family = type(CERTIFIED[key])(**{**CERTIFIED[key].parameters(), **more})
    batch = family.sample(12, rng)
    found = 0
    for question, column in batch.certificates.items():
        assert question == check_question(question, batch.parties)
        for row in np.flatnonzero(column.present):
            certificate = column[int(row)]
            assert certificate.question == question
            assert certificate.quality == "within-delta"
            assert (certificate.weights >= 0).all()
            rebuilt = _rebuilt(certificate, batch.dims)
            np.testing.assert_allclose(rebuilt, batch.array[row], atol=1e-13)
            assert batch.known[question][row] == Verdict.SEPARABLE
            found += 1
    assert found > 2


@pytest.mark.parametrize("key", ["acin", "shifts", "smolin", "gen-shifts", "alpha"])
def test_noiseless_separable_cuts_all_have_a_certificate(key, rng):
    family = CERTIFIED[key]
    batch = type(family)(**{**family.parameters(), "permute": True}).sample(30, rng)
    for question in cuts(batch.parties):
        separable = batch.known[question] == Verdict.SEPARABLE
        present = batch.certificates[question].present if question in batch.certificates else 0
        np.testing.assert_array_equal(separable, present + np.zeros(30, bool))
    plain = type(family)(**{**family.parameters(), "certify": False}).sample(3, rng)
    assert not plain.certificates


@pytest.mark.parametrize("key", CERTIFIED)
def test_the_checker_accepts_every_certificate(key, rng):
    moved = {"rotate": True, "permute": True, "white_noise": {"choice": [0.0, 0.3]}}
    family = type(CERTIFIED[key])(**{**CERTIFIED[key].parameters(), **moved})
    batch = family.sample(20, rng)
    for question, column in batch.certificates.items():
        labels = Labels.verdicts("known", question, batch.known[question], "known", column)
        (found,) = check_labels(batch, labels)
        assert not len(found.refused)
        assert found.counts() == {
            "low-rank": {"accepted": int(column.present.sum()), "refused": 0, "open": 0}
        }
        assert found.within_delta[column.present].all()
