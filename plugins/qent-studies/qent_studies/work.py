"""Doing one task, in whatever process: call its function, measure, give back what it made."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import numpy as np

from qent_core.errors import QentError, StudyBrokenError, StudyTaskError
from qent_core.memory import peak_memory, reset_peak, resident_memory
from qent_studies.tasks import Made, Task, as_json

_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def perform(task: Task) -> Made:
    """Returns what a task makes, checked and with the runner's measurements.

    Raises:
        StudyTaskError: The function raised something unexpected or gave back nonsense.
        QentError: A component said what is wrong.
    """
    where = f"task {task.key}"
    with threads(task.threads):
        function = _function(task)
        # The number set before counts for libraries loaded from now on, this one for the others.
        with _loaded_libraries(task.threads):
            reset_peak()
            before, began, cpu = resident_memory(), time.perf_counter(), time.process_time()
            try:
                made = function(**task.parameters)
            except QentError as error:
                raise error.located(where) from error
            except Exception as error:
                raise StudyTaskError(
                    f"the task {task.key} failed: {type(error).__name__}: {error}",
                    where=task.run,
                    do="report it to the authors of the study; QENT_DEBUG=1 shows the traceback",
                ) from error
            measured: dict[str, Any] = {
                "seconds": round(time.perf_counter() - began, 4),
                "cpu_seconds": round(time.process_time() - cpu, 4),
                "memory_before": before,
                "memory_peak": peak_memory(),
            }
    return _checked(task, made, {k: v for k, v in measured.items() if v is not None})


def _function(task: Task) -> Callable[..., Any]:
    module, _, name = task.run.partition(":")
    try:
        function = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise StudyTaskError(
            f"the function of the task {task.key} cannot be imported: {error}",
            where=task.run,
            do="install what it needs, or report it to the authors of the study",
        ) from error
    if not callable(function):
        raise StudyBrokenError(f"{task.run} is no function", where=f"task {task.key}")
    return function  # type: ignore[no-any-return]


def _checked(task: Task, made: Any, measured: Mapping[str, Any]) -> Made:
    where = f"task {task.key}"
    if isinstance(made, Mapping):
        made = Made(made)
    if not isinstance(made, Made):
        raise StudyBrokenError(
            f"it returned {type(made).__name__}",
            where=f"{where}, {task.run}",
            do="return a Made, or a dictionary of values",
        )
    arrays = {str(name): np.asarray(array) for name, array in made.arrays.items()}
    for name, array in arrays.items():
        if name == "file":  # NumPy's own word for where it writes
            raise StudyBrokenError("no array can be called 'file'", where=where, do="rename it")
        if array.dtype.hasobject:
            raise StudyBrokenError(
                f"the array '{name}' holds Python objects", where=where, do="give it a number type"
            )
    own = as_json(made.measured, f"{where}, measured")
    return Made(as_json(made.values, f"{where}, values"), arrays, {**own, **measured})


@contextmanager
def threads(number: int) -> Iterator[None]:
    """Lets numerical libraries that are loaded inside the ``with`` block use so many threads."""
    before = {name: os.environ.get(name) for name in _VARIABLES}
    os.environ.update(dict.fromkeys(_VARIABLES, str(number)))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _loaded_libraries(number: int) -> Iterator[None]:
    from threadpoolctl import threadpool_limits

    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch is not None else 0
    with threadpool_limits(limits=number):
        if torch is not None:
            torch.set_num_threads(number)
        try:
            yield
        finally:
            if torch is not None:
                torch.set_num_threads(before)
