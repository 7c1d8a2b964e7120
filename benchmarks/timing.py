"""How fast a call is: repeated measurements of CPU time, and what is said about them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any


def rates(
    call: Callable[[], Any],
    states: int,
    *,
    repeats: int,
    seconds: float = 0.0,
    most: float = float("inf"),
) -> list[float]:
    """Returns states per CPU-second of each repeat.

    The first call fills caches and imports, and is not counted; unless it takes ``most`` seconds
    by itself, and then it is the only one.

    Args:
        call: What is timed.
        states: States per call.
        repeats: How many times the measurement is repeated.
        seconds: Least CPU time of one measurement.
        most: CPU time after which no further repeat begins.
    """
    begun = time.process_time()
    call()
    if (first := time.process_time() - begun) >= most:
        return [states / first]
    found: list[float] = []
    while not found or (len(found) < repeats and time.process_time() - begun < most):
        calls, start = 0, time.process_time()
        while (elapsed := time.process_time() - start) < seconds or not calls:
            call()
            calls += 1
        found.append(calls * states / elapsed)
    return found


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


def without(note: str, **details: Any) -> dict[str, Any]:
    """Returns what a table needs to know about a row that could not be measured.

    Args:
        note: Shown in place of the figure, such as ``"over 60 s"``.
        details: Kept in the JSON file.
    """
    kept = {"median": None, "best": None, "quartiles": None, "repeats": 0}
    return {**kept, "note": note, "counts": False, **details}
