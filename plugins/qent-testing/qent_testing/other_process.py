"""A second Python process that receives pickled components and lets them work there."""

from __future__ import annotations

import atexit
import os
import pickle
import struct
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import qent_core

_PATIENCE = 120.0


class OtherProcess:
    """The process; it is started when it is first needed and ends with this one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def call(self, function: Any, *arguments: Any) -> Any:
        """Returns what a function returns over there.

        Everything is pickled with the standard pickler, as worker processes of a run do.

        Raises:
            RuntimeError: It raised over there, or the process ended; the message says why.
        """
        work = pickle.dumps((function, arguments))
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        timer = threading.Timer(_PATIENCE, process.kill)
        timer.start()
        try:
            # The path first: the work can only be unpickled where its modules can be imported.
            _write(process.stdin, pickle.dumps(list(sys.path)))
            _write(process.stdin, work)
            answer = _read(process.stdout)
        except (EOFError, OSError) as error:
            self.close()
            raise RuntimeError("the other process ended without an answer") from error
        finally:
            timer.cancel()
        worked, result = pickle.loads(answer)
        if not worked:
            raise RuntimeError(result)
        return result

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            root = Path(qent_core.__file__).parents[1]
            path = os.pathsep.join([str(root), *filter(None, sys.path)])
            self._process = subprocess.Popen(
                [sys.executable, "-m", "qent_testing.other_process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": path},
            )
            atexit.register(self.close)
        return self._process

    def close(self) -> None:
        """Ends the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:  # unwritten bytes for a process that is gone
                    continue
        process.wait()


@cache
def other_process() -> OtherProcess:
    """Returns the one second process of this one."""
    return OtherProcess()


def _write(stream: BinaryIO | Any, data: bytes) -> None:
    stream.write(struct.pack(">Q", len(data)) + data)
    stream.flush()


def _read(stream: BinaryIO | Any) -> bytes:
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError
    return bytes(stream.read(struct.unpack(">Q", head)[0]))


def _serve() -> None:
    """Answers until stdin ends. What a component prints goes to stderr."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    while True:
        try:
            sys.path[:] = pickle.loads(_read(requests))
            work = _read(requests)
        except EOFError:
            return
        try:
            function, arguments = pickle.loads(work)
            answer = pickle.dumps((True, function(*arguments)))
        except Exception as error:
            answer = pickle.dumps((False, f"{type(error).__name__}: {error}"))
        _write(answers, answer)


if __name__ == "__main__":
    _serve()
