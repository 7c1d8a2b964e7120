"""The documentation: every block of code runs, every command exists, everything is described."""

from __future__ import annotations

import importlib.util
import re
import shlex
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import typer.main

from qent_core.cli.application import app
from qent_core.experiment import Experiment
from qent_core.hooks import RECORD_OF_HOOK
from qent_core.kinds import KINDS
from qent_core.records import Reference
from qent_testing import all_checks

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
FILE = re.compile(r'^```python title="([\w.]+)"\n(.*?)^```$', re.MULTILINE | re.DOTALL)
FENCE = re.compile(r"^```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = {
    str(page.relative_to(ROOT)): FENCE.findall(page.read_text(encoding="utf-8")) for page in PAGES
}
# Blocks that need what no test has; the page says what, in a comment in front of the block.
NOT_RUN = {
    text
    for page in PAGES
    for _, text in re.findall(
        r"<!-- not run: ([^\n]+) -->\n```python[^\n]*\n(.*?)^```$",
        page.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
}
PLUGIN_PAGES = {kind: DOCS / "plugins" / f"{kind}s.md" for kind in KINDS} | {
    "state-family": DOCS / "plugins" / "state-families.md",
    "study": DOCS / "plugins" / "studies.md",
}


def with_language(language):
    return [page for page, blocks in BLOCKS.items() if language in dict(blocks)]


# QuTiP imports distutils, depending on what was imported before.
@pytest.mark.filterwarnings("ignore:The distutils package:DeprecationWarning")
@pytest.mark.parametrize("page", with_language("python"))
def test_python_blocks_run_in_order(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    for name, text in FILE.findall((ROOT / page).read_text(encoding="utf-8")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    # A module of its own, as a reader has who types the page into one script.
    space = {"__name__": "docs_" + re.sub(r"\W", "_", page)}
    for number, (language, text) in enumerate(BLOCKS[page]):
        if language == "python":
            if text in NOT_RUN:
                compile(text, page, "exec", dont_inherit=True)
                continue
            exec(compile(text, f"{page}, block {number}", "exec", dont_inherit=True), space)


@pytest.mark.parametrize("page", with_language("toml"))
def test_toml_blocks_are_toml_and_whole_experiments_are_valid(page):
    for language, text in BLOCKS[page]:
        if language == "toml":
            tables = tomllib.loads(text)
            if {"states", "run"} <= set(tables):
                Experiment.from_toml(text)


@pytest.mark.parametrize("page", with_language("console"))
def test_commands_exist_with_their_options(page):
    for language, text in BLOCKS[page]:
        for line in text.splitlines() if language == "console" else ():
            if not line.startswith("$ "):
                continue
            for words in simple_commands(line.removeprefix("$ ")):
                if words and words[0] == "qent":
                    parse(words[1:], line)


def simple_commands(line):
    """Yields the words of each command of a line, without variables set in front of it."""
    words = []
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.commenters = "#"
    for word in [*lexer, ";"]:
        if set(word) <= set("&|;<>"):
            yield words
            words = []
        elif words or not re.fullmatch(r"\w+=.*", word):
            words.append(word)


def parse(words, line):
    """Follows a command line to its command and looks up every option in it."""
    command, known = typer.main.get_command(app), set()
    for word in words:
        known |= {name for p in command.params for name in [*p.opts, *p.secondary_opts]}
        if word.startswith("-") and not re.fullmatch(r"-\d.*", word):
            assert word.partition("=")[0] in known | {"--help", "-h"}, f"{word} in: {line}"
        elif word in getattr(command, "commands", {}):
            command = command.commands[word]
    assert not getattr(command, "commands", None) or words[-1].startswith("-"), line


def test_every_hook_and_kind_has_a_page():
    for hook, record in RECORD_OF_HOOK.items():
        text = PLUGIN_PAGES[record.kind].read_text(encoding="utf-8")
        assert f"`{hook}`" in text
        assert f"`{record.__name__}`" in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_field_is_described(kind):
    text = PLUGIN_PAGES[kind].read_text(encoding="utf-8")
    missing = [f.name for f in fields(KINDS[kind].record) if f"`{f.name}`" not in text]
    assert missing == []


def test_every_field_of_a_reference_is_described():
    text = PLUGIN_PAGES["state-family"].read_text(encoding="utf-8")
    assert [f.name for f in fields(Reference) if f"`{f.name}`" not in text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_every_check_stands_on_the_page_of_its_kind(kind):
    text = PLUGIN_PAGES[kind].read_text(encoding="utf-8")
    named = set(re.findall(r"`(check_\w+)`", text))
    assert named == {check.name for check in all_checks() if kind in check.kinds}


def test_every_page_is_in_the_navigation():
    nav = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    missing = [
        p for page in DOCS.rglob("*.md") if (p := page.relative_to(DOCS).as_posix()) not in nav
    ]
    assert missing == []


def test_generated_pages_are_up_to_date():
    """The errors, checks, commands and components pages; write them: tools/generate_docs.py."""
    spec = importlib.util.spec_from_file_location(
        "generate_docs", ROOT / "tools" / "generate_docs.py"
    )
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    stale = [
        place
        for place, text in generator.pages().items()
        if (DOCS / place).read_text(encoding="utf-8")
        != re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"
    ]
    assert stale == [], "run: python tools/generate_docs.py"
