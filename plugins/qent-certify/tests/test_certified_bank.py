"""States whose truth is known: nothing wrong, and what must be decided is decided."""

import numpy as np
import pytest
from qent_certify.certified import Certified

from qent_core.api import StateBatch, check_labels
from qent_core.linalg import apply_local
from qent_testing.samples import unitaries

THREE = ("A|BC", "B|AC", "C|AB", "A|B|C", "biseparable")


def noisy(ket, visibilities, dims):
    psi = np.asarray(ket, dtype=complex)
    psi /= np.linalg.norm(psi)
    size = len(psi)
    pure = np.outer(psi, psi.conj())
    return StateBatch([v * pure + (1 - v) * np.eye(size) / size for v in visibilities], dims)


def turned(rho, dims, seed=3):
    rho = np.asarray(rho, dtype=complex)
    local = [unitaries(len(rho), d, seed + k) for k, d in enumerate(dims)]
    return StateBatch(apply_local(rho, dims, local), dims)


def verdicts(batch, question, **parameters):
    labels = Certified(questions=(question,), **parameters).label(batch)
    for column in check_labels(batch, labels):
        assert len(column.refused) == 0
        assert column.without_proof == 0
    return labels.column(f"certified[{question}]").values.tolist()


def horodecki_2x4(b):
    rho = np.diag([b, b, b, b, (1 + b) / 2, b, b, (1 + b) / 2]).astype(float)
    for i, j in ((0, 5), (1, 6), (2, 7)):
        rho[i, j] = rho[j, i] = b
    rho[4, 7] = rho[7, 4] = np.sqrt(1 - b * b) / 2
    return rho / (7 * b + 1)


def horodecki_3x3(a):
    rho = np.eye(9) * a
    for i, j in ((0, 4), (0, 8), (4, 8)):
        rho[i, j] = rho[j, i] = a
    rho[6, 6] = rho[8, 8] = (1 + a) / 2
    rho[6, 8] = rho[8, 6] = np.sqrt(1 - a * a) / 2
    return rho / (8 * a + 1)


def tiles(first=3, second=3):
    def pad(v, d):
        return np.concatenate([v, np.zeros(d - 3)])

    e, r = np.eye(3), np.sqrt(0.5)
    kets = [
        (e[0], r * (e[0] - e[1])),
        (e[2], r * (e[1] - e[2])),
        (r * (e[0] - e[1]), e[2]),
        (r * (e[1] - e[2]), e[0]),
        (np.ones(3) / np.sqrt(3), np.ones(3) / np.sqrt(3)),
    ]
    support = np.kron(np.diag(pad(np.ones(3), first)), np.diag(pad(np.ones(3), second)))
    for a, b in kets:
        v = np.kron(pad(a, first), pad(b, second))
        support = support - np.outer(v, v)
    return support / 4


def acin(a, b, c):
    rho = np.diag([1, a, b, c, 1 / c, 1 / b, 1 / a, 1]).astype(float)
    rho[0, 7] = rho[7, 0] = 1
    return rho / np.trace(rho)


def shifts():
    zero, one = np.eye(2)
    plus, minus = (zero + one) / np.sqrt(2), (zero - one) / np.sqrt(2)
    rho = np.eye(8)
    for a, b, c in ((zero, one, plus), (one, plus, zero), (plus, zero, one), (minus,) * 3):
        v = np.kron(np.kron(a, b), c)
        rho = rho - np.outer(v, v)
    return rho / 4


@pytest.mark.parametrize("d", [2, 3, 4])
def test_isotropic_states_flip_at_their_threshold(d):
    t = 1 / (d + 1)
    batch = noisy(np.eye(d).ravel(), [t - 1e-3, t - 1e-6, t + 1e-9, t + 1e-3], (d, d))
    assert verdicts(batch, "A|B") == [0, 0, 1, 1]


def test_werner_states_of_two_qutrits():
    swap = np.eye(9)[[3 * j + i for i in range(3) for j in range(3)]]
    anti, sym = (np.eye(9) - swap) / 6, (np.eye(9) + swap) / 12
    states = [w * anti + (1 - w) * sym for w in (0.499, 0.5 - 1e-6, 0.5 + 1e-9, 0.501)]
    assert verdicts(StateBatch(states, (3, 3)), "A|B") == [0, 0, 1, 1]


def test_ghz_with_noise_answers_three_questions():
    batch = noisy([1, 0, 0, 0, 0, 0, 0, 1], [0.1995, 0.2005, 0.428, 0.4291], (2, 2, 2))
    labels = Certified(questions=THREE).label(batch)
    assert labels.values("certified[A|B|C]").tolist() == [0, 1, 1, 1]
    assert labels.values("certified[B|AC]").tolist() == [0, 1, 1, 1]
    assert labels.values("certified[biseparable]").tolist() == [0, 0, 0, 1]
    assert all(len(c.refused) == 0 for c in check_labels(batch, labels))


def test_horodecki_states_of_a_qubit_and_a_ququart_are_entangled():
    rho = [horodecki_2x4(b) for b in (0.02, 0.3, 0.6, 0.9, 0.98)]
    assert verdicts(turned(rho, (2, 4)), "A|B") == [1] * 5
    assert verdicts(StateBatch(rho[1:3], (2, 4)), "A|B", quality="strict") == [1, 1]


@pytest.mark.slow
def test_horodecki_states_of_a_qubit_and_a_ququart_are_entangled_strictly():
    rho = [horodecki_2x4(b) for b in np.linspace(0.02, 0.98, 49)]
    assert verdicts(turned(rho, (2, 4)), "A|B", quality="strict") == [1] * 49


def test_horodecki_states_of_two_qutrits_are_entangled():
    rho = [horodecki_3x3(a) for a in np.linspace(0.05, 0.95, 19)]
    assert verdicts(turned(rho, (3, 3)), "A|B", quality="strict") == [1] * 19


@pytest.mark.parametrize("dims", [(3, 3), (3, 4), (4, 4)])
def test_tiles_are_entangled_wherever_they_are_embedded(dims):
    assert verdicts(turned([tiles(*dims)], dims), "A|B") == [1]


def test_acin_states_are_separable_across_cuts_only():
    rho = [acin(3, 0.2, 40), acin(2, 0.5, 1.001), acin(1.5, 2.0, 3.0)]
    batch = turned(rho, (2, 2, 2))
    labels = Certified(questions=THREE[:4]).label(batch)
    for cut in THREE[:3]:
        assert labels.values(f"certified[{cut}]").tolist() == [0, 0, 0]
    # The third has ab = c: fully separable, so never entangled.
    assert labels.values("certified[A|B|C]").tolist()[:2] == [1, 1]
    assert labels.values("certified[A|B|C]")[2] != 1
    assert all(len(c.refused) == 0 for c in check_labels(batch, labels))


def test_shifts_is_separable_across_cuts_and_biseparable_only():
    batch = turned([shifts()], (2, 2, 2))
    labels = Certified(questions=THREE).label(batch)
    assert [int(column.values[0]) for column in labels.columns.values()] == [0, 0, 0, 1, 0]
    assert verdicts(batch, "biseparable") == [0]
    assert verdicts(batch, "A|BC", quality="strict") == [-1]


def test_smolin_is_undecided_or_right():
    bell = [(1, 0, 0, 1), (1, 0, 0, -1), (0, 1, 1, 0), (0, 1, -1, 0)]
    rho = sum(np.kron(np.outer(b, b), np.outer(b, b)) for b in bell) / 16
    batch = StateBatch([rho], (2, 2, 2, 2))
    labels = Certified(questions=("A|BCD", "AB|CD"), stages=("npt", "low-rank")).label(batch)
    assert labels.values("certified[A|BCD]").tolist() == [1]
    assert labels.values("certified[AB|CD]").tolist() == [0]


def test_pure_states():
    kets = np.array([[1, 0, 0, 0, 0, 0, 0, 0], [1, 0, 0, 1, 0, 0, 0, 0], [0, 1, 1, 0, 1, 0, 0, 0]])
    kets = kets / np.linalg.norm(kets, axis=1, keepdims=True)
    labels = Certified(questions=THREE).label(StateBatch(kets, (2, 2, 2)))
    table = np.array([labels.values(f"certified[{q}]") for q in THREE])
    assert table.T.tolist() == [[0, 0, 0, 0, 0], [0, 1, 1, 1, 0], [1, 1, 1, 1, 1]]
