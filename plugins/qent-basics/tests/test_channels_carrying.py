"""Which verdicts and certificates survive which channel."""

import numpy as np
import pytest
from qent_basics.channels.amplitude_damping import AmplitudeDamping, GeneralizedAmplitudeDamping
from qent_basics.channels.dephasing import Dephasing
from qent_basics.channels.depolarizing import Depolarizing
from qent_basics.channels.kraus import Kraus
from qent_basics.channels.pauli_flips import BitFlip, BitPhaseFlip, PhaseFlip
from qent_basics.channels.random_local_unitary import RandomLocalUnitary
from qent_basics.families.bell_diagonal import BellDiagonal
from qent_basics.families.named_pure import GHZ
from qent_basics.families.product import Product
from qent_basics.families.separable import SeparableMixture
from qent_basics.families.x_state import XState

from qent_core.api import (
    BISEPARABLE,
    CertificateColumn,
    Choice,
    DecompositionCertificate,
    Labels,
    NptCertificate,
    PptSmallCertificate,
    RealignmentCertificate,
    StateBatch,
    Verdict,
    check_labels,
    cut_of,
    parse_partition,
    stream,
)
from qent_core.linalg import partial_transpose

CNOT = [[[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0]]]
HADAMARD = [[[2**-0.5, 2**-0.5], [2**-0.5, -(2**-0.5)]]]
RESET = [[[1, 0], [0, 0]], [[0, 1], [0, 0]]]

LOCAL_NOISE = [
    kind(strength=0.3)
    for kind in (
        Depolarizing,
        Dephasing,
        AmplitudeDamping,
        GeneralizedAmplitudeDamping,
        BitFlip,
        PhaseFlip,
        BitPhaseFlip,
    )
]
LOCAL_NOISE += [Depolarizing(strength=0.3, parties=(1,)), Kraus(operators=RESET, parties=[0])]


def rebuilt(certificate, dims):
    partition = parse_partition(certificate.question, len(dims))
    current = [party for block in partition for party in block]
    total = 0
    for term, weight in enumerate(certificate.weights):
        ket = np.ones(1)
        for vectors in certificate.factors:
            ket = np.kron(ket, vectors[term])
        ket = ket.reshape([dims[party] for party in current])
        ket = ket.transpose([current.index(party) for party in range(len(dims))]).ravel()
        total = total + weight * np.outer(ket, ket.conj())
    return total


@pytest.mark.parametrize("channel", LOCAL_NOISE, ids=repr)
def test_noise_keeps_separable_and_drops_entangled(channel):
    both = StateBatch.concatenate(
        [Product(dims=(2, 2, 2)).sample(3, stream(1)), GHZ().sample(2, stream(1))]
    )
    after = channel.apply(both, stream(1))
    assert set(after.known) == set(both.known)
    assert all(column.tolist() == [0, 0, 0, -1, -1] for column in after.known.values())


@pytest.mark.parametrize("channel", LOCAL_NOISE, ids=repr)
def test_verdicts_carried_are_true(channel):
    before = XState().sample(400, stream(2))
    after = channel.apply(before, stream(2))
    least = np.linalg.eigvalsh(partial_transpose(after.density(), after.dims, [1]))[:, 0]
    assert (after.known["A|B"] == Verdict.SEPARABLE).sum() > 100
    assert (least[after.known["A|B"] == Verdict.SEPARABLE] > -1e-12).all()


@pytest.mark.parametrize(
    "kind", [Depolarizing, Dephasing, AmplitudeDamping, BitFlip, RandomLocalUnitary]
)
def test_states_left_as_they_are_keep_everything(kind):
    family = SeparableMixture(dims=(2, 2, 2), terms=2, certify=True)
    batch = StateBatch.concatenate([GHZ().sample(20, stream(1)), family.sample(20, stream(1))])
    after = kind(strength=Choice((0.0, 0.5))).apply(batch, stream(3))
    still = (after.array == batch.array).all(axis=(1, 2))
    assert 5 < still.sum() < 35
    for question, column in batch.known.items():
        assert np.array_equal(after.known[question][still], column[still])
    for question, proofs in batch.certificates.items():
        assert np.array_equal(after.certificates[question].present[still], proofs.present[still])


CARRIED = [
    Depolarizing(strength=Choice((0.0, 0.3))),
    Dephasing(strength=0.4),
    Dephasing(strength=1.0, parties=(0,)),
    AmplitudeDamping(strength=Choice((0.0, 0.6))),
    BitFlip(strength=0.2, parties=(1,)),
]


@pytest.mark.parametrize("channel", CARRIED, ids=lambda c: c.channel_name)
@pytest.mark.parametrize("question", [None, "B|AC"])
def test_local_noise_carries_explicit_mixtures(channel, question):
    more = {} if question is None else {"question": question}
    batch = SeparableMixture(dims=(2, 2, 2), terms=3, certify=True, **more).sample(6, stream(4))
    channel = channel if channel.parties else channel.model_copy(update={"parties": (0, 2)})
    after = channel.apply(batch, stream(4))
    assert not np.array_equal(after.array, batch.array)
    assert set(after.certificates) == set(batch.certificates)
    for name, column in after.certificates.items():
        assert column.present.all()
        for row in range(6):
            assert np.allclose(rebuilt(column[row], (2, 2, 2)), after.density()[row], atol=1e-13)
        # The checker agrees: separable, and no search was made.
        labels = Labels.verdicts("carried", name, after.known[name], "low-rank", column)
        (checked,) = check_labels(after, labels)
        assert (checked.status == 1).all()


@pytest.mark.parametrize(
    "channel",
    [
        Depolarizing(strength=0.3),
        Depolarizing(strength=0.3, parties=(1,)),
        Dephasing(strength=0.5),
    ],
)
def test_unital_noise_carries_decompositions_with_their_white_noise(channel):
    rng = np.random.default_rng(2)
    factors = [rng.normal(size=(4, 5, d, 2)) @ np.array([1, 1j]) for d in (2, 3)]
    vectors = np.einsum("nma,nmb->nmab", *factors).reshape(4, 5, 6)
    weights = 1 / (5 * (np.abs(vectors) ** 2).sum(axis=2))
    sigma = np.einsum("nm,nmi,nmj->nij", weights, vectors, vectors.conj())
    depth = np.full(4, 1e-3)
    rest = rng.normal(size=(4, 6, 6))
    rest = rest + rest.swapaxes(1, 2)
    rest -= np.trace(rest, axis1=1, axis2=2)[:, None, None] * np.eye(6) / 6
    rest *= 0.9 * 1e-3 / 6 / np.linalg.norm(rest, axis=(1, 2))[:, None, None]
    rho = (1 - 1e-3) * sigma + 1e-3 * np.eye(6) / 6 + rest
    column = CertificateColumn.stacked(
        4, DecompositionCertificate, "A|B", np.arange(4), weights=weights, depth=depth,
        **{"factors/0": factors[0], "factors/1": factors[1]},
    )  # fmt: skip
    batch = StateBatch(rho, (2, 3), known={"A|B": [0] * 4}, certificates={"A|B": column})
    after = channel.apply(batch, stream(1))
    labels = Labels.verdicts(
        "x", "A|B", after.known["A|B"], "decomposition", after.certificates["A|B"]
    )
    (checked,) = check_labels(after, labels)
    assert checked.counts() == {"decomposition": {"accepted": 4, "refused": 0, "open": 0}}


def test_white_noise_makes_decompositions_of_mixtures():
    batch = SeparableMixture(dims=(2, 2, 2), terms=3, certify=True).sample(6, stream(4))
    after = Depolarizing(strength=Choice((0.0, 0.3, 1.0))).apply(batch, stream(4))
    strength = after.parameters["depolarizing.strength"]
    assert len(set(strength)) == 3
    for name, column in after.certificates.items():
        expected = {0.0: "low-rank", 0.3: "decomposition", 1.0: ""}
        assert column.kinds().tolist() == [expected[p] for p in strength]
        verdicts = np.where(column.present, after.known[name], Verdict.UNKNOWN)
        labels = Labels.verdicts("carried", name, verdicts, "known", column)
        (checked,) = check_labels(after, labels)
        assert (checked.status[column.present] == 1).all()


def test_damping_drops_white_noise_it_would_colour():
    vectors = np.ones((1, 1, 2)) / 2**0.5
    column = CertificateColumn.stacked(
        1, DecompositionCertificate, "A|B", [0], weights=np.ones((1, 1)), depth=np.array([0.1]),
        **{"factors/0": vectors, "factors/1": vectors},
    )  # fmt: skip
    batch = StateBatch([np.eye(4) / 4], (2, 2), certificates={"A|B": column})
    for strength, kept in ((0.0, True), (0.3, False)):
        after = AmplitudeDamping(strength=strength).apply(batch, stream(1))
        assert bool(after.certificates["A|B"].present[0]) == kept


def test_mixtures_do_not_grow_without_bound():
    batch = SeparableMixture(dims=(2, 2, 2), terms=4, certify=True).sample(2, stream(1))
    present = []
    for _ in range(3):
        batch = Depolarizing(strength=0.1, parties=(0, 1, 2)).apply(batch, stream(1))
        present.append(all(c.present.all() for c in batch.certificates.values()))
    assert present == [True, False, False]
    assert (batch.known["A|B|C"] == Verdict.SEPARABLE).all()


# --- local unitaries -----------------------------------------------------------------------------


@pytest.mark.parametrize("strength", [1.0, 0.5])
@pytest.mark.parametrize("parties", [None, (1,), (0, 2)])
def test_local_unitaries_carry_verdicts_and_product_vectors(parties, strength):
    dims = (2, 3, 2)
    for family in (
        SeparableMixture(dims=dims, terms=3, certify=True),
        SeparableMixture(dims=dims, question="B|AC", terms=3, certify=True),
        Product(dims=dims, certify=True),
    ):
        batch = family.sample(6, stream(4))
        after = RandomLocalUnitary(strength=strength, parties=parties).apply(batch, stream(4))
        assert {q: v.tolist() for q, v in after.known.items()} == {
            q: v.tolist() for q, v in batch.known.items()
        }
        assert set(after.certificates) == set(batch.certificates)
        for column in after.certificates.values():
            for row in range(6):
                assert np.allclose(rebuilt(column[row], dims), after.density()[row], atol=1e-13)


def test_local_unitaries_carry_entangled_verdicts():
    after = RandomLocalUnitary().apply(GHZ().sample(3, stream(1)), stream(1))
    assert all((column == Verdict.ENTANGLED).all() for column in after.known.values())
    batch = BellDiagonal().sample(200, stream(1))
    assert np.array_equal(
        RandomLocalUnitary().apply(batch, stream(1)).known["A|B"], batch.known["A|B"]
    )


def test_local_unitaries_carry_each_kind_of_certificate_as_they_should():
    batch = SeparableMixture(terms=2).sample(4, stream(1))
    vectors = np.ones((1, 2, 2)) / 2**0.5
    kinds = [
        (DecompositionCertificate, {"weights": np.ones((1, 2)), "depth": np.array([1e-6])}),
        (PptSmallCertificate, {}),
        (RealignmentCertificate, {}),
        (NptCertificate, {"vector": np.ones((1, 4))}),
    ]
    kinds[0][1].update({"factors/0": vectors, "factors/1": vectors})
    column = CertificateColumn(
        4,
        [
            block
            for row, (kind, arrays) in enumerate(kinds)
            for block in CertificateColumn.stacked(4, kind, "A|B", [row], **arrays).blocks
        ],
    )
    batch = batch.replaced(batch.array, certificates={"A|B": column})
    after = RandomLocalUnitary().apply(batch, stream(1)).certificates["A|B"]
    assert after.kinds().tolist() == ["decomposition", "ppt-small", "realignment", ""]
    turned = after[0]
    assert turned.depth == 1e-6
    assert np.allclose(np.linalg.norm(turned.factors[0], axis=1), 1)
    assert not np.allclose(turned.factors[0], vectors[0])
    # What was given is as it was.
    assert np.array_equal(column[0].factors[0], vectors[0])


# --- Kraus maps ----------------------------------------------------------------------------------


def test_a_gate_on_two_parties_keeps_verdicts_where_they_lie_in_one_block():
    gate = Kraus(operators=CNOT, parties=(1, 2))
    product = gate.apply(Product(dims=(2, 2, 2)).sample(2, stream(1)), stream(1))
    assert {q: int(v[0]) for q, v in product.known.items()} == {
        "A|BC": 0,
        "B|AC": -1,
        "C|AB": -1,
        "A|B|C": -1,
        BISEPARABLE: -1,
    }
    ghz = gate.apply(GHZ().sample(2, stream(1)), stream(1))
    assert {q: int(v[0]) for q, v in ghz.known.items()} == {
        "A|BC": 1,
        "B|AC": -1,
        "C|AB": -1,
        "A|B|C": -1,
        BISEPARABLE: -1,
    }
    # Indeed: CNOT takes GHZ to a product across C|AB.
    transposed = partial_transpose(ghz.density(), ghz.dims, cut_of("C|AB", 3))
    assert np.linalg.eigvalsh(transposed)[0, 0] > -1e-12


def test_a_local_unitary_keeps_every_verdict_and_a_reset_does_not():
    ghz = GHZ().sample(2, stream(1))
    turned = Kraus(operators=HADAMARD, parties=[1]).apply(ghz, stream(1))
    assert all((v == Verdict.ENTANGLED).all() for v in turned.known.values())
    half = Kraus(operators=HADAMARD, parties=[1], strength=0.5).apply(ghz, stream(1))
    assert all((v == Verdict.UNKNOWN).all() for v in half.known.values())
    reset = Kraus(operators=RESET, parties=[1]).apply(ghz, stream(1))
    assert all((v == Verdict.UNKNOWN).all() for v in reset.known.values())
