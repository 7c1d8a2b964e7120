"""Which distribution of the toolkit may import which, and what the core does without the others."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest

from qent_core.cli.main import main
from qent_core.run import run_experiment

ROOT = Path(__file__).parents[1]
PACKAGES = {"qent_core": ROOT / "qent_core"} | {
    file.parent.name: file.parent for file in ROOT.glob("plugins/qent-*/qent_*/__init__.py")
}
BELOW = {
    "qent_core": set(),
    "qent_report": {"qent_core"},
    "qent_studies": {"qent_core", "qent_report"},
    # It looks at studies where a plugin has one, and that plugin brings qent-studies.
    "qent_testing": {"qent_core", "qent_studies"},
}
"""What a package may import; a plugin the core and, for its study, qent-studies."""

COMMANDS = {"qent_core.run", "qent_core.cli.check", "qent_core.cli.new"} | {
    f"qent_core.cli.{name}" for name in ("report", "reproduce")
}
"""The modules of the core that call what may be absent, and say so."""


def imports(file, *, at_once):
    """Returns the top-level packages that a module imports, or only those at import time."""
    waiting, found = [ast.parse(file.read_text(encoding="utf-8"))], set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if at_once and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            found.add((node.module or "").partition(".")[0])
        elif isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        waiting += ast.iter_child_nodes(node)
    return {name for name in found if name.startswith("qent_")}


def modules(package):
    folder = PACKAGES[package]
    for file in sorted(folder.rglob("*.py")):
        yield ".".join(file.relative_to(folder.parent).with_suffix("").parts), file


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_packages_import_what_is_below_them(package):
    allowed = {package} | BELOW.get(package, {"qent_core", "qent_studies"})
    strange = {
        name: found - allowed
        for name, file in modules(package)
        if name not in COMMANDS and (found := imports(file, at_once=False)) - allowed
    }
    assert strange == {}


def test_commands_import_other_distributions_only_when_called():
    for name, file in modules("qent_core"):
        assert imports(file, at_once=True) <= {"qent_core"}, name


def test_testing_needs_no_studies_to_be_imported():
    for name, file in modules("qent_testing"):
        assert imports(file, at_once=True) <= {"qent_core", "qent_testing"}, name


@pytest.fixture
def core_alone(monkeypatch):
    """The other distributions are as if they were not installed."""
    for package in ("qent_report", "qent_studies", "qent_testing", "qent_explore"):
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, package, None)


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ("check qent-basics", "qent-testing"),
        ("check --list", "qent-testing"),
        ("new channel qent-mine", "qent-testing"),
        ("reproduce stacking --plan", "qent-studies"),
        ("report somewhere", "qent-report"),
        ("report study", "qent-studies"),
        ("explore", "qent-explore"),
    ],
)
def test_absent_package_is_named_in_one_line(
    core_alone, capsys, tmp_path, monkeypatch, words, needed
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "study.json").write_text("{}")
    assert main(words.split()) == 2
    said = capsys.readouterr().err
    assert f"pip install {needed}" in said
    assert "Traceback" not in said
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_studies_are_listed_without_what_runs_them(core_alone, capsys):
    assert main(["reproduce", "--list", "--json"]) == 0
    names = {study["name"] for study in json.loads(capsys.readouterr().out)["studies"]}
    assert {"stacking", "entropy-tracking"} <= names


def test_run_without_reports_has_the_same_numbers(core_alone, registry, spec, tmp_path, capsys):
    from qent_core.experiment import Experiment

    run = run_experiment(Experiment(**spec), tmp_path / "alone", registry=registry)
    assert not (run.folder / "report.html").exists()
    assert not (run.folder / "figures").exists()
    assert (run.folder / "manifest.json").is_file()
    assert run.metrics["models"]["ridge"]["r2"] > 0.999
