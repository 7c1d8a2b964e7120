"""Every kind of new plugin: generated, installed by pip, checked, linted, type-checked, run."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from qent_core.kinds import KINDS

ROOT = Path(__file__).parents[2]
NAMES = {kind: f"qent-fresh-{kind}" for kind in KINDS}
CACHE = ROOT / ".mypy_cache"
# What is not read is of type Any, which a strict mypy dislikes.
ALONE = (
    "--follow-imports=skip", "--allow-subclassing-any", "--allow-untyped-decorators",
    "--allow-untyped-calls", "--no-warn-return-any", "--no-warn-unused-ignores",
    "--cache-dir", os.devnull,
)  # fmt: skip

# One process for all of them: the libraries are imported once.
RUN_ALL = """
import json, sys
from qent_core.cli.main import main
for words in json.loads(sys.argv[1]):
    assert main(words) == 0, words
"""


@pytest.fixture(scope="module")
def plugins(place):
    """A new plugin of every kind, installed together by one pip."""
    commands = [["new", kind, name] for kind, name in NAMES.items()]
    place.run(sys.executable, "-c", RUN_ALL, json.dumps(commands))
    place.run("qent", "install", *(f"./{name}" for name in NAMES.values()))
    return place


def test_all_are_installed_and_light(plugins):
    listed = json.loads(plugins.run("qent", "plugins", "--json").stdout)["plugins"]
    states = {p["distribution"]: p["state"] for p in listed}
    assert {name: states.get(name) for name in NAMES.values()} == dict.fromkeys(
        NAMES.values(), "active"
    )
    for name in NAMES.values():
        assert (plugins.target / name.replace("-", "_") / "py.typed").is_file()


def test_conformance_of_all_kinds(plugins):
    tests = [f"{name}/tests/test_conformance.py" for name in NAMES.values()]
    done = plugins.run(
        "pytest", "-q", "-p", "no:cacheprovider", "-W", "error", "--import-mode=importlib",
        "--rootdir", ".", "-c", f"{NAMES['channel']}/pyproject.toml", *tests,
    )  # fmt: skip
    assert "failed" not in done.stdout


def test_lint_and_format(plugins):
    pytest.importorskip("ruff")
    config = ("--config", str(ROOT / "pyproject.toml"), *NAMES.values())
    plugins.run(sys.executable, "-m", "ruff", "check", "--no-cache", *config)
    plugins.run(sys.executable, "-m", "ruff", "format", "--no-cache", "--check", *config)
    # By the settings of each plugin's own.
    plugins.run(sys.executable, "-m", "ruff", "check", "--no-cache", *NAMES.values())


def mypy(plugins, *more):
    sources = [
        f"{name}/{name.replace('-', '_')}/{file}.py"
        for name in NAMES.values()
        for file in ("plugin", name.removeprefix("qent-").replace("-", "_"))
    ]
    plugins.run(
        sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"),
        "--cache-dir", str(CACHE), "--strict", *more, *sources,
    )  # fmt: skip


def test_types(plugins):
    """With all that is imported where the repository's cache is there, else of the files alone.

    Without the cache mypy would read NumPy and pydantic first.
    """
    pytest.importorskip("mypy")
    mypy(plugins, *(() if CACHE.is_dir() else ALONE))


@pytest.mark.slow
def test_types_with_all_that_is_imported(plugins):
    pytest.importorskip("mypy")
    mypy(plugins)


def test_every_experiment_runs(plugins):
    commands = [
        ["run", f"{name}/experiment.toml", "--quiet", "--out", f"runs/{kind}"]
        for kind, name in NAMES.items()
    ]
    plugins.run(sys.executable, "-c", RUN_ALL, json.dumps(commands))
    for kind in KINDS:
        assert (plugins.root / "runs" / kind / "manifest.json").is_file()


def test_manifest_names_the_plugins_to_install_again(plugins):
    done = plugins.run("qent", "install", "--from", "runs/channel", "--dry-run")
    assert f"{NAMES['channel']}==0.1.0" in done.stdout
    assert "qent-basics==" in done.stdout
