"""The results of a study's tasks, as its conclusions read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_studies.tasks import Task


@dataclass(frozen=True)
class TaskResult:
    """What one task made."""

    task: Task
    values: Mapping[str, Any]
    """As JSON has them, whether they were computed just now or read from an earlier run."""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """What the task measured, and what the runner did: ``seconds``, ``memory_before``,
    ``memory_peak`` (bytes of resident memory; absent where it cannot be told)."""
    file: Path | None = None

    def __getitem__(self, name: str) -> Any:
        """Returns one value."""
        return self.values[name]

    def parameter(self, name: str) -> Any:
        """Returns one parameter of the task."""
        return self.task.parameters[name]

    @cached_property
    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, read from the file when they are first asked for."""
        if self.file is None:
            return {}
        with np.load(self.file, allow_pickle=False) as content:
            return {name: content[name] for name in content.files}


class Results(Mapping[str, TaskResult]):
    """Task key to result; only tasks that were run are in it.

    Args:
        results: What the tasks made, in the order of the tasks.
        claims: The claims that a finding is wanted for.

    Example:
        >>> task = Task(key="a-1", run="m:f", parameters={"j": 0.5, "seed": 1})
        >>> results = Results([TaskResult(task, {"r2": 0.9})], ("S9-01",))
        >>> results.values_by_seed("r2", j=0.5)
        {1: 0.9}
    """

    def __init__(self, results: list[TaskResult], claims: tuple[str, ...]) -> None:
        self._results = {result.task.key: result for result in results}
        self.claims = claims

    def __getitem__(self, key: str) -> TaskResult:
        return self._results[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)

    def serving(self, claim: str) -> list[TaskResult]:
        """Returns the results of the tasks that serve a claim."""
        return [result for result in self._results.values() if claim in result.task.claims]

    def where(self, **parameters: Any) -> list[TaskResult]:
        """Returns the results of the tasks that have these parameters with these values."""
        return [
            result
            for result in self._results.values()
            if all(
                name in result.task.parameters and result.task.parameters[name] == value
                for name, value in parameters.items()
            )
        ]

    def one(self, **parameters: Any) -> TaskResult:
        """Returns the only result of the tasks that have these parameters.

        Raises:
            LookupError: There is none, or there are several.
        """
        found = self.where(**parameters)
        if len(found) != 1:
            raise LookupError(f"{len(found)} tasks have the parameters {parameters}")
        return found[0]

    def values_by_seed(self, name: str, **parameters: Any) -> dict[int, float]:
        """Returns seed to one value, over the tasks that have these parameters, a seed and it.

        Raises:
            LookupError: Two of them have the same seed; more parameters tell them apart.
        """
        found: dict[int, float] = {}
        for result in self.where(**parameters):
            if "seed" not in result.task.parameters or name not in result.values:
                continue
            seed = int(result.parameter("seed"))
            if seed in found:
                raise LookupError(
                    f"several tasks with {parameters or 'any parameters'} give "
                    f"'{name}' for the seed {seed}"
                )
            found[seed] = float(result[name])
        return found
