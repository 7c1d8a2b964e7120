"""Certificates that are no certificates: wrong types, shapes and numbers never prove anything."""

import numpy as np
import pytest

from qent_core import certificates as proofs
from qent_core.api import Labels, StateBatch
from qent_core.certificate_column import CertificateBlock, CertificateColumn
from qent_core.checker.check import check_block, check_labels
from qent_core.checker.disc_bound import proven_below_discs
from qent_core.checker.sphere_bound import proven_below
from qent_core.errors import QuestionInvalidError

NOISE = np.eye(4)[None] / 4
BELL = np.zeros((1, 4, 4))
BELL[0, ::3, ::3] = 0.5


def _status(rho, dims, kind, question="A|B", **arrays):
    arrays = {name.replace("__", "/"): np.asarray(array) for name, array in arrays.items()}
    block = CertificateBlock(kind, question, "strict", np.arange(len(rho)), arrays)
    return check_block(np.asarray(rho), dims, block).status.tolist()


def _product(value):
    return {"weights": np.full((1, 1), value), "factors__0": np.array([[[1.0, 0.0]]])}


@pytest.mark.parametrize("value", [1.7e308, 1e200, np.inf, -np.inf, np.nan])
def test_a_witness_whose_numbers_overflow_proves_nothing(value):
    # Sums of such numbers are infinite and their quotients NaN, which no bound ever exceeds.
    for dims in ((2, 2), (2, 4), (3, 3)):
        size = int(np.prod(dims))
        operator = np.full((1, size, size), value)
        state = np.eye(size)[None] / size
        assert _status(state, dims, "witness", operator=operator, bound=[0.0]) == [-1]


@pytest.mark.parametrize("value", [1.7e308, 1e200, np.inf, np.nan, 1e-310, -1e-310])
@pytest.mark.parametrize("name", ["weights", "factors/0", "factors/1", "depth"])
@pytest.mark.parametrize("kind", ["decomposition", "low-rank"])
def test_no_strange_number_makes_a_bell_state_separable(kind, name, value):
    arrays = {
        "weights": np.ones((1, 2)),
        "factors/0": np.eye(2)[None],
        "factors/1": np.eye(2)[None],
        "depth": np.full(1, 0.5),
    }
    arrays[name] = np.full(arrays[name].shape, value)
    if kind == "low-rank":
        arrays.pop("depth")
    block = CertificateBlock(kind, "A|B", "strict", np.array([0]), arrays)
    assert check_block(BELL, (2, 2), block).status.tolist() != [1]


def test_bounds_of_nan_are_not_decided():
    assert proven_below(np.full((4, 4), np.nan), 1, 0.0, 1000) is None
    assert proven_below(np.eye(4), 1, np.nan, 1000) is None
    assert proven_below_discs(np.full((9, 9), np.inf), 3, 0.0, 1000) is None


def test_a_matrix_with_nan_is_no_state():
    operator = np.diag([1.0, 0, 0, 0])[None]
    state = np.full((1, 4, 4), np.nan)
    assert _status(state, (2, 2), "witness", operator=operator, bound=[0.0]) == [-1]
    assert _status(state, (2, 2), "realignment") == [-1]
    assert _status(state, (2, 2), "ppt-small") == [-1]


@pytest.mark.parametrize(
    "vector",
    [
        np.array([["a", "b", "c", "d"]]),
        np.ones((1, 3)),
        np.ones((1, 4, 1)),
        np.ones((1, 8)),
        np.ones(1),
        np.zeros((1, 4)),
    ],
)
def test_content_of_another_type_or_shape(vector):
    assert _status(BELL, (2, 2), "npt", vector=vector) == [-1]


def test_a_depth_of_another_shape():
    product = {
        "factors__0": np.eye(2)[None].repeat(3, 0),
        "factors__1": np.eye(2)[None].repeat(3, 0),
    }
    for depth in (np.full((3, 1), 0.9), np.full((3, 3), 0.9), np.full((3, 1, 1), 0.9)):
        states = np.repeat(NOISE, 3, axis=0)
        found = _status(
            states, (2, 2), "decomposition", weights=np.zeros((3, 2)), depth=depth, **product
        )
        assert found in ([-1, -1, -1], [1, 1, 1])


def test_content_that_is_missing():
    assert _status(BELL, (2, 2), "npt") == [-1]
    assert _status(NOISE, (2, 2), "decomposition", **_product(1.0)) == [-1]


def test_single_precision_is_checked_in_double():
    vector = np.array([[0, 1, -1, 0]], dtype=np.complex64) / np.float32(2**0.5)
    assert _status(BELL, (2, 2), "npt", vector=vector) == [1]


def test_any_bits_whatsoever_pass_in_silence():
    rng = np.random.default_rng(0)
    for dtype in (np.complex64, np.complex128, np.float32, np.float64):
        bits = rng.integers(0, 256, size=200 * 4 * np.dtype(dtype).itemsize, dtype=np.uint8)
        vectors = np.frombuffer(bits.tobytes(), dtype=dtype).reshape(200, 4)
        found = _status(np.repeat(NOISE, 200, axis=0), (2, 2), "npt", vector=vectors)
        assert set(found) == {-1}


def test_one_impossible_item_does_not_harm_the_others():
    vectors = np.array([[0, 1, -1, 0], [np.nan] * 4, [0, 1, -1, 0]])
    assert _status(np.repeat(BELL, 3, axis=0), (2, 2), "npt", vector=vectors) == [1, -1, 1]


def test_one_impossible_state_does_not_harm_the_others():
    states = np.concatenate([NOISE, np.full((1, 4, 4), np.nan), NOISE])
    assert _status(states, (2, 2), "ppt-small") == [1, -1, 1]


def test_a_question_that_does_not_fit():
    bell = StateBatch(BELL, (2, 2))
    proof = proofs.NptCertificate(question="A|BC", vector=np.array([0, 1, -1, 0]) / 2**0.5)
    column = CertificateColumn.from_records([proof])
    # The certificate's question is its own affair: it proves nothing for this one ...
    (checked,) = check_labels(bell, Labels.verdicts("x", "A|B", [1], "npt", column))
    assert checked.refused.tolist() == [0]
    # ... the column's question is the user's.
    with pytest.raises(QuestionInvalidError, match=r"'A\|BC' does not fit[\s\S]*column 'x'"):
        check_labels(bell, Labels.verdicts("x", "A|BC", [1], "npt", column))
