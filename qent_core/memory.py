"""How much memory there is, and how much a process used, as far as the system tells."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_PROC = Path("/proc")
_CGROUP = Path("/sys/fs/cgroup")


def available_memory() -> int | None:
    """Returns the bytes that new work can have without swapping, or None if unknown."""
    limits = [_meminfo(), _cgroup_room()]
    known = [limit for limit in limits if limit is not None]
    if known:
        return min(known)
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_AVPHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None


def reset_peak() -> None:
    """Starts a new measurement of peak memory, where the system can (Linux)."""
    try:
        (_PROC / "self" / "clear_refs").write_text("5")
    except OSError:
        return


def resident_memory() -> int | None:
    """Returns the resident memory of this process in bytes, or None if unknown."""
    return _status("VmRSS")


def peak_memory() -> int | None:
    """Returns the peak of resident memory since `reset_peak` in bytes, or None if unknown."""
    peak = _status("VmHWM")
    if peak is not None:
        return peak
    try:
        import resource
    except ImportError:  # Windows
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used * 1024


def size_text(size: float) -> str:
    """Returns a number of bytes for a sentence.

    Example:
        >>> size_text(5.9e9), size_text(3e8)
        ('5.9 GB', '300 MB')
    """
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"


def _meminfo() -> int | None:
    return _kilobytes(_PROC / "meminfo", "MemAvailable")


def _status(name: str) -> int | None:
    return _kilobytes(_PROC / "self" / "status", name)


def _kilobytes(file: Path, name: str) -> int | None:
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        key, _, rest = line.partition(":")
        if key == name:
            return int(rest.split()[0]) * 1024
    return None


def _cgroup_room() -> int | None:
    """Returns what a container may still use; page cache counts as free, the kernel drops it."""
    try:
        limit = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text())
        stat = (_CGROUP / "memory.stat").read_text().split()
    except (OSError, ValueError):  # no container, another system, or "max": no limit
        return None
    cached = int(stat[stat.index("inactive_file") + 1]) if "inactive_file" in stat else 0
    return max(0, limit - used + cached)
