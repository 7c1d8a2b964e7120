"""The parts of the study runner on their own, and studies that are not what they must be."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import BaseModel

import qent_studies
from qent_core.errors import (
    ComponentBrokenError,
    ComponentUnknownError,
    StudyBrokenError,
    StudyMemoryError,
)
from qent_core.memory import available_memory, peak_memory, reset_peak
from qent_core.records import StudySpec
from qent_core.registry import Registry
from qent_studies import (
    Claim,
    Finding,
    Quantity,
    Results,
    Study,
    Task,
    TaskResult,
    compare,
    concludes,
    mean_over_seeds,
    plan_study,
    read_claims,
    run_study,
)
from qent_studies.estimate import check_memory, duration
from qent_studies.executors import _next_fitting
from qent_studies.tasks import as_json
from qent_studies.work import perform

CLAIM = """
[[claim]]
id = "{id}"
where = "Fig. 1"
statement = "x"
"""


def test_every_name_is_there():
    for name in qent_studies.__all__:
        assert getattr(qent_studies, name) is not None


class TestClaims:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "there is no claim"),
            ("[[claim]", "no valid TOML"),
            (CLAIM.format(id="a b"), "id: String should match"),
            (CLAIM.format(id="A-1") + "publisht = 1", "publisht: Extra inputs"),
            (CLAIM.format(id="A-1") + "published = nan", "finite"),
            (CLAIM.format(id="A-1") * 2, "A-1 stands there twice"),
        ],
    )
    def test_malformed(self, tmp_path, text, said):
        (tmp_path / "claims.toml").write_text(text)
        with pytest.raises(StudyBrokenError) as caught:
            read_claims(tmp_path / "claims.toml")
        assert said in caught.value.what

    def test_missing_file(self, tmp_path):
        with pytest.raises(StudyBrokenError, match="cannot be read"):
            read_claims(tmp_path / "claims.toml")


def claim(**facts):
    return Claim(id="S9-01", where="Fig. 1", statement="x", **facts)


class TestCompare:
    @pytest.mark.parametrize(
        ("value", "better", "outcome"),
        [
            (0.905, None, "reproduced"),
            (0.91, None, "reproduced"),
            (0.93, None, "not reproduced"),
            (0.93, "higher", "exceeded"),
            (0.93, "lower", "not reproduced"),
            (0.87, "lower", "exceeded"),
            (float("nan"), "higher", "not reproduced"),
        ],
    )
    def test_both_sides_of_the_tolerance(self, value, better, outcome):
        found = compare(
            claim(published=0.9, tolerance=0.0101, better=better), Quantity(value=value)
        )
        assert found.outcome == outcome

    def test_one_bad_of_several(self):
        several = claim(published={"a": 1.0, "b": 2.0}, tolerance=0.1, better="higher")
        found = compare(several, Quantity(name="a", value=5), Quantity(name="b", value=1))
        assert found.outcome == "not reproduced"
        assert found.reason == "b: 1 against 2 published (allowed: 0.1)"

    def test_nothing_to_compare(self):
        with pytest.raises(ValueError, match="publishes none"):
            compare(claim(published="words"), Quantity(value=1))
        with pytest.raises(ValueError, match="no tolerance"):
            compare(claim(published=1), Quantity(value=1))

    def test_students_interval(self):
        # Five values with mean 3 and s = sqrt(2.5): half width 2.776445 s / sqrt(5).
        low, high = mean_over_seeds(dict(enumerate([1, 2, 3, 4, 5]))).interval
        assert (low, high) == pytest.approx((3 - 1.963243, 3 + 1.963243), abs=1e-6)


class TestTasks:
    @pytest.mark.parametrize("value", [float("nan"), object(), {"a": {1j}}, np.array([1j])])
    def test_only_json(self, value):
        with pytest.raises(StudyBrokenError):
            as_json(value, "x")

    @pytest.mark.parametrize(
        "facts", [{"key": "../x"}, {"key": "a.partial"}, {"run": "os.system"}, {"key": ""}]
    )
    def test_refused(self, facts):
        with pytest.raises(StudyBrokenError):
            Task(**{"key": "a", "run": "m:f", **facts})

    def test_digest_follows_parameters(self):
        one = Task(key="a", run="m:f", parameters={"x": (1, 2), "y": 1})
        assert one.digest() == Task(key="b", run="m:f", parameters={"y": 1, "x": [1, 2]}).digest()
        assert one.digest() != Task(key="a", run="m:f", parameters={"x": [1, 3]}).digest()

    def test_ambiguous_seed(self):
        made = [
            TaskResult(Task(key=f"a{j}", run="m:f", parameters={"seed": 1, "j": j}), {"r": j})
            for j in (1, 2)
        ]
        with pytest.raises(LookupError, match="seed 1"):
            Results(made, ()).values_by_seed("r")
        assert Results(made, ()).values_by_seed("r", j=2) == {1: 2.0}

    def test_wrong_result(self):
        with pytest.raises(StudyBrokenError, match="returned int"):
            perform(Task(key="a", run="builtins:int"))


def test_peak_memory_counts_what_was_freed():
    if available_memory() is None or peak_memory() is None:
        pytest.skip("the system does not tell")
    reset_peak()
    before = peak_memory()
    np.ones(10**7).sum()
    assert peak_memory() - before > 5e7


def test_memory_is_shared_out():
    small, large = (Task(key=k, run="m:f", memory=m) for k, m in (("s", 2e9), ("l", 6e9)))
    assert _next_fitting([large, small], [], 6e9) is large
    assert _next_fitting([large, small], [large], 9e9) is small
    assert _next_fitting([large], [small], 6e9) is None
    with pytest.raises(StudyMemoryError, match=r"l needs about 6\.0 GB of memory, and 4\.0 GB"):
        check_memory([small, large], 4e9)
    check_memory([large], None)


class Settings(BaseModel):
    count: int = 1


class Base(Study):
    claims_file = "toy/qent_toy/claims.toml"

    def settings(self, scale):
        return Settings()

    def tasks(self, settings, seeds):
        return ()


def planned(study, **facts):
    registry = Registry.load(only=())
    registry.register(study, name="x", kind="study", **facts)
    return registry


class TestBrokenStudies:
    def test_claim_without_finding(self, tmp_path):
        class Lazy(Base):
            @concludes("S9-01", "S9-02")
            def two(self, claim, results, settings):
                return Finding(claim=claim.id, outcome="reproduced")

        with pytest.raises(StudyBrokenError, match="no finding on S9-03 and S9-04"):
            run_study("x", tmp_path / "a", registry=planned(Lazy))
        run = run_study("x", tmp_path / "a", registry=planned(Lazy), only=["S9-02"])
        assert [str(f.outcome) for f in run.findings].count("not tested") == 3

    def test_claims_in_several_files(self, tmp_path):
        more = tmp_path / "more.toml"
        more.write_text('[[claim]]\nid = "S9-O1"\nwhere = "outlook"\nstatement = "more"\n')

        class Two(Base):
            claims_file = (Base.claims_file, str(more))

        class Twice(Base):
            claims_file = (Base.claims_file, Base.claims_file)

        ids = [claim.id for claim in Two().claims]
        assert ids == [*(claim.id for claim in Base().claims), "S9-O1"]
        with pytest.raises(StudyBrokenError, match=r"S9-01.* twice"):
            Twice().claims  # noqa: B018

    def test_unknown_claim(self, tmp_path):
        class Strange(Base):
            @concludes("S9-77")
            def none(self, claim, results, settings):
                raise AssertionError

        with pytest.raises(StudyBrokenError, match="S9-77"):
            run_study("x", tmp_path / "a", registry=planned(Strange))

    def test_task_for_unknown_claim(self):
        class Wrong(Base):
            def tasks(self, settings, seeds):
                return [Task(key="a", run="m:f", claims=("S8-01",))]

        with pytest.raises(StudyBrokenError, match="serves S8-01"):
            plan_study("x", registry=planned(Wrong))

    def test_no_study(self):
        class Plain:
            pass

        with pytest.raises(StudyBrokenError, match="does not derive from Study"):
            plan_study("x", registry=planned(Plain))

    def test_unfinished_class(self):
        class Half(Study):
            def settings(self, scale):
                return Settings()

        with pytest.raises(StudyBrokenError, match="does not implement tasks"):
            plan_study("x", registry=planned(Half))


class TestUses:
    def test_missing_plugin_is_named(self):
        with pytest.raises(ComponentUnknownError) as caught:
            plan_study("x", registry=planned(Base, uses=("isotropic",)))
        assert "study 'x', uses" in caught.value.where
        assert "'isotropic' is provided by qent-werner" in caught.value.do

    def test_missing_package_is_named(self):
        registry = planned(Base, uses=("y",))
        registry.register(StudySpec(name="y", target="m:f", summary="y", requires=("no_such_pkg",)))
        with pytest.raises(ComponentBrokenError, match="needs no_such_pkg"):
            plan_study("x", registry=registry)


def test_duration():
    assert duration(0.1) == "1 s"


@pytest.mark.parametrize("n", [7, 100, 4613, 10**6])
def test_none_and_all_are_the_ends_of_their_intervals(n):
    from qent_studies.comparison import share

    low, high = share(0, n).interval
    assert low == 0 < high < 1
    low, high = share(n, n, percent=True).interval
    assert 0 < low < high == 100
