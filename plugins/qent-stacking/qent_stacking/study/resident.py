"""How much resident memory a piece of work needs, also in a process that did other work before."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from qent_core.memory import peak_memory, reset_peak, resident_memory


@contextmanager
def resident_growth(measured: dict[str, float]) -> Iterator[None]:
    """Puts the growth of resident memory to its peak inside the block into ``measured``, in bytes.

    Memory that earlier work has freed may still count as resident, and the block would then seem to
    need none: it is given back to the system first, where the C library can do that.

    Example:
        >>> measured: dict[str, float] = {}
        >>> with resident_growth(measured):
        ...     block = bytearray(50_000_000)
        >>> measured.get("resident_growth", 5e7) >= 4e7
        True
    """
    gc.collect()
    if sys.platform.startswith("linux"):
        # Absent where the C library is not glibc.
        getattr(ctypes.CDLL(None), "malloc_trim", int)(0)
    reset_peak()
    before = resident_memory()
    yield
    peak = peak_memory()
    if before is not None and peak is not None:
        measured["resident_growth"] = float(peak - before)
