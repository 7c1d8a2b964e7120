"""Measures elementary operations and samplers, library by library."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from benchmarks.environment import available_cores
from benchmarks.inputs import density_matrices
from benchmarks.libraries import LIBRARIES, PEERS, Library
from benchmarks.measurements import Measurements
from benchmarks.options import Options
from benchmarks.processes import ask, together
from benchmarks.results import group, row
from benchmarks.tasks import Task, expected_mean
from benchmarks.timing import rates, summary

COMMON = 50
"""States on which the libraries' results are compared."""

BATCH, ONE_BY_ONE = 20_000, 200
"""States per call of a library that takes batches, and of one that does not."""

DRAWS = {True: 50_000, False: 2_000}
"""States drawn to test a sampler's law, by whether the library takes batches."""


def run(name: str, tasks: Sequence[Task], options: Options) -> dict[str, Any]:
    """Returns a group of elementary tasks, beside every library that is installed.

    Raises:
        AssertionError: Two libraries disagree about the same states.
    """
    answers, missing = ask(name, LIBRARIES, options.request())
    cores = available_cores()
    everywhere = f"qent, {cores} cores"
    request = {**options.request(), "group": name, "library": "qent"}
    at_once = together(request, cores)
    rows = []
    for task in tasks:
        measured = {
            library: answer["rows"][task.name]
            for library, answer in answers.items()
            if task.name in answer["rows"]
        }
        compare(task, measured)
        # Processes that were slower may have fewer repeats.
        each = [answer["rows"][task.name].get("rates", ()) for answer in at_once]
        if sums := [sum(parts) for parts in zip(*each, strict=False)]:
            measured[everywhere] = summary(sums)
        against = bare(task, answers)
        made = row(task.name, measured, PEERS, against=against, yardstick="numpy", why=task.why)
        if against and made["fastest_peer"]:
            made["fastest_peer"] += "'s bare test"
        rows.append(made)
        for kept in measured.values():
            kept.pop("found", None)
    return group(
        name,
        rows,
        unit="states per CPU-second",
        columns=["qent", everywhere, *list(LIBRARIES)[1:]],
        answers=answers,
        missing=missing,
    )


def measure(tasks: Sequence[Task], request: dict[str, Any]) -> Measurements:
    """Returns what one library does of the tasks; the child's part."""
    library = LIBRARIES[request["library"]]()
    offered = [task for task in tasks if hasattr(library, task.operation)]
    rows = {task.name: partial(_measured, library, task, request) for task in offered}
    return Measurements(library.version(), rows)


def bare(task: Task, answers: dict[str, Any]) -> dict[str, Any] | None:
    """Returns what a proof is set against, as no peer makes any: the peers' bare answer."""
    if task.operation != "ppt_with_proof":
        return None
    plain = task.name.replace("with proof", "test")
    return {name: a["rows"][plain] for name, a in answers.items() if plain in a["rows"]}


def compare(task: Task, measured: dict[str, Any]) -> None:
    """Marks peers whose samples follow another law; raises if results on given states differ."""
    reference = np.asarray(measured["qent"]["found"])
    for library, result in measured.items():
        if "found" not in result:
            continue
        found = result["found"]
        if task.samples:
            deviation = abs(found[0] - expected_mean(task)) / found[1]
            if deviation > task.tolerance:
                assert library in PEERS, f"{library} samples another law for {task.name}"
                result.update(note="wrong law", counts=False)
        else:
            deviation = float(np.abs(np.asarray(found) - reference).max())
            assert deviation < task.tolerance, (
                f"{library} and qent differ by {deviation:.2g} on {task.name}"
            )


def _measured(library: Library, task: Task, request: dict[str, Any]) -> dict[str, Any]:
    batched = task.operation in library.batches
    count = BATCH if batched else ONE_BY_ONE
    timing = {name: request[name] for name in ("repeats", "seconds", "most")}
    if task.samples:
        found = judged(library.sample(task.operation, task.size, DRAWS[batched], 1), task)
        rate = rates(lambda: library.sample(task.operation, task.size, count, 1), count, **timing)
    else:
        common = library.prepare(density_matrices(task.size, COMMON), task.dims)
        found = flattened(library.run(task.operation, common))
        states = library.prepare(density_matrices(task.size, count, seed=2), task.dims)
        rate = rates(lambda: library.run(task.operation, states), count, **timing)
    return summary(rate, found=found, rates=rate)


def flattened(found: Any) -> list[float]:
    """Returns results as numbers that JSON knows: real parts, then imaginary parts."""
    array = np.asarray(found)
    return np.concatenate([array.real.ravel(), array.imag.ravel()]).astype(float).tolist()


def judged(states: Any, task: Task) -> list[float]:
    """Returns mean and standard error of what a sampler's law is judged by."""
    if task.operation == "haar_pure":
        values = np.abs(states[:, 0]) ** 4
    else:
        values = np.einsum("nij,nji->n", states, states).real
    return [float(values.mean()), float(values.std() / np.sqrt(len(values)))]
