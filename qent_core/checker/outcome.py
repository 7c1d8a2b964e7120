"""What the checker says of each certificate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from qent_core.certificates import Quality


class Status(IntEnum):
    """The three answers of the checker."""

    ACCEPTED = 1
    """The certificate proves the verdict."""
    UNDECIDED = 0
    """The proof falls inside the margin, or its check exceeds the budget."""
    REFUSED = -1
    """The certificate does not prove the verdict."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """The answers for a stack of certificates of one kind."""

    status: NDArray[np.int8]
    """``(k,)`` values of `Status`."""
    slack: NDArray[np.float64]
    """``(k,)`` how far the proof lies beyond its bound and margin; positive where accepted."""
    within_delta: NDArray[np.bool_]
    """``(k,)`` True where the verdict holds only for an explicit state within 1e-12."""

    @classmethod
    def by_slack(cls, slack: NDArray[np.float64], margin: NDArray[np.float64] | float) -> Outcome:
        """Accepts what exceeds its bound by more than the margin, refuses what misses it.

        Args:
            slack: ``(k,)`` computed distance beyond the bound.
            margin: What it must exceed; between minus and plus margin nothing is decided.
        """
        width = np.broadcast_to(np.asarray(margin, dtype=np.float64), slack.shape)
        status = np.where(slack > width, 1, np.where(slack < -width, -1, 0)).astype(np.int8)
        status[~np.isfinite(slack)] = Status.REFUSED
        return cls(status, slack - width, np.zeros(len(slack), dtype=bool))

    def refused_where(self, mask: NDArray[np.bool_]) -> Outcome:
        """Returns the outcome with some certificates refused whatever the numbers say."""
        status = np.where(mask, Status.REFUSED, self.status).astype(np.int8)
        return Outcome(status, self.slack, self.within_delta & ~mask)

    def only_within_delta(self) -> Outcome:
        """Returns the outcome with every accepted verdict of quality within-delta."""
        return Outcome(self.status, self.slack, self.status == Status.ACCEPTED)

    def quality(self, row: int) -> Quality:
        """Returns the quality with which one verdict was accepted."""
        return Quality.WITHIN_DELTA if self.within_delta[row] else Quality.STRICT


def joined(parts: Sequence[Outcome]) -> Outcome:
    """Returns the answers for consecutive parts of a stack as one."""
    return Outcome(
        np.concatenate([part.status for part in parts]),
        np.concatenate([part.slack for part in parts]),
        np.concatenate([part.within_delta for part in parts]),
    )


def joined_where(mask: NDArray[np.bool_], part: Outcome, others: Outcome) -> Outcome:
    """Returns the answers of a part where the mask is True, those of the others elsewhere."""
    status, slack = others.status.copy(), others.slack.copy()
    within = others.within_delta.copy()
    status[mask], slack[mask], within[mask] = part.status, part.slack, part.within_delta
    return Outcome(status, slack, within)


def all_refused(count: int) -> Outcome:
    """Returns the outcome for certificates that cannot prove what they claim to."""
    return Outcome(
        np.full(count, Status.REFUSED, np.int8), np.full(count, -np.inf), np.zeros(count, bool)
    )
