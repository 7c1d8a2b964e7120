"""``qent install`` and ``qent uninstall``: the commands they build, and what they refuse."""

from __future__ import annotations

import json
import sys

import pytest

from qent_core import installing
from qent_core.cli.main import main
from qent_core.errors import InstallationFailedError, ParameterInvalidError, RunFolderError
from qent_core.installing import install_command, run_installer, targets_from, uninstall_command


def test_install_command_runs_pip_of_this_interpreter(tmp_path):
    command = install_command(["qent-werner==0.1.0", str(tmp_path)], editable=True, upgrade=True)
    assert command[:4] == [sys.executable, "-m", "pip", "install"]
    assert command[-3:] == ["qent-werner==0.1.0", "--editable", str(tmp_path)]
    assert "--upgrade" in command


def test_uv_steps_in_where_there_is_no_pip(monkeypatch):
    monkeypatch.setattr(installing, "_pip_is_installed", lambda: False)
    monkeypatch.setattr(installing.shutil, "which", lambda name: "/bin/uv")
    assert install_command(["qent-x"]) == ["/bin/uv", "pip", "install", "qent-x"]
    monkeypatch.setattr(installing.shutil, "which", lambda name: None)
    with pytest.raises(InstallationFailedError, match="neither pip nor uv"):
        install_command(["qent-x"])


@pytest.mark.parametrize("target", ["--index-url", "a b", "./no/such/folder", "", "$(rm)"])
def test_strange_targets_are_refused(target):
    with pytest.raises(ParameterInvalidError):
        install_command([target])


def test_nothing_to_install():
    with pytest.raises(ParameterInvalidError, match="nothing to install"):
        install_command([])


def test_only_plugins_are_removed():
    assert uninstall_command(["qent-werner"])[-2:] == ["--yes", "qent-werner"]
    with pytest.raises(ParameterInvalidError, match="numpy is no installed plugin"):
        uninstall_command(["qent-werner", "numpy"])


def test_manifest_gives_the_plugins_of_a_run(tmp_path):
    plugins = {"qent-werner": "0.1.0", "qent-basics": "0.2", "script": "", "f.py": "sha256:1"}
    (tmp_path / "manifest.json").write_text(json.dumps({"plugins": plugins}))
    wanted = ["qent-basics==0.2", "qent-werner==0.1.0"]
    assert targets_from(tmp_path) == targets_from(tmp_path / "manifest.json") == wanted


@pytest.mark.parametrize("text", [None, "{}", "[]", "no json", '{"plugins": {}}'])
def test_other_files_are_no_manifest(tmp_path, text):
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(RunFolderError):
        targets_from(tmp_path / "manifest.json")


def test_failure_of_pip_is_said(capfd):
    with pytest.raises(InstallationFailedError, match="exit code 3") as caught:
        run_installer([sys.executable, "-c", "import sys; print('why'); sys.exit(3)"])
    assert caught.value.exit_code == 1
    streams = capfd.readouterr()
    assert "why" in streams.err
    assert streams.out == ""


def test_uninstallable_dependency(tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert main(["install", "qent-no-such-plugin", "--json"]) == 1
    error = json.loads(capfd.readouterr().out)["error"]
    assert error["type"] == "InstallationFailedError"


def test_dry_run_changes_nothing(capsys):
    assert main(["install", "qent-werner", "--dry-run"]) == 0
    assert capsys.readouterr().out.endswith(" qent-werner\n")
    assert main(["uninstall", "qent-werner", "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["done"] is False
