"""Short steps that Ctrl-C must not cut in two: it is held back until they are done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Holds Ctrl-C back inside the ``with`` block; it takes effect at the end of the block.

    Processes that are begun inside are deaf to Ctrl-C until they call `end_at_once`.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python interrupts the main thread alone
        return
    pressed: list[tuple[int, FrameType | None]] = []
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler):
        yield  # ignored, or somebody outside Python sees to it
        return
    signal.signal(signal.SIGINT, lambda number, frame: pressed.append((number, frame)))
    mask = _block()
    try:
        yield
    finally:
        _unblock(mask)
        signal.signal(signal.SIGINT, handler)
        if pressed:
            handler(*pressed[0])


def end_at_once() -> None:
    """Makes Ctrl-C end this process without a traceback, even if it was pressed already."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _block() -> set[int] | None:
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        return None
    return set(signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}))


def _unblock(mask: set[int] | None) -> None:
    if mask is not None:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
