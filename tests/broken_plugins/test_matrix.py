"""The kit tested on itself: each check has a culprit that fails it and nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from qent_core.kinds import KINDS
from qent_testing import all_checks

HERE = Path(__file__).parent
CULPRITS = sorted(file.stem for file in HERE.glob("*.toml"))


def test_every_check_has_a_culprit():
    assert sorted(check.name for check in all_checks()) == CULPRITS


@pytest.mark.parametrize("kind", KINDS)
def test_good_plugin_passes_every_check(examined, kind):
    examination = examined(kind, f"qent-good-{kind}")
    results = [examination.result(case) for case in examination.cases]

    assert {r.id: r.message for r in results if r.outcome == "failed"} == {}
    assert all(r.message.startswith("does not apply") for r in results if r.outcome == "skipped")
    assert {r.check for r in results} == {
        check.name for check in all_checks() if {kind, "plugin"} & set(check.kinds)
    }


@pytest.mark.parametrize("culprit", CULPRITS)
def test_culprit_fails_its_check_and_no_other(examined, culprit):
    kind = tomllib.loads((HERE / f"{culprit}.toml").read_text())["kind"]
    name = "qent-" + culprit.replace("check", "bad").replace("_", "-")
    examination = examined(kind, name, culprit)
    results = [examination.result(case) for case in examination.cases]

    failed = {r.check: r.message for r in results if r.outcome == "failed"}
    assert list(failed) == [culprit], failed
    assert failed[culprit].strip()
    # What depends on the failed check is skipped, and says so.
    for result in results:
        if culprit in next(c for c in all_checks() if c.name == result.check).needs:
            assert result.outcome == "skipped"
            assert culprit in result.message


def test_study_depends_on_what_it_is_written_with(examined, monkeypatch):
    examination = examined("study", "qent-good-study")
    monkeypatch.setattr(
        "qent_testing.component_checks.is_declared", lambda module, _: module != "qent_studies"
    )
    (case,) = [case for case in examination.cases if case.check.name == "check_requires"]
    result = examination.result(case)
    assert result.outcome == "failed"
    assert "does not depend on qent-studies" in result.message


def test_needs_name_earlier_checks():
    seen: set[str] = set()
    for check in all_checks():
        assert set(check.needs) <= seen, check.name
        seen.add(check.name)
