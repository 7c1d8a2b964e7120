"""The plugin module: records, targets, and the examples of every module."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest
import qent_pptes
from qent_pptes import plugin

SPECS = list(plugin.qent_state_families())
MODULES = [m.name for m in pkgutil.iter_modules(qent_pptes.__path__, "qent_pptes.")]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.name)
def test_record_fits_its_family(spec, rng):
    module, name = spec.target.split(":")
    family = getattr(importlib.import_module(module), name)()
    assert family.name == spec.name
    batch = family.sample(1, rng)
    assert spec.dims in (None, batch.dims)
    assert spec.references


def test_names_are_unique():
    assert len({spec.name for spec in SPECS}) == len(SPECS)


# tests/test_docstrings.py and the conformance kit run them too.
@pytest.mark.slow
@pytest.mark.parametrize("module", MODULES)
def test_examples(module):
    results = doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS)
    assert results.failed == 0


def test_readme():
    readme = Path(__file__).parents[1] / "README.md"
    results = doctest.testfile(str(readme), module_relative=False)
    assert results.attempted > 4
    assert results.failed == 0
