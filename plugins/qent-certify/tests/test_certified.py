"""Parameters, implications, supplied proofs and bad input."""

import numpy as np
import pytest
from pydantic import ValidationError
from qent_certify.certified import Certified
from qent_certify.docket import Docket
from qent_certify.settings import STAGES

from qent_core.api import (
    CertificateColumn,
    DimensionsMismatchError,
    Labels,
    LowRankCertificate,
    QuestionInvalidError,
    StateBatch,
    check_labels,
)
from qent_core.linalg import partial_transpose


def random_ppt(dims, environment, count, seed):
    rng = np.random.default_rng(seed)
    size, kept = int(np.prod(dims)), []
    while sum(map(len, kept)) < count:
        g = rng.normal(size=(4 * count, size, environment, 2)) @ np.array([1, 1j])
        rho = g @ g.conj().swapaxes(1, 2)
        rho /= np.einsum("nii->n", rho).real[:, None, None]
        kept.append(rho[np.linalg.eigvalsh(partial_transpose(rho, dims, [0]))[:, 0] > 0])
    return StateBatch(np.concatenate(kept)[:count], dims)


@pytest.mark.parametrize("count", [80, pytest.param(300, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("dims", "environment"),
    [((2, 4), 12), ((2, 4), 16), ((2, 4), 24), ((3, 3), 16), ((3, 3), 20), ((3, 3), 30)],
)
def test_random_ppt_states_are_decided(dims, environment, count):
    batch = random_ppt(dims, environment, 300, seed=environment)[:count]
    labels = Certified().label(batch)
    column = labels.column("certified[A|B]")
    assert (column.values >= 0).sum() >= count - 1
    (checked,) = check_labels(batch, labels)
    assert len(checked.refused) == 0
    assert checked.without_proof == 0
    assert not checked.within_delta.any()


@pytest.mark.parametrize("dims", [(2, 2), (2, 3)])
def test_small_states_agree_with_partial_transposition(dims):
    count = 4000
    rng = np.random.default_rng(2)
    size = int(np.prod(dims))
    g = rng.normal(size=(count, size, size, 2)) @ np.array([1, 1j])
    rho = g @ g.conj().swapaxes(1, 2)
    rho /= np.einsum("nii->n", rho).real[:, None, None]
    truth = np.linalg.eigvalsh(partial_transpose(rho, dims, [1]))[:, 0] < 0
    batch = StateBatch(rho, dims)
    assert (Certified().label(batch).values("certified[A|B]") == truth).all()
    # The search on its own, without the exact criterion, agrees as well.
    searched = Certified(stages=("decomposition",)).label(batch[:400]).values("certified[A|B]")
    assert (searched[truth[:400]] == -1).all()
    assert (searched[~truth[:400]] == 0).mean() > 0.98


@pytest.mark.parametrize(
    ("dims", "questions"),
    [
        ((2, 2, 2), ("A|BC", "B|AC", "C|AB")),
        ((2, 3, 2), ("A|BC", "B|AC", "C|AB")),
        ((2, 2, 2, 2), ("A|BCD", "B|ACD", "D|ABC", "AB|CD", "AC|BD", "AD|BC")),
    ],
)
def test_negative_partial_transposes_are_seen_across_every_cut(dims, questions):
    # Complex states, for which it matters which side is transposed.
    rng = np.random.default_rng(8)
    size = int(np.prod(dims))
    g = rng.normal(size=(40, size, size, 2)) @ np.array([1, 1j])
    rho = g @ g.conj().swapaxes(1, 2)
    rho /= np.einsum("nii->n", rho).real[:, None, None]
    labels = Certified(questions=questions, stages=("npt",)).label(StateBatch(rho, dims))
    for question in questions:
        side = ["ABCD".index(party) for party in question.split("|")[0]]
        truth = np.linalg.eigvalsh(partial_transpose(rho, dims, side))[:, 0] < -1e-9
        assert (labels.values(f"certified[{question}]") == np.where(truth, 1, -1)).all()


@pytest.mark.slow
@pytest.mark.parametrize("dims", [(2, 2), (2, 3)])
def test_a_million_small_states_agree_with_partial_transposition(dims):
    rng = np.random.default_rng(3)
    size = int(np.prod(dims))
    for _ in range(50):
        g = rng.normal(size=(20_000, size, size, 2)) @ np.array([1, 1j])
        rho = g @ g.conj().swapaxes(1, 2)
        rho /= np.einsum("nii->n", rho).real[:, None, None]
        truth = np.linalg.eigvalsh(partial_transpose(rho, dims, [1]))[:, 0] < 0
        found = Certified().label(StateBatch(rho, dims)).values("certified[A|B]")
        assert ((found == truth) | (found == -1)).all()


def test_three_qubits_answers_follow_the_implications():
    rng = np.random.default_rng(4)
    g = rng.normal(size=(8, 8, 20, 2)) @ np.array([1, 1j])
    rho = g @ g.conj().swapaxes(1, 2)
    rho /= np.einsum("nii->n", rho).real[:, None, None]
    batch = StateBatch(rho, (2, 2, 2))
    budgets = {"witness": 24}
    labels = Certified(
        questions=("A|BC", "B|AC", "C|AB", "A|B|C", "biseparable"), budgets=budgets
    ).label(batch)
    full, two = labels.values("certified[A|B|C]"), labels.values("certified[biseparable]")
    for cut in ("A|BC", "B|AC", "C|AB"):
        values = labels.values(f"certified[{cut}]")
        assert (values[full == 0] == 0).all()
        assert (full[values == 1] == 1).all()
        assert (two[values == 0] == 0).all()
    assert all(len(c.refused) == 0 and c.without_proof == 0 for c in check_labels(batch, labels))


def test_supplied_proofs_are_checked():
    product = np.zeros((2, 4, 4))
    product[:, 0, 0] = 1
    right = LowRankCertificate(
        question="A|B", weights=np.ones(1), factors=(np.eye(2)[:1], np.eye(2)[:1])
    )
    wrong = LowRankCertificate(
        question="A|B", weights=np.ones(1), factors=(np.eye(2)[1:], np.eye(2)[:1])
    )
    column = CertificateColumn.from_records([right, wrong])
    batch = StateBatch(product, (2, 2), certificates={"A|B": column})
    values = Certified(stages=("supplied",)).label(batch).values("certified[A|B]")
    assert values.tolist() == [0, -1]


def test_the_seed_fixes_everything():
    batch = random_ppt((2, 4), 14, 20, seed=1)
    first, again, other = (
        Certified(random_state=seed).label(batch).column("certified[A|B]").certificates[3]
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.factors[0], again.factors[0])
    assert np.abs(first.factors[0] - other.factors[0]).max() > 1e-3


def test_a_budget_of_zero_skips_a_stage():
    batch = random_ppt((2, 4), 14, 4, seed=1)
    budgets = dict.fromkeys(STAGES, 0)
    labels = Certified(budgets=budgets).label(batch)
    assert labels.values("certified[A|B]").tolist() == [-1] * 4
    assert Certified(stages=("npt",)).label(batch).values("certified[A|B]").tolist() == [-1] * 4


def test_bad_parameters_and_input():
    with pytest.raises(ValidationError):
        Certified(stages=("magic",))
    with pytest.raises(ValidationError):
        Certified(budgets={"witness": -1})
    with pytest.raises(QuestionInvalidError):
        Certified(questions=("A|BC",)).label(StateBatch(np.eye(4)[None] / 4, (2, 2)))
    with pytest.raises(DimensionsMismatchError):
        Certified().label(StateBatch(np.eye(4)[None] / 4, (4,)))


def test_matrices_that_are_no_states_stay_unknown():
    bell = np.zeros((4, 4))
    bell[::3, ::3] = 0.5
    rows = [3 * np.eye(4) / 4, 2 * bell, np.diag([1.5, -0.5, 0, 0])]
    values = Certified().label(StateBatch(rows, (2, 2))).values("certified[A|B]")
    assert values.tolist() == [-1, -1, -1]


def test_states_on_the_border_are_unknown_or_right():
    pure = np.eye(3).ravel() / np.sqrt(3)
    states = [
        (0.25 + e) * np.outer(pure, pure) + (0.75 - e) * np.eye(9) / 9
        for e in (-1e-12, 1e-13, 1e-11)
    ]
    values = Certified(quality="strict").label(StateBatch(states, (3, 3)))
    found = values.values("certified[A|B]")
    assert found[0] != 1
    assert found[2] != 0


def test_an_empty_batch():
    labels = Certified().label(StateBatch(np.zeros((0, 8, 8)), (2, 4)))
    assert len(labels) == 0


def test_labels_survive_a_file(tmp_path):
    batch = random_ppt((2, 4), 14, 5, seed=1)
    labels = Certified().label(batch)
    labels.save(tmp_path / "labels.npz")
    read = Labels.load(tmp_path / "labels.npz")
    (checked,) = check_labels(batch, read)
    assert checked.counts() == {"decomposition": {"accepted": 5, "refused": 0, "open": 0}}
    (other,) = check_labels(batch[::-1], read)
    assert other.counts()["decomposition"]["accepted"] <= 1


def test_a_docket_refuses_what_the_checker_refuses():
    docket = Docket(np.eye(4)[None] / 4, (2, 2), ["A|B"])
    factors = {"factors/0": np.ones((1, 1, 2)), "factors/1": np.ones((1, 1, 2))}
    answer = docket.offer(
        "A|B", np.array([0]), LowRankCertificate, weights=np.ones((1, 1)), **factors
    )
    assert answer.tolist() == [-1]
    assert docket.values("A|B").tolist() == [-1]


def test_separable_verdicts_hold_in_higher_precision():
    batch = random_ppt((2, 4), 14, 10, seed=6)
    column = Certified().label(batch).column("certified[A|B]")
    for row in range(len(batch)):
        proof = column.certificates[row]
        a, b = (f.astype(np.clongdouble) for f in proof.factors)
        v = (a[:, :, None] * b[:, None, :]).reshape(len(a), 8)
        sigma = np.einsum("m,mi,mj->ij", proof.weights.astype(np.longdouble), v, v.conj())
        t = np.longdouble(proof.depth)
        rest = batch.array[row].astype(np.clongdouble) - (1 - t) * sigma - t * np.eye(8) / 8
        assert np.sqrt((np.abs(rest) ** 2).sum()) < t / 8
