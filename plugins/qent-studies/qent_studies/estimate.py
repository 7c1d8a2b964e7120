"""What a study will cost, said before it starts, and refused if it cannot fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qent_core.errors import StudyMemoryError
from qent_core.memory import size_text
from qent_core.names import counted
from qent_studies.tasks import Task


@dataclass(frozen=True, slots=True)
class Estimate:
    """The cost of the tasks that are left."""

    tasks: int
    finished: int
    seconds: float
    """Wall-clock time with all workers."""
    memory: float
    """Peak memory of all workers together, in bytes."""
    workers: int

    def text(self) -> str:
        """Returns the estimate as a sentence.

        Example:
            >>> Estimate(tasks=12, finished=4, seconds=1500, memory=2e9, workers=2).text()
            '12 tasks, 4 of them finished; about 25 min and 2.0 GB with 2 workers'
        """
        done = f", {self.finished} of them finished" if self.finished else ""
        if self.finished == self.tasks:
            return f"{counted(self.tasks, 'task')}, all finished"
        return (
            f"{counted(self.tasks, 'task')}{done}; about {duration(self.seconds)} and "
            f"{size_text(self.memory)} with {counted(self.workers, 'worker')}"
        )


def estimate(left: Sequence[Task], finished: int, workers: int) -> Estimate:
    """Returns the cost of the tasks that are left."""
    seconds = [task.seconds for task in left]
    # No schedule is faster than its longest task, nor than an even share of the work.
    wall = max([sum(seconds) / workers, *seconds], default=0.0)
    largest = sorted((task.memory for task in left), reverse=True)[:workers]
    return Estimate(len(left) + finished, finished, wall, sum(largest), workers)


def check_memory(left: Sequence[Task], room: int | None) -> None:
    """Refuses work of which one task alone does not fit; smaller ones wait for each other.

    Raises:
        StudyMemoryError: The largest task needs more than there is.
    """
    if room is None or not left:
        return
    largest = max(left, key=lambda task: task.memory)
    if largest.memory > room:
        raise StudyMemoryError(
            f"the task {largest.key} needs about {size_text(largest.memory)} of memory, "
            f"and {size_text(room)} are free",
            do="use a smaller --scale, leave the claim out with --only, or use a larger machine",
        )


def duration(seconds: float) -> str:
    """Returns a time for a sentence.

    Example:
        >>> duration(40), duration(1500), duration(9000)
        ('40 s', '25 min', '2.5 h')
    """
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
