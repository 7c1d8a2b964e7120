"""When the symmetry terms join the loss."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """Weight 0 for the first epochs, then a constant.

    Source: Pawłowski, Krawczyk, arXiv:2210.07410: 0 for the epochs 0 to 10, then 0.5.

    Args:
        start: First epoch, counted from 0, in which the terms act.
        weight: Their weight from then on.

    Example:
        >>> [Schedule(start=11, weight=0.5)(epoch) for epoch in (0, 10, 11, 19)]
        [0.0, 0.0, 0.5, 0.5]
    """

    start: int = 11
    weight: float = 0.5

    def __call__(self, epoch: int) -> float:
        """Returns the weight in an epoch."""
        return self.weight if epoch >= self.start else 0.0
