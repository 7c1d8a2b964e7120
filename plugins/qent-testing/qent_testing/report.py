"""Results of checks as plain data and back, and the check of a folder in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import qent_core
from qent_core import errors
from qent_core.errors import QentError, RunFailedError
from qent_core.projects import PluginProject
from qent_testing.examination import CheckResult


def document(distribution: str, results: Sequence[CheckResult]) -> dict[str, Any]:
    """Returns results for JSON."""
    outcomes = [result.outcome for result in results]
    return {
        "distribution": distribution,
        "passed": "failed" not in outcomes,
        "counts": {word: outcomes.count(word) for word in ("passed", "failed", "skipped")},
        "results": [
            {
                "check": result.check,
                "kind": result.kind,
                "component": result.component,
                "outcome": result.outcome,
                "message": result.message,
                "seconds": round(result.seconds, 3),
            }
            for result in results
        ],
    }


def results_in(content: dict[str, Any]) -> list[CheckResult]:
    """Returns the results in a document."""
    return [CheckResult(**entry) for entry in content["results"]]


def check_project(project: PluginProject) -> list[CheckResult]:
    """Runs every check on a plugin's folder, whether it is installed or not.

    It happens in a process of its own, which sees the folder in front of everything installed and
    metadata made from its project file.

    Raises:
        RunFailedError: That process did not come to an end.
    """
    with tempfile.TemporaryDirectory() as site:
        project.write_metadata(Path(site))
        root = Path(qent_core.__file__).parents[1]
        path = [site, str(project.import_root.resolve()), str(root)]
        path += filter(None, [os.environ.get("PYTHONPATH")])
        done = subprocess.run(
            [sys.executable, "-m", "qent_core.cli.main", "check", project.name, "--json"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
        )
    try:
        content = json.loads(done.stdout)
    except ValueError:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise RunFailedError(
            f"the checks of {project.name} did not come to an end: {last}",
            where=str(project.folder),
        ) from None
    if "error" in content:
        raise _raised(content["error"])
    return results_in(content)


def _raised(facts: dict[str, Any]) -> QentError:
    kind = getattr(errors, facts["type"], RunFailedError)
    error: QentError = kind(facts["what"], where=facts["where"], do=facts["do"])
    return error
