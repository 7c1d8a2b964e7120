"""What a run is told: how many repeats, and how long each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Options:
    """Settings that all groups share."""

    repeats: int = 15
    """Measurements per figure."""
    seconds: float = 0.1
    """Least CPU time of one measurement of an elementary operation."""
    quick: bool = False
    """A look: few states, one repeat."""

    @classmethod
    def chosen(cls, repeats: int | None, *, quick: bool) -> Options:
        """Returns the options of a command line."""
        if quick:
            return cls(repeats=repeats or 1, seconds=0.03, quick=True)
        return cls(repeats=repeats or cls.repeats)

    def request(self) -> dict[str, Any]:
        """Returns them as a child process gets them."""
        return asdict(self)
