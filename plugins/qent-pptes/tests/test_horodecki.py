"""The Horodecki families: matrices, ranks, spectra, closed forms, ends and biseparability."""

import numpy as np
import pytest
from pydantic import ValidationError
from qent_pptes.horodecki_qubit import Horodecki2x4, Horodecki2xD
from qent_pptes.horodecki_qutrits import Horodecki3x3, HorodeckiAlpha

from qent_core.api import Verdict
from qent_core.linalg import partial_transpose

GRID = (0.1, 0.3, 0.5, 0.7, 0.9)


def _state(family, rng):
    return family.sample(1, rng).array[0]


def test_two_qutrits_as_printed(rng):
    a = 0.36
    expected = np.diag([a] * 6 + [(1 + a) / 2, a, (1 + a) / 2])
    for i, j in ((0, 4), (0, 8), (4, 8)):
        expected[i, j] = expected[j, i] = a
    expected[6, 8] = expected[8, 6] = np.sqrt(1 - a * a) / 2
    np.testing.assert_allclose(_state(Horodecki3x3(a=a), rng), expected / (8 * a + 1), atol=1e-16)


def test_two_by_four_as_printed(rng):
    b = 0.28
    expected = np.diag([b, b, b, b, (1 + b) / 2, b, b, (1 + b) / 2])
    for i, j in ((0, 5), (1, 6), (2, 7)):
        expected[i, j] = expected[j, i] = b
    expected[4, 7] = expected[7, 4] = np.sqrt(1 - b * b) / 2
    np.testing.assert_allclose(_state(Horodecki2x4(b=b), rng), expected / (7 * b + 1), atol=1e-16)
    assert np.linalg.matrix_rank(expected) == 5


def test_two_by_d_for_d_4_is_the_ququart_state_with_all_levels_flipped(rng):
    flip = np.eye(8)[::-1]
    for b in GRID:
        large, small = _state(Horodecki2xD(d=4, b=b), rng), _state(Horodecki2x4(b=b), rng)
        np.testing.assert_array_equal(large, flip @ small @ flip)


@pytest.mark.parametrize("d", [2, 3, 4, 5, 8])
def test_two_by_d_as_printed_with_its_ranks(d, rng):
    b = 0.4
    expected = np.zeros((2 * d, 2 * d))
    for i in range(d - 1):
        for row in (i, d + i + 1):
            for column in (i, d + i + 1):
                expected[row, column] += b
    expected[d, d] += b
    expected[0, 0] += (1 - b) / 2
    expected[d - 1, d - 1] += (1 + b) / 2
    expected[0, d - 1] += np.sqrt(1 - b * b) / 2
    expected[d - 1, 0] += np.sqrt(1 - b * b) / 2
    batch = Horodecki2xD(d=d, b=b).sample(1, rng)
    np.testing.assert_allclose(batch.array[0], expected / ((2 * d - 1) * b + 1), atol=1e-16)
    turned = partial_transpose(batch.array, (2, d), [0])
    assert np.linalg.eigvalsh(turned).min() > -1e-15
    ranks = [np.linalg.matrix_rank(m, tol=1e-12) for m in (batch.array[0], turned[0])]
    assert ranks == [d + 1, d + 1]
    assert batch.known["A|B"].tolist() == [1 if d >= 4 else 0]


@pytest.mark.parametrize(
    ("b", "lowest"),
    list(zip(GRID, (-0.23967, -0.08499, -0.03588, -0.01454, -0.00356), strict=True)),
)
def test_qubits_have_one_negative_eigenvalue_in_two_cuts(b, lowest, rng, spectrum):
    batch = Horodecki2x4(b=b, qubits=True).sample(1, rng)
    closed = (b - np.sqrt(b**2 + (1 - b**2) / 4)) / (7 * b + 1)
    for cut in ("B|AC", "C|AB"):
        values = spectrum(batch, cut)[0]
        assert values[0] == pytest.approx(closed, abs=1e-15)
        assert values[0] == pytest.approx(lowest, abs=5e-6)
        assert values[1] > -1e-15
    zeros = spectrum(batch, "A|BC")[0]
    assert (np.abs(zeros) < 1e-15).sum() == 3


def test_realignment_misses_the_two_by_four_states(rng, ccnr):
    batch = Horodecki2x4(b=np.array(GRID)).sample(5, rng)
    np.testing.assert_allclose(
        ccnr(batch, "A|B"), [0.9228, 0.8704, 0.8469, 0.8301, 0.8117], atol=5e-5
    )


@pytest.mark.parametrize("b", [0.0, 0.02, 0.3, 0.5, 0.97, 1.0])
def test_biseparable_decomposition_of_the_three_qubit_form(b, rng):
    f, g = np.sqrt((1 + b) / 2), np.sqrt((1 - b) / 2)
    total = np.zeros((8, 8), complex)

    def add(weight, ket):
        total[:] += weight * np.outer(ket, np.conj(ket))

    for k in range(6):
        mu = np.exp(2j * np.pi * k / 6)
        pair = np.array([f * mu, f * mu**3 - g, f, f * mu**2])  # A and B
        weight = 2 * b / (1 + b) * (1 + (mu**3).real * g / f) / 6
        assert weight >= 0
        add(weight, np.kron(pair, [1, mu]))
    zero, one = np.eye(2)
    bell = np.zeros((2, 2, 2))
    bell[0, 1, 0] = bell[1, 1, 1] = 1  # A and C in a Bell state, B in |1>
    add(b * (1 - b) / (1 + b), bell.ravel())
    add(b * (1 - b) / (1 + b), np.kron(np.kron(zero, one), one))
    add((1 - b) / (1 + b), np.kron(one, [f, 0, 0, g]))
    expected = _state(Horodecki2x4(b=b, qubits=True), rng)
    np.testing.assert_allclose(total / (7 * b + 1), expected, atol=1e-15)


def test_verdicts_at_and_near_the_ends(rng):
    values = np.array([0.0, 1e-13, 0.5, 1 - 1e-13, 1.0])
    open_between = [0, -1, 1, -1, 0]
    assert Horodecki3x3(a=values).sample(5, rng).known["A|B"].tolist() == open_between
    assert Horodecki2x4(b=values).sample(5, rng).known["A|B"].tolist() == open_between
    assert Horodecki2xD(d=6, b=values).sample(5, rng).known["A|B"].tolist() == open_between
    known = Horodecki2x4(b=values, qubits=True).sample(5, rng).known
    assert known["A|BC"].tolist() == open_between
    assert known["B|AC"].tolist() == known["C|AB"].tolist() == [1, 1, 1, -1, 0]
    assert known["A|B|C"].tolist() == [1, 1, 1, -1, 0]
    assert known["biseparable"].tolist() == [0] * 5


def test_alpha_family_as_printed(rng, spectrum):
    alpha = np.array([0.0, 0.9, 1.0, 1.9, 2.0, 2.5, 3.0, 3.1, 4.0, 4.1, 5.0])
    batch = HorodeckiAlpha(alpha=alpha).sample(len(alpha), rng)
    phi = np.eye(3).ravel() / 3**0.5
    for row, value in enumerate(alpha):
        up, down = np.zeros(9), np.zeros(9)
        up[[1, 5, 6]], down[[3, 7, 2]] = 1 / 3, 1 / 3
        rho = 2 / 7 * np.outer(phi, phi) + np.diag(value / 7 * up + (5 - value) / 7 * down)
        np.testing.assert_allclose(batch.array[row], rho, atol=1e-16)
    assert batch.known["A|B"].tolist() == [1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1]
    ppt = spectrum(batch, "A|B").min(axis=1) > -1e-14
    assert ppt.tolist() == [False, False] + [True] * 7 + [False, False]


def test_alpha_family_witness_is_positive_on_products_and_gives_the_limit(rng):
    witness = np.diag([1.0, 0, 1, 1, 1, 0, 0, 1, 1])  # |ii> and |10>, |21>, |02>
    for i in (0, 4, 8):
        for j in (0, 4, 8):
            witness[i, j] -= i != j
    kets = rng.standard_normal((2, 20000, 3, 2)) @ np.array([1, 1j])
    products = (kets[0][:, :, None] * kets[1][:, None, :]).reshape(-1, 9)
    assert np.einsum("ni,ij,nj->n", products.conj(), witness, products).real.min() > 0
    for alpha in (3.2, 4.0):
        noise = 3 * (alpha - 3) / (14 + 3 * (alpha - 3))
        for step, sign in ((-1e-9, -1), (1e-9, 1)):
            batch = HorodeckiAlpha(alpha=alpha, white_noise=noise + step).sample(1, rng)
            assert np.sign(np.einsum("ij,nji->n", witness, batch.array)[0]) == sign
            known = HorodeckiAlpha(alpha=alpha, white_noise=noise + 100 * step).sample(1, rng)
            assert known.known["A|B"].tolist() == [Verdict.ENTANGLED if sign < 0 else -1]


@pytest.mark.parametrize("bad", [{"a": 1.1}, {"a": {"uniform": [-0.1, 0.5]}}, {"white_noise": 2}])
def test_parameters_out_of_range_are_refused(bad):
    with pytest.raises(ValidationError):
        Horodecki3x3(**bad)
