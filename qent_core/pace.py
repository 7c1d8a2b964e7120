"""How fast a task goes and how long it still takes, said the same way wherever it is shown."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from qent_core.progress import FINISHED_BEFORE


@dataclass
class Pace:
    """The progress of one task from its beginning on.

    What was finished before the task began counts as done, and not for the rate.
    """

    description: str
    total: float
    done: float = 0.0
    before: float = 0.0
    """The part of ``done`` that an earlier attempt had finished."""
    began: float = field(default_factory=time.monotonic)

    def advance(self, amount: float, detail: str) -> None:
        """Moves the task on, as `qent_core.progress.Step` does."""
        self.done += amount
        if detail == FINISHED_BEFORE:
            self.before += amount

    @property
    def seconds(self) -> float:
        """Time since the task began."""
        return time.monotonic() - self.began

    def line(self, memory: str, detail: str) -> str:
        """Returns how much is done, how fast, how long it still takes, and what is in memory.

        Args:
            memory: For example ``"312 MB"``.
            detail: What is being done now.
        """
        rate = (self.done - self.before) / max(self.seconds, 1e-9)
        parts = [f"{self.description}: {self.done:g}/{self.total:g}"]
        if rate > 0:
            left = max(self.total - self.done, 0.0) / rate
            parts += [rate_text(rate), f"{clock_text(left)} left"]
        about = f" ({detail})" if detail else ""
        return ", ".join([*parts, memory]) + about

    def end(self) -> str:
        """Returns how much was done and how long it took."""
        return f"{self.description}: {self.done:g}/{self.total:g} in {self.seconds:.1f} s"


def rate_text(per_second: float) -> str:
    """Returns a rate in a unit in which it is readable.

    Example:
        >>> rate_text(1234.5), rate_text(0.05)
        ('1.23e+03/s', '3/min')
    """
    return f"{per_second:.3g}/s" if per_second >= 1 else f"{60 * per_second:.3g}/min"


def clock_text(seconds: float) -> str:
    """Returns a time in hours, minutes and seconds.

    Example:
        >>> clock_text(3725.4)
        '1:02:05'
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
