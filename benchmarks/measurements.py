"""What one library can be timed at: a version, and one call per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Measurements:
    """What a group's ``measure`` returns to the child process, which makes the calls."""

    version: str
    """Of the library."""
    rows: Mapping[str, Callable[[], dict[str, Any]]]
    """Task to the call that measures it and returns a summary of `benchmarks.timing`."""

    def measured(self) -> dict[str, dict[str, Any]]:
        """Returns the summary of every row, measured here and now."""
        return {task: call() for task, call in self.rows.items()}
