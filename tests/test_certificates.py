"""Certificates of every kind: content, storage in columns, and what is malformed."""

import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qent_core.certificate_column import CertificateBlock, CertificateColumn
from qent_core.certificates import (
    CERTIFICATE_KINDS,
    BiseparableDecompositionCertificate,
    Certificate,
    DecompositionCertificate,
    ExtensionCertificate,
    ExtremalCertificate,
    LowRankCertificate,
    NptCertificate,
    PermutationNormCertificate,
    PptMixerCertificate,
    PptSmallCertificate,
    Quality,
    RealignmentCertificate,
    WitnessCertificate,
    XFormCertificate,
)
from qent_core.errors import CertificateInvalidError
from qent_core.verdicts import Verdict


def complex_array(*shape, seed=0):
    rng = np.random.default_rng([seed, *shape])
    return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)


def examples(seed=0, atoms=3):
    """One certificate of every kind, for three qubits or the cut of a qubit and a ququart."""

    def array(*shape):
        return complex_array(*shape, seed=seed)

    cuts = {"A|BC": atoms, "B|AC": 1, "C|AB": 2}
    found = [
        NptCertificate(question="A|BC", vector=array(8)),
        PptSmallCertificate(question="A|B"),
        RealignmentCertificate(question="A|BC"),
        PermutationNormCertificate(question="A|B|C", permutation=np.array([0, 1, 5, 2, 3, 4])),
        XFormCertificate(question="A|B|C", unitaries=tuple(array(2, 2) for _ in range(3))),
        DecompositionCertificate(
            question="A|BC",
            weights=np.abs(array(atoms)),
            factors=(array(atoms, 2), array(atoms, 4)),
            depth=1e-6 * (seed + 1),
            quality=Quality.WITHIN_DELTA,
        ),
        BiseparableDecompositionCertificate(
            question="biseparable",
            weights={cut: np.abs(array(m)) for cut, m in cuts.items()},
            first={cut: array(m, 2) for cut, m in cuts.items()},
            second={cut: array(m, 4) for cut, m in cuts.items()},
            depth=0.25,
        ),
        LowRankCertificate(
            question="A|B|C",
            weights=np.abs(array(atoms)),
            factors=tuple(array(atoms, 2) for _ in range(3)),
            quality="within-delta",
        ),
        WitnessCertificate(question="A|BC", operator=array(8, 8), bound=0.5),
        PptMixerCertificate(
            question="biseparable", operator=array(8, 8), parts={c: array(8, 8) for c in cuts}
        ),
        ExtensionCertificate(
            question="A|BC",
            operator=array(8, 8),
            copies=2,
            extended_side=0,
            parts=(array(12, 12), array(16, 16)),
        ),
        ExtremalCertificate(question="A|BC"),
    ]
    assert [type(certificate) for certificate in found] == list(CERTIFICATE_KINDS.values())
    return found


KINDS = list(CERTIFICATE_KINDS)


def assert_equal(one, two):
    assert type(one) is type(two)
    if one is None:
        return
    assert (one.kind, one.question, one.quality) == (two.kind, two.question, two.quality)
    left, right = one.arrays(), two.arrays()
    assert list(left) == list(right)
    for name, array in left.items():
        assert array.dtype == right[name].dtype
        np.testing.assert_array_equal(array, right[name])


# --- records -------------------------------------------------------------------------------------


@pytest.mark.parametrize("certificate", examples(), ids=KINDS)
def test_from_arrays_undoes_arrays(certificate):
    arrays = certificate.arrays()
    back = type(certificate).from_arrays(certificate.question, str(certificate.quality), arrays)
    assert_equal(back, certificate)
    for name in vars(certificate):
        assert type(getattr(back, name)) is type(getattr(certificate, name))
    assert_equal(pickle.loads(pickle.dumps(certificate)), certificate)


@pytest.mark.parametrize("certificate", examples(), ids=KINDS)
def test_what_every_certificate_says(certificate):
    assert CERTIFICATE_KINDS[certificate.kind] is type(certificate)
    assert certificate.proves in (Verdict.SEPARABLE, Verdict.ENTANGLED)
    assert isinstance(certificate.quality, Quality)
    assert type(certificate).__doc__.startswith(
        ("Separable", "Entangled", "Not fully", "Genuinely")
    )
    with pytest.raises(AttributeError):
        certificate.question = "A|B"


def test_separable_kinds_prove_separable_and_the_others_entangled():
    separable = {kind for kind, cls in CERTIFICATE_KINDS.items() if cls.proves == Verdict.SEPARABLE}
    assert separable == {"ppt-small", "decomposition", "biseparable-decomposition", "low-rank"}


def test_every_subclass_is_registered():
    assert set(Certificate.__subclasses__()) == set(CERTIFICATE_KINDS.values())
    assert all(kind == cls.kind for kind, cls in CERTIFICATE_KINDS.items())


def test_names_of_arrays():
    by_kind = {certificate.kind: list(certificate.arrays()) for certificate in examples()}
    assert by_kind["npt"] == ["vector"]
    assert by_kind["extremal"] == []
    assert by_kind["decomposition"] == ["weights", "factors/0", "factors/1", "depth"]
    assert by_kind["ppt-mixer"] == ["operator", "parts/A|BC", "parts/B|AC", "parts/C|AB"]
    assert by_kind["extension"][1:3] == ["copies", "extended_side"]


CONTENT = [certificate for certificate in examples() if certificate.arrays()]
WITH_CONTENT = [certificate.kind for certificate in CONTENT]


@pytest.mark.parametrize("certificate", CONTENT, ids=WITH_CONTENT)
@pytest.mark.parametrize("wrong", [np.nan, np.inf, 1j * np.inf], ids=str)
def test_every_number_must_be_finite(certificate, wrong):
    for name, array in certificate.arrays().items():
        arrays = certificate.arrays()
        spoilt = np.array(
            array, dtype=complex if np.iscomplexobj(wrong) else np.result_type(array, float)
        )
        spoilt.flat[-1] = wrong
        arrays[name] = spoilt
        field = name.split("/")[0]
        with pytest.raises(CertificateInvalidError, match=f"'{field}' .* is not finite") as caught:
            type(certificate).from_arrays(certificate.question, "strict", arrays)
        assert certificate.question in caught.value.where


@pytest.mark.parametrize("certificate", CONTENT, ids=WITH_CONTENT)
def test_every_array_must_have_its_number_of_axes(certificate):
    for name, array in certificate.arrays().items():
        arrays = {**certificate.arrays(), name: array[..., None]}
        with pytest.raises(CertificateInvalidError, match="impossible shape"):
            type(certificate).from_arrays(certificate.question, "strict", arrays)


@pytest.mark.parametrize("certificate", CONTENT, ids=WITH_CONTENT)
def test_every_array_is_needed_and_no_other(certificate):
    for name in certificate.arrays():
        field = name.split("/")[0]
        arrays = {k: a for k, a in certificate.arrays().items() if k.split("/")[0] != field}
        with pytest.raises(CertificateInvalidError, match=f"has no '{field}'"):
            type(certificate).from_arrays(certificate.question, "strict", arrays)
    arrays = {**certificate.arrays(), "extra": np.zeros(1)}
    with pytest.raises(CertificateInvalidError, match="unknown content: extra"):
        type(certificate).from_arrays(certificate.question, "strict", arrays)


@pytest.mark.parametrize("kind", ["ppt-small", "realignment", "extremal"])
def test_certificates_without_content_refuse_any(kind):
    with pytest.raises(CertificateInvalidError, match="unknown content: vector"):
        CERTIFICATE_KINDS[kind].from_arrays("A|B", "strict", {"vector": np.zeros(4)})


@pytest.mark.parametrize(
    ("kind", "arrays"),
    [
        ("npt", {"vector/0": np.ones(4)}),
        ("low-rank", {"weights": np.ones(1), "factors": np.ones((1, 2))}),
        ("low-rank", {"weights": np.ones(1), "factors/1": np.ones((1, 2))}),
        (
            "low-rank",
            {"weights": np.ones(1), "factors/0": np.ones((1, 2)), "factors/x": np.ones((1, 2))},
        ),
        (
            "low-rank",
            {"weights": np.ones(1), "factors": np.ones((1, 2)), "factors/0": np.ones((1, 2))},
        ),
        ("ppt-mixer", {"operator": np.eye(2), "parts": np.eye(2)}),
    ],
    ids=["indexed", "not indexed", "gap", "no number", "both", "no mapping"],
)
def test_content_stored_in_another_form(kind, arrays):
    with pytest.raises(CertificateInvalidError, match="is stored as"):
        CERTIFICATE_KINDS[kind].from_arrays("A|B", "strict", arrays)


@pytest.mark.parametrize(
    "vector", [np.array(["a"]), np.array([None]), "abcd", np.array([b"x"])], ids=str
)
def test_content_that_is_no_number(vector):
    with pytest.raises(CertificateInvalidError):
        NptCertificate(question="A|B", vector=vector)


def test_collections_are_not_empty():
    with pytest.raises(CertificateInvalidError, match=r"'unitaries' .* impossible shape"):
        XFormCertificate(question="A|B", unitaries=())
    with pytest.raises(CertificateInvalidError, match=r"'parts' .* impossible shape"):
        PptMixerCertificate(question="biseparable", operator=np.eye(8), parts={})


def test_quality():
    assert PptSmallCertificate(question="A|B").quality is Quality.STRICT
    assert PptSmallCertificate(question="A|B", quality="within-delta").quality == "within-delta"
    for build in (
        lambda: PptSmallCertificate(question="A|B", quality="perfect"),
        lambda: PptSmallCertificate.from_arrays("A|B", "perfect", {}),
    ):
        with pytest.raises(CertificateInvalidError, match="'perfect' is no quality") as caught:
            build()
        assert "'strict' or 'within-delta'" in caught.value.do


# --- columns -------------------------------------------------------------------------------------


def mixed_records():
    """Every kind twice with other numbers and shapes, with gaps."""
    records = [None]
    for number, (one, two) in enumerate(zip(examples(0), examples(1, atoms=5), strict=True)):
        records += [one, two, one] if number % 2 else [two, None, one]
    return records


def test_a_column_gives_every_record_back():
    records = mixed_records()
    column = CertificateColumn.from_records(records)
    assert len(column) == len(records)
    for row, record in enumerate(records):
        assert_equal(column[row], record)
        assert_equal(column[row - len(records)], record)
    assert column.present.tolist() == [record is not None for record in records]
    assert column.kinds().tolist() == ["" if r is None else r.kind for r in records]


def test_equal_shapes_share_a_block():
    records = [NptCertificate(question="A|B", vector=np.ones(4) * n) for n in range(100)]
    column = CertificateColumn.from_records(records)
    (block,) = column.blocks
    assert block.arrays["vector"].shape == (100, 4)
    column = CertificateColumn.from_records([*records, examples()[0]])
    assert len(column.blocks) == 2


def test_stacked_is_from_records():
    vectors = complex_array(3, 4)
    stacked = CertificateColumn.stacked(
        5, NptCertificate, "A|B", [4, 0, 2], quality=Quality.WITHIN_DELTA, vector=vectors
    )
    expected = [None] * 5
    for row, vector in zip([4, 0, 2], vectors, strict=True):
        expected[row] = NptCertificate(question="A|B", vector=vector, quality="within-delta")
    for row in range(5):
        assert_equal(stacked[row], expected[row])
    plain = CertificateColumn.stacked(3, PptSmallCertificate, "A|B", [1])
    assert plain.kinds().tolist() == ["", "ppt-small", ""]
    nested = CertificateColumn.stacked(
        2,
        LowRankCertificate,
        "A|B",
        [1],
        weights=np.ones((1, 3)),
        **{"factors/0": np.ones((1, 3, 2)), "factors/1": np.ones((1, 3, 2))},
    )
    assert len(nested[1].factors) == 2


ROWS = st.one_of(
    st.lists(st.integers(-37, 36), max_size=20).map(lambda rows: np.array(rows, dtype=int)),
    st.lists(st.booleans(), min_size=37, max_size=37).map(np.array),
    st.slices(37),
)


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_take_is_per_record(rows):
    records = mixed_records()
    assert len(records) == 37
    taken = CertificateColumn.from_records(records).take(rows)
    expected = [records[row] for row in np.arange(37)[rows]]
    assert len(taken) == len(expected)
    for row, record in enumerate(expected):
        assert_equal(taken[row], record)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 37), max_size=6))
def test_concatenating_parts_is_the_whole(cuts):
    records = mixed_records()
    whole = CertificateColumn.from_records(records)
    edges = [0, *sorted(cuts), 37]
    parts = [whole.take(slice(a, b)) for a, b in itertools.pairwise(edges)]
    joined = CertificateColumn.concatenate(parts)
    assert len(joined) == 37
    for row, record in enumerate(records):
        assert_equal(joined[row], record)


def test_concatenating_nothing():
    assert len(CertificateColumn.concatenate([])) == 0
    empty = CertificateColumn.concatenate([CertificateColumn(2), CertificateColumn.empty(3)])
    assert len(empty) == 5
    assert not empty.present.any()
    assert empty.kinds().tolist() == [""] * 5


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_filling_gaps_keeps_what_is_there(seed):
    rng = np.random.default_rng(seed)
    pool = examples(0) + [None] * 6
    ours = [pool[n] for n in rng.integers(0, len(pool), 12)]
    theirs = [pool[n] for n in rng.integers(0, len(pool), 12)]
    filled = CertificateColumn.from_records(ours).filled_from(
        CertificateColumn.from_records(theirs)
    )
    for row in range(12):
        assert_equal(filled[row], ours[row] if ours[row] is not None else theirs[row])


def test_taking_and_joining_leave_the_column_alone():
    records = mixed_records()
    column = CertificateColumn.from_records(records)
    CertificateColumn.concatenate([column.take([3, 3, 1]), column])
    column.filled_from(column.take(slice(None, None, -1)))
    for row, record in enumerate(records):
        assert_equal(column[row], record)


def test_a_column_pickles():
    records = mixed_records()
    column = pickle.loads(pickle.dumps(CertificateColumn.from_records(records)))
    for row, record in enumerate(records):
        assert_equal(column[row], record)


def block(rows, kind="npt", **arrays):
    content = arrays or {"vector": np.ones((np.size(rows), 4))}
    return CertificateBlock(kind, "A|B", "strict", np.asarray(rows), content)


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ([block([3])], "outside the batch"),
        ([block([-1])], "outside the batch"),
        ([block([0, 0])], "two certificates"),
        ([block([0]), block([0])], "two certificates"),
        ([block([0], kind="magic")], "'magic' is no kind"),
        ([block([0.0])], "list of integers"),
        ([block([[0]])], "list of integers"),
        ([block(["a"])], "list of integers"),
        ([block([0, 1], vector=np.ones((3, 4)))], r"'vector' of shape \(3, 4\) does not hold 2"),
        ([block([0], vector=np.float64(1))], r"'vector' of shape \(\) does not hold 1"),
    ],
)
def test_blocks_that_do_not_fit(blocks, said):
    with pytest.raises(CertificateInvalidError, match=said):
        CertificateColumn(3, blocks)


def test_blocks_without_rows_are_dropped():
    column = CertificateColumn(2, [block([]), block([1])])
    assert len(column.blocks) == 1
    assert column[0] is None


def test_rows_that_do_not_exist():
    with pytest.raises(IndexError):
        CertificateColumn(3)[3]
    with pytest.raises(IndexError):
        CertificateColumn(3).take([3])
