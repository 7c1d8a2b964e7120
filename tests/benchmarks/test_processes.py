"""Children that are missing, break, hang or print what they like."""

import sys
import time

import pytest

from benchmarks import processes
from benchmarks.processes import answer_of, ask, together

CHILD = """
import json, os, sys, time
from benchmarks.worker import say
request = json.loads(sys.stdin.read())
{body}
"""

ROWS = """
say(version="1")
for task in ("first", "bad", "last"):
    if task not in request["skip"]:
        say(begins=task)
        if task == "bad":
            {bad}
        say(ends=task, row={{"median": 2.0, "note": ""}})
"""


@pytest.fixture
def child(monkeypatch):
    def runs(body):
        monkeypatch.setattr(processes, "COMMAND", (sys.executable, "-c", CHILD.format(body=body)))

    return runs


def asked(library="QuTiP", limit=60.0):
    return {"group": "operations", "library": library, "limit": limit}


def test_rows_come_with_whatever_else_is_printed(child):
    child(ROWS.format(bad="print('Welcome to a library'); print('bad', file=sys.stderr)"))
    said = []
    answer = answer_of(asked(), said.append)
    assert answer["version"] == "1"
    assert list(answer["rows"]) == ["first", "bad", "last"]
    assert said[0] == "operations: QuTiP, first: 2 per second"


def test_a_row_that_hangs_costs_this_row_only(child):
    child(ROWS.format(bad="time.sleep(3600)"))
    begun = time.monotonic()
    rows = answer_of(asked(limit=1.0))["rows"]
    assert time.monotonic() - begun < 60
    assert [rows[name]["median"] for name in ("first", "bad", "last")] == [2.0, None, 2.0]
    assert rows["bad"]["note"] == "over 1 s"
    assert rows["bad"]["reason"] == "took longer than 1 s"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("os.kill(os.getpid(), 9)", "ended with -9"),
        ("raise SystemExit('no memory')", "no memory"),
        ("say(ends=task, failed='TypeError: bad'); continue", "TypeError: bad"),
    ],
)
def test_a_row_that_breaks_costs_this_row_only(child, bad, reason):
    child(ROWS.format(bad=bad))
    rows = answer_of(asked())["rows"]
    assert [rows[name]["median"] for name in ("first", "bad", "last")] == [2.0, None, 2.0]
    assert (rows["bad"]["note"], rows["bad"]["reason"]) == ("failed", reason)
    with pytest.raises(RuntimeError, match=reason):
        answer_of(asked("qent"))


def test_a_library_that_is_not_installed_is_missing(child):
    child("""say(missing="No module named 'qutip'")""")
    assert ask("operations", ["QuTiP"], asked()) == ({}, {"QuTiP": "No module named 'qutip'"})


def test_a_peer_that_breaks_at_once_is_missing_and_qent_is_not_excused(child):
    child("raise TypeError('bad')")
    assert ask("operations", ["numqi"], asked()) == ({}, {"numqi": "TypeError: bad"})
    with pytest.raises(RuntimeError, match="TypeError: bad"):
        ask("operations", ["qent"], asked())


def test_processes_at_once_all_answer(child):
    child(ROWS.format(bad="pass"))
    answers = together(asked("qent"), 2)
    assert [list(answer["rows"]) for answer in answers] == [["first", "bad", "last"]] * 2


def test_the_real_child_says_what_is_not_installed():
    request = {**asked("no-such-library"), "group": "vqc", "skip": []}
    with pytest.raises(RuntimeError, match="KeyError: 'no-such-library'"):
        answer_of({**request, "quick": True})
