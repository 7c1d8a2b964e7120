"""How many states per CPU-second: measured in a child process of its own, on one thread."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
}
"""Environment that keeps linear algebra on one thread."""


@dataclass(frozen=True)
class Rate:
    """Throughput of one operation."""

    per_second: float
    """States per CPU-second: the best of the repeats, the one least disturbed by other work."""
    spread: float
    """(best - median) / best."""


def rate(
    call: Callable[[], Any],
    states: int,
    *,
    repeats: int,
    seconds: float,
) -> Rate:
    """Measures the CPU time of a call that handles so many states.

    Args:
        call: What is timed.
        states: States per call.
        repeats: How many times the measurement is repeated.
        seconds: Least CPU time of one measurement.
    """
    call()  # caches and lazy imports
    rates = []
    for _ in range(repeats):
        calls, start = 0, time.process_time()
        while (elapsed := time.process_time() - start) < seconds:
            call()
            calls += 1
        rates.append(calls * states / elapsed)
    best = max(rates)
    return Rate(best, (best - statistics.median(rates)) / best)


def in_children(module: str, requests: list[dict[str, Any]]) -> list[Any]:
    """Runs ``python -m module`` once per request, all at the same time, on one thread each.

    A request goes to the child's standard input as JSON; its answer is the last line it prints.

    Raises:
        RuntimeError: A child failed; the message ends with what it said.
    """
    environment = {**os.environ, **ONE_THREAD, "PYTHONWARNINGS": "ignore"}
    children = [
        subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in requests
    ]
    for child, request in zip(children, requests, strict=True):
        assert child.stdin is not None
        child.stdin.write(json.dumps(request))
        child.stdin.close()
        child.stdin = None
    answers = []
    for child in children:
        output, complaint = child.communicate()
        if child.returncode:
            raise RuntimeError(f"a benchmark process failed:\n{complaint[-2000:]}")
        answers.append(json.loads(output.strip().splitlines()[-1]))
    return answers
