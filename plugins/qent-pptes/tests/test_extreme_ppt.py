"""Extreme points of the PPT states: ranks, exactness, and extremality by another computation."""

from collections import Counter

import numpy as np
import pytest
from pydantic import ValidationError
from qent_pptes.extreme_ppt import ExtremePpt

from qent_core.api import Labels, Verdict, check_labels
from qent_core.linalg import partial_transpose


def _directions(rho, dims, parties):
    """Singular values of "X leaves the ranges" over all Hermitian X; the nullity is their zeros.

    Written out over the whole matrix space: P X P - X for the range of the state and of each of
    its partial transposes, for every element of an orthonormal basis of the Hermitian matrices.
    """
    size = len(rho)
    basis = []
    for i in range(size):
        for j in range(i, size):
            unit = np.zeros((size, size), complex)
            unit[i, j] = unit[j, i] = 1 if i == j else 0.5**0.5
            basis.append(unit)
            if i != j:
                unit = np.zeros((size, size), complex)
                unit[i, j], unit[j, i] = 1j * 0.5**0.5, -1j * 0.5**0.5
                basis.append(unit)
    basis = np.array(basis)
    columns = []
    for side in parties:
        turned = partial_transpose(basis, dims, side) if side else basis
        view = partial_transpose(rho[None], dims, side)[0] if side else rho
        values, vectors = np.linalg.eigh(view)
        inside = vectors[:, values > 1e-9]
        projector = inside @ inside.conj().T
        columns.append((turned - projector @ turned @ projector).reshape(len(basis), -1))
    matrix = np.concatenate(columns, axis=1)
    return np.linalg.svd(np.concatenate([matrix.real, matrix.imag], axis=1), compute_uv=False)


@pytest.mark.parametrize(
    ("dims", "allowed"),
    [
        ((2, 4), {(5, 6), (6, 5)}),
        ((4, 2), {(5, 6), (6, 5)}),
        ((3, 3), {(6, 6), (7, 5), (5, 7)}),
        ((2, 5), {(7, 7), (6, 8), (8, 6)}),
    ],
)
def test_ranks_and_exactness(dims, allowed, rng):
    batch = ExtremePpt(dims=dims).sample(60, rng)
    ranks = np.stack([batch.parameters["rank"], batch.parameters["rank_transposed"]], axis=1)
    assert {tuple(int(r) for r in pair) for pair in ranks} <= allowed
    for column, matrices in (
        (0, batch.array),
        (1, partial_transpose(batch.array, dims, [0])),
    ):
        values = np.linalg.eigvalsh(matrices)
        zero = np.abs(values) < 1e-9
        assert np.abs(values[zero]).max() < 1e-13
        assert values.min() > -1e-13
        np.testing.assert_array_equal((~zero).sum(axis=1), ranks[:, column])
    assert (batch.known["A|B"] == Verdict.ENTANGLED).all()


@pytest.mark.parametrize("dims", [(2, 4), (3, 3)])
@pytest.mark.parametrize("more", [{}, {"rotate": True, "permute": True}], ids=["plain", "moved"])
def test_only_the_state_itself_keeps_the_ranges(dims, more, rng):
    batch = ExtremePpt(dims=dims, **more).sample(8, rng)
    for rho in batch.array:
        sizes = _directions(rho, dims, [(), (0,)])
        assert sizes[-1] < 1e-12
        assert sizes[-2] > 1e-7


def test_three_qubits_are_extreme_among_states_ppt_in_all_cuts(rng):
    batch = ExtremePpt(dims=(2, 2, 2)).sample(8, rng)
    for rho in batch.array:
        sizes = _directions(rho, (2, 2, 2), [(), (0,), (1,), (2,)])
        assert sizes[-1] < 1e-12
        assert sizes[-2] > 1e-7
    assert (batch.known["A|B|C"] == Verdict.ENTANGLED).all()
    for question in ("A|BC", "B|AC", "C|AB", "biseparable"):
        assert (batch.known[question] == Verdict.UNKNOWN).all()


@pytest.mark.parametrize("dims", [(2, 2), (2, 3)])
def test_where_ppt_means_separable_extreme_points_are_pure_products(dims, rng):
    batch = ExtremePpt(dims=dims).sample(20, rng)
    purity = np.einsum("nij,nji->n", batch.array, batch.array).real
    np.testing.assert_allclose(purity, 1, atol=1e-12)
    assert (batch.known["A|B"] == Verdict.SEPARABLE).all()


def test_realignment_sees_no_qubit_ququart_and_some_qutrit_states(rng, ccnr):
    assert (ccnr(ExtremePpt(dims=(2, 4)).sample(100, rng), "A|B") < 1).all()
    seen = (ccnr(ExtremePpt(dims=(3, 3)).sample(400, rng), "A|B") > 1).mean()
    assert 0.43 < seen < 0.62


def test_both_rank_pairs_occur_equally_often(rng):
    ranks = Counter(ExtremePpt(dims=(2, 4)).sample(200, rng).parameters["rank"].tolist())
    assert set(ranks) == {5.0, 6.0}
    assert 65 < ranks[5.0] < 135


def test_certificates_of_extremality(rng):
    batch = ExtremePpt(dims=(3, 3), certify=True, rotate=True).sample(5, rng)
    column = batch.certificates["A|B"]
    assert column.present.all()
    assert column[0].kind == "extremal"
    assert column[0].quality == "strict"
    noise = {"choice": [0.0, 0.1]}
    noisy = ExtremePpt(certify=True, white_noise=noise).sample(30, rng)
    clean = noisy.parameters["white_noise"] == 0
    np.testing.assert_array_equal(noisy.certificates["A|B"].present, clean)
    assert (
        not ExtremePpt(dims=(2, 2), certify=True).sample(3, rng).certificates["A|B"].present.any()
    )


@pytest.mark.parametrize("dims", [(2, 4), (3, 3), (2, 5)])
def test_the_checker_accepts_them_as_extreme(dims, rng):
    batch = ExtremePpt(dims=dims, certify=True, rotate=True).sample(40, rng)
    labels = Labels.verdicts("known", "A|B", batch.known["A|B"], "known", batch.certificates["A|B"])
    (found,) = check_labels(batch, labels)
    assert found.counts() == {"extremal": {"accepted": 40, "refused": 0, "open": 0}}
    assert not found.within_delta.any()


@pytest.mark.parametrize("bad", [(3,), (7, 7), (2, 2, 2, 2, 2, 2)])
def test_impossible_dims_are_refused(bad):
    with pytest.raises(ValidationError):
        ExtremePpt(dims=bad)
