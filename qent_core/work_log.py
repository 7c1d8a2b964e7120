"""The log of long work: what was done when, in a file beside the results."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from qent_core.process_memory import memory_text
from qent_core.progress import ProgressListener, listener, listening

LOG = "log.txt"

_SECONDS_BETWEEN_LINES = 30.0


@contextmanager
def logging_to(file: Path) -> Iterator[None]:
    """Writes the progress of everything inside the ``with`` block into a file, besides showing it.

    Lines are added to those of an earlier attempt, and are there at once: after a crash the file
    says how far the work was.

    Args:
        file: Its folder must exist.
    """
    with file.open("a", encoding="utf-8") as stream:
        log = _Log(stream, listener())
        log.say("begun")
        try:
            with listening(log):
                yield
        except BaseException as error:
            first = str(error).splitlines()[:1]
            log.say(": ".join(["stopped", type(error).__name__, *first]))
            raise
        log.say("done")


class _Log:
    """Passes progress on and writes it down, each task at most every half minute."""

    def __init__(self, stream: TextIO, shown: ProgressListener | None) -> None:
        self._stream = stream
        self._shown = shown
        self._tasks: list[tuple[str, float, int]] = []
        self._done: list[float] = []
        self._began: list[float] = []
        self._last = time.monotonic()

    def say(self, text: str) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        self._stream.write(f"{now}Z  {text}\n")
        self._stream.flush()

    def start(self, description: str, total: float) -> int:
        number = self._shown.start(description, total) if self._shown else 0
        self._tasks.append((description, total, number))
        self._done.append(0.0)
        self._began.append(time.monotonic())
        self.say(f"{description}: begun, {total:g} to do")
        return len(self._tasks) - 1

    def advance(self, task: int, amount: float, detail: str) -> None:
        description, total, number = self._tasks[task]
        self._done[task] += amount
        if self._shown:
            self._shown.advance(number, amount, detail)
        if time.monotonic() - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = time.monotonic()
            about = f", {detail}" if detail else ""
            self.say(f"{description}: {self._done[task]:g} of {total:g}, {memory_text()}{about}")

    def finish(self, task: int) -> None:
        description, total, number = self._tasks[task]
        if self._shown:
            self._shown.finish(number)
        spent = time.monotonic() - self._began[task]
        self.say(f"{description}: {self._done[task]:g} of {total:g} in {spent:.1f} s")
