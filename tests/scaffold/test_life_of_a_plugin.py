"""Every kind of new plugin: generated, installed by pip, checked, linted, type-checked, run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from qent_core.kinds import KINDS

ROOT = Path(__file__).parents[2]
NAMES = {kind: f"qent-fresh-{kind}" for kind in KINDS}


@pytest.fixture(scope="module")
def plugins(place):
    """A new plugin of every kind, installed together by one pip."""
    for kind, name in NAMES.items():
        place.run("qent", "new", kind, name)
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
    for name in NAMES.values():
        plugins.run(sys.executable, "-m", "ruff", "check", "--no-cache", name)


def test_types(plugins):
    pytest.importorskip("mypy")
    sources = [
        f"{name}/{name.replace('-', '_')}/{file}.py"
        for name in NAMES.values()
        for file in ("plugin", name.removeprefix("qent-").replace("-", "_"))
    ]
    # The settings and the cache of the repository: NumPy need not be read again.
    plugins.run(
        sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"),
        "--cache-dir", str(ROOT / ".mypy_cache"), "--strict", *sources,
    )  # fmt: skip


# One process for all of them: the libraries are imported once.
RUN_ALL = """
import sys
from qent_core.cli.main import main
for kind, name in [pair.split("=") for pair in sys.argv[1:]]:
    words = ["run", name + "/experiment.toml", "--quiet", "--out", "runs/" + kind]
    assert main(words) == 0, kind
"""


def test_every_experiment_runs(plugins):
    pairs = [f"{kind}={name}" for kind, name in NAMES.items()]
    plugins.run(sys.executable, "-c", RUN_ALL, *pairs)
    for kind in KINDS:
        assert (plugins.root / "runs" / kind / "manifest.json").is_file()


def test_manifest_names_the_plugins_to_install_again(plugins):
    done = plugins.run("qent", "install", "--from", "runs/channel", "--dry-run")
    assert f"{NAMES['channel']}==0.1.0" in done.stdout
    assert "qent-basics==" in done.stdout
