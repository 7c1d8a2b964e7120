"""A plugin with a small study, installed for the length of a test."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import qent_core
from qent_core import discovery
from qent_core.cli.main import main
from qent_core.registry import default_registry

TOY = Path(__file__).parent / "toy"
STUDY = "noisy-bell-study"


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """Installs the plugin; returns the folder that is on the path for it."""
    site = tmp_path / "site"
    info = site / "qent_toy-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: qent-toy\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[qent.v1]\nqent_toy = qent_toy.plugin\n")
    for name in ("QENT_DISABLE", "QENT_STRICT", "TOY_LOG", "TOY_FAIL", "TOY_PAUSE", "TOY_DIE"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("QENT_PLUGINS", "qent-toy")
    for folder in (TOY, site):
        monkeypatch.syspath_prepend(str(folder))
    _forget()
    yield site
    _forget()
    for name in list(sys.modules):
        if name.partition(".")[0] == "qent_toy":
            del sys.modules[name]


def _forget():
    importlib.invalidate_caches()
    discovery.discover.cache_clear()
    default_registry.cache_clear()


@pytest.fixture
def qent(toy, capsys):
    """Runs a command in this process; returns exit code, stdout and stderr."""

    def run(*words):
        code = main([str(word) for word in words])
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


@pytest.fixture
def start(toy):
    """Starts a command in a process of its own."""

    def begin(*words, **environment):
        path = [str(TOY), str(toy), str(Path(qent_core.__file__).parents[1])]
        return subprocess.Popen(
            [sys.executable, "-m", "qent_core.cli.main", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path), **environment},
        )

    return begin
