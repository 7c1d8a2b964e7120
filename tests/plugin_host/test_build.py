"""Phase C: from a record to a class to an instance, and parameter errors a physicist can read."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import Field, field_validator, model_validator

from qent_core.api import Channel, Labeler, StateFamily, Uniform, Varying, Within
from qent_core.build import build, load_target
from qent_core.components import LocalDims, Spin
from qent_core.errors import (
    ComponentBrokenError,
    DimensionsMismatchError,
    ParameterInvalidError,
)
from qent_core.parameter_docs import parameters_of, type_words
from qent_core.records import ChannelSpec, FeatureSpec, LabelerSpec, ModelSpec, StateFamilySpec
from qent_core.registered import Component

SPECS = {
    "state-family": StateFamilySpec,
    "channel": ChannelSpec,
    "labeler": LabelerSpec,
    "feature": FeatureSpec,
    "model": ModelSpec,
}


def component(kind: str, target: str = "qent_t.parts:Thing", implementation=None, **facts):
    """Returns a component as the registry would hold it."""
    spec = SPECS[kind](name="thing", target=target, summary="A thing", **facts)
    return Component(spec=spec, distribution="qent-t", version="1.0", implementation=implementation)


class Family(StateFamily):
    """A family.

    Args:
        mode: How it is made,
            in detail.
    """

    spin: Spin = 0.5
    alpha: Annotated[Varying, Within(0.0, 1.0)] = Uniform(0.0, 1.0)
    dims: LocalDims = (2, 2)
    mode: Literal["fast", "exact"] = "fast"
    rank: int = Field(ge=1, description="Rank of the states")
    note: str | None = None

    def sample(self, count, rng): ...


class Checked(StateFamily):
    size: int = 2

    @field_validator("size")
    @classmethod
    def even(cls, value):
        if value % 2:
            raise DimensionsMismatchError("the size must be even", do="add one")
        return value

    @model_validator(mode="after")
    def small(self):
        if self.size > 10:
            raise ValueError("the state would not fit")
        if self.size == 8:
            raise KeyError("a bug of its author")
        return self

    def sample(self, count, rng): ...


class Model:
    """A model.

    Args:
        depth: How deep.
    """

    def __init__(self, depth=3, rates=(0.1, 0.2), *, seed=None):
        self.depth, self.rates, self.seed = depth, rates, seed

    def fit(self, X, y): ...
    def predict(self, X): ...


class Demanding(Model):
    def __init__(self, width):
        if width < 0:
            raise ValueError("width must not be negative")
        self.width = width


class Open(Model):
    def __init__(self, **anything):
        self.anything = anything


FAMILY = component("state-family", implementation=Family)
MODEL = component("model", implementation=Model)


class TestLoadTarget:
    def test_imports_the_class_only_now(self, site):
        site.add(
            "qent-t",
            modules={
                "parts.py": "from qent_core.api import Labeler\n"
                "class Thing(Labeler):\n    def label(self, batch): ...\n"
            },
        )
        assert not site.was_imported("qent_t")
        assert load_target(component("labeler")).__name__ == "Thing"

    @pytest.mark.parametrize(
        ("source", "said", "remedy"),
        [
            ("import no_such_thing", "needs no_such_thing, which is not", "install no_such_thing"),
            ("import sklearn_no.x", "needs sklearn_no, which is not", "pip install sklearn_no"),
            (
                "raise RuntimeError('boom')",
                "RuntimeError: boom (qent_t/parts.py, line 1)",
                "qent-t",
            ),
            ("raise SystemExit(1)", "SystemExit: 1", "qent-t"),
            ("from json import nothing", "cannot be imported: ImportError", "qent-t"),
            ("class Think: pass", "has no Thing in qent_t.parts; it has Think", "qent-t"),
            ("Thing = 3", "is no class", "qent-t"),
            ("class Thing: pass", "is no Labeler", "qent-t"),
            (
                "from qent_core.api import Labeler\nclass Thing(Labeler): pass",
                "does not implement label",
                "qent-t",
            ),
        ],
    )
    def test_broken_targets(self, site, source, said, remedy):
        site.add("qent-t", modules={"parts.py": source})
        with pytest.raises(ComponentBrokenError) as caught:
            load_target(component("labeler"))
        assert caught.value.what.startswith("the labeler 'thing' (qent-t 1.0) ")
        assert said in caught.value.what
        assert remedy in caught.value.do
        assert caught.value.exit_code == 3

    def test_missing_module_of_its_own(self, site):
        site.add("qent-t")
        with pytest.raises(ComponentBrokenError, match=r"has no module qent_t\.parts"):
            load_target(component("labeler"))

    def test_missing_requirement_is_said_before_the_import(self, site):
        site.add("qent-t", modules={"parts.py": "raise AssertionError"})
        with pytest.raises(ComponentBrokenError) as caught:
            load_target(component("model", requires=("json", "no_such_a", "no_such_b")))
        assert "needs no_such_a and no_such_b, which are not installed" in caught.value.what
        assert caught.value.do == "pip install no_such_a no_such_b"

    @pytest.mark.parametrize(
        ("kind", "base"),
        [("state-family", Channel), ("channel", Labeler), ("labeler", StateFamily)],
    )
    def test_class_of_another_kind(self, kind, base):
        with pytest.raises(ComponentBrokenError, match="is no"):
            load_target(component(kind, implementation=base))

    @pytest.mark.parametrize(("kind", "lacks"), [("feature", "transform"), ("model", "predict")])
    def test_estimator_without_its_methods(self, kind, lacks):
        thing = type("Thing", (), {"fit": lambda self, X: self})
        with pytest.raises(ComponentBrokenError, match=f"has no method {lacks}"):
            load_target(component(kind, implementation=thing))


class TestBuildPydantic:
    def test_builds(self):
        family = build(FAMILY, {"rank": 2, "alpha": {"uniform": [0.0, 0.5]}, "dims": [3, 3]})
        assert family == Family(rank=2, alpha=Uniform(0.0, 0.5), dims=(3, 3))

    @pytest.mark.parametrize(
        ("parameters", "what"),
        [
            ({"rank": 0}, "refuses 'rank' = 0: must be greater than or equal to 1 (1 <= rank)"),
            ({"rank": "x"}, "refuses 'rank' = 'x': must be a valid integer"),
            ({"rank": 1, "alpha": 2}, "refuses 'alpha' = 2: must lie within [0, 1]"),
            ({"rank": 1, "spin": 0.7}, "refuses 'spin' = 0.7: must be an integer or half-integer"),
            ({"rank": 1, "spin": 0}, "(0.5 <= spin <= 63.5)"),
            ({"rank": 1, "mode": "slow"}, "refuses 'mode' = 'slow': must be 'fast' or 'exact'"),
            ({"rank": 1, "dims": [2, 1]}, "greater than or equal to 2 (entry 1)"),
            ({}, "needs the parameter 'rank'"),
            ({"rank": 1, "alpah": 2}, "has no parameter 'alpah'"),
        ],
    )
    def test_refusals(self, parameters, what):
        with pytest.raises(ParameterInvalidError) as caught:
            build(FAMILY, parameters, where="study.toml, [[states]]")
        assert caught.value.what.startswith("the state family 'thing' ")
        assert what in caught.value.what
        assert caught.value.where.startswith("study.toml, [[states]] ")
        assert "qent show thing" in caught.value.do

    def test_near_miss_of_a_parameter(self):
        with pytest.raises(ParameterInvalidError, match=r"did you mean 'alpha'\?") as caught:
            build(FAMILY, {"rank": 1, "alpah": 2}, where="study.toml, [[states]]")
        assert caught.value.where == "study.toml, [[states]] alpah"

    def test_every_wrong_parameter_is_named_at_once(self):
        with pytest.raises(ParameterInvalidError) as caught:
            build(FAMILY, {"rank": 0, "alpah": 2, "mode": "slow"}, where="f.toml, [[states]]")
        error = caught.value
        assert error.what.splitlines()[0] == "the state family 'thing' has 3 wrong parameters:"
        assert len(error.what.splitlines()) == 4
        assert set(error.where.removeprefix("f.toml, [[states]] ").split(", ")) == {
            "rank",
            "alpah",
            "mode",
        }

    def test_error_of_qent_inside_a_validator_keeps_its_remedy(self):
        with pytest.raises(ParameterInvalidError, match="the size must be even; add one"):
            build(component("state-family", implementation=Checked), {"size": 3})

    def test_parameters_that_do_not_fit_together(self):
        with pytest.raises(ParameterInvalidError, match="these parameters together"):
            build(component("state-family", implementation=Checked), {"size": 12})

    def test_bug_in_a_validator_is_no_mistake_of_the_user(self):
        with pytest.raises(ComponentBrokenError, match="raised KeyError") as caught:
            build(component("state-family", implementation=Checked), {"size": 8})
        assert isinstance(caught.value.__cause__, KeyError)


class TestBuildEstimator:
    def test_builds(self):
        assert build(MODEL, {"depth": 5}).depth == 5
        assert build(component("model", implementation=Open), {"x": 1}).anything == {"x": 1}

    def test_unknown_parameter(self):
        with pytest.raises(ParameterInvalidError, match="has no parameter 'dept'") as caught:
            build(MODEL, {"dept": 5}, where="study.toml, [model]")
        assert "did you mean 'depth'?" in caught.value.do
        assert caught.value.where == "study.toml, [model] dept"

    def test_missing_parameter(self):
        with pytest.raises(ParameterInvalidError, match="needs 1 more parameter: width"):
            build(component("model", implementation=Demanding), {})

    def test_refused_value(self):
        with pytest.raises(ParameterInvalidError, match="width must not be negative"):
            build(component("model", implementation=Demanding), {"width": -1})


class TestParameters:
    def test_of_a_pydantic_component(self):
        docs = {doc.name: doc for doc in parameters_of(FAMILY)}
        assert list(docs) == ["spin", "alpha", "dims", "mode", "rank", "note"]
        assert docs["spin"].bounds == "0.5 <= spin <= 63.5"
        assert docs["alpha"].type == "number or distribution"
        assert docs["alpha"].bounds == "0 <= alpha <= 1"
        assert docs["alpha"].default == {"uniform": [0.0, 1.0]}
        assert docs["dims"].type == "list of integers"
        assert docs["dims"].default == [2, 2]
        assert docs["mode"].type == "'fast' or 'exact'"
        assert docs["mode"].description == "How it is made, in detail."
        assert docs["rank"].required
        assert docs["rank"].description == "Rank of the states"
        assert docs["note"].default is None
        assert not docs["note"].required

    def test_of_an_estimator(self):
        docs = {doc.name: doc for doc in parameters_of(MODEL)}
        assert docs["depth"].description == "How deep."
        assert docs["depth"].default == 3
        assert docs["rates"].default == [0.1, 0.2]
        assert docs["seed"].default is None
        assert parameters_of(component("model", implementation=Open)) == []

    @pytest.mark.parametrize(
        ("annotation", "words"),
        [
            (int, "integer"),
            (bool, "true or false"),
            (list[str], "list of text"),
            (dict[str, float], "table"),
            (tuple[int, float], "list of integers or numbers"),
            (list[list[int]], "list of lists of integers"),
            ("float | None", "float | None"),
        ],
    )
    def test_types_in_words(self, annotation, words):
        assert type_words(annotation) == words
