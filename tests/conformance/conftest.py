"""A plugin as ``qent new`` makes it, visible to this process as if it were installed."""

from __future__ import annotations

import importlib
import sys

import pytest

from qent_core import discovery
from qent_core.projects import read_project
from qent_testing.scaffold.generate import new_plugin


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Returns a function that makes a plugin, changes a file of it, and installs it."""
    packages = []

    def install(kind, name, file="", old="", new=""):
        home = new_plugin(kind, name, tmp_path)
        project = read_project(home)
        if file:
            text = (home / file).read_text()
            assert old in text
            (home / file).write_text(text.replace(old, new))
        project.write_metadata(tmp_path / "site")
        monkeypatch.syspath_prepend(str(home))
        monkeypatch.syspath_prepend(str(tmp_path / "site"))
        importlib.invalidate_caches()
        discovery.discover.cache_clear()
        packages.append(project.module.partition(".")[0])
        return home

    yield install
    discovery.discover.cache_clear()
    for module in list(sys.modules):
        if module.partition(".")[0] in packages:
            del sys.modules[module]
