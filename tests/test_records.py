"""The frozen records that plugins yield."""

import pickle
import subprocess
import sys

import pytest

from qent_core.records import (
    ChannelSpec,
    ComponentSpec,
    FeatureSpec,
    LabelerSpec,
    ModelSpec,
    Reference,
    StateFamilySpec,
    StudySpec,
)

PERES = Reference(
    key="peres1996",
    authors="A. Peres",
    year=1996,
    title="Separability criterion for density matrices",
    journal="Phys. Rev. Lett.",
    volume="77",
    pages="1413",
    doi="10.1103/PhysRevLett.77.1413",
)
FIELDS = {"name": "x-state", "target": "qent_x.states:XState", "summary": "States of X form"}
KINDS = {
    StateFamilySpec: "state-family",
    ChannelSpec: "channel",
    LabelerSpec: "labeler",
    FeatureSpec: "feature",
    ModelSpec: "model",
    StudySpec: "study",
}


@pytest.mark.parametrize(("record", "kind"), KINDS.items(), ids=KINDS.values())
def test_every_kind_of_record(record, kind):
    spec = record(**FIELDS, references=(PERES,), requires=("torch",))
    assert spec.kind == record.kind == kind
    assert spec == record(**FIELDS, references=(PERES,), requires=("torch",))
    assert hash(spec) == hash(record(**FIELDS, references=(PERES,), requires=("torch",)))
    assert pickle.loads(pickle.dumps(spec)) == spec
    assert spec != record(**{**FIELDS, "name": "other"})
    with pytest.raises(AttributeError):
        spec.name = "other"
    assert not hasattr(spec, "__dict__")
    with pytest.raises(TypeError):
        record(*FIELDS.values())


@pytest.mark.parametrize("name", ["x", "x-state", "w3", "chsh-2x2", "a1-b2-c3"])
def test_good_names(name):
    assert ComponentSpec(**{**FIELDS, "name": name}).name == name


@pytest.mark.parametrize(
    "name", ["", "X", "x_state", "x state", "-x", "x-", "x--y", "3x", "é", "x\n", "x.y", None, 3]
)
def test_bad_names(name):
    with pytest.raises(ValueError, match="lower-case words joined by hyphens"):
        ComponentSpec(**{**FIELDS, "name": name})


@pytest.mark.parametrize(
    "target",
    ["", "module", "module:", ":Class", "module.Class", "a:b:c", "a-b:C", "a:C\n", "1a:C", None],
)
def test_bad_targets(target):
    with pytest.raises(ValueError, match=r"package\.module:Class"):
        ComponentSpec(**{**FIELDS, "target": target})


@pytest.mark.parametrize("summary", ["", "   ", "two\nlines", None, 3])
def test_bad_summaries(summary):
    with pytest.raises(ValueError, match="one non-empty line"):
        ComponentSpec(**{**FIELDS, "summary": summary})


@pytest.mark.parametrize("requires", [("torch.nn",), ("numpy"), ["numpy"], (3,), None], ids=str)
def test_requires_are_a_tuple_of_top_level_names(requires):
    with pytest.raises(ValueError, match="tuple of top-level import names"):
        ComponentSpec(**FIELDS, requires=requires)


@pytest.mark.parametrize("references", [PERES, ("peres1996",), [PERES], None], ids=repr)
def test_references_are_a_tuple_of_records(references):
    with pytest.raises(ValueError, match="tuple of Reference records"):
        ComponentSpec(**FIELDS, references=references)


@pytest.mark.parametrize(
    ("record", "wrong", "said"),
    [
        (LabelerSpec, {"gives": "number"}, "'verdict', 'measure' or None"),
        (FeatureSpec, {"output": "tensor"}, "'vector' or 'image'"),
        (ModelSpec, {"accepts": "tensor"}, "'vector', 'image' or 'states'"),
        (ModelSpec, {"tasks": ()}, "regression"),
        (ModelSpec, {"tasks": ("regression", "ranking")}, "regression"),
        (ModelSpec, {"tasks": "regression"}, "regression"),
        (LabelerSpec, {"name": "Bad"}, "lower-case"),
    ],
)
def test_fields_of_one_kind(record, wrong, said):
    with pytest.raises(ValueError, match=said):
        record(**{**FIELDS, **wrong})


def test_reference_as_text():
    assert PERES.text() == (
        "A. Peres, Separability criterion for density matrices, Phys. Rev. Lett. 77, 1413 (1996)"
    )
    arxiv = Reference(key="x", authors="X", year=2025, title="T", arxiv="2507.12775")
    assert arxiv.text() == "X, T, arXiv:2507.12775 (2025)"
    assert Reference(key="x", authors="X", year=2025, title="T").text() == "X, T (2025)"
    page = Reference(key="x", authors="X", year=2025, title="T", pages="7")
    assert page.text() == "X, T, 7 (2025)"


def test_reference_as_bibtex():
    text = PERES.bibtex()
    assert text.startswith("@article{peres1996,\n")
    assert "  title = {{Separability criterion for density matrices}},\n" in text
    assert "  year = {1996},\n" in text
    assert text.endswith("}\n}")
    assert text.count("{") == text.count("}")
    arxiv = Reference(key="x", authors="X and Y", year=2025, title="T", arxiv="2507.12775").bibtex()
    assert arxiv.startswith("@misc{x,\n")
    assert "eprint = {2507.12775}" in arxiv
    assert "archiveprefix = {arXiv}" in arxiv
    assert "journal" not in arxiv


def test_records_need_the_standard_library_only():
    code = (
        f"import sys; sys.path[:] = {sys.path!r}; import qent_core.records; "
        "print([m for m in ('numpy', 'pydantic', 'pluggy', 'scipy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
