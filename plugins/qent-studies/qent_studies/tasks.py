"""A task: an independent piece of a study's work, and what it makes."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.errors import StudyBrokenError
from qent_core.names import listed

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_RUN = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Made:
    """What the function of a task returns; a plain dictionary means ``Made(values)``."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """JSON-able numbers and text; they follow from the parameters alone."""
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    """Larger data, for figures and later steps; no object arrays."""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """JSON-able times, memory and the like, which differ from run to run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An independent piece of work.

    Raises:
        StudyBrokenError: A field has not the form it must have.

    Example:
        >>> task = Task(key="root-2", run="math:sqrt", parameters={"x": 2.0}, claims=("S9-01",))
        >>> task.digest() == Task(key="root-2", run="math:sqrt", parameters={"x": 2.0},
        ...                       claims=("S9-01", "S9-02")).digest()
        True
    """

    key: str
    """Unique in the study and usable as a folder name, for example ``"pure-j5-seed42"``."""
    run: str
    """The function that does it, ``"package.module:function"``, called with the parameters; it
    returns a `Made` or a dictionary."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """JSON-able; all that the result may depend on."""
    claims: tuple[str, ...] = ()
    """Ids of the claims it serves; with ``--only`` it runs if one of them is asked for."""
    seconds: float = 1.0
    """Estimated wall-clock time on one worker."""
    memory: float = 3e8
    """Estimated peak memory of the process, in bytes."""
    threads: int = 1
    """Threads of numerical libraries. A fact of the task, not of the machine: with another number
    they may add up in another order."""

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key) or self.key.endswith(".partial"):
            raise StudyBrokenError(
                f"'{self.key}' is no key of a task",
                do="use letters, digits, '.', '_' and '-', at most 100 of them",
            )
        if not _RUN.fullmatch(self.run):
            raise StudyBrokenError(
                f"the task {self.key} names '{self.run}'", do="write 'package.module:function'"
            )
        parameters = as_json(self.parameters, f"task {self.key}, parameters")
        object.__setattr__(self, "parameters", parameters)
        object.__setattr__(self, "claims", tuple(self.claims))

    def digest(self) -> str:
        """Returns a checksum of what the result depends on."""
        content = {"run": self.run, "parameters": self.parameters, "threads": self.threads}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def check_tasks(tasks: tuple[Task, ...], claims: tuple[str, ...]) -> None:
    """Refuses tasks with equal keys, and tasks that serve unknown claims.

    Raises:
        StudyBrokenError: There are such tasks.
    """
    # Not every file system tells upper from lower case.
    seen: set[str] = set()
    for task in tasks:
        if task.key.lower() in seen:
            raise StudyBrokenError(f"two tasks have the key '{task.key}'")
        seen.add(task.key.lower())
        unknown = sorted({*task.claims} - {*claims})
        if unknown:
            raise StudyBrokenError(
                f"the task {task.key} serves {listed(unknown)}, which the study does not list",
                do="add the claim to claims.toml, or correct the task",
            )


def as_json(value: Any, where: str) -> Any:
    """Returns a value as it will be read back from JSON: lists for tuples and arrays, text keys.

    Raises:
        StudyBrokenError: It holds NaN, an infinity, or something JSON cannot have.

    Example:
        >>> as_json({"a": (1, np.float64(0.5)), 2: np.arange(2)}, "task x")
        {'a': [1, 0.5], '2': [0, 1]}
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)  # an enumeration becomes its value, not its name
    if isinstance(value, int):
        return int(value)
    if isinstance(value, Mapping):
        return {str(key): as_json(item, f"{where}, {key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item, where) for item in value]
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biufU":
        return as_json(value.tolist(), where)
    if isinstance(value, float):
        if math.isfinite(value):
            return float(value)
        raise StudyBrokenError(
            f"the value is {value}", where=where, do="give None or a text instead"
        )
    raise StudyBrokenError(
        f"a {type(value).__name__} cannot be written as JSON",
        where=where,
        do="give numbers, text, lists and dictionaries; larger data belong into 'arrays'",
    )
