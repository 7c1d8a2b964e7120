"""Statistics, tables, the form of results, missing peers, and bad command lines."""

import json
import math

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import elementary, operations, processes
from benchmarks.inputs import density_matrices
from benchmarks.libraries import LIBRARIES
from benchmarks.options import Options
from benchmarks.results import SCHEMA, group, not_ahead, results, row
from benchmarks.table import cell, markdown, short
from benchmarks.tasks import OPERATIONS, SAMPLING, expected_mean
from benchmarks.timing import rates, summary

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


def test_a_library_that_is_not_installed_is_missing(monkeypatch):
    def without(requests, module=None):
        return [{"missing": "No module named 'qutip'"} for _ in requests]

    monkeypatch.setattr(processes, "in_children", without)
    answers, missing = processes.ask("operations", ["QuTiP"], {})
    assert answers == {}
    assert missing == {"QuTiP": "No module named 'qutip'"}


def test_a_peer_that_breaks_is_missing_and_qent_is_not_excused(monkeypatch):
    def broken(requests, module=None):
        raise RuntimeError("a benchmark process failed:\nTraceback\nTypeError: bad")

    monkeypatch.setattr(processes, "in_children", broken)
    assert processes.ask("operations", ["numqi"], {})[1] == {"numqi": "TypeError: bad"}
    with pytest.raises(RuntimeError, match="TypeError: bad"):
        processes.ask("operations", ["qent"], {})


def test_child_measures_all_operations(monkeypatch):
    monkeypatch.setattr(elementary, "BATCH", 50)
    answer = operations.measure(Options(repeats=1, seconds=0.0).request() | {"library": "qent"})
    assert set(answer["rows"]) == {task.name for task in OPERATIONS}
    json.dumps(answer)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["spelling"], "no group is called 'spelling': choose from operations, sampling"),
        (["vqc", "--repeats", "0"], "--repeats 0: at least one measurement is needed"),
        (["--json", "nowhere/x.json"], "nowhere/x.json: there is no folder nowhere"),
    ],
)
def test_bad_command_lines_get_one_line(words, said):
    with pytest.raises(SystemExit) as error:
        command.parsed(words)
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


def test_quick_is_one_short_repeat():
    assert Options.chosen(None, quick=True).repeats == 1
    assert Options.chosen(3, quick=True).repeats == 3
    assert not Options.chosen(4, quick=False).quick
