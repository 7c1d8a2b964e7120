"""The child process: measures one library and prints the results as JSON."""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from benchmarks.inputs import density_matrices
from benchmarks.libraries import LIBRARIES, Library
from benchmarks.tasks import Task, task_named
from benchmarks.timing import rate

COMMON = 50
"""States on which the libraries' results are compared."""

BATCH, ONE_BY_ONE = 20_000, 200
"""States per call of a library that takes batches, and of one that does not."""

DRAWS = {True: 200_000, False: 2_000}
"""States drawn to test a sampler's law, by whether the library takes batches."""


def measure(library: Library, task: Task, request: dict[str, Any]) -> dict[str, Any]:
    """Returns throughput and results of one task."""
    batched = task.operation in library.batches
    count = BATCH if batched else ONE_BY_ONE
    timing = {"repeats": request["repeats"], "seconds": request["seconds"]}
    if task.samples:
        found = judged(library.sample(task.operation, task.size, DRAWS[batched], 1), task)
        measured = rate(
            lambda: library.sample(task.operation, task.size, count, 1), count, **timing
        )
    else:
        library.method(task.operation)
        common = library.prepare(density_matrices(task.size, COMMON), task.dims)
        found = flattened(library.run(task.operation, common))
        states = library.prepare(density_matrices(task.size, count, seed=2), task.dims)
        measured = rate(lambda: library.run(task.operation, states), count, **timing)
    return {"rate": measured.per_second, "spread": measured.spread, "found": found}


def flattened(results: Any) -> list[float]:
    """Returns results as numbers that JSON knows: real parts, then imaginary parts."""
    array = np.asarray(results)
    return np.concatenate([array.real.ravel(), array.imag.ravel()]).astype(float).tolist()


def judged(states: Any, task: Task) -> list[float]:
    """Returns mean and standard error of what a sampler's law is judged by."""
    if task.operation == "haar_pure":
        values = np.abs(states[:, 0]) ** 4
    else:
        values = np.einsum("nij,nji->n", states, states).real
    return [float(values.mean()), float(values.std() / np.sqrt(len(values)))]


def main() -> None:
    """Reads a request, measures, prints the answer."""
    request = json.loads(sys.stdin.read())
    try:
        library = LIBRARIES[request["library"]]()
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    answer: dict[str, Any] = {"version": library.version(), "tasks": {}}
    for name in request["tasks"]:
        try:
            answer["tasks"][name] = measure(library, task_named(name), request)
        except NotImplementedError:
            continue
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
