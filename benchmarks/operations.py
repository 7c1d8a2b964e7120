"""Throughput of elementary operations: this project, its peers and plain NumPy, in one run."""

from __future__ import annotations

import os
import platform
from typing import Any

import numpy as np

from benchmarks.libraries import PEERS, installed
from benchmarks.tasks import TASKS, Task, expected_mean
from benchmarks.timing import in_children

WORKER = "benchmarks.worker"


def run(*, repeats: int = 15, seconds: float = 0.1) -> dict[str, Any]:
    """Measures everything and returns the results.

    Raises:
        AssertionError: Two libraries disagree about the same states.
    """
    request = {"repeats": repeats, "seconds": seconds}
    names = [task.name for task in TASKS]
    libraries = ["qent", "numpy", *(peer for peer in PEERS if installed(peer))]
    answers = {}
    for library in libraries:
        answer = in_children(WORKER, [{**request, "library": library, "tasks": names}])[0]
        if "missing" in answer:
            print(f"{library} cannot be imported and is left out: {answer['missing']}")
        else:
            answers[library] = answer
    everywhere = {**request, "library": "qent", "tasks": names}
    cores = available_cores()
    together = in_children(WORKER, [everywhere] * cores)
    rows = [_row(task, answers, together) for task in TASKS]
    return {"environment": environment(answers), "rows": rows}


def environment(answers: dict[str, Any]) -> dict[str, Any]:
    """Returns what the numbers depend on."""
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "system": platform.system(),
        "cores": available_cores(),
        "versions": {library: answer["version"] for library, answer in answers.items()},
    }


def available_cores() -> int:
    """Returns how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _row(task: Task, answers: dict[str, Any], together: list[Any]) -> dict[str, Any]:
    measured = {
        library: answer["tasks"][task.name]
        for library, answer in answers.items()
        if task.name in answer["tasks"]
    }
    wrong = _disagreeing(task, measured)
    rates = {library: result["rate"] for library, result in measured.items()}
    fair = {peer: rates[peer] for peer in PEERS if peer in rates and peer not in wrong}
    # A proof has no counterpart: it is set against the peers' bare answer.
    if task.operation == "ppt_with_proof":
        bare = task.name.replace("with proof", "test")
        fair = {
            peer: answers[peer]["tasks"][bare]["rate"]
            for peer in PEERS
            if peer in answers and bare in answers[peer]["tasks"]
        }
    fastest = max(fair, key=lambda peer: fair[peer]) if fair else ""
    return {
        "task": task.name,
        "rates": rates,
        "spreads": {library: result["spread"] for library, result in measured.items()},
        "all_cores": sum(answer["tasks"][task.name]["rate"] for answer in together),
        "fastest_peer": fastest,
        "ratio": rates["qent"] / fair[fastest] if fastest else None,
        "wrong_law": wrong,
    }


def _disagreeing(task: Task, measured: dict[str, Any]) -> list[str]:
    """Returns peers whose samples follow another law; raises if results on given states differ."""
    wrong = []
    reference = np.asarray(measured["qent"]["found"])
    for library, result in measured.items():
        found = result["found"]
        if task.samples:
            deviation = abs(found[0] - expected_mean(task)) / found[1]
            if deviation > task.tolerance:
                assert library in PEERS, f"{library} samples another law for {task.name}"
                wrong.append(library)
        else:
            deviation = float(np.abs(np.asarray(found) - reference).max())
            assert deviation < task.tolerance, (
                f"{library} and qent differ by {deviation:.2g} on {task.name}"
            )
    return wrong
