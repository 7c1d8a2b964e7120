"""StateBatch: what it holds, how it is sliced and joined, and that nothing can change it."""

import copy
import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GridSearchCV,
    StratifiedKFold,
    cross_val_predict,
    cross_val_score,
    train_test_split,
)
from sklearn.pipeline import make_pipeline
from sklearn.utils import resample, shuffle

from qent_core.certificate_column import CertificateColumn
from qent_core.certificates import NptCertificate, PptSmallCertificate, RealignmentCertificate
from qent_core.errors import (
    DimensionsMismatchError,
    LabelsInvalidError,
    ParameterInvalidError,
    QuestionInvalidError,
    StateInvalidError,
)
from qent_core.states import StateBatch
from qent_core.verdicts import Verdict

BELL = np.array([1.0, 0, 0, 1]) / 2**0.5


def mixed(alpha):
    alpha = np.asarray(alpha, dtype=float)[:, None, None]
    return alpha * np.outer(BELL, BELL) + (1 - alpha) * np.eye(4) / 4


def full_batch(count=8):
    """A batch with everything a batch can have."""
    alpha = np.linspace(0, 1, count)
    known = np.where(alpha > 1 / 3, 1, 0)
    records = [
        NptCertificate(question="A|B", vector=np.array([0, 1.0, -1.0, n]))
        if n % 3 == 0
        else PptSmallCertificate(question="A|B")
        if n % 3 == 1
        else None
        for n in range(count)
    ]
    return StateBatch(
        mixed(alpha),
        (2, 2),
        parameters={"alpha": alpha, "number": np.arange(count)},
        known={"A|B": known},
        certificates={"A|B": CertificateColumn.from_records(records)},
        source=["even" if n % 2 == 0 else "odd" for n in range(count)],
    )


def assert_rows(batch, whole, rows):
    """Checks everything that ``batch`` has against the given rows of ``whole``."""
    np.testing.assert_array_equal(batch.array, whole.array[rows])
    assert batch.dims == whole.dims
    for name, values in whole.parameters.items():
        np.testing.assert_array_equal(batch.parameters[name], values[rows])
    for question, values in whole.known.items():
        np.testing.assert_array_equal(batch.known[question], values[rows])
    np.testing.assert_array_equal(batch.source, whole.source[rows])
    for question, column in whole.certificates.items():
        numbers = np.arange(len(whole))[rows]
        for place, number in enumerate(numbers):
            found, expected = batch.certificates[question][place], column[int(number)]
            assert type(found) is type(expected)
            if isinstance(expected, NptCertificate):
                np.testing.assert_array_equal(found.vector, expected.vector)


# --- what it holds -------------------------------------------------------------------------------


def test_kets_stay_kets_until_asked():
    batch = StateBatch([BELL, [1, 0, 0, 0]], (2, 2))
    assert (batch.kind, batch.shape, len(batch)) == ("kets", (2, 4), 2)
    assert (batch.dims, batch.parties, batch.dimension) == ((2, 2), 2, 4)
    np.testing.assert_allclose(batch.density(), [np.outer(k, k) for k in batch.array])
    assert batch.kind == "kets"


def test_density_matrices_are_not_copied():
    batch = full_batch()
    assert batch.kind == "density"
    assert batch.density() is batch.array


def test_density_of_complex_kets_conjugates_the_bra():
    ket = np.array([[1, 1j]]) / 2**0.5
    expected = np.array([[0.5, -0.5j], [0.5j, 0.5]])
    np.testing.assert_allclose(StateBatch(ket, (2,)).density()[0], expected, atol=1e-15)


@pytest.mark.parametrize(
    ("dtype", "kept", "real"),
    [
        (np.float32, np.float32, True),
        (np.float64, np.float64, True),
        (np.complex64, np.complex64, False),
        (np.complex128, np.complex128, False),
        (np.int64, np.float64, True),
        (np.bool_, np.float64, True),
        (np.uint8, np.float64, True),
    ],
)
def test_number_types(dtype, kept, real):
    batch = StateBatch(np.eye(4, dtype=dtype)[:1], (2, 2))
    assert batch.dtype == kept
    assert batch.is_real is real
    assert batch.astype(np.complex64).dtype == np.complex64


def test_defaults_and_repr():
    batch = StateBatch([BELL], (2, 2))
    assert dict(batch.parameters) == dict(batch.known) == dict(batch.certificates) == {}
    assert batch.source.tolist() == [""]
    assert repr(batch) == "<StateBatch of 1 kets, dims=(2, 2)>"
    assert "parameters=['alpha', 'number']" in repr(full_batch())


def test_three_parties_of_different_dimensions():
    batch = StateBatch(np.eye(24)[:2], (2, 3, 4), known={"BC|A": [0, 0], "A|B|C": [0, 0]})
    assert batch.parties == 3
    assert list(batch.known) == ["A|BC", "A|B|C"]


def test_questions_are_stored_in_their_canonical_spelling():
    batch = StateBatch([BELL], (2, 2), known={"B|A": [1]})
    assert list(batch.known) == ["A|B"]
    assert list(batch.with_known("B|A", 0).known) == ["A|B"]


# --- what it refuses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("states", "dims"),
    [
        ([BELL], (2, 3)),
        ([BELL], (4, 2)),
        (BELL, (2, 2)),
        (np.zeros((2, 4, 3)), (2, 2)),
        (np.zeros((2, 3, 4)), (2, 2)),
        (np.zeros((1, 2, 4, 4)), (2, 2)),
        (3.0, (2, 2)),
        ([], (2, 2)),
    ],
    ids=str,
)
def test_arrays_that_do_not_fit_the_dims(states, dims):
    with pytest.raises(DimensionsMismatchError, match="does not fit dims"):
        StateBatch(states, dims)


@pytest.mark.parametrize(
    "dims", [(), (0, 4), (-2, -2), (2.5, 2), "22", 4, None, ("2", "2")], ids=str
)
def test_what_are_no_dims(dims):
    with pytest.raises(DimensionsMismatchError, match="no local dimensions"):
        StateBatch([BELL], dims)


@pytest.mark.parametrize(
    "states", [[["a", "b"]], [[None, 1]], [[1, 0], [1]], [[b"x", b"y"]]], ids=str
)
def test_arrays_that_are_no_numbers(states):
    with pytest.raises(StateInvalidError, match="states must"):
        StateBatch(states, (2,))


@pytest.mark.parametrize(
    ("columns", "error", "said"),
    [
        ({"parameters": {"a": [1, 2]}}, DimensionsMismatchError, r"parameter 'a' has shape \(2,\)"),
        ({"parameters": {"a": 1.0}}, DimensionsMismatchError, r"parameter 'a' has shape \(\)"),
        ({"parameters": {"a": ["x"]}}, ParameterInvalidError, "parameter 'a'"),
        ({"parameters": {"a": [1j]}}, ParameterInvalidError, "parameter 'a'"),
        ({"known": {"A|B": [0, 1]}}, DimensionsMismatchError, r"known 'A\|B' has shape"),
        ({"known": {"A|B": [2]}}, LabelsInvalidError, "no verdict .2 at state 0"),
        ({"known": {"A|B": [0.5]}}, LabelsInvalidError, "no verdict .0.5 at state 0"),
        ({"known": {"A|B": [np.nan]}}, LabelsInvalidError, "no verdict .nan at state 0"),
        ({"known": {"A|B": np.array([256])}}, LabelsInvalidError, "no verdict .256 at state 0"),
        ({"known": {"A|B": ["entangled"]}}, LabelsInvalidError, "no verdict"),
        ({"known": {"A|C": [0]}}, QuestionInvalidError, "does not fit states of 2 parties"),
        ({"known": {"biseparable": [0]}}, QuestionInvalidError, "three or more parties"),
        (
            {"certificates": {"A|B": CertificateColumn(2)}},
            DimensionsMismatchError,
            "2 certificates",
        ),
        ({"certificates": {"A|C": CertificateColumn(1)}}, QuestionInvalidError, "does not fit"),
        ({"source": ["a", "b"]}, DimensionsMismatchError, "2 sources were given for 1 states"),
        ({"source": [["a"]]}, DimensionsMismatchError, "1 sources were given for 1 states"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_columns_that_do_not_fit(columns, error, said):
    with pytest.raises(error, match=said):
        StateBatch([BELL], (2, 2), **columns)


def test_verdicts_are_never_wrapped_into_eight_bits():
    """256 is 0 modulo 256, and 0 would say separable."""
    for wrong in (256, 257, 255, -257, 2**40):
        with pytest.raises(LabelsInvalidError):
            StateBatch([BELL], (2, 2)).with_known("A|B", np.array([wrong]))


# --- immutability --------------------------------------------------------------------------------


def test_nothing_it_hands_out_can_be_written_to():
    batch = full_batch()
    for part in (batch, batch[1:3], batch[[0, 2]], batch.astype(np.complex128)):
        arrays = [part.array, *part.parameters.values(), *part.known.values()]
        for array in arrays:
            with pytest.raises(ValueError, match="read-only"):
                array[0] = 0
        for mapping in (part.parameters, part.known, part.certificates):
            with pytest.raises(TypeError):
                mapping["x"] = 1
    for name in ("array", "dims", "parameters", "known", "source"):
        with pytest.raises(AttributeError):
            setattr(batch, name, 1)
    with pytest.raises(AttributeError):
        batch.anything = 1


def test_changed_copies_leave_the_original_alone():
    batch = full_batch()
    before = (set(batch.parameters), set(batch.known), batch.source.tolist())
    batch.with_parameter("p", np.zeros(8)).with_known("A|B", -1).with_source("x").astype(complex)
    assert before == (set(batch.parameters), set(batch.known), batch.source.tolist())
    assert batch.is_real


def test_the_callers_array_is_not_frozen():
    array = np.eye(4)
    StateBatch(array, (2, 2))
    array[0, 0] = 2
    assert array.flags.writeable


# --- selecting -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rows",
    [
        slice(None),
        slice(2, 5),
        slice(None, None, -2),
        slice(5, 5),
        [0, 3, 3, 7],
        [-1, 0],
        np.array([6, 1]),
        np.array([], dtype=int),
        [],
        np.arange(8) % 2 == 0,
        [True, False] * 4,
        np.zeros(8, dtype=bool),
    ],
    ids=str,
)
def test_every_way_to_select_rows_selects_everything(rows):
    whole = full_batch()
    expected = np.asarray(rows, dtype=int) if isinstance(rows, list) and not rows else rows
    assert_rows(whole[rows], whole, expected)
    assert_rows(whole[rows, ...], whole, expected)


@pytest.mark.parametrize("number", [0, 3, 7, -1, -8, np.int64(2), np.uint8(2)], ids=str)
def test_an_integer_gives_a_batch_of_one(number):
    whole = full_batch()
    assert_rows(whole[number], whole, [int(number)])
    assert len(whole[number]) == 1


@pytest.mark.parametrize("number", [8, -9, 100, np.int64(8)], ids=str)
def test_a_state_that_is_not_there(number):
    with pytest.raises(IndexError, match=f"state {number} of a batch of 8"):
        full_batch()[number]


@pytest.mark.parametrize(
    "index", [(), (0, 1), (0, 1, ...), (..., 0), True, np.True_, None, "alpha", 1.5, [0.5]], ids=str
)
def test_what_is_no_index(index):
    with pytest.raises(IndexError):
        full_batch()[index]


def test_masks_of_the_wrong_length_and_rows_beyond_the_end():
    with pytest.raises(IndexError):
        full_batch()[[True, False]]
    with pytest.raises(IndexError):
        full_batch()[[0, 8]]


def test_iterating_gives_batches_of_one():
    whole = full_batch()
    for number, one in enumerate(whole):
        assert_rows(one, whole, [number])
    assert number == 7


@settings(deadline=None)
@given(st.lists(st.integers(-8, 7), max_size=12), st.lists(st.integers(0, 11), max_size=5))
def test_selecting_twice_is_selecting_once(first, second):
    whole = full_batch()
    second = [row for row in second if row < len(first)]
    rows = np.asarray(first, dtype=int)[np.asarray(second, dtype=int)]
    assert_rows(whole[first][second], whole, rows)


# --- joining -------------------------------------------------------------------------------------


def test_concatenating_slices_gives_the_whole_back():
    whole = full_batch()
    for cuts in ([0, 8], [0, 3, 8], [0, 0, 1, 1, 5, 8]):
        parts = [whole[a:b] for a, b in itertools.pairwise(cuts)]
        assert_rows(StateBatch.concatenate(parts), whole, slice(None))


def test_missing_columns_are_filled():
    plain = StateBatch(mixed([0.2, 0.4]), (2, 2), parameters={"beta": [5, 6]}, source="plain")
    joined = StateBatch.concatenate([full_batch(3), plain])
    np.testing.assert_array_equal(joined.parameters["alpha"], [0, 0.5, 1, np.nan, np.nan])
    np.testing.assert_array_equal(joined.parameters["beta"], [np.nan] * 3 + [5, 6])
    assert joined.known["A|B"].tolist() == [0, 1, 1, -1, -1]
    assert joined.known["A|B"].dtype == np.int8
    assert joined.source.tolist() == ["even", "odd", "even", "plain", "plain"]
    assert joined.certificates["A|B"].kinds().tolist() == ["npt", "ppt-small", "", "", ""]


def test_kets_join_kets_and_become_matrices_beside_matrices():
    kets = StateBatch([BELL, [1, 0, 0, 0]], (2, 2))
    assert StateBatch.concatenate([kets, kets]).kind == "kets"
    both = StateBatch.concatenate([full_batch(2), kets])
    assert both.kind == "density"
    np.testing.assert_allclose(both.array[2], np.outer(BELL, BELL))


def test_real_joins_complex():
    kets = StateBatch([BELL], (2, 2))
    joined = StateBatch.concatenate([kets, kets.astype(complex)])
    assert joined.dtype == np.complex128


def test_joining_one_batch_is_that_batch():
    batch = full_batch()
    assert StateBatch.concatenate([batch]) is batch


def test_batches_that_cannot_join():
    with pytest.raises(DimensionsMismatchError, match="no batch"):
        StateBatch.concatenate([])
    other = StateBatch(np.eye(4)[:1], (4,))
    with pytest.raises(DimensionsMismatchError, match=r"\[\(2, 2\), \(4,\)\] cannot join"):
        StateBatch.concatenate([full_batch(), other])


# --- changed copies ------------------------------------------------------------------------------


def test_replaced_keeps_parameters_and_source_and_drops_verdicts():
    batch = full_batch()
    after = batch.replaced(mixed(np.zeros(8)))
    np.testing.assert_array_equal(after.parameters["alpha"], batch.parameters["alpha"])
    assert after.source.tolist() == batch.source.tolist()
    assert not after.known
    assert not after.certificates
    kept = batch.replaced(batch.array, known=batch.known, certificates=batch.certificates)
    assert_rows(kept, batch, slice(None))


def test_replaced_may_change_the_dims():
    after = full_batch().replaced(np.tile(np.eye(2) / 2, (8, 1, 1)), dims=(2,))
    assert after.dims == (2,)
    assert len(after.parameters["alpha"]) == 8


def test_replaced_must_keep_the_number_of_states():
    with pytest.raises(DimensionsMismatchError):
        full_batch().replaced(mixed([0.1]))
    with pytest.raises(DimensionsMismatchError, match="1 sources were given for 2 states"):
        StateBatch([BELL], (2, 2)).replaced([BELL, BELL])


def test_a_parameter_recorded_twice_gets_a_number():
    batch = StateBatch([BELL], (2, 2))
    for value in (0.1, 0.2, 0.3):
        batch = batch.with_parameter("noise.strength", [value])
    assert {k: v.tolist() for k, v in batch.parameters.items()} == {
        "noise.strength": [0.1],
        "noise.strength#2": [0.2],
        "noise.strength#3": [0.3],
    }


def test_known_verdicts_as_scalar_or_column():
    batch = StateBatch([BELL, BELL], (2, 2))
    assert batch.with_known("A|B", Verdict.ENTANGLED).known["A|B"].tolist() == [1, 1]
    assert batch.with_known("A|B", [1, -1]).known["A|B"].tolist() == [1, -1]
    with pytest.raises(DimensionsMismatchError):
        batch.with_known("A|B", [1])


def test_sources():
    batch = full_batch(3)
    assert batch.with_source("new").source.tolist() == ["new"] * 3
    assert StateBatch([BELL], (2, 2), source=np.asarray("one")).source.tolist() == ["one"]
    many = StateBatch(np.tile(BELL, (40_000, 1)), (2, 2), source=[f"s{n}" for n in range(40_000)])
    assert many[[39_999, 0]].source.tolist() == ["s39999", "s0"]


def test_copies_for_worker_processes_are_as_immutable():
    batch = full_batch()
    for twin in (pickle.loads(pickle.dumps(batch)), copy.copy(batch), copy.deepcopy(batch)):
        assert_rows(twin, batch, slice(None))
        for array in (twin.array, twin.known["A|B"], twin.parameters["alpha"]):
            assert not array.flags.writeable


def test_no_states_at_all():
    for empty in (np.zeros((0, 4)), np.zeros((0, 4, 4))):
        batch = StateBatch(empty, (2, 2), parameters={"a": []}, known={"A|B": []}, source="x")
        assert len(batch) == 0
        assert batch.density().shape == (0, 4, 4)
        assert len(batch[[]]) == len(batch[:]) == 0
        assert list(batch) == []
        joined = StateBatch.concatenate([batch, batch])
        assert joined.parameters["a"].shape == (0,)
        assert batch.validated() is batch


# --- as X in scikit-learn ------------------------------------------------------------------------


class Entries(TransformerMixin, BaseEstimator):
    """The upper left entries of the density matrices, up to a size that can be tuned."""

    def __init__(self, size=4):
        self.size = size

    def fit(self, X, y=None):
        assert isinstance(X, StateBatch)
        self.fitted_ = True
        return self

    def transform(self, X):
        return X.density()[:, : self.size, : self.size].reshape(len(X), -1)


def learnable(count=60):
    alpha = np.linspace(0, 1, count)
    batch = StateBatch(mixed(alpha), (2, 2), parameters={"alpha": alpha})
    return batch, alpha


def test_train_test_split():
    batch, alpha = learnable()
    a, b, y_a, y_b = train_test_split(batch, alpha, test_size=0.25, random_state=0)
    assert isinstance(a, StateBatch)
    assert (len(a), len(b)) == (45, 15)
    np.testing.assert_array_equal(a.parameters["alpha"], y_a)
    np.testing.assert_array_equal(b.parameters["alpha"], y_b)
    labels = alpha > 0.5
    a, b = train_test_split(batch, stratify=labels, random_state=1)
    assert (a.parameters["alpha"] > 0.5).mean() == pytest.approx(0.5, abs=0.03)


def test_cross_validation():
    batch, alpha = learnable()
    model = make_pipeline(Entries(), Ridge(alpha=1e-8))
    assert cross_val_score(model, batch, alpha, cv=4).min() > 0.999
    np.testing.assert_allclose(cross_val_predict(model, batch, alpha, cv=3), alpha, atol=1e-4)


def test_grid_search():
    batch, alpha = learnable()
    model = make_pipeline(Entries(), Ridge())
    grid = {"entries__size": [1, 4], "ridge__alpha": [1e-8, 1e3]}
    search = GridSearchCV(model, grid, cv=3).fit(batch, alpha)
    assert search.best_params_["ridge__alpha"] == 1e-8
    assert search.score(batch, alpha) > 0.999
    assert len(search.predict(batch[:3])) == 3


def test_stratified_folds_shuffle_and_resample():
    batch, alpha = learnable()
    for train, test in StratifiedKFold(3).split(batch, alpha > 0.5):
        assert len(batch[train]) + len(batch[test]) == 60
    mixed_up, y = shuffle(batch, alpha, random_state=0)
    np.testing.assert_array_equal(mixed_up.parameters["alpha"], y)
    drawn, y = resample(batch, alpha, n_samples=100, random_state=0)
    np.testing.assert_array_equal(drawn.parameters["alpha"], y)


def test_certificates_survive_the_split():
    batch = full_batch(30)
    train, test = train_test_split(batch, random_state=3)
    for part in (train, test):
        numbers = part.parameters["number"].astype(int)
        assert_rows(part, batch, numbers)


def test_certificates_of_two_questions_travel_together():
    batch = StateBatch(
        np.eye(8)[:2],
        (2, 2, 2),
        certificates={
            "A|BC": CertificateColumn.from_records([RealignmentCertificate(question="A|BC"), None]),
            "B|AC": CertificateColumn.from_records([None, RealignmentCertificate(question="B|AC")]),
        },
    )
    turned = batch[::-1]
    assert turned.certificates["A|BC"].kinds().tolist() == ["", "realignment"]
    assert turned.certificates["B|AC"].kinds().tolist() == ["realignment", ""]
