"""The records, the weight of listing them, and the examples in the documentation."""

import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from qent_circuits import plugin

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "qent_circuits").rglob("[a-z]*.py")
)


def test_listing_imports_nothing_heavy():
    code = (
        "import sys, qent_circuits.plugin as p; list(p.qent_state_families()); "
        "list(p.qent_channels()); "
        "print([m for m in ('numpy', 'pydantic', 'scipy') if m in sys.modules])"
    )
    # The child must find the packages where this process found them.
    found = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"


def test_families_name_themselves_as_their_records_do():
    for spec in plugin.qent_state_families():
        module, _, name = spec.target.partition(":")
        family = getattr(importlib.import_module(module), name)()
        assert set(family.sample(1, np.random.default_rng(0)).source) == {spec.name}


def test_package_is_empty():
    assert not (ROOT / "qent_circuits" / "__init__.py").read_text()
    assert (ROOT / "qent_circuits" / "py.typed").exists()


# tests/test_docstrings.py and the conformance kit run them too.
@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings(module):
    assert doctest.testmod(importlib.import_module(module)).failed == 0


def test_examples_in_the_readme():
    tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert tried.attempted
    assert tried.failed == 0
