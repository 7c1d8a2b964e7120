"""Physical or not: the first bad state is named, with what is wrong and by how much."""

import numpy as np
import pytest

from qent_core import validation
from qent_core.errors import StateInvalidError
from qent_core.states import StateBatch
from qent_core.validation import check_physical


def random_density(count, size, seed=0, dtype=np.complex128):
    rng = np.random.default_rng(seed)
    g = rng.standard_normal((count, size, size)) + 1j * rng.standard_normal((count, size, size))
    rho = g @ g.conj().swapaxes(1, 2)
    return (rho / np.einsum("nii->n", rho)[:, None, None]).astype(dtype)


def random_kets(count, size, seed=0):
    rng = np.random.default_rng(seed)
    kets = rng.standard_normal((count, size)) + 1j * rng.standard_normal((count, size))
    return kets / np.linalg.norm(kets, axis=1, keepdims=True)


@pytest.mark.parametrize("dtype", [np.complex128, np.complex64, np.clongdouble])
def test_random_states_are_physical(dtype):
    check_physical(random_density(50, 8, dtype=dtype))
    check_physical(random_kets(50, 8).astype(dtype))


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, np.longdouble])
def test_real_states_are_physical(dtype):
    check_physical((np.eye(4) / 4).astype(dtype)[None])
    check_physical(np.array([[1, 0, 0, 0]], dtype=dtype))


def test_pure_states_on_the_boundary_are_physical():
    kets = random_kets(50, 9)
    check_physical(kets[:, :, None] * kets[:, None, :].conj())


def test_no_states_are_physical():
    check_physical(np.zeros((0, 4)))
    check_physical(np.zeros((0, 4, 4)))


@pytest.mark.parametrize("position", [0, 3, 9])
@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda r: r * np.nan, "holds NaN or infinite numbers"),
        (lambda r: r + np.diag([np.inf, 0, 0, 0]), "holds NaN or infinite numbers"),
        (lambda r: r + 0.25 * np.eye(4, k=1), "is not Hermitian: .* differ by up to 0.25"),
        (lambda r: r * 2, "has trace 2, not 1"),
        (lambda r: r * (1 + 1e-6), r"has trace 1\.000001, not 1"),
        (
            lambda r: np.diag([0.75, 0.5, 0, -0.25]),
            "is not positive: its smallest eigenvalue is -0.25",
        ),
        (
            lambda r: np.diag([1.001, 0, 0, -0.001]),
            "is not positive: its smallest eigenvalue is -0.001",
        ),
        (lambda r: r * 1e300, "has trace"),
    ],
    ids=["nan", "inf", "skew", "trace", "trace slightly", "negative", "slightly", "huge"],
)
def test_first_bad_density_matrix_is_named(position, spoil, said):
    rho = random_density(10, 4)
    rho[position] = spoil(rho[position])
    with pytest.raises(StateInvalidError, match=f"^state {position} {said}"):
        check_physical(rho)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda k: k * 3, "has norm 3, not 1"),
        (lambda k: k * 0, "has norm 0, not 1"),
        (lambda k: k * np.nan, "holds NaN"),
        (lambda k: k * 1e200, "has norm"),
    ],
    ids=["long", "zero", "nan", "huge"],
)
def test_first_bad_ket_is_named(spoil, said):
    kets = random_kets(10, 4)
    kets[6] = spoil(kets[6])
    with pytest.raises(StateInvalidError, match=f"^state 6 {said}"):
        check_physical(kets)


def test_how_many_more_are_bad():
    kets = np.tile([1.0, 0.0], (6, 1))
    kets[[1, 2, 5]] *= 2
    with pytest.raises(StateInvalidError, match=r"^state 1 has norm 2, not 1 \(2 more"):
        check_physical(kets)
    kets[[2, 5]] /= 2
    with pytest.raises(StateInvalidError) as caught:
        check_physical(kets)
    assert caught.value.what == "state 1 has norm 2, not 1"


@pytest.mark.parametrize(("size", "accepted"), [(0.9e-8, True), (1.1e-8, False)])
def test_tolerance_is_on_the_modulus_whatever_the_layout(size, accepted):
    rho = random_density(10, 4)
    rho[3, 0, 1] += size * np.exp(0.25j * np.pi)
    for layout in (rho, rho.swapaxes(1, 2), np.asfortranarray(rho), rho[::-1]):
        if accepted:
            check_physical(layout)
        else:
            with pytest.raises(StateInvalidError, match=r"not Hermitian.* up to 1\.1e-08"):
                check_physical(layout)


@pytest.mark.parametrize("bad", [0, 6, 7, 13, 20])
def test_index_is_right_across_chunks(monkeypatch, bad):
    monkeypatch.setattr(validation, "_CHUNK_BYTES", 7 * 4 * 8)
    kets = np.tile([1.0, 0, 0, 0], (21, 1))
    kets[bad] = 0
    with pytest.raises(StateInvalidError, match=f"^state {bad} "):
        check_physical(kets)


@pytest.mark.parametrize(
    ("dtype", "error", "accepted"),
    [
        (np.float64, 1e-9, True),
        (np.float64, 1e-7, False),
        (np.float32, 3e-6, True),
        (np.float32, 1e-4, False),
        (np.complex64, 3e-6, True),
        (np.complex128, 3e-6, False),
    ],
)
def test_default_tolerance_follows_the_precision(dtype, error, accepted):
    rho = np.diag([0.5 + error, 0.5]).astype(dtype)[None]
    if accepted:
        check_physical(rho)
    else:
        with pytest.raises(StateInvalidError, match="trace"):
            check_physical(rho)


def test_tolerance_can_be_given():
    rho = np.diag([1.01, -0.01])[None]
    check_physical(rho, atol=0.02)
    with pytest.raises(StateInvalidError, match="not positive"):
        check_physical(rho, atol=0.005)


def test_hermiticity_counts_imaginary_parts():
    rho = np.array([[[0.5, 0.5j], [0.5j, 0.5]]])
    with pytest.raises(StateInvalidError, match=r"not Hermitian: .* up to 1"):
        check_physical(rho)


def test_validated_returns_the_batch_itself():
    batch = StateBatch(random_kets(3, 4), (2, 2))
    assert batch.validated() is batch
    assert batch.validated(atol=1e-12) is batch
    with pytest.raises(StateInvalidError, match=r"^state 1 "):
        StateBatch([[1, 0], [1, 1]], (2,)).validated()
    StateBatch([[1, 0], [1, 1]], (2,)).validated(atol=1)


def test_message_says_what_to_do():
    with pytest.raises(StateInvalidError) as caught:
        check_physical(np.eye(2)[None])
    assert "divide each density matrix by its trace" in str(caught.value)
