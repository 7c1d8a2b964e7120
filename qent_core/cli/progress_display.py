"""Progress on the terminal: bars, or plain lines where there is none.

Both say how much is done, how fast, how long it still takes, and how much memory is in use.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from qent_core.cli.interruption import was_pressed
from qent_core.pace import Pace, rate_text
from qent_core.process_memory import memory_text
from qent_core.progress import FINISHED_BEFORE, ProgressListener, listening

_SECONDS_BETWEEN_LINES = 5.0


class Watch:
    """Passes progress on to what shows it, and knows whether the work has begun."""

    def __init__(self, shown: ProgressListener | None) -> None:
        self._shown = shown
        self.begun = False

    def start(self, description: str, total: float) -> int:
        """Begins a task."""
        _heed()
        self.begun = True
        return self._shown.start(description, total) if self._shown else 0

    def advance(self, task: int, amount: float, detail: str) -> None:
        """Moves a task on."""
        _heed()
        if self._shown:
            self._shown.advance(task, amount, detail)

    def finish(self, task: int) -> None:
        """Ends a task."""
        if self._shown:
            self._shown.finish(task)


def _can_redraw() -> bool:
    """Returns whether lines can be drawn over; a notebook's cell only looks like a terminal."""
    return sys.stderr.isatty() and "JPY_PARENT_PID" not in os.environ


def _heed() -> None:
    """Ends the work if Ctrl-C was pressed, though compiled code of a library swallowed it."""
    if was_pressed():
        raise KeyboardInterrupt


@contextmanager
def showing_progress(*, quiet: bool) -> Iterator[Watch]:
    """Shows the progress of everything inside the ``with`` block on stderr."""
    with ExitStack() as stack:
        shown: ProgressListener | None = None
        if not quiet:
            shown = stack.enter_context(_bars()) if _can_redraw() else _Lines()
        watch = Watch(shown)
        stack.enter_context(listening(watch))
        yield watch


@contextmanager
def _bars() -> Iterator[ProgressListener]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    from qent_core.cli.output import console

    class RateAndMemory(TextColumn):
        # Memory is summed over all processes: not at each of ten drawings a second.
        max_refresh = 0.5

        def __init__(self) -> None:
            super().__init__("")

        def render(self, task: Task) -> Text:
            rate = "" if task.speed is None else f"{rate_text(task.speed)}  "
            return Text(rate + memory_text(), style="dim")

    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        RateAndMemory(),
        TextColumn("{task.fields[detail]}", style="dim"),
        console=console(stderr=True),
    )

    class Bars:
        def start(self, description: str, total: float) -> int:
            return int(bars.add_task(description, total=total, detail=""))

        def advance(self, task: int, amount: float, detail: str) -> None:
            number = bars.task_ids[task]
            if detail != FINISHED_BEFORE:
                bars.update(number, advance=amount, detail=detail)
                return
            # The rate begins anew, with what is done now.
            done = int(bars.tasks[task].completed + amount)
            bars.reset(number, completed=done, detail=detail)

        def finish(self, task: int) -> None:
            bars.update(bars.task_ids[task], detail="")

    with bars:
        yield Bars()


class _Lines:
    """One line when a task starts, one when it ends, and one every few seconds between."""

    def __init__(self) -> None:
        self._tasks: list[Pace] = []
        self._last = 0.0

    def start(self, description: str, total: float) -> int:
        self._tasks.append(Pace(description, total))
        self._last = time.monotonic()
        self._say(f"{description} ...")
        return len(self._tasks) - 1

    def advance(self, task: int, amount: float, detail: str) -> None:
        self._tasks[task].advance(amount, detail)
        now = time.monotonic()
        if now - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last = now
        self._say(self._tasks[task].line(memory_text(), detail))

    def finish(self, task: int) -> None:
        pace = self._tasks[task]
        self._say(f"{pace.description}: {pace.seconds:.1f} s")

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)
