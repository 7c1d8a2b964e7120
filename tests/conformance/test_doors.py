"""The three doors of the kit: a function with a callback, pytest, and the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from qent_core.cli.main import main
from qent_core.errors import ParameterInvalidError, PluginUnknownError
from qent_testing import all_checks, conformance_tests, run_checks

UNREPEATABLE = {
    "file": "qent_jumpy/jumpy.py",
    "old": "count, rng)\n        rho",
    "new": "count, np.random.default_rng())\n        rho",
}
TEST = """
from qent_testing import conformance_tests
test_conformance = conformance_tests("qent-jumpy", expected_failed={expected!r})
"""


class TestFunction:
    def test_callback_gets_each_result_in_order(self, installed):
        installed("state-family", "qent-jumpy", **UNREPEATABLE)
        seen = []
        results = run_checks("qent_Jumpy", seen.append)

        assert seen == results
        assert [r.id for r in results if r.outcome == "failed"] == ["check_same_seed[jumpy]"]
        failed = next(r for r in results if r.outcome == "failed")
        assert failed.kind == "state-family"
        assert failed.error is not None
        skipped = {r.check: r.message for r in results if r.outcome == "skipped"}
        assert skipped["check_pickles"] == "check_same_seed[jumpy] failed"

    def test_unknown_plugin(self):
        with pytest.raises(PluginUnknownError, match="no plugin called 'qent-nowhere'"):
            run_checks("qent-nowhere")

    def test_broken_plugin_has_results_too(self, installed):
        installed(
            "channel", "qent-gone", "qent_gone/plugin.py", "from qent_core.api", "from qent_core.ap"
        )
        results = run_checks("qent-gone")

        assert [r.check for r in results if r.outcome == "failed"] == ["check_entry_point"]
        assert "ModuleNotFoundError" in results[0].message


class TestPytest:
    def run(self, home, expected):
        file = home / "test_it.py"
        file.write_text(TEST.format(expected=expected))
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(file)],
            capture_output=True, text=True, check=False, cwd=home,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )  # fmt: skip
        return done.stdout.strip().splitlines()

    def test_failure_is_said_without_a_traceback(self, installed):
        lines = self.run(installed("state-family", "qent-jumpy", **UNREPEATABLE), {})

        assert "1 failed" in lines[-1]
        assert any("check_same_seed[jumpy]: a second call gives" in line for line in lines)

    def test_expected_failure_is_strict(self, installed):
        home = installed("state-family", "qent-jumpy", **UNREPEATABLE)
        expected = {"check_same_seed": "it reads a counter", "check_works[jumpy]": "no reason"}
        lines = self.run(home, expected)

        assert "1 xfailed" in lines[-1]
        assert "1 failed" in lines[-1]
        assert any("XPASS(strict)" in line for line in lines)

    @pytest.mark.parametrize(
        ("expected", "said"),
        [
            ({"check_pickle": "why"}, "did you mean 'check_pickles'"),
            ({"check_pickles[other]": "why"}, "has no check"),
            ({"check_pickles": " "}, "without a reason"),
        ],
    )
    def test_expectations_are_checked(self, installed, expected, said):
        installed("state-family", "qent-jumpy")
        with pytest.raises(ParameterInvalidError, match=r"qent-jumpy|reason") as caught:
            conformance_tests("qent-jumpy", expected_failed=expected)
        assert said in str(caught.value)


class TestCommand:
    def test_folder_that_is_not_installed(self, installed, tmp_path, capfd):
        # Installed under its name is a sound version; what counts is the folder.
        home = installed("state-family", "qent-jumpy")
        file = home / UNREPEATABLE["file"]
        file.write_text(file.read_text().replace(UNREPEATABLE["old"], UNREPEATABLE["new"]))

        assert main(["check", str(home), "--json"]) == 1
        document = json.loads(capfd.readouterr().out)
        assert document["distribution"] == "qent-jumpy"
        assert document["counts"]["failed"] == 1
        assert {r["check"] for r in document["results"] if r["outcome"] == "failed"} == {
            "check_same_seed"
        }

    def test_distribution(self, installed, capsys, monkeypatch):
        # A folder of the same name beside it changes nothing.
        monkeypatch.chdir(installed("channel", "qent-calm").parent)
        assert main(["check", "qent-calm"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].split() == ["qent-calm", "plugin", "4", "passed", "0", "failed", "0",
                                    "skipped"]  # fmt: skip
        assert lines[-1].startswith("all ")

    def test_list_names_every_check(self, capsys):
        assert main(["check", "--list", "--json"]) == 0
        listed = json.loads(capsys.readouterr().out)["checks"]
        assert [entry["name"] for entry in listed] == [check.name for check in all_checks()]

    @pytest.mark.parametrize(
        ("project", "said"),
        [
            (None, "holds no plugin: it has no pyproject.toml"),
            ("[project]", "the project has no name"),
            ("[project]\nname = 'qent-x'", "'qent-x' announces no plugin"),
            ("not toml", "cannot be read"),
        ],
    )
    def test_folder_without_metadata(self, tmp_path, capsys, project, said):
        if project is not None:
            (tmp_path / "pyproject.toml").write_text(project)
        assert main(["check", str(tmp_path)]) == 2
        assert said in capsys.readouterr().err

    @pytest.mark.parametrize("words", [["check"], ["check", "qent-nowhere"], ["check", "./no/way"]])
    def test_nothing_to_check(self, words, capsys):
        assert main(words) == 2
        assert "  do:    " in capsys.readouterr().err


def test_every_check_explains_itself():
    for check in all_checks():
        assert check.summary.endswith("."), check.name
        assert len(check.summary) < 110, check.name
