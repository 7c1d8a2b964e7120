"""What a run is told: how many repeats, and how long each."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Options:
    """Settings that all groups share."""

    repeats: int = 11
    """Measurements per figure."""
    seconds: float = 0.1
    """Least CPU time of one measurement of an elementary operation."""
    most: float = 5.0
    """CPU time of one figure after which no further repeat begins."""
    limit: float = 60.0
    """Seconds after which a row of a library is given up."""
    quick: bool = False
    """A look: few states, one repeat."""

    @classmethod
    def chosen(
        cls, repeats: int | None, *, quick: bool = False, limit: float | None = None
    ) -> Options:
        """Returns the options of a command line."""
        limit = limit or cls.limit
        if quick:
            return cls(repeats=repeats or 1, seconds=0.03, limit=limit, quick=True)
        return cls(repeats=repeats or cls.repeats, limit=limit)

    def request(self) -> dict[str, Any]:
        """Returns them as a child process gets them."""
        return asdict(self)


def timing(
    request: dict[str, Any], *, repeats: int | None = None, patience: float = 1.0
) -> dict[str, Any]:
    """Returns the arguments of `benchmarks.timing.rates` for calls that take long by themselves.

    Args:
        request: What the child was told.
        repeats: At most so many.
        patience: How many times the usual CPU time a figure may take.
    """
    number = min(request["repeats"], repeats or request["repeats"])
    return {"repeats": number, "most": patience * request["most"]}
