"""Label columns: verdicts with criteria and certificates, measures, and their files."""

import contextlib
import copy
import itertools
import json
import pickle
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qent_core.certificate_column import CertificateColumn
from qent_core.certificates import (
    DecompositionCertificate,
    NptCertificate,
    PptMixerCertificate,
    PptSmallCertificate,
    Quality,
    RealignmentCertificate,
)
from qent_core.errors import LabelsInvalidError, QentError, StateFileError
from qent_core.labels import Labels, MeasureColumn, VerdictColumn, column_name
from qent_core.verdict_arrays import verdict_array
from qent_core.verdicts import Verdict


def verdicts(values, criteria="ppt", name="ppt[A|B]", question="A|B", certificates=None):
    return Labels.verdicts(name, question, values, criteria, certificates)


def npt(n=0):
    return NptCertificate(question="A|B", vector=np.array([n, 1.0, -1.0, 0]))


def some_labels():
    records = [npt(0), None, None, npt(3), RealignmentCertificate(question="A|B")]
    return Labels.measure("negativity[A|B]", [0.5, 0, 0.1, 0.2, 0.3], question="A|B") | verdicts(
        [1, 0, -1, 1, 1],
        ["npt", "ball", "", "npt", "realignment"],
        certificates=CertificateColumn.from_records(records),
    )


# --- verdicts ------------------------------------------------------------------------------------


def test_words_and_values():
    assert [(v.value, v.word) for v in Verdict] == [
        (0, "separable"),
        (1, "entangled"),
        (-1, "unknown"),
    ]


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([0, 1, -1], [0, 1, -1]),
        ([0.0, 1.0, -1.0], [0, 1, -1]),
        ([True, True], [1, 1]),
        ([Verdict.UNKNOWN, Verdict.ENTANGLED], [-1, 1]),
        (np.array([1, 0], dtype=np.uint8), [1, 0]),
        ([], []),
    ],
    ids=str,
)
def test_what_is_a_verdict(values, kept):
    array = verdict_array(values, "a column")
    assert array.tolist() == kept
    assert array.dtype == np.int8


@pytest.mark.parametrize(
    "values",
    [[2], [-2], [0.5], [1e-9], [np.nan], [256], [-256], [2**32], [1, "x"], [None], [1j]],
    ids=str,
)
def test_what_is_none(values):
    with pytest.raises(LabelsInvalidError, match="a column holds values that are no verdict"):
        verdict_array(np.array(values), "a column")
    with pytest.raises(LabelsInvalidError, match="no verdict"):
        verdicts(values)


def test_the_first_wrong_value_is_named():
    with pytest.raises(LabelsInvalidError, match=r"no verdict \(3 at state 2\)"):
        verdicts([0, 1, 3, 4])


@pytest.mark.parametrize(
    ("values", "criteria", "reason"),
    [
        ([1], "", "a decided state without a criterion"),
        ([1, 0], ["ppt", ""], "a decided state without a criterion"),
        ([-1], ["ppt"], "an unknown state with a criterion"),
        ([1, 0], ["ppt"], "too few"),
        ([1], ["ppt", "ppt"], "too many"),
    ],
)
def test_criteria_belong_to_decided_states_and_to_no_other(values, criteria, reason):
    with pytest.raises(LabelsInvalidError, match="must name a criterion for decided states"):
        verdicts(values, criteria)


def test_one_criterion_stands_for_all_decided_states():
    column = verdicts([1, -1, 0], "ppt").column("ppt[A|B]")
    assert column.criteria.tolist() == ["ppt", "", "ppt"]
    assert verdicts([-1, -1], "").column("ppt[A|B]").criteria.tolist() == ["", ""]


@pytest.mark.parametrize(
    "certificates",
    [CertificateColumn(1), CertificateColumn(3), CertificateColumn.from_records([None, npt()])],
    ids=["short", "long", "for an unknown state"],
)
def test_certificates_belong_to_decided_states(certificates):
    with pytest.raises(LabelsInvalidError, match="certificates for decided states only"):
        verdicts([1, -1], certificates=certificates)


def test_values_form_one_column():
    with pytest.raises(LabelsInvalidError, match=r"has shape \(1, 2\)"):
        verdicts([[0, 1]])
    with pytest.raises(LabelsInvalidError, match=r"has shape \(\)"):
        Labels.measure("x", 1.0)
    with pytest.raises(LabelsInvalidError, match=r"has shape \(1, 1\)"):
        Labels.measure("x", [[1.0]])


def test_shares():
    column = verdicts([1, 1, 0, -1]).column("ppt[A|B]")
    assert column.shares() == {"separable": 0.25, "entangled": 0.5, "unknown": 0.25}
    assert verdicts([]).column("ppt[A|B]").shares() == dict.fromkeys(column.shares(), 0.0)


# --- measures ------------------------------------------------------------------------------------


def test_measures_are_real_and_finite():
    labels = Labels.measure("x", [1, 2], question="A|B")
    assert labels.values("x").dtype == np.float64
    assert labels.column("x").question == "A|B"
    for wrong, said in [
        ([0.0, np.nan], "not finite at state 1"),
        ([np.inf, 0.0], "not finite at state 0"),
        (["a"], "no real numbers"),
        ([1j], "no real numbers"),
        ([None], "not finite|no real numbers"),
        ([[1], [1, 2]], "no real numbers"),
    ]:
        with pytest.raises(LabelsInvalidError, match=said):
            Labels.measure("x", wrong)


def test_column_names():
    assert column_name("negativity", "A|BC") == "negativity[A|BC]"


# --- several columns -----------------------------------------------------------------------------


def test_columns_keep_their_order():
    labels = Labels.measure("b", [1.0]) | Labels.measure("a", [2.0]) | verdicts([1])
    assert labels.names == ("b", "a", "ppt[A|B]")
    assert repr(labels) == "<Labels of 1 states: b, a, ppt[A|B]>"
    assert labels.values("a").tolist() == [2.0]


def test_joining_refuses_equal_names_and_unequal_lengths():
    with pytest.raises(LabelsInvalidError, match="both labelers give the column 'x'"):
        Labels.measure("x", [1.0]) | Labels.measure("x", [2.0])
    with pytest.raises(LabelsInvalidError, match="2 values for 1 states"):
        Labels.measure("x", [1.0]) | Labels.measure("y", [1.0, 2.0])


def test_joining_onto_nothing():
    assert len(Labels(0) | Labels.measure("x", [1.0, 2.0])) == 2
    assert len(Labels(3)) == 3
    assert Labels(3).names == ()


def test_a_column_that_is_not_there():
    with pytest.raises(LabelsInvalidError, match="no label column 'z'") as caught:
        some_labels().values("z")
    assert "negativity[A|B], ppt[A|B]" in caught.value.do


def test_columns_built_by_hand():
    column = VerdictColumn(np.array([1, -1], dtype=np.int8), "A|B", np.array(["x", ""]))
    assert len(column.certificates) == 2
    assert Labels(2, {"x": column})[[1]].column("x").criteria.tolist() == [""]
    with pytest.raises(LabelsInvalidError, match="2 values for 3 states"):
        Labels(3, {"x": column})


# --- selecting and concatenating -----------------------------------------------------------------


def assert_same(found, expected):
    assert found.names == expected.names
    assert len(found) == len(expected)
    for name, column in expected.columns.items():
        other = found.column(name)
        assert type(other) is type(column)
        assert other.question == column.question
        np.testing.assert_array_equal(other.values, column.values)
        if isinstance(column, VerdictColumn):
            assert other.criteria.tolist() == column.criteria.tolist()
            for row in range(len(expected)):
                one, two = other.certificates[row], column.certificates[row]
                assert type(one) is type(two)
                if one is not None:
                    assert (one.question, one.quality) == (two.question, two.quality)
                    assert one.arrays().keys() == two.arrays().keys()
                    for key, array in one.arrays().items():
                        np.testing.assert_array_equal(array, two.arrays()[key])


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        (slice(1, 4), [1, 2, 3]),
        ([4, 0, 0], [4, 0, 0]),
        (np.array([True, False, False, True, True]), [0, 3, 4]),
        ([True, False, False, False, True], [0, 4]),
        (-1, [4]),
        (np.int64(2), [2]),
        ([], []),
        (slice(None, None, -1), [4, 3, 2, 1, 0]),
    ],
    ids=str,
)
def test_rows(rows, numbers):
    labels = some_labels()
    chosen = labels[rows]
    assert len(chosen) == len(numbers)
    column, whole = chosen.column("ppt[A|B]"), labels.column("ppt[A|B]")
    assert column.values.tolist() == [int(whole.values[n]) for n in numbers]
    assert column.criteria.tolist() == [str(whole.criteria[n]) for n in numbers]
    kinds = whole.certificates.kinds()
    assert column.certificates.kinds().tolist() == [str(kinds[n]) for n in numbers]
    measure = chosen.values("negativity[A|B]")
    np.testing.assert_array_equal(measure, labels.values("negativity[A|B]")[numbers])


def test_rows_that_do_not_exist():
    for rows in (5, -6, [7], [True]):
        with pytest.raises(IndexError):
            some_labels()[rows]


def test_shards_join_to_the_whole():
    labels = some_labels()
    for cuts in ([0, 5], [0, 2, 5], [0, 0, 1, 4, 5]):
        parts = [labels[a:b] for a, b in itertools.pairwise(cuts)]
        assert_same(Labels.concatenate(parts), labels)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [Labels.measure("x", [1.0]), Labels.measure("y", [1.0])],
        [Labels.measure("x", [1.0]), Labels(1)],
        [Labels.measure("x", [1.0]), verdicts([1], name="x")],
        [verdicts([1], name="x"), verdicts([1], name="x", question="B|AC")],
    ],
    ids=["none", "names", "missing", "form", "question"],
)
def test_shards_that_do_not_belong_together(parts):
    with pytest.raises(LabelsInvalidError, match="same columns"):
        Labels.concatenate(parts)


def test_criteria_of_different_lengths_are_not_cut_off():
    joined = Labels.concatenate([verdicts([1], "a"), verdicts([1], "a-long-criterion")])
    assert joined.column("ppt[A|B]").criteria.tolist() == ["a", "a-long-criterion"]
    both = verdicts([1, -1], "a") | verdicts([-1, 1], "a-long-criterion", name="y")
    assert both.combined("A|B").criteria.tolist() == ["a", "a-long-criterion"]


def test_labels_are_immutable():
    labels = some_labels()
    combined = labels.combined("A|B")
    for part in (labels, labels[[0, 1]], labels[1:], Labels.concatenate([labels, labels])):
        for column in part.columns.values():
            with pytest.raises(ValueError, match="read-only"):
                column.values[0] = 1
    for twin in (pickle.loads(pickle.dumps(labels)), copy.deepcopy(labels)):
        assert_same(twin, labels)
        assert not twin.values("ppt[A|B]").flags.writeable
    for array in (combined.values, combined.criteria):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = array[1]
    with pytest.raises(TypeError):
        labels.columns["x"] = labels.columns["ppt[A|B]"]
    with pytest.raises(AttributeError):
        labels.column("ppt[A|B]").values = np.zeros(5)


# --- one verdict from several columns ------------------------------------------------------------


def test_gaps_are_filled_in_the_order_of_the_columns():
    first = verdicts([1, -1, -1, -1], "ppt")
    second = verdicts([1, 0, -1, -1], "ball", name="ball")
    third = verdicts([1, 0, 1, -1], "ccnr", name="ccnr")
    merged = (first | second | third | Labels.measure("x", [0.0] * 4)).combined("A|B")
    assert merged.values.tolist() == [1, 0, 1, -1]
    assert merged.criteria.tolist() == ["ppt", "ball", "ccnr", ""]
    assert merged.question == "A|B"


def test_certificates_fill_gaps_too():
    first = verdicts(
        [1, -1, 1], "ppt", certificates=CertificateColumn.from_records([npt(1), None, None])
    )
    column = CertificateColumn.from_records([npt(2), npt(3), npt(4)])
    second = verdicts([1, 1, 1], "npt", name="npt", certificates=column)
    merged = (first | second).combined("A|B")
    assert [merged.certificates[row].vector[0] for row in range(3)] == [1, 3, 4]


def test_other_questions_are_left_alone():
    labels = verdicts([1]) | verdicts([0], name="other", question="B|AC")
    assert labels.combined("A|B").values.tolist() == [1]
    assert labels.combined("B|AC").values.tolist() == [0]


def test_contradiction_is_an_error_that_names_both_and_the_state():
    labels = verdicts([1, 1, -1]) | verdicts([1, 0, 0], name="odd")
    with pytest.raises(LabelsInvalidError) as caught:
        labels.combined("A|B")
    assert caught.value.what == ("'ppt[A|B]' and 'odd' contradict each other on 'A|B' at state 1")
    assert "unsound" in caught.value.do


def test_contradiction_with_a_filled_gap_is_found():
    labels = verdicts([-1]) | verdicts([1], name="b") | verdicts([0], name="c")
    with pytest.raises(LabelsInvalidError, match="contradict"):
        labels.combined("A|B")


def test_nobody_answers():
    with pytest.raises(LabelsInvalidError, match=r"no column answers 'A\|BC'"):
        some_labels().combined("A|BC")


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([-1, 0, 1]), min_size=4, max_size=4), min_size=1, max_size=5)
)
def test_combining_is_the_first_decided_verdict(table):
    labels = Labels(0)
    for number, values in enumerate(table):
        labels = labels | verdicts(values, f"c{number}", name=f"c{number}")
    columns = np.array(table)
    clash = any({0, 1} <= set(column) for column in columns.T)
    if clash:
        with pytest.raises(LabelsInvalidError, match="contradict"):
            labels.combined("A|B")
        return
    merged = labels.combined("A|B")
    for state, column in enumerate(columns.T):
        decided = [n for n, value in enumerate(column) if value != -1]
        assert merged.values[state] == (column[decided[0]] if decided else -1)
        assert merged.criteria[state] == (f"c{decided[0]}" if decided else "")


# --- files ---------------------------------------------------------------------------------------


def certified_labels():
    """Every form of certificate content: plain, scalar, tuples and mappings, of two shapes."""
    atoms = np.ones((3, 2)) / 2**0.5
    small = DecompositionCertificate(
        question="A|B",
        weights=np.ones(3) / 3,
        factors=(atoms, 1j * atoms),
        depth=1e-6,
        quality=Quality.WITHIN_DELTA,
    )
    large = DecompositionCertificate(
        question="A|B", weights=np.ones(2) / 2, factors=(atoms[:2], atoms[:2]), depth=1e-3
    )
    records = [npt(0), None, small, large, npt(4), PptSmallCertificate(question="A|B")]
    column = CertificateColumn.from_records(records)
    genuine = PptMixerCertificate(
        question="biseparable",
        operator=np.eye(8),
        parts={"A|BC": np.eye(8), "B|AC": 2 * np.eye(8), "C|AB": 3j * np.eye(8)},
    )
    mixer = CertificateColumn.from_records([genuine, None, None, None, genuine, None])
    return (
        Labels.measure("negativity[A|B]", np.linspace(0, 1, 6), question="A|B")
        | verdicts([1, -1, 0, 0, 1, 0], certificates=column)
        | verdicts([1, -1, 0, -1, 1, -1], "x", "gme", "biseparable", mixer)
        | Labels.measure("plain", range(6))
    )


def test_round_trip_with_certificates(tmp_path):
    labels = certified_labels()
    labels.save(tmp_path / "labels.npz")
    back = Labels.load(str(tmp_path / "labels.npz"))
    assert_same(back, labels)
    assert isinstance(back.column("plain"), MeasureColumn)
    assert_same(back[[4, 2]], labels[[4, 2]])
    assert not back.values("plain").flags.writeable


def test_round_trip_of_slices_and_joined_shards(tmp_path):
    labels = certified_labels()
    for number, part in enumerate([labels[::-1], Labels.concatenate([labels[3:], labels[:2]])]):
        part.save(tmp_path / f"{number}.npz")
        assert_same(Labels.load(tmp_path / f"{number}.npz"), part)


@pytest.mark.parametrize("labels", [Labels(0), Labels(4), verdicts([]), Labels.measure("x", [])])
def test_round_trip_of_next_to_nothing(tmp_path, labels):
    labels.save(tmp_path / "x.npz")
    assert_same(Labels.load(tmp_path / "x.npz"), labels)


def test_the_file_is_plain_numpy(tmp_path):
    certified_labels().save(tmp_path / "x.npz")
    with np.load(tmp_path / "x.npz", allow_pickle=False) as file:
        head = json.loads(str(file["columns"]))
        assert (head["layout"], head["count"]) == (1, 6)
        assert [entry["form"] for entry in head["columns"]] == [
            "measure",
            "verdict",
            "verdict",
            "measure",
        ]
        assert file["values:1"].tolist() == [1, -1, 0, 0, 1, 0]
        assert file["criteria:1"].tolist() == ["ppt", "", "ppt", "ppt", "ppt", "ppt"]
        assert file["rows:1:0"].tolist() == [0, 4]
        assert file["proof:1:0:vector"].shape == (2, 4)


def tampered(path, change):
    """Rewrites a label file after ``change(head, arrays)``."""
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    head = json.loads(str(arrays["columns"]))
    head = change(head, arrays) or head
    arrays["columns"] = np.asarray(json.dumps(head))
    np.savez(path, **arrays)


def set_array(name, values):
    def change(head, arrays):
        arrays[name] = np.asarray(values)

    return change


def set_head(*path, value):
    def change(head, arrays):
        place = head
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (set_head("layout", value=2), "layout 2, this version reads 1"),
        (set_head("count", value=7), "6 values for 7 states"),
        (set_head("count", value=-6), "said to hold -6 states"),
        (set_head("count", value="6"), "said to hold '6' states"),
        (set_head("columns", 1, "name", value=3), "'name' of a column must be a text"),
        (set_head("columns", 1, "question", value=None), "'question' of a column must be a text"),
        (set_head("columns", 1, "blocks", 0, "kind", value="magic"), "'magic' is no kind"),
        (set_head("columns", 1, "blocks", 0, "kind", value=[]), "must be a text"),
        (set_array("values:1", [7] * 6), "no verdict"),
        (set_array("values:1", [0.5] * 6), "no verdict"),
        (set_array("values:1", [-1] * 6), "criterion for decided states"),
        (set_array("values:1", [1] * 5), "outside the batch"),
        (set_array("values:0", [np.nan] * 6), "not finite at state 0"),
        (set_array("values:0", ["a"] * 6), "no real numbers"),
        (set_array("criteria:1", [""] * 6), "criterion for decided states"),
        (set_array("rows:1:0", [0, 6]), "outside the batch"),
        (set_array("rows:1:0", [0, -1]), "outside the batch"),
        (set_array("rows:1:0", [0, 0]), "two certificates"),
        (set_array("rows:1:0", [0, 1]), "decided states only"),
        (set_array("rows:1:0", [0.0, 4.0]), "list of integers"),
        (set_array("rows:1:0", [[0, 4]]), "list of integers"),
        (set_array("rows:1:0", [0]), "does not hold 1 items"),
        (set_array("proof:1:0:vector", 1.0), "does not hold 2 items"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_whose_columns_do_not_fit_together(tmp_path, change, said):
    path = tmp_path / "x.npz"
    certified_labels().save(path)
    tampered(path, change)
    with pytest.raises(QentError, match=said) as caught:
        Labels.load(path)
    assert str(path) in caught.value.where


@pytest.mark.parametrize(
    "change",
    [
        lambda head, arrays: [1, 2],
        lambda head, arrays: "text",
        lambda head, arrays: {"layout": 1},
        set_head("columns", value=3),
        set_head("columns", value={"a": 1}),
        set_head("columns", 1, value=3),
        set_head("columns", 1, value={"name": "x"}),
        set_head("columns", 1, "blocks", value=3),
        lambda head, arrays: arrays.pop("values:1") is None or None,
        lambda head, arrays: arrays.pop("criteria:1") is None or None,
        lambda head, arrays: arrays.pop("rows:1:0") is None or None,
    ],
)
def test_files_that_hold_no_labels(tmp_path, change):
    path = tmp_path / "x.npz"
    certified_labels().save(path)
    tampered(path, change)
    with pytest.raises(StateFileError, match="holds no labels of qent"):
        Labels.load(path)


def test_files_of_states_and_other_things_are_no_labels(tmp_path):
    np.savez(tmp_path / "states.npz", states=np.eye(4), dims=[2, 2])
    np.savez(tmp_path / "json.npz", columns="not json")
    np.savez(tmp_path / "deep.npz", columns="[" * 100_000)
    for name in ("states", "json", "deep"):
        with pytest.raises(StateFileError, match="holds no labels of qent"):
            Labels.load(tmp_path / f"{name}.npz")
    with pytest.raises(StateFileError, match="no such file"):
        Labels.load(tmp_path / "missing.npz")


def test_wrong_certificates_are_refused_when_they_are_looked_at(tmp_path):
    path = tmp_path / "x.npz"
    certified_labels().save(path)
    tampered(path, set_array("proof:1:0:vector", np.full((2, 4), np.nan)))
    column = Labels.load(path).column("ppt[A|B]").certificates
    with pytest.raises(QentError, match="'vector' of the npt certificate is not finite"):
        column[0]


def test_labels_are_written_as_npz_only(tmp_path):
    for name in ("x.json", "x.npy", "x"):
        with pytest.raises(StateFileError, match=r"written as \.npz"):
            some_labels().save(tmp_path / name)


def test_any_damage_ends_in_an_error_of_qent_or_in_labels(tmp_path):
    path = tmp_path / "x.npz"
    certified_labels().save(path)
    whole, chance = path.read_bytes(), random.Random(0)
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.choice([1, 2, 8])):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        path.write_bytes(damaged)
        with contextlib.suppress(QentError):
            for column in Labels.load(path).columns.values():
                if isinstance(column, VerdictColumn):
                    for row in range(len(column.values)):
                        column.certificates[row]
