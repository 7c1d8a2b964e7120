"""Every example in a docstring is executed: of the core and of every plugin beside it.

Those of components are left to the conformance tests of their plugins.
"""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

from qent_core.registry import Registry

ROOT = Path(__file__).parents[1]


def modules():
    roots = [ROOT / "qent_core", *sorted(ROOT.glob("plugins/*/qent_*"))]
    for root in roots:
        for file in sorted(root.rglob("*.py")):
            if ">>> " in file.read_text(encoding="utf-8"):
                parts = file.relative_to(root.parent).with_suffix("").parts
                yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.fixture(scope="module")
def components():
    """The classes that conformance tests examine, which executes their own examples."""
    return {part.spec.target.replace(":", ".") for part in Registry.load().components()}


@pytest.mark.parametrize("name", list(modules()))
def test_examples(name, components, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    package = name.partition(".")[0]
    if package != "qent_core":
        pytest.importorskip(package)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for example in doctest.DocTestFinder().find(importlib.import_module(name), name):
        if example.name not in components:
            runner.run(example)
    assert not runner.failures
