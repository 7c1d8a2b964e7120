"""Progress goes to whoever listens, and to nobody otherwise."""

import doctest
import importlib

import pytest

from qent_core.progress import listening, track


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


@pytest.mark.parametrize("module", ["progress"])
def test_examples_in_docstrings(module):
    assert doctest.testmod(importlib.import_module(f"qent_core.{module}")).failed == 0
