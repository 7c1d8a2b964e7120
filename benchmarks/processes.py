"""Child processes: every library runs in one of its own, with linear algebra on one thread."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

ONE_THREAD = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "NUMBA_NUM_THREADS",
    ),
    "1",
)
"""Environment that keeps linear algebra on one thread."""

WORKER = "benchmarks.worker"


def ask(
    group: str, libraries: Iterable[str], request: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Returns what each library measured, and why the others are missing.

    Raises:
        RuntimeError: The child of qent itself failed.
    """
    answers, missing = {}, {}
    for library in libraries:
        try:
            (answer,) = in_children([{**request, "group": group, "library": library}])
        except RuntimeError as error:
            # A peer that breaks must not end the run; an error of our own must.
            if library == "qent":
                raise
            answer = {"missing": str(error).strip().splitlines()[-1]}
        if "missing" in answer:
            missing[library] = answer["missing"]
        else:
            answers[library] = answer
    return answers, missing


def in_children(requests: list[dict[str, Any]], module: str = WORKER) -> list[Any]:
    """Runs ``python -m module`` once per request, all at the same time.

    A request goes to the child's standard input as JSON; its answer is the last line it prints.

    Raises:
        RuntimeError: A child failed; the message ends with what it said.
    """
    environment = {**os.environ, **ONE_THREAD, "PYTHONWARNINGS": "ignore"}
    children = [
        subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for _ in requests
    ]
    for child, request in zip(children, requests, strict=True):
        assert child.stdin is not None
        child.stdin.write(json.dumps(request))
        child.stdin.close()
        child.stdin = None
    answers = []
    for child in children:
        output, complaint = child.communicate()
        if child.returncode:
            raise RuntimeError(f"a benchmark process failed:\n{complaint[-2000:]}")
        answers.append(json.loads(output.strip().splitlines()[-1]))
    return answers
