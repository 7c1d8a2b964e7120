"""The page "Write a plugin in 15 minutes", carried out word for word."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "plugins" / "write-a-plugin.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STEPS = BLOCK.findall(PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def done(place):
    """The place after every command was run and every file written, in the page's order."""
    said = []
    for language, text in STEPS:
        first = text.partition("\n")[0]
        if language == "console":
            for line in text.splitlines():
                said.append((line, place.run(*shlex.split(line.removeprefix("$ "))).stdout))
        elif first.startswith("# qent-tilted/"):
            file = place.root / first.removeprefix("# ")
            assert file.is_file(), f"{first}: the page replaces a file that was not made"
            file.write_text(text.partition("\n")[2], encoding="utf-8")
    return place, dict(said)


def test_four_commands_suffice_for_a_first_run(done):
    place, _ = done
    commands = [line for language, text in STEPS[:1] for line in text.splitlines()]
    assert len(commands) == 4
    manifest = json.loads((place.root / "runs/first/manifest.json").read_text())
    assert manifest["plugins"]["qent-tilted"] == "0.1.0"


def test_own_formula_is_checked_and_used(done):
    place, said = done
    assert "failed" in said["$ qent check ./qent-tilted"]
    assert "all " in said["$ qent check ./qent-tilted"].splitlines()[-1]
    assert "Tilted Bell pairs" in said["$ qent show tilted"]
    assert (place.root / "runs/second/states.npz").is_file()
