"""How fast a call is: repeated measurements of CPU time, and what is said about them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any


def rates(call: Callable[[], Any], states: int, *, repeats: int, seconds: float) -> list[float]:
    """Returns states per CPU-second of each repeat.

    Args:
        call: What is timed.
        states: States per call.
        repeats: How many times the measurement is repeated.
        seconds: Least CPU time of one measurement.
    """
    call()  # caches and lazy imports
    found = []
    for _ in range(repeats):
        calls, start = 0, time.process_time()
        while (elapsed := time.process_time() - start) < seconds or not calls:
            call()
            calls += 1
        found.append(calls * states / elapsed)
    return found


def once(call: Callable[[], Any], states: int, *, repeats: int) -> list[float]:
    """Returns states per CPU-second of each repeat; for calls that take long by themselves."""
    return rates(call, states, repeats=repeats, seconds=0.0)


def summary(
    found: Sequence[float], /, *, note: str = "", counts: bool = True, **details: Any
) -> dict[str, Any]:
    """Returns what a table needs to know about the repeats of one measurement.

    Args:
        found: Rates, one per repeat.
        note: Shown beside the figure.
        counts: Whether it may be the fastest peer; a wrong answer may not.
        details: Kept in the JSON file.

    Example:
        >>> kept = summary([4.0, 1.0, 2.0, 3.0, 5.0])
        >>> kept["median"], kept["best"], kept["quartiles"]
        (3.0, 5.0, [2.0, 4.0])
    """
    quartiles = [found[0], found[0]]
    if len(found) > 1:
        low, _, high = statistics.quantiles(found, n=4, method="inclusive")
        quartiles = [low, high]
    return {
        "median": statistics.median(found),
        "best": max(found),
        "quartiles": quartiles,
        "repeats": len(found),
        "note": note,
        "counts": counts,
        **details,
    }
