"""Progress of long work, reported to whoever listens: the command line, a notebook, or nobody.

Code that takes long wraps its loop in `track`; without a listener this costs nothing. The command
line installs a listener that draws bars on a terminal and prints plain lines elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

FINISHED_BEFORE = "finished before"
"""The detail of a step that an earlier attempt has done: it says nothing about the rate."""


class ProgressListener(Protocol):
    """Receives the progress of tasks; tasks may be nested."""

    def start(self, description: str, total: float) -> int:
        """Begins a task and returns its number."""

    def advance(self, task: int, amount: float, detail: str) -> None:
        """Moves a task on; ``detail`` says what it is doing now."""

    def finish(self, task: int) -> None:
        """Ends a task."""


_listener: ContextVar[ProgressListener | None] = ContextVar("qent_progress", default=None)


class Step(Protocol):
    """The callable that `track` hands out."""

    def __call__(self, amount: float = 1, detail: str = "") -> None:
        """Moves the task on by ``amount``."""


@contextmanager
def track(description: str, total: float) -> Iterator[Step]:
    """Reports the progress of one task.

    Args:
        description: What is being done, shown beside the bar.
        total: Amount of work in units of the caller's choice.

    Example:
        >>> with track("sampling", total=3) as step:
        ...     for shard in range(3):
        ...         step(detail=f"shard {shard}")
    """
    heard = _listener.get()
    if heard is None:
        yield _silent
        return
    task = heard.start(description, total)

    def step(amount: float = 1, detail: str = "") -> None:
        heard.advance(task, amount, detail)

    try:
        yield step
    finally:
        heard.finish(task)


@contextmanager
def listening(to: ProgressListener | None) -> Iterator[None]:
    """Sends the progress of everything inside the ``with`` block to a listener."""
    token = _listener.set(to)
    try:
        yield
    finally:
        _listener.reset(token)


def listener() -> ProgressListener | None:
    """Returns who listens here, for a listener that passes on what it hears."""
    return _listener.get()


def _silent(amount: float = 1, detail: str = "") -> None:
    """Does nothing: nobody listens."""
