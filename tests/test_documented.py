"""Every public name, function and method, every argument and every command is explained."""

from __future__ import annotations

import inspect

import pytest
import typer.main

import qent_studies as studies
import qent_testing as testing
from qent_core import api, linalg
from qent_core.cli.application import app
from qent_core.parameter_docs import described_arguments


def public():
    for module in (api, linalg, studies, testing):
        names = getattr(module, "__all__", None) or [
            name
            for name, value in vars(module).items()
            if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
        ]
        for name in names:
            value = getattr(module, name)
            if inspect.isclass(value) or inspect.isfunction(value):
                yield f"{module.__name__}.{name}", value


PUBLIC = dict(public())


@pytest.mark.parametrize("name", PUBLIC)
def test_it_has_a_docstring_of_its_own(name):
    value = PUBLIC[name]
    assert (vars(value).get("__doc__") or "").strip() if inspect.isclass(value) else value.__doc__


@pytest.mark.parametrize("name", [n for n, v in PUBLIC.items() if inspect.isclass(v)])
def test_its_public_methods_have_docstrings(name):
    missing = [
        method
        for method, value in vars(PUBLIC[name]).items()
        if not method.startswith("_")
        and isinstance(value, classmethod | staticmethod | property | type(lambda: 0))
        and not inspect.getdoc(getattr(PUBLIC[name], method))
    ]
    assert missing == []


@pytest.mark.parametrize("name", [n for n, v in PUBLIC.items() if inspect.isfunction(v)])
def test_arguments_are_described_all_or_in_the_prose(name):
    """A section "Args:" names every argument; without one, the text has to speak of each."""
    doc = inspect.getdoc(PUBLIC[name]) or ""
    arguments = [
        p.name
        for p in inspect.signature(PUBLIC[name]).parameters.values()
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    described = described_arguments(doc)
    if described:
        assert [a for a in arguments if a not in described] == []
    else:
        assert len(arguments) <= 2 or [a for a in arguments if f"``{a}``" not in doc] == []


def commands(command, words):
    children = getattr(command, "commands", {})
    for name, child in children.items():
        yield from commands(child, f"{words} {name}")
    if not children:
        yield words, command


COMMANDS = dict(commands(typer.main.get_command(app), "qent"))


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_explains_itself_with_an_example(words):
    command = COMMANDS[words]
    assert "Example" in (command.help or "")
    assert words in command.help
    silent = [p.name for p in command.params if not (p.help or p.name in ("help",))]
    assert silent == []
