"""Plugins with one thing wrong: what ``qent new`` makes, with the edits of a file applied."""

from __future__ import annotations

import importlib
import sys
import tomllib
from pathlib import Path

import pytest

from qent_core.projects import read_project
from qent_testing.examination import Examination
from qent_testing.scaffold.generate import plugin_files
from qent_testing.scaffold.names import scaffold_names

HERE = Path(__file__).parent
PLACES = {
    "component": "{package}/{module}.py",
    "plugin": "{package}/plugin.py",
    "pyproject": "pyproject.toml",
}


@pytest.fixture
def examined(tmp_path, monkeypatch):
    """Returns a function that writes a plugin, with or without edits, and examines it."""
    made = []

    def examine(kind: str, name: str, culprit: str = "") -> Examination:
        names = scaffold_names(name)
        files = plugin_files(kind, names)
        words = {
            "package": names.package,
            "module": names.module,
            "class_name": names.class_name,
            "component": names.component,
        }
        edits = tomllib.loads((HERE / f"{culprit}.toml").read_text())["edits"] if culprit else ()
        for edit in edits:
            place = PLACES[edit["file"]].format(**words)
            old, new = _filled(edit["old"], words), _filled(edit["new"], words)
            assert old in files[place], f"the template has no {old!r} any more"
            files[place] = files[place].replace(old, new)
        home, site = tmp_path / names.distribution, tmp_path / "site"
        for place, text in files.items():
            (home / place).parent.mkdir(parents=True, exist_ok=True)
            (home / place).write_text(text)
        project = read_project(home)
        project.write_metadata(site)
        monkeypatch.syspath_prepend(str(home))
        monkeypatch.syspath_prepend(str(site))
        importlib.invalidate_caches()
        made.append(names.package)
        return Examination(project.discovered())

    yield examine
    for module in list(sys.modules):
        if module.partition(".")[0] in made:
            del sys.modules[module]


def _filled(text: str, words: dict[str, str]) -> str:
    for word, value in words.items():
        text = text.replace("{{" + word + "}}", value)
    return text
