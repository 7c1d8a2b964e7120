"""Statistics, tables, the form of results, missing peers, and bad command lines."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import elementary, operations
from benchmarks.inputs import density_matrices
from benchmarks.libraries import LIBRARIES
from benchmarks.options import Options
from benchmarks.results import SCHEMA, group, not_ahead, results, row
from benchmarks.table import cell, markdown, short
from benchmarks.tasks import OPERATIONS, SAMPLING, expected_mean
from benchmarks.timing import rates, summary, without

ROOT = Path(__file__).resolve().parents[2]

HERE = {
    "processor": "P",
    "cores": 2,
    "machine": "x86_64",
    "system": "Linux",
    "python": "3.11",
    "numpy": "2",
    "threads_per_process": 1,
    "load": 0.5,
}


def made(own=4.0, peer=2.0, **kept):
    measured = {"qent": summary([own]), "QuTiP": summary([peer], **kept)}
    return row("a|b", measured, ["QuTiP"], why="Because.")


def made_group(*rows, missing=None):
    answers = {"qent": {"version": "1"}, "QuTiP": {"version": "5"}}
    columns = ["qent", "QuTiP", "numqi"]
    return group("g", rows, unit="per s", columns=columns, answers=answers, missing=missing or {})


def test_summary_holds_median_best_and_quartiles():
    kept = summary([1.0, 2.0, 3.0, 4.0, 100.0])
    assert (kept["median"], kept["best"], kept["quartiles"]) == (3.0, 100.0, [2.0, 4.0])


def test_a_rate_counts_states_and_repeats():
    calls = []
    found = rates(lambda: calls.append(sum(range(20_000))), 7, repeats=3, seconds=0.002)
    assert len(found) == 3
    assert len(calls) > 3
    assert all(0 < rate < math.inf for rate in found)


def test_ratio_is_to_the_fastest_peer_whose_answer_counts():
    measured = {
        "qent": summary([6.0]),
        "numpy": summary([50.0]),
        "A": summary([2.0]),
        "B": summary([9.0], counts=False),
    }
    kept = row("t", measured, ["A", "B"])
    assert (kept["fastest_peer"], kept["ratio"]) == ("A", 3.0)


def test_rows_without_peers_have_no_ratio():
    kept = row("t", {"qent": summary([6.0])}, ["A"])
    assert kept["ratio"] is None
    assert not_ahead(made_group(kept)) == []


def test_a_row_that_is_behind_says_why():
    text = markdown(results(HERE, [made_group(made(own=1.0), made())]))
    assert "Not ahead: a|b, 0.5x QuTiP. Because." in text
    assert text.count("Not ahead") == 1


def test_table_shows_missing_peers_and_why():
    text = markdown(results(HERE, [made_group(made(), missing={"numqi": "No module"})]))
    lines = [line for line in text.splitlines() if line.startswith(r"| a\|b")]
    assert lines == [r"| a\|b | 4 | 2 | - | 2x (QuTiP) |"]
    assert "numqi was not measured: No module." in text
    assert "load average 0.5" in text


def test_results_survive_json():
    found = results(HERE, [made_group(made())])
    assert json.loads(json.dumps(found)) == found
    assert found["schema"] == SCHEMA


def test_cells():
    assert cell(None) == "-"
    assert cell(summary([1.0, 2.0, 3.0])) == "2 (3; 50 %)"
    assert [short(rate) for rate in (999.6, 123_456, 1e6)] == ["1k", "123k", "1M"]


def test_wrong_law_is_marked_and_does_not_count():
    task = SAMPLING[0]
    exact = expected_mean(task)
    measured = {
        "qent": summary([1.0], found=[exact, 1e-3]),
        "toqito": summary([9.0], found=[exact + 6e-3, 1e-3]),
    }
    elementary.compare(task, measured)
    assert measured["toqito"]["note"] == "wrong law"
    assert not measured["toqito"]["counts"]
    assert measured["qent"]["counts"]


def test_disagreement_ends_the_run():
    measured = {"qent": {"found": [0.0]}, "QuTiP": {"found": [1e-6]}}
    with pytest.raises(AssertionError, match="QuTiP and qent differ by 1e-06 on negativity 2x2"):
        elementary.compare(OPERATIONS[0], measured)


def test_own_sampling_follows_the_exact_means():
    for task in SAMPLING:
        states = LIBRARIES["qent"]().sample(task.operation, task.size, 20_000, 1)
        mean, error = elementary.judged(states, task)
        assert abs(mean - expected_mean(task)) < 5 * error


def test_own_results_agree_with_plain_numpy():
    for task in OPERATIONS:
        if task.operation == "ppt_with_proof":
            continue
        rho = density_matrices(task.size, 50)
        own, plain = (
            library.run(task.operation, library.prepare(rho, task.dims))
            for library in (LIBRARIES["qent"](), LIBRARIES["numpy"]())
        )
        np.testing.assert_allclose(np.asarray(own, complex), np.asarray(plain, complex), atol=1e-10)


def test_child_measures_all_operations(monkeypatch):
    monkeypatch.setattr(elementary, "BATCH", 50)
    found = operations.measure(Options(repeats=1, seconds=0.0).request() | {"library": "qent"})
    rows = found.measured()
    assert set(rows) == {task.name for task in OPERATIONS}
    json.dumps(rows)


def test_a_slow_call_is_made_once():
    def call():
        calls.append(sum(range(200_000)))

    calls = []
    assert len(rates(call, 7, repeats=9, most=1e-9)) == len(calls) == 1
    calls.clear()
    assert len(rates(call, 7, repeats=2, most=60.0)) == 2
    assert len(calls) == 3


def test_a_row_that_could_not_be_measured_has_a_note_and_a_reason():
    measured = {"qent": summary([4.0]), "QuTiP": without("over 60 s", reason="too slow")}
    kept = row("t", measured, ["QuTiP"])
    assert kept["ratio"] is None
    text = markdown(results(HERE, [made_group(kept)]))
    assert "| t | 4 | over 60 s | - | - |" in text
    assert "QuTiP, t: too slow." in text


def test_a_yardstick_is_no_peer_but_is_named_where_it_is_faster():
    measured = {"qent": summary([6.0]), "numpy": summary([9.0]), "A": summary([2.0])}
    kept = row("t", measured, ["A"], yardstick="numpy", why="Because.")
    assert (kept["fastest_peer"], kept["ratio"], kept["yardstick_ratio"]) == ("A", 3.0, 6 / 9)
    text = markdown(results(HERE, [made_group(kept)]))
    assert "Not ahead of numpy, which is no peer: t (0.667x). Because." in text
    assert "Not ahead:" not in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["spelling"], "no group is called 'spelling': choose from operations, sampling"),
        (["vqc", "--repeats", "0"], "--repeats 0: at least one measurement is needed"),
        (["vqc", "--limit", "0"], "--limit 0: give a number of seconds above 0"),
        (["--docs", "README.md", "--quick"], "--docs with --quick: a page shows what a whole run"),
        (["--docs", "nowhere.md"], "nowhere.md: there is no such page"),
        (["--docs", "README.md"], "README.md: there must be one place from '<!-- measured: oper"),
        (["--json", "nowhere/x.json"], "nowhere/x.json: there is no folder nowhere"),
    ],
)
def test_bad_command_lines_get_one_line(words, said, monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(SystemExit) as error:
        command.parsed(words)
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


def test_quick_is_one_short_repeat():
    assert Options.chosen(None, quick=True).repeats == 1
    assert Options.chosen(3, quick=True).repeats == 3
    assert not Options.chosen(4, quick=False).quick
    assert Options.chosen(None, limit=7.0).limit == 7.0
