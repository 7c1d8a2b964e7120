"""Ctrl-C: one line that says what is kept and which command goes on, and exit code 130.

A command that keeps something says what with `remains_are`; the line itself is printed where the
command ends, because only there the words of the command line are known.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

INTERRUPTED = 130
"""Exit code: what a shell sees of any program that was interrupted, 128 + SIGINT."""

_SOON = 0.02


@dataclass(frozen=True)
class Remains:
    """What an interrupted command leaves behind."""

    kept: str = "nothing was written"
    """What is kept, as half a sentence."""
    then: str = "begin again with"
    """What the command does if it is given again; empty if there is nothing left to do."""
    without: tuple[str, ...] = ()
    """Flags that would throw away what is kept."""

    def command(self, words: Sequence[str]) -> str:
        """Returns the command line that goes on, given the words of the one that was interrupted.

        Example:
            >>> Remains(without=("--overwrite",)).command(["generate", "a b.toml", "--overwrite"])
            "qent generate 'a b.toml'"
        """
        from shlex import join

        return join(["qent", *(word for word in words if word not in self.without)])


class Interruption(BaseException):
    """Ctrl-C on its way out of a command; no ``except KeyboardInterrupt`` of a library stops it."""

    def __init__(self, remains: Remains) -> None:
        super().__init__(remains)
        self.remains = remains


_now: ContextVar[Callable[[], Remains] | None] = ContextVar("qent_remains", default=None)


def remains_are(now: Callable[[], Remains]) -> None:
    """Says what this command would leave behind, from here on until it ends.

    Args:
        now: Looks at what is there when Ctrl-C was pressed.
    """
    _now.set(now)


@contextmanager
def interruptible() -> Iterator[None]:
    """Turns Ctrl-C inside the ``with`` block into an `Interruption` that knows what is kept."""
    token = _now.set(None)
    try:
        yield
    except KeyboardInterrupt:
        raise Interruption(_what_remains()) from None
    except Exception as error:
        if not was_pressed():
            raise
        # Something took it for a failure of its own, or failed because its workers are gone.
        raise Interruption(_what_remains()) from error
    finally:
        _now.reset(token)


def _what_remains() -> Remains:
    if signal.getsignal(signal.SIGINT) is _press:
        signal.signal(signal.SIGINT, _press_again)
    now = _now.get()
    return now() if now else Remains()


def print_interruption(remains: Remains, words: Sequence[str]) -> int:
    """Prints the line, and with ``--json`` the document; returns the exit code."""
    command = remains.command(words) if remains.then else ""
    rest = f"; {remains.then}: {command}" if command else ""
    if sys.stderr.isatty():
        print(file=sys.stderr)  # the terminal has shown ^C in this line
    print(f"Interrupted: {remains.kept}{rest}", file=sys.stderr)
    if "--json" in words:
        from qent_core.cli.output import document_printed, print_json

        if document_printed():
            return INTERRUPTED
        facts = {"type": "Interrupted", "what": remains.kept, "where": "", "do": command}
        print_json({"error": {**facts, "exit_code": INTERRUPTED}})
    return INTERRUPTED


_pressed = threading.Event()


def was_pressed() -> bool:
    """Whether Ctrl-C was pressed, though something may have taken it for another failure."""
    return _pressed.is_set()


def listen_for_interruption() -> None:
    """Makes Ctrl-C reach the command wherever it falls; for the process of a command alone."""
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        return  # started in the background, where Ctrl-C is for somebody else
    signal.signal(signal.SIGINT, _press)
    show = sys.unraisablehook

    def hear(lost: Any) -> None:
        # It fell into a destructor or a callback, which cannot raise: it is pressed again.
        if issubclass(lost.exc_type, KeyboardInterrupt):
            threading.Timer(_SOON, os.kill, (os.getpid(), signal.SIGINT)).start()
        else:
            show(lost)

    sys.unraisablehook = hear


def _press(_number: int, _frame: Any) -> None:
    _pressed.set()
    raise KeyboardInterrupt


def _press_again(_number: int, _frame: Any) -> None:
    """Does nothing: the command has ended, and says so in a moment."""


def command_over(code: int) -> None:
    """Makes Ctrl-C only hasten the end of a process whose command is over.

    Args:
        code: The exit code of the command, which it keeps.
    """
    if signal.getsignal(signal.SIGINT) in (_press, _press_again):
        signal.signal(signal.SIGINT, lambda *_: os._exit(code))
