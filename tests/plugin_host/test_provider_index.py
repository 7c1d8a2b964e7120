"""registry.toml: an index, in step with the plugins, and never more than an index."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from qent_core.kinds import KINDS
from qent_core.names import canonical
from qent_core.plugin_info import PluginState
from qent_core.projects import plugin_projects
from qent_core.provider_index import index_path, provider_index, read_index
from qent_core.records import ComponentSpec
from qent_core.registry import Registry

INDEX = provider_index()
ROOT = Path(__file__).parents[2]


def test_index_is_found_and_read():
    assert index_path().is_file()
    assert INDEX.problem == ""
    assert "qent-basics" in INDEX.packages
    assert INDEX.providers("negativity", "labeler")[0].package == "qent-basics"
    assert INDEX.providers("negativity", "channel") == ()


def test_every_line_would_be_a_valid_record():
    for line in INDEX.provisions:
        record = KINDS[line.kind].record(name=line.name, target="a:B", summary=line.summary)
        assert isinstance(record, ComponentSpec)


def test_every_known_plugin_lives_in_the_repository():
    listed = tomllib.loads(index_path().read_text("utf-8"))["plugins"]
    for package, entry in listed.items():
        assert entry["path"] == f"plugins/{package}"
        assert entry["summary"]
        assert entry["provides"]


@pytest.mark.skipif(not (ROOT / "plugins").is_dir(), reason="not in a clone")
def test_every_plugin_of_the_repository_is_known():
    projects = {project.name for project in plugin_projects(ROOT)}
    assert projects
    assert projects <= set(INDEX.packages)


@pytest.mark.parametrize("package", INDEX.packages)
def test_index_is_in_step_with_the_records(package):
    installed = {canonical(p.distribution): p for p in Registry.load(strict=False).plugins}
    if package not in installed:
        pytest.skip(f"{package} is not installed")
    plugin = installed[package]
    assert plugin.state is PluginState.ACTIVE, plugin.reason
    known = {(line.kind, line.name) for line in INDEX.provided_by(package)}
    assert known == {(spec.kind, spec.name) for spec in plugin.provides}


@pytest.mark.parametrize("text", [None, "not = [toml", "plugins = 3", "[plugins]\nx = 1", "\x00"])
def test_damaged_index_is_empty(tmp_path, text):
    file = tmp_path / "registry.toml"
    if text is not None:
        file.write_text(text)

    assert read_index(file).provisions == ()
