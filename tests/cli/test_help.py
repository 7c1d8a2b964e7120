"""Every command: an example that runs, one JSON document, quiet when asked, completion."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import typer.main

from qent_core.cli.application import app
from qent_core.cli.main import main

ROOT = Path(__file__).parents[2]

NOT_RUN = {
    "run": "takes minutes; tests/test_examples.py runs it",
    "generate": "takes minutes; tests/dataset/test_examples.py runs it in small",
    "reproduce": "takes minutes; the tests of its plugin run it",
    "install": "changes the environment",
    "explore": "serves until it is stopped; the tests of qent-explore run it",
}


def leaves(command, words=()):
    children = getattr(command, "commands", {})
    if not children:
        yield " ".join(words), command
    for name, child in children.items():
        yield from leaves(child, (*words, name))


COMMANDS = dict(leaves(typer.main.get_command(app)))


def example(command):
    found = re.findall(r"^ *Example: (qent .+)$", command.help, re.MULTILINE)
    assert len(found) == 1, "a command has one line 'Example: qent ...'"
    return shlex.split(found[0])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """A folder with everything that the examples name."""
    folder = tmp_path_factory.mktemp("examples")
    before = Path.cwd()
    os.chdir(folder)
    try:
        ket = np.zeros((1, 8))
        ket[0, [0, 7]] = 2**-0.5
        np.savez("ghz.npz", states=ket, dims=[2, 2, 2])
        np.savez("my_states.npz", states=[np.eye(9) / 9] * 2, dims=[3, 3])
        np.savez("states.npz", states=[np.eye(4) / 4] * 2, dims=[2, 2])
        spec = '[[states]]\nuse = "{}"\ncount = 40\nspin = {}\n[[labels]]\nuse = "negativity"\n'
        model = (
            '[features]\nuse = "density-vector"\n[model]\nuse = "stacking"\nfolds = 2\n'
            "nn_epochs = 2\n"
        )
        Path("data.toml").write_text(spec.format("isotropic", 0.5))
        Path("run.toml").write_text(spec.format("isotropic", 1) + model)
        for name in ("data.zarr", "more.zarr"):
            assert main(["generate", "data.toml", "--out", name, "--quiet"]) == 0
        assert main(["label", "states.npz", "--use", "ppt", "--out", "labels.npz", "-q"]) == 0
        assert main(["run", "run.toml", "--out", "runs/quickstart", "--quiet"]) == 0
        assert main(["new", "channel", "qent-tilted"]) == 0
        (folder / "examples").symlink_to(ROOT / "examples")
    finally:
        os.chdir(before)
    return folder


@pytest.fixture
def here(prepared, tmp_path, monkeypatch):
    shutil.copytree(prepared, tmp_path / "here", symlinks=True)
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_that_of_a_manual(name, capsys):
    """A summary, what is done in full sentences, an example, and a meaning for every option."""
    command = COMMANDS[name]
    assert main([*name.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    first, *rest = (command.help or "").strip().split("\n\n")
    assert first.endswith(".")
    assert len(first) <= 60
    assert rest
    assert "Example: qent " in shown
    for parameter in command.params:
        assert parameter.help, f"{name}: {parameter.name} has no help"
    words = example(command)
    assert " ".join(words[1:]).startswith(name)
    options = {option for p in command.params for option in (*p.opts, *p.secondary_opts)}
    assert {word for word in words if word.startswith("-")} <= options


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in NOT_RUN])
def test_the_example_runs_and_with_json_is_one_document(name, here, capsys, monkeypatch):
    words = example(COMMANDS[name])[1:]
    if name == "new":
        shutil.rmtree("qent-tilted")
    if name == "registry sync":
        monkeypatch.chdir(ROOT)
    monkeypatch.setattr("webbrowser.open", lambda url: True)
    options = {option for p in COMMANDS[name].params for option in p.opts}
    assert "--json" in options
    words += [] if "--json" in words else ["--json"]
    assert main(words) == 0
    out, _ = capsys.readouterr()
    assert isinstance(json.loads(out), dict)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_failure_is_one_document_too(name, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([*name.split(), "--json", "--no-such-option"]) == 2
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert document["error"]["exit_code"] == 2
    assert document["error"]["do"] == f"see: qent {name} --help"
    assert err


@pytest.mark.parametrize("name", [n for n, c in COMMANDS.items() if "quiet" in str(c.params)])
def test_long_commands_can_be_quiet(name, here, capsys):
    if name in ("run", "generate"):
        words = [name, "data.toml", "--out", "new.zarr"]
    elif name == "reproduce":
        pytest.skip("the tests of studies see to it")
    else:
        words = example(COMMANDS[name])[1:]
    assert main([*words, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")


def complete(*words):
    """Returns what bash is offered for the last word."""
    done = subprocess.run(
        [sys.executable, "-m", "qent_core.cli.main"],
        env={
            **os.environ,
            "_QENT_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(["qent", *words]),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["rep"], {"report", "reproduce"}),
        (["dataset", "ex"], {"export"}),
        (["run", "--work"], {"--workers"}),
        (["show", "isotr"], {"isotropic"}),
        (["label", "s.npz", "--use", "negativ"], {"negativity"}),
    ],
)
def test_the_shell_completes_commands_options_and_names(words, offered):
    assert set(complete(*words)) == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_the_shell_is_printed(shell):
    done = subprocess.run(
        [sys.executable, "-m", "qent_core.cli.main"],
        env={**os.environ, "_QENT_COMPLETE": f"source_{shell}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "_QENT_COMPLETE" in done.stdout


def test_long_settings_of_a_plan_are_cut_and_wrapped():
    from qent_studies.terminal import _settings_lines, _short_setting

    pairs = [["cnn", "verified"], ["siamese", "weak"]] * 20
    assert _short_setting([1, 2]) == "[1, 2]"
    assert _short_setting(pairs).endswith("… (40 in all)")
    assert len(_short_setting("word" * 30)) == len(_short_setting(pairs)) == 24
    meaning = "a long account of what the setting means to the study " * 3
    lines = _settings_lines([("trainings", _short_setting(pairs), meaning), ("n", "3", "Size")])
    assert max(map(len, lines)) <= 100
    assert " ".join(" ".join(line[39:] for line in lines[:-1]).split()) == meaning.strip()
    assert lines[-1].split() == ["n", "3", "Size"]
