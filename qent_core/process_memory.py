"""Memory that this process and its workers hold, for the display of progress."""

from __future__ import annotations

import os
from pathlib import Path

from qent_core.memory import peak_memory, size_text


def memory_text() -> str:
    """Returns the resident memory of this process and those it started, such as ``"312 MB"``.

    Where the system does not tell it, it is the most that this process ever held.

    Example:
        >>> memory_text().split()[1] in ("MB", "GB")
        True
    """
    return size_text(sum(map(_resident, _family(os.getpid()))) or peak_memory() or 0)


def _family(pid: int) -> list[int]:
    """Returns a process and everything below it, as far as Linux lists them."""
    found = [pid]
    for parent in found:
        for file in Path(f"/proc/{parent}/task").glob("*/children"):
            try:
                found += map(int, file.read_text().split())
            except OSError:  # it has just ended
                continue
    return found


def _resident(pid: int) -> int:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
