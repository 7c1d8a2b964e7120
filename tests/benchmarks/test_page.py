"""Tables go where a page has room for them, and nowhere else."""

from pathlib import Path

import pytest

from benchmarks.__main__ import GROUPS
from benchmarks.decided import PLACE, lines_of, measure
from benchmarks.page import tables_of, with_tables
from benchmarks.results import group, results, row
from benchmarks.timing import summary

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_has_a_place_for_every_group():
    text = (DOCS / "performance.md").read_text()
    changed = with_tables(text, dict.fromkeys((*GROUPS, "environment"), "new"))
    assert changed.count("\nnew\n") == len(GROUPS) + 1
    assert "## Where the speed comes from" in changed
    assert with_tables(changed, dict.fromkeys((*GROUPS, "environment"), "new")) == changed


def test_the_other_page_has_a_place_for_the_states_that_were_decided():
    text = (DOCS / "certificates-measured.md").read_text()
    assert "\nnew\n" in with_tables(text, {PLACE: "new"})


@pytest.mark.parametrize(
    "page",
    [
        "nothing",
        "<!-- measured: x -->",
        "<!-- end of x --> <!-- measured: x -->",
        "<!-- measured: x --> <!-- measured: x --> <!-- end of x -->",
    ],
)
def test_a_page_without_the_place_is_refused(page):
    with pytest.raises(ValueError, match="one place from '<!-- measured: x -->'"):
        with_tables(page, {"x": "new"})


def test_tables_of_a_run_have_no_headings():
    kept = row("t", {"qent": summary([4.0]), "QuTiP": summary([2.0])}, ["QuTiP"])
    found = group(
        "g", [kept], unit="states per s", columns=["qent", "QuTiP"], answers={}, missing={}
    )
    here = dict.fromkeys(
        ("processor", "cores", "system", "machine", "python", "numpy", "threads_per_process"), 1
    )
    tables = tables_of(results({**here, "load": None}, [found]))
    assert set(tables) == {"g", "environment"}
    assert tables["g"].startswith("States per s: median")
    assert "| t | 4 | 2 | 2x (QuTiP) |" in tables["g"]
    assert "#" not in tables["g"]


def test_decided_states_have_a_line_per_question():
    kept = {"decided": 99, "interval": [0.94, 0.998], "wrong": 0, "refused": 0}
    questions = {q: {**kept, "criteria": {"b": 1, "a": 98}} for q in ("A|B", "B|A")}
    lines = list(lines_of("x", summary([1500.0], states=100, questions=questions)))
    assert lines[0] == (r"| x | A\|B | 99/100 | 94.000 to 99.800 % | 0 | 0 | a 98, b 1 | 1.5k |")
    assert len(lines) == 2


def test_states_are_decided_in_batches_and_counted_over_all():
    task = "Horodecki 3x3, strict"
    found = measure({"task": task, "count": 22})
    row = found.measured()[task]
    assert (row["repeats"], row["states"]) == (2, 40)
    (line,) = lines_of(task, row)
    assert "| 40/40 |" in line
    assert row["questions"]["A|B"]["wrong"] == row["questions"]["A|B"]["refused"] == 0
