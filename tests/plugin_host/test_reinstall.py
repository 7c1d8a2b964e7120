"""``qent doctor`` tells when an edited entry point needs the plugin to be installed again."""

from __future__ import annotations

import json

import pytest

from qent_core.diagnosis import diagnose
from qent_core.registry import Registry

PROJECT = '[project]\nname = "qent-edited"\n[project.entry-points."qent.v1"]\nx = "{module}"\n'


@pytest.fixture
def editable(site, tmp_path):
    """Returns a function that installs a plugin in place and edits its project file."""

    def install(module, **options):
        site.add("qent-edited", **options)
        home = tmp_path / "home"
        home.mkdir()
        (home / "pyproject.toml").write_text(PROJECT.format(module=module))
        origin = {"url": home.as_uri(), "dir_info": {"editable": True}}
        info = next(site.root.glob("qent_edited-*.dist-info"))
        (info / "direct_url.json").write_text(json.dumps(origin))
        return home

    return install


def findings():
    return [f for f in diagnose(Registry.load()) if f.subject.startswith("qent-edited")]


def test_entry_point_that_names_another_module_now(editable):
    home = editable("qent_edited.records")
    (finding,) = findings()
    assert "names the plugin module qent_edited.records" in finding.what
    assert finding.do == f"pip install -e {home}"


def test_entry_point_that_is_new(editable):
    home = editable("qent_edited.plugin", entry_points="[console_scripts]\nx = y:z\n")
    (finding,) = findings()
    assert "announces a plugin, its installation is older" in finding.what
    assert finding.do == f"pip install -e {home}"


def test_nothing_to_say_if_they_agree(editable):
    editable("qent_edited.plugin")
    assert findings() == []
