"""Every plugin alone: a fresh environment with it, what it declares, and nothing else.

This finds dependencies that a plugin uses without declaring them. It installs from the package
index, which takes minutes per plugin::

    pytest -m slow tests/isolated
    pytest -m slow tests/isolated -k werner
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECTS = sorted(ROOT.glob("plugins/*/pyproject.toml"))
PLUGINS = [file for file in PROJECTS if 'entry-points."qent.v1"' in file.read_text("utf-8")]

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("project", PLUGINS, ids=lambda file: file.parent.name)
def test_conformance_of_the_plugin_alone(project, tmp_path):
    python = fresh_environment(tmp_path / "environment")
    # What it depends on of this repository is taken from the clone too, and so is the kit.
    siblings = {ROOT / "plugins/qent-testing/pyproject.toml", *depended_on(project)}
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    run(python, "-m", "pip", "install", "--quiet", *constraints, str(ROOT),
        *(str(p.parent) for p in siblings), str(project.parent))  # fmt: skip

    done = run(python, "-m", "qent_core.cli.main", "check", project.parent.name, "--json")
    document = json.loads(done.stdout)
    assert "error" not in document, document["error"]
    failed = {r["check"]: r["message"] for r in document["results"] if r["outcome"] == "failed"}
    assert failed == {}
    assert document["counts"]["passed"] > 10


def fresh_environment(folder):
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder / ("Scripts" if os.name == "nt" else "bin") / "python"


def run(python, *words):
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [str(python), *words],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=Path(python).parent,
    )
    assert done.returncode in (0, 1), done.stderr
    assert done.returncode == 0 or "--json" in words, done.stderr
    return done


def depended_on(project):
    """Returns the projects of this repository that one depends on, through others as well."""
    direct = {other for other in PROJECTS if other != project and depends_on(project, other)}
    return direct.union(*map(depended_on, direct))


def depends_on(project, other):
    return f'"{other.parent.name}' in project.read_text(encoding="utf-8").partition("[project.")[0]
