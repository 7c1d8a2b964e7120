"""Settings from the command line."""

import pytest

from qent_core.errors import ExperimentInvalidError
from qent_core.overrides import apply_overrides, parse_assignments


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("run.seed=7", 7),
        ("run.seed=7.5", 7.5),
        ("run.seed=word", "word"),
        ("run.seed='7'", "7"),
        ("run.seed=true", True),
        ("run.seed={ uniform = [0, 1] }", {"uniform": [0, 1]}),
        ("run.seed=[1, 2]", [1, 2]),
    ],
)
def test_values_are_read_as_toml(setting, expected):
    assert apply_overrides({"run": {"seed": 0}}, [setting])["run"]["seed"] == expected


def test_the_given_tables_are_not_changed():
    tables = {"run": {"seed": 0}}
    apply_overrides(tables, ["run.seed=1"])
    assert tables == {"run": {"seed": 0}}


def test_items_of_lists_are_counted_from_zero():
    tables = {"states": [{"count": 1}, {"count": 2}]}
    assert apply_overrides(tables, ["states.1.count=5"])["states"][1]["count"] == 5


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("seed", "no setting"),
        ("=3", "no setting"),
        ("a..b=3", "no setting"),
        ("states.count=3", "any of 2 items"),
        ("states.7.count=3", "no item 7"),
        ("run.seed.deep=3", "no table"),
    ],
)
def test_settings_that_lead_nowhere_are_refused(setting, message):
    tables = {"run": {"seed": 0}, "states": [{"count": 1}, {"count": 2}]}
    with pytest.raises(ExperimentInvalidError, match=message):
        apply_overrides(tables, [setting])


def test_assignments_are_grouped_by_component():
    assert parse_assignments(["ppt.margin=1e-9", "ppt.certify=false", "x.y=z"]) == {
        "ppt": {"margin": 1e-9, "certify": False},
        "x": {"y": "z"},
    }
