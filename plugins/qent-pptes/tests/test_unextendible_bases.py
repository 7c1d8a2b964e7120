"""Unextendible product bases: orthonormal, unextendible, and what their states look like."""

import numpy as np
import pytest
from pydantic import ValidationError
from qent_pptes.product_completion import completed
from qent_pptes.upb_minimal import UpbMin4x4, UpbQuadRes
from qent_pptes.upb_qubits import UpbGenShifts, UpbShifts
from qent_pptes.upb_qutrits import UpbPyramid, UpbSixParam, UpbTiles, _five_vectors
from qent_pptes.upb_tilings import UpbGenTiles1, UpbGenTiles2

from qent_core.api import cuts
from qent_core.linalg import tensor

BASES = [
    (UpbTiles(), 5),
    (UpbPyramid(), 5),
    (UpbSixParam(), 5),
    (UpbShifts(), 4),
    (UpbGenShifts(qubits=3), 4),
    (UpbGenShifts(qubits=5), 6),
    (UpbGenShifts(qubits=7), 8),
    (UpbGenTiles1(d=4), 9),
    (UpbGenTiles2(m=3, n=4), 7),
    (UpbGenTiles2(m=3, n=6), 13),
    (UpbGenTiles2(m=4, n=4), 9),
    (UpbGenTiles2(m=4, n=5), 13),
    (UpbQuadRes(d=3), 5),
    (UpbMin4x4(), 8),
]
LARGE = [(UpbGenTiles1(d=6), 25), (UpbQuadRes(d=7), 13), (UpbQuadRes(d=9), 17)]


def _named(value):
    return f"{value.name}-{value.own_dims}" if hasattr(value, "own_dims") else ""


bases = pytest.mark.parametrize(("family", "members"), BASES, ids=_named)


@pytest.mark.parametrize(("family", "members"), BASES + LARGE, ids=_named)
def test_vectors_are_orthonormal(family, members):
    kets = tensor(*family.product_vectors())
    assert len(kets) == members
    np.testing.assert_allclose(kets.conj() @ kets.T, np.eye(members), atol=1e-14)
    assert family.own_dims == tuple(v.shape[1] for v in family.product_vectors())


@bases
def test_no_product_vector_is_orthogonal_to_all(family, members, unextendible):
    assert unextendible(family.product_vectors())


@bases
def test_without_one_vector_the_basis_is_extendible(family, members, unextendible):
    assert not unextendible([v[1:] for v in family.product_vectors()])


def test_quadratic_residues_any_d_vectors_are_independent(rng):
    # That is why they are unextendible: 2 (d - 1) < 2d - 1. Checked on 300 random choices.
    for family in (UpbQuadRes(d=7), UpbQuadRes(d=9)):
        for side in family.product_vectors():
            for _ in range(150):
                rows = rng.choice(len(side), side.shape[1], replace=False)
                assert np.linalg.svd(side[rows], compute_uv=False)[-1] > 1e-6


@bases
def test_state_is_the_even_mixture_of_the_rest(family, members, rng):
    batch = family.sample(1, rng)
    size = batch.dimension
    values = np.linalg.eigvalsh(batch.array[0])
    np.testing.assert_allclose(values[:members], 0, atol=1e-15)
    np.testing.assert_allclose(values[members:], 1 / (size - members), atol=1e-15)


def test_state_is_orthogonal_to_the_basis(rng):
    for family in (UpbTiles(), UpbShifts(), UpbGenTiles1(), UpbMin4x4()):
        kets = tensor(*family.product_vectors())
        assert np.abs(kets.conj() @ family.sample(1, rng).array[0]).max() < 1e-15


def test_partial_transposes_of_shifts_have_the_same_spectrum(rng, spectrum):
    batch = UpbShifts().sample(1, rng)
    for cut in cuts(3):
        np.testing.assert_allclose(spectrum(batch, cut)[0], [0] * 4 + [0.25] * 4, atol=1e-15)


def test_norms_of_tiles_and_shifts(rng, ccnr, permutation_norms):
    assert ccnr(UpbTiles().sample(1, rng), "A|B")[0] == pytest.approx(1.0874, abs=5e-5)
    shifts = UpbShifts().sample(1, rng)
    for cut in cuts(3):
        assert ccnr(shifts, cut)[0] == pytest.approx(0.8283, abs=5e-5)
    for rows, norm in permutation_norms(shifts).items():
        plain = {index.upper() for index in rows} == {"A", "B", "C"}
        assert norm[0] == pytest.approx(1 if plain else 1.0865, abs=5e-5)


def test_embedded_state_is_the_state_on_the_first_levels(rng):
    small = UpbTiles().sample(1, rng).array[0].reshape(3, 3, 3, 3)
    batch = UpbTiles(embed=(4, 5)).sample(1, rng)
    large = batch.array[0].reshape(4, 5, 4, 5)
    np.testing.assert_array_equal(large[:3, :3, :3, :3], small)
    assert np.abs(large).sum() == np.abs(small).sum()
    assert batch.known["A|B"].tolist() == [1]
    # A rank no larger than the larger local dimension is no sign of separability.
    assert np.linalg.matrix_rank(batch.array[0]) == 4


def test_embedding_that_is_too_small_is_refused():
    for bad in ((2, 3), (3, 3, 3), (3,)):
        with pytest.raises(ValidationError, match="cannot hold"):
            UpbTiles(embed=bad)


def test_six_parameters(rng, unextendible):
    angles = rng.uniform(0.1, 1.4, (6, 20))
    for row in angles.T:
        gamma_a, theta_a, phi_a, gamma_b, theta_b, phi_b = (np.full(1, x) for x in row)
        first = _five_vectors(gamma_a, theta_a, phi_a)[0]
        second = _five_vectors(gamma_b, theta_b, phi_b)[0][[1, 3, 0, 2, 4]]
        kets = tensor(first, second)
        np.testing.assert_allclose(kets.conj() @ kets.T, np.eye(5), atol=1e-14)
        assert unextendible((first, second))
    batch = UpbSixParam().sample(50, rng)
    np.testing.assert_allclose(
        np.linalg.eigvalsh(batch.array), np.tile([0] * 5 + [0.25] * 4, (50, 1)), atol=1e-14
    )
    np.testing.assert_allclose(batch.array @ batch.array, batch.array / 4, atol=1e-14)
    degenerate = UpbSixParam(gamma_a=np.pi / 2).sample(1, rng)
    assert degenerate.known["A|B"].tolist() == [-1]


def test_tiles_and_pyramid_are_in_the_six_parameter_class_by_rank_and_norm(rng, ccnr):
    # All have the spectrum of tiles; the realignment norm tells the members apart.
    quadres, pyramid = UpbQuadRes(d=3).sample(1, rng), UpbPyramid().sample(1, rng)
    assert ccnr(quadres, "A|B")[0] == pytest.approx(ccnr(pyramid, "A|B")[0], abs=1e-12)


def test_completion_gives_an_orthonormal_product_basis(rng):
    # Local vectors of classes in orthogonal spaces of the larger system, at random angles.
    q, _ = np.linalg.qr(rng.standard_normal((5, 5)) + 1j * rng.standard_normal((5, 5)))
    qubits, _ = np.linalg.qr(rng.standard_normal((2, 2, 2)))
    first = np.stack([qubits[0][:, 0], qubits[0][:, 1], qubits[1][:, 0], qubits[1][:, 0]])
    mixed = (q[:, 0] + 0.3j * q[:, 1]) / np.linalg.norm([1, 0.3])
    second = np.stack([q[:, 0], mixed, q[:, 2], q[:, 3]])
    one, other = completed(first, second)
    kets = np.concatenate([tensor(first, second), tensor(one, other)])
    assert kets.shape == (10, 10)
    np.testing.assert_allclose(kets.conj() @ kets.T, np.eye(10), atol=1e-14)


@pytest.mark.parametrize(
    ("kind", "bad"),
    [
        (UpbGenShifts, {"qubits": 4}),
        (UpbGenTiles1, {"d": 5}),
        (UpbGenTiles2, {"m": 5, "n": 4}),
        (UpbQuadRes, {"d": 5}),
        (UpbQuadRes, {"d": 4}),
    ],
)
def test_dimensions_without_such_a_basis_are_refused(kind, bad):
    with pytest.raises(ValidationError):
        kind(**bad)
