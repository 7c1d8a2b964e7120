"""``qent registry sync`` and ``qent search``: the index says what the records say."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from qent_core.cli.main import main
from qent_core.errors import IndexOutdatedError, PluginBrokenError
from qent_core.index.search import search
from qent_core.index.sync import check_synced, index_text, sync
from qent_core.provider_index import read_index
from qent_testing.scaffold.generate import new_plugin

ROOT = Path(__file__).parents[2]


@pytest.fixture
def clone(tmp_path):
    """A clone with two plugins of its own."""
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'clone'\n")
    new_plugin("channel", "qent-sync-noise", tmp_path / "plugins")
    new_plugin("feature", "qent-sync-numbers", tmp_path / "plugins")
    (tmp_path / "plugins" / "notes").mkdir()
    path = list(sys.path)
    yield tmp_path
    assert sys.path == path
    for name in list(sys.modules):
        if name.startswith("qent_sync_"):
            del sys.modules[name]


def test_index_holds_what_the_records_say(clone):
    assert sync(clone)
    assert not sync(clone)
    index = read_index(clone / "registry.toml")
    assert index.packages == ("qent-sync-noise", "qent-sync-numbers")
    (line,) = index.providers("sync-noise", "channel")
    assert line.summary == "Measurement in the computational basis, with some probability"
    assert 'requires = ["numpy", "scikit-learn"]' in index_text(clone)
    assert list(clone.glob(".registry*")) == []


def test_edit_by_hand_is_found_and_shown(clone, capsys):
    sync(clone)
    file = clone / "registry.toml"
    file.write_text(file.read_text().replace("Measurement in", "Measuring in"))
    with pytest.raises(IndexOutdatedError) as caught:
        check_synced(clone)
    assert '-sync-noise = "Measuring in' in str(caught.value)
    assert '+sync-noise = "Measurement in' in str(caught.value)

    assert main(["registry", "sync", "--check", "--root", str(clone)]) == 1
    assert "IndexOutdatedError" in capsys.readouterr().err
    assert main(["registry", "sync", "--root", str(clone)]) == 0
    assert main(["registry", "sync", "--check", "--root", str(clone), "--json"]) == 0


def test_broken_plugin_leaves_the_index_alone(clone):
    sync(clone)
    before = (clone / "registry.toml").read_text()
    new_plugin("labeler", "qent-sync-broken", clone / "plugins")
    module = clone / "plugins/qent-sync-broken/qent_sync_broken/plugin.py"
    module.write_text("raise RuntimeError('not today')")
    with pytest.raises(PluginBrokenError, match="not today"):
        sync(clone)
    assert (clone / "registry.toml").read_text() == before


@pytest.mark.parametrize("project", ["no toml [", "[project.entry-points.'qent.v1']\nx = 'y'"])
def test_damaged_project_file(clone, project, capsys):
    (clone / "plugins" / "notes" / "pyproject.toml").write_text(project)
    assert main(["registry", "sync", "--root", str(clone)]) == 2
    assert "notes/pyproject.toml" in capsys.readouterr().err


def test_outside_of_a_clone(tmp_path, capsys):
    assert main(["registry", "sync", "--root", str(tmp_path)]) == 2
    assert "in a clone of qent" in capsys.readouterr().err


def test_index_of_this_repository_is_in_sync():
    check_synced(ROOT)


class TestSearch:
    def test_finds_what_is_not_installed(self):
        index = read_index(ROOT / "registry.toml")
        hits = search(["NEGATIVITY", "labeler"], (), index)
        assert {"negativity", "logarithmic-negativity"} <= {hit.name for hit in hits}
        assert not any(hit.installed for hit in hits)
        assert search(["negativity", "no-such-word"], (), index) == []

    def test_command(self, capsys):
        assert main(["search", "isotropic", "--json"]) == 0
        hits = json.loads(capsys.readouterr().out)["hits"]
        assert ("state-family", "isotropic") in {(hit["kind"], hit["name"]) for hit in hits}
        assert main(["search", "xyzzy"]) == 0
        assert "nothing known mentions xyzzy" in capsys.readouterr().out

    def test_command_says_how_to_install(self, capsys, monkeypatch):
        monkeypatch.setenv("QENT_PLUGINS", "")
        from qent_core.registry import default_registry

        default_registry.cache_clear()
        assert main(["search", "isotropic"]) == 0
        assert "(qent-werner)" in capsys.readouterr().out
        default_registry.cache_clear()
