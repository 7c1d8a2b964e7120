"""Progress goes to whoever listens, and to nobody otherwise."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from qent_core import process_memory, work_log
from qent_core.cli import progress_display
from qent_core.pace import Pace
from qent_core.progress import FINISHED_BEFORE, listening, track


class Recorder:
    def __init__(self):
        self.events = []

    def start(self, description, total):
        self.events.append(("start", description, total))
        return sum(event[0] == "start" for event in self.events)

    def advance(self, task, amount, detail):
        self.events.append(("advance", task, amount, detail))

    def finish(self, task):
        self.events.append(("finish", task))


def test_nobody_listens():
    with track("sampling", total=2) as step:
        assert step() is None
        assert step(5, detail="far too much") is None


def test_a_listener_hears_everything_in_order():
    recorder = Recorder()
    with listening(recorder), track("sampling", total=3) as step:
        step()
        step(2, detail="shard 1")
    assert recorder.events == [
        ("start", "sampling", 3),
        ("advance", 1, 1, ""),
        ("advance", 1, 2, "shard 1"),
        ("finish", 1),
    ]


def test_nested_tasks_have_numbers_of_their_own():
    recorder = Recorder()
    with listening(recorder), track("outer", 1) as outer, track("inner", 1) as inner:
        inner()
        outer()
    assert [event[:2] for event in recorder.events[2:]] == [
        ("advance", 2),
        ("advance", 1),
        ("finish", 2),
        ("finish", 1),
    ]


def test_a_task_is_finished_even_if_it_fails():
    recorder = Recorder()
    with pytest.raises(ZeroDivisionError), listening(recorder), track("x", 1):
        raise ZeroDivisionError
    assert recorder.events[-1] == ("finish", 1)


def test_the_listener_is_the_innermost_one_and_leaves_with_its_block():
    outer, inner = Recorder(), Recorder()
    with listening(outer):
        with listening(inner), track("a", 1):
            pass
        with listening(None), track("b", 1):
            pass
        with track("c", 1):
            pass
    with track("d", 1):
        pass
    assert [event[1] for event in outer.events if event[0] == "start"] == ["c"]
    assert [event[1] for event in inner.events if event[0] == "start"] == ["a"]


def test_a_failing_block_removes_its_listener():
    recorder = Recorder()
    with pytest.raises(ZeroDivisionError), listening(recorder):
        raise ZeroDivisionError
    with track("x", 1) as step:
        step()
    assert recorder.events == []


def test_lines_say_rate_time_left_and_memory(monkeypatch, capsys):
    monkeypatch.setattr(progress_display, "_SECONDS_BETWEEN_LINES", 0.0)
    with progress_display.showing_progress(quiet=False), track("sampling", total=4) as step:
        step(3, detail="shard 1")
    out, err = capsys.readouterr()
    assert out == ""
    line = err.splitlines()[1]
    assert re.fullmatch(
        r"sampling: 3/4, \S+/(s|min), \d:\d\d:\d\d left, [\d.]+ (MB|GB) \(shard 1\)", line
    ), line


def test_what_was_finished_before_does_not_count_for_the_rate(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    pace = Pace("sampling", 100, began=100.0)
    pace.advance(60, FINISHED_BEFORE)
    assert pace.line("1 MB", FINISHED_BEFORE) == "sampling: 60/100, 1 MB (finished before)"
    now[0] = 110.0
    pace.advance(10, "")
    assert pace.line("1 MB", "") == "sampling: 70/100, 1/s, 0:00:30 left, 1 MB"


def test_the_log_says_the_same(monkeypatch, tmp_path):
    monkeypatch.setattr(work_log, "_SECONDS_BETWEEN_LINES", 0.0)
    with work_log.logging_to(tmp_path / "log.txt"), track("sampling", total=4) as step:
        step(3, detail="shard 1")
    lines = [line.partition("Z  ")[2] for line in (tmp_path / "log.txt").read_text().splitlines()]
    assert lines[:2] == ["begun", "sampling: begun, 4 to do"]
    assert re.fullmatch(r"sampling: 3/4, .* left, [\d.]+ (MB|GB) \(shard 1\)", lines[2])
    assert re.fullmatch(r"sampling: 3/4 in [\d.]+ s", lines[3])
    assert lines[4:] == ["done"]


def test_quiet_says_nothing(capsys):
    with progress_display.showing_progress(quiet=True), track("sampling", total=1) as step:
        step()
    assert capsys.readouterr() == ("", "")


def test_a_terminal_shows_rate_time_left_and_memory(monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    with progress_display.showing_progress(quiet=False), track("sampling", total=4) as step:
        for _ in range(4):
            step()
    assert re.search(r"\d (MB|GB)", capsys.readouterr().err)


def test_memory_counts_the_workers_too():
    if not Path("/proc/self/statm").exists():
        pytest.skip("this system does not list the memory of processes")
    code = "data = bytearray(b'x') * 200_000_000; print('ready', flush=True); input()"
    before = sum(map(process_memory._resident, process_memory._family(os.getpid())))
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout.readline() == "ready\n"
        after = sum(map(process_memory._resident, process_memory._family(os.getpid())))
        worker.communicate("\n")
    assert after - before > 150_000_000
