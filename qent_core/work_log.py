"""The log of long work: what was done when, in a file beside the results."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from qent_core.pace import Pace
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

        def write(line: str) -> None:
            stream.write(line)
            stream.flush()

        with writing_log(write):
            yield


@contextmanager
def writing_log(write: Callable[[str], None]) -> Iterator[None]:
    """Writes down the progress of everything inside the ``with`` block, besides showing it.

    Args:
        write: Takes one line at a time and keeps it at once.
    """
    log = _Log(write, listener())
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

    def __init__(self, write: Callable[[str], None], shown: ProgressListener | None) -> None:
        self._write = write
        self._shown = shown
        self._tasks: list[tuple[Pace, int]] = []
        self._last = time.monotonic()

    def say(self, text: str) -> None:
        now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        self._write(f"{now}Z  {text}\n")

    def start(self, description: str, total: float) -> int:
        number = self._shown.start(description, total) if self._shown else 0
        self._tasks.append((Pace(description, total), number))
        self.say(f"{description}: begun, {total:g} to do")
        return len(self._tasks) - 1

    def advance(self, task: int, amount: float, detail: str) -> None:
        pace, number = self._tasks[task]
        pace.advance(amount, detail)
        if self._shown:
            self._shown.advance(number, amount, detail)
        if time.monotonic() - self._last >= _SECONDS_BETWEEN_LINES:
            self._last = time.monotonic()
            self.say(pace.line(memory_text(), detail))

    def finish(self, task: int) -> None:
        pace, number = self._tasks[task]
        if self._shown:
            self._shown.finish(number)
        self.say(pace.end())
