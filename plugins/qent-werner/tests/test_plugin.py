"""The records, the weight of listing them, and the examples in the documentation."""

import doctest
import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from qent_werner import plugin

from qent_core.api import StateFamily, StateFamilySpec

ROOT = Path(__file__).parents[1]
MODULES = sorted(path.stem for path in (ROOT / "qent_werner").glob("[a-z]*.py"))


def test_records_name_their_implementations():
    records = list(plugin.qent_state_families())
    assert [record.name for record in records] == ["spin-pure", "zeta", "isotropic", "werner"]
    for record in records:
        assert isinstance(record, StateFamilySpec)
        module, _, name = record.target.partition(":")
        target = getattr(importlib.import_module(module), name)
        assert issubclass(target, StateFamily)
        assert target().spin == 0.5
        assert record.references


def test_every_parameter_is_described():
    from qent_core.parameter_docs import class_parameters

    for record in plugin.qent_state_families():
        module, _, name = record.target.partition(":")
        for parameter in class_parameters(getattr(importlib.import_module(module), name)):
            assert parameter.description, f"{name}.{parameter.name}"


def test_listing_imports_nothing_heavy():
    code = (
        "import sys, qent_werner.plugin as p; list(p.qent_state_families()); "
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


def test_package_is_empty():
    assert not (ROOT / "qent_werner" / "__init__.py").read_text()
    assert (ROOT / "qent_werner" / "py.typed").exists()


# tests/test_docstrings.py and the conformance kit run them too.
@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings(module):
    assert doctest.testmod(importlib.import_module(f"qent_werner.{module}")).failed == 0


def test_examples_in_the_readme():
    tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert tried.attempted
    assert tried.failed == 0
