"""Child processes: every library runs in one of its own, with linear algebra on one thread.

A row that takes longer than the limit, or that breaks the process, costs the library this row
only: the process is ended, and another one goes on with the next row.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from benchmarks.table import short
from benchmarks.timing import without
from benchmarks.worker import MARK

ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMBA_NUM_THREADS",
    ),
    "1",
)
"""Environment that keeps linear algebra on one thread."""

COMMAND = (sys.executable, "-m", "benchmarks.worker")

START_SECONDS = 120.0
"""A process that has not begun its first row after so long is given up."""

Answer = dict[str, Any]
Say = Callable[[str], None]


def ask(
    group: str, libraries: Iterable[str], request: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Returns what each library measured, and why the others are missing.

    Raises:
        RuntimeError: The child of qent itself failed.
    """
    answers, missing = {}, {}
    for library in libraries:
        try:
            answer = answer_of({**request, "group": group, "library": library}, progress)
        except RuntimeError as error:
            # A peer that breaks must not end the run; an error of our own must.
            if library == "qent":
                raise
            answer = {"missing": str(error).strip().splitlines()[-1]}
        if "missing" in answer:
            missing[library] = answer["missing"]
        else:
            answers[library] = answer
    return answers, missing


def together(request: dict[str, Any], number: int) -> list[Answer]:
    """Returns the answers of so many processes that measure the same at the same time."""
    progress(f"{request['group']}: {request['library']}, {number} processes at once")
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(answer_of, [request] * number))


def answer_of(request: dict[str, Any], say: Say = lambda _: None) -> Answer:
    """Returns ``version`` and ``rows`` of one library, or ``missing``, the reason.

    Args:
        request: ``group``, ``library`` and the options; ``limit`` is in seconds per row.
        say: Told of every row.

    Raises:
        RuntimeError: The process did not get to its first row, or a row of qent failed.
    """
    answer: Answer = {"version": "", "rows": {}}
    while True:
        begun, reason = "", ""
        with child({**request, "skip": list(answer["rows"])}) as process:
            for event in process.events(request["limit"]):
                answer.update({key: event[key] for key in event.keys() & {"version", "missing"}})
                if "ends" not in event:
                    begun = event.get("begins", "")
                    continue
                begun = ""
                kept = event.get("row") or _without(request, event["failed"], "failed")
                answer["rows"][event["ends"]] = kept
                say(_said(request, event["ends"], kept))
            reason = process.reason
        if not reason:
            return answer
        if not begun:
            raise RuntimeError(f"a benchmark process failed:\n{reason}")
        note = f"over {request['limit']:g} s" if process.too_slow else "failed"
        answer["rows"][begun] = _without(request, reason, note)
        say(_said(request, begun, answer["rows"][begun]))


class Child:
    """A process that measures, and the lines that it says."""

    def __init__(self, process: subprocess.Popen[str], complaints: Any) -> None:
        self._process, self._complaints = process, complaints
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.reason = ""
        """Why it did not end by itself, or not well; empty if it did."""
        self.too_slow = False
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def events(self, limit: float) -> Iterator[dict[str, Any]]:
        """Yields what it says until it ends, or until a row has taken longer than the limit."""
        deadline = time.monotonic() + max(limit, START_SECONDS)
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                self.too_slow, self.reason = True, f"took longer than {limit:g} s"
                return
            if line is None:
                if self._process.wait():
                    self.reason = self._last_words()
                return
            if line.startswith(MARK):
                deadline = time.monotonic() + limit
                yield json.loads(line.removeprefix(MARK))

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as said:
            for line in said:
                self._lines.put(line)
        self._lines.put(None)

    def end(self) -> None:
        """Ends the process, and what it has started, if it has not ended."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._listener.join()

    def _last_words(self) -> str:
        self._complaints.seek(0)
        words = self._complaints.read()[-2000:].strip()
        return words or f"ended with {self._process.returncode}"


@contextmanager
def child(request: dict[str, Any]) -> Iterator[Child]:
    """Starts a process with a request; ends it, and what it has started, if it has not ended."""
    environment = {**os.environ, **ONE_THREAD, "PYTHONWARNINGS": "ignore"}
    with tempfile.TemporaryFile("w+") as complaints:
        process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            env=environment,
            start_new_session=True,
        )
        started = Child(process, complaints)
        try:
            assert process.stdin is not None
            with suppress(BrokenPipeError), process.stdin as told:
                told.write(json.dumps(request))
            yield started
        finally:
            started.end()


@contextmanager
def scratch() -> Iterator[Path]:
    """Gives a folder that goes with the block, whatever processes have left in it."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        yield Path(name)


def progress(text: str) -> None:
    """Prints a line on the standard error."""
    print(f"  {text}", file=sys.stderr, flush=True)


def _without(request: dict[str, Any], reason: str, note: str) -> dict[str, Any]:
    if request["library"] == "qent" and note == "failed":
        raise RuntimeError(f"qent failed in the group {request['group']}:\n{reason}")
    return without(note, reason=reason.splitlines()[-1])


def _said(request: dict[str, Any], task: str, kept: dict[str, Any]) -> str:
    shown = kept["note"] if kept["median"] is None else f"{short(kept['median'])} per second"
    return f"{request['group']}: {request['library']}, {task}: {shown}"
