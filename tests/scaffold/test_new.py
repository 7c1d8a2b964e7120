"""``qent new``: names, refusals, and folders that appear whole or not at all."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from qent_core.cli.main import main
from qent_core.errors import ParameterInvalidError, ScaffoldRefusedError
from qent_core.experiment import Experiment
from qent_core.kinds import KINDS
from qent_testing.scaffold import generate
from qent_testing.scaffold.generate import new_plugin, plugin_files
from qent_testing.scaffold.names import scaffold_names


@pytest.mark.parametrize(
    ("name", "distribution", "package", "class_name"),
    [
        ("tilted", "qent-tilted", "qent_tilted", "Tilted"),
        ("qent-tilted-bell", "qent-tilted-bell", "qent_tilted_bell", "TiltedBell"),
        ("Qent_X2.Y", "qent-x2-y", "qent_x2_y", "X2Y"),
    ],
)
def test_names(name, distribution, package, class_name):
    names = scaffold_names(name)
    assert (names.distribution, names.package, names.class_name) == (
        distribution, package, class_name,
    )  # fmt: skip


@pytest.mark.parametrize("name", ["", "3d", "a b", "ü", "qent-", "-x", "a/b", "class", "plugin"])
def test_bad_name_is_refused(tmp_path, name):
    with pytest.raises(ScaffoldRefusedError):
        new_plugin("channel", name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [
        ("channel", "qent-basics", "already"),
        ("model", "qent-core", "meaning of its own"),
        ("labeler", "negativity", "taken: qent-basics provides it"),
    ],
)
def test_taken_name_is_refused(tmp_path, kind, name, said):
    with pytest.raises(ScaffoldRefusedError, match=said):
        new_plugin(kind, name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_name_of_another_kind_is_free(tmp_path):
    assert new_plugin("channel", "negativity", tmp_path).is_dir()


def test_existing_folder_is_left_alone(tmp_path):
    (tmp_path / "qent-tilted").mkdir()
    with pytest.raises(ScaffoldRefusedError, match="already something"):
        new_plugin("channel", "tilted", tmp_path)
    assert list((tmp_path / "qent-tilted").iterdir()) == []


def test_failure_half_way_leaves_nothing(tmp_path, monkeypatch):
    whole = Path.write_text

    def full_disk(self, *arguments, **options):
        if self.name == "experiment.toml":
            raise OSError("no space left")
        return whole(self, *arguments, **options)

    monkeypatch.setattr(generate.Path, "write_text", full_disk)
    with pytest.raises(ScaffoldRefusedError, match="no space left"):
        new_plugin("channel", "tilted", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_unknown_kind_is_refused(tmp_path):
    with pytest.raises(ParameterInvalidError, match="no kind"):
        new_plugin("famliy", "tilted", tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_filled_in_and_readable(kind):
    files = plugin_files(kind, scaffold_names("tilted-thing"))

    assert not [place for place, text in files.items() if "{{" in place + text]
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert project["entry-points"]["qent.v1"] == {"qent-tilted-thing": "qent_tilted_thing.plugin"}
    assert any(need.startswith("qent-core>=") and ",<" in need for need in project["dependencies"])
    assert files["qent_tilted_thing/__init__.py"] == ""
    experiment = Experiment.from_toml(files["experiment.toml"])
    assert Experiment.from_toml(experiment.to_toml()) == experiment
    assert set(files) >= {
        "README.md",
        "tests/test_conformance.py",
        "qent_tilted_thing/plugin.py",
        "qent_tilted_thing/tilted_thing.py",
    }


def test_command_says_what_comes_next(tmp_path, capsys):
    assert main(["new", "families", "tilted", "--dir", str(tmp_path / "deep")]) == 0
    assert f"qent run {tmp_path}/deep/qent-tilted/experiment.toml" in capsys.readouterr().out

    assert main(["new", "channel", "noisy", "--dir", str(tmp_path), "--json"]) == 0
    assert "qent_noisy/noisy.py" in json.loads(capsys.readouterr().out)["files"]

    assert main(["new", "channel", "noisy", "--dir", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("ScaffoldRefusedError")
