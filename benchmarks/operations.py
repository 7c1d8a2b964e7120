"""Measures of given states: negativity, partial transpose, concurrence, PPT test."""

from __future__ import annotations

from typing import Any

from benchmarks import elementary
from benchmarks.measurements import Measurements
from benchmarks.options import Options
from benchmarks.tasks import OPERATIONS


def run(options: Options) -> dict[str, Any]:
    """Returns the group."""
    return elementary.run("operations", OPERATIONS, options)


def measure(request: dict[str, Any]) -> Measurements:
    """Returns what one library does."""
    return elementary.measure(OPERATIONS, request)
