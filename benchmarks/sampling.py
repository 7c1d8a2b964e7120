"""Random states: Haar-random kets, Hilbert-Schmidt and Bures density matrices."""

from __future__ import annotations

from typing import Any

from benchmarks import elementary
from benchmarks.measurements import Measurements
from benchmarks.options import Options
from benchmarks.tasks import SAMPLING


def run(options: Options) -> dict[str, Any]:
    """Returns the group."""
    return elementary.run("sampling", SAMPLING, options)


def measure(request: dict[str, Any]) -> Measurements:
    """Returns what one library does."""
    return elementary.measure(SAMPLING, request)
