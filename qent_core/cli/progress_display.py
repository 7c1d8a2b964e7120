"""Progress on the terminal: bars with rate and time left, or plain lines where there is none."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

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
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    from qent_core.cli.output import console

    bars = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
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
        about = f" ({detail})" if detail else ""
        self._say(f"{description}: {self._done[task]:g}/{total:g}, {left:.0f} s left{about}")

    def finish(self, task: int) -> None:
        description, _ = self._tasks[task]
        self._say(f"{description}: {time.monotonic() - self._began[task]:.1f} s")

    def _say(self, text: str) -> None:
        print(text, file=sys.stderr, flush=True)
