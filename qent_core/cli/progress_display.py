"""Progress on the terminal: bars, or plain lines where there is none.

Both say how much is done, how fast, how long it still takes, and how much memory is in use.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from qent_core.process_memory import memory_text
from qent_core.progress import listening

_SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def showing_progress(*, quiet: bool) -> Iterator[None]:
    """Shows the progress of everything inside the ``with`` block on stderr."""
    if quiet:
        yield
    elif sys.stderr.isatty():
        with _bars():
            yield
    else:
        with listening(_Lines()):
            yield


@contextmanager
def _bars() -> Iterator[None]:
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
            rate = "" if task.speed is None else f"{_rate(task.speed)}  "
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

    class Listener:
        def start(self, description: str, total: float) -> int:
            return int(bars.add_task(description, total=total, detail=""))

        def advance(self, task: int, amount: float, detail: str) -> None:
            bars.update(bars.task_ids[task], advance=amount, detail=detail)

        def finish(self, task: int) -> None:
            bars.update(bars.task_ids[task], detail="")

    with bars, listening(Listener()):
        yield


def _rate(per_second: float) -> str:
    return f"{per_second:.3g}/s" if per_second >= 1 else f"{60 * per_second:.3g}/min"


class _Lines:
    """One line when a task starts, one when it ends, and one every few seconds between."""

    def __init__(self) -> None:
        self._tasks: list[tuple[str, float]] = []
        self._done: list[float] = []
        self._began: list[float] = []
        self._last = 0.0

    def start(self, description: str, total: float) -> int:
        self._tasks.append((description, total))
        self._done.append(0.0)
        self._began.append(time.monotonic())
        self._last = time.monotonic()
        self._say(f"{description} ...")
        return len(self._tasks) - 1

    def advance(self, task: int, amount: float, detail: str) -> None:
        self._done[task] += amount
        now = time.monotonic()
        if now - self._last < _SECONDS_BETWEEN_LINES:
            return
        self._last = now
        description, total = self._tasks[task]
        spent = now - self._began[task]
        left = spent * (total - self._done[task]) / max(self._done[task], 1e-9)
        rate = _rate(self._done[task] / max(spent, 1e-9))
        about = f" ({detail})" if detail else ""
        self._say(
            f"{description}: {self._done[task]:g}/{total:g}, {rate}, {left:.0f} s left, "
            f"{memory_text()}{about}"
        )

    def finish(self, task: int) -> None:
        description, _ = self._tasks[task]
        self._say(f"{description}: {time.monotonic() - self._began[task]:.1f} s")

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)
