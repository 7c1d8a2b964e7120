"""Symmetric extensions: known thresholds, the states that nothing else decides, and bad input."""

import sys

import numpy as np
import pytest
from pydantic import ValidationError
from qent_certify.certified import Certified
from qent_certify.settings import DEFAULT_STAGES, STAGES

from qent_core.api import Labels, ParameterInvalidError, StateBatch, check_labels, component
from qent_core.linalg import apply_local, permute_parties
from qent_testing.samples import unitaries

cvxpy = pytest.importorskip("cvxpy")

ONLY = ("extension",)
BEFORE = ("pure", "npt", "realignment", "extremal", "decomposition", "low-rank", "witness")


def isotropic(d, visibilities):
    psi = np.eye(d).ravel() / np.sqrt(d)
    noise = np.eye(d * d) / d**2
    return StateBatch([v * np.outer(psi, psi) + (1 - v) * noise for v in visibilities], (d, d))


def turned(rho, dims, seed=3):
    rho = np.asarray(rho, dtype=complex)
    local = [unitaries(len(rho), d, seed + k) for k, d in enumerate(dims)]
    return StateBatch(apply_local(rho, dims, local), dims)


def checked(batch, labels):
    for column in check_labels(batch, labels):
        assert len(column.refused) == 0
        assert column.without_proof == 0


def horodecki_2x4(b):
    rho = np.diag([b, b, b, b, (1 + b) / 2, b, b, (1 + b) / 2]).astype(float)
    for i, j in ((0, 5), (1, 6), (2, 7)):
        rho[i, j] = rho[j, i] = b
    rho[4, 7] = rho[7, 4] = np.sqrt(1 - b * b) / 2
    return rho / (7 * b + 1)


def breuer_hall(share):
    """Half the singlet of spin 3/2 against the symmetric states: PPT and entangled up to 1/5."""
    singlet = np.fliplr(np.diag([1.0, -1, 1, -1])).ravel() / 2
    swap = np.eye(16)[[4 * j + i for i in range(4) for j in range(4)]]
    return share * np.outer(singlet, singlet) + (1 - share) * (np.eye(16) + swap) / 20


@pytest.mark.parametrize("d", [2, 3])
def test_isotropic_states_flip_at_their_threshold(d):
    t = 1 / (d + 1)
    batch = isotropic(d, [t - 1e-3, t, t + 1e-3, 0.9])
    labels = Certified(stages=ONLY).label(batch)
    assert labels.values("certified[A|B]").tolist() == [-1, -1, 1, 1]
    checked(batch, labels)


@pytest.mark.slow
def test_isotropic_states_of_two_ququarts():
    batch = isotropic(4, [0.199, 0.2, 0.201])
    labels = Certified(stages=ONLY).label(batch)
    assert labels.values("certified[A|B]").tolist() == [-1, -1, 1]
    checked(batch, labels)


@pytest.mark.parametrize("swapped", [False, True])
def test_either_side_may_be_the_smaller_one(swapped):
    states = np.array([horodecki_2x4(b) for b in (0.2, 0.5)])
    dims = (2, 4)
    if swapped:
        states, dims = permute_parties(states, dims, (1, 0)), (4, 2)
    batch = turned(states, dims)
    labels = Certified(stages=ONLY).label(batch)
    proof = labels.column("certified[A|B]").certificates[0]
    assert (proof.kind, proof.copies, proof.extended_side) == ("extension", 2, int(swapped))
    checked(batch, labels)


def test_a_cut_of_three_parties():
    state = horodecki_2x4(0.3).reshape(1, 8, 8)
    # The qubit becomes party B: the cut is B|AC, with A and C the two halves of the ququart.
    batch = StateBatch(permute_parties(state, (2, 2, 2), (1, 0, 2)), (2, 2, 2))
    labels = Certified(questions=("B|AC",), stages=ONLY).label(batch)
    assert labels.values("certified[B|AC]").tolist() == [1]
    checked(batch, labels)


def test_more_copies_prove_no_less():
    batch = StateBatch([horodecki_2x4(0.3)], (2, 4))
    labels = Certified(stages=ONLY, copies=3).label(batch)
    proof = labels.column("certified[A|B]").certificates[0]
    assert [len(part) for part in proof.parts] == [24, 24, 16]
    checked(batch, labels)


def test_entangled_ququarts_that_nothing_else_decides():
    """PPT, not seen by realignment, not near an extreme point."""
    batch = turned([0.99 * breuer_hall(0.15) + 0.01 * np.eye(16) / 16], (4, 4))
    budgets = {"decomposition": 20, "witness": 1}
    before = Certified(stages=BEFORE, budgets=budgets).label(batch)
    assert before.values("certified[A|B]").tolist() == [-1]
    labels = Certified(stages=ONLY).label(batch)
    assert labels.values("certified[A|B]").tolist() == [1]
    checked(batch, labels)


def noisy_tiles(dims, noise):
    """The tiles state in the corner of a larger space, with a little white noise there."""
    first, second = dims
    e, r = np.eye(max(dims)), np.sqrt(0.5)
    kets = [
        (e[0], r * (e[0] - e[1])),
        (e[2], r * (e[1] - e[2])),
        (r * (e[0] - e[1]), e[2]),
        (r * (e[1] - e[2]), e[0]),
        ((e[0] + e[1] + e[2]) / np.sqrt(3),) * 2,
    ]
    rho = np.kron(np.diag(np.arange(first) < 3), np.diag(np.arange(second) < 3)).astype(float)
    for a, b in kets:
        v = np.kron(a[:first], b[:second])
        rho = rho - np.outer(v, v)
    size = first * second
    return (1 - noise) * rho / 4 + noise * np.eye(size) / size


@pytest.mark.slow
@pytest.mark.parametrize("noise", [0.0, 0.001, 0.01])
@pytest.mark.parametrize(
    ("family", "parameters"),
    [
        ("extreme-ppt", {"dims": [3, 4]}),
        ("extreme-ppt", {"dims": [4, 4]}),
        ("breuer-hall", {}),
        ("lattice", {}),
        ("upb-min4x4", {}),
        ("upb-gentiles1", {}),
        ("upb-gentiles2", {}),
        ("tiles", {"dims": (3, 4)}),
        ("tiles", {"dims": (4, 4)}),
    ],
)
def test_the_bank_beyond_two_qutrits(family, parameters, noise):
    """PPT-entangled states of 3x4 and 4x4, turned by local unitaries: none stays undecided."""
    if family == "tiles":
        dims = parameters["dims"]
        batch = turned([noisy_tiles(dims, noise)], dims)
    else:
        made = component(family, rotate=True, white_noise=noise, **parameters)
        batch = made.sample(3, np.random.default_rng(0))
    stages = ("supplied", "pure", "npt", "realignment", "extremal", "decomposition", "extension")
    labels = Certified(stages=stages, budgets={"decomposition": 40}).label(batch)
    checked(batch, labels)
    found, truth = labels.values("certified[A|B]"), batch.known.get("A|B", -np.ones(len(batch)))
    assert ((truth < 0) | (found == truth)).all()
    assert (found == 1).all()


@pytest.mark.parametrize("dims", [(2, 2), (2, 4), (3, 3)])
def test_separable_states_are_never_certified(dims):
    rng = np.random.default_rng(5)
    terms, states = int(np.prod(dims)), []
    for count in (1, terms // 2, terms, 3 * terms):
        a, b = (rng.normal(size=(count, d, 2)) @ np.array([1, 1j]) for d in dims)
        v = np.einsum("ma,mb->mab", a, b).reshape(count, -1)
        sigma = v.T @ v.conj()
        states.append(sigma / np.trace(sigma).real)
    batch = StateBatch(states, dims)
    labels = Certified(stages=ONLY, budgets={"extension": 500}).label(batch)
    assert (labels.values("certified[A|B]") == -1).all()


def test_proofs_survive_a_file(tmp_path):
    batch = StateBatch([horodecki_2x4(0.3)], (2, 4))
    labels = Certified(stages=ONLY).label(batch)
    labels.save(tmp_path / "labels.npz")
    (column,) = check_labels(batch, Labels.load(tmp_path / "labels.npz"))
    assert column.counts() == {"extension": {"accepted": 1, "refused": 0, "open": 0}}
    noise = StateBatch([np.eye(8) / 8], (2, 4))
    (column,) = check_labels(noise, Labels.load(tmp_path / "labels.npz"))
    assert column.counts()["extension"]["refused"] == 1


def test_the_explanation_names_the_copies():
    batch = StateBatch([horodecki_2x4(0.3)], (2, 4))
    labeler = Certified(stages=ONLY)
    text = labeler.explain(batch, labeler.label(batch), 0)
    assert "no extension to 2 symmetric copies of A" in text
    assert "The checker accepts it" in text


def test_sizes_out_of_reach_stay_unknown():
    ket = np.eye(6).ravel() / np.sqrt(6)
    batch = StateBatch([np.outer(ket, ket)], (6, 6))
    assert Certified(stages=ONLY).label(batch).values("certified[A|B]").tolist() == [-1]


def test_the_default_does_not_need_a_solver(monkeypatch):
    assert set(STAGES) - set(DEFAULT_STAGES) == {"extension"}
    monkeypatch.setitem(sys.modules, "cvxpy", None)
    batch = isotropic(2, [0.3])
    assert Certified().label(batch).values("certified[A|B]").tolist() == [0]
    with pytest.raises(ParameterInvalidError, match="needs the package 'cvxpy'"):
        Certified(stages=ONLY).label(batch)
    assert (
        Certified(stages=ONLY, budgets={"extension": 0}).label(batch).values("certified[A|B]") == -1
    ).all()


def test_bad_numbers_of_copies():
    for copies in (1, 7):
        with pytest.raises(ValidationError):
            Certified(copies=copies)
