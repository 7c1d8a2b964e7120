"""The records that the plugin yields, and what it costs to read them."""

from __future__ import annotations

import doctest
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from qent_stacking.plugin import qent_models


def test_records_name_what_exists() -> None:
    specs = {spec.name: spec for spec in qent_models()}
    assert set(specs) == {"stacking", "stacking-classifier", "symmetric-network"}
    for spec in specs.values():
        module, _, name = spec.target.partition(":")
        assert hasattr(import_module(module), name)
        assert spec.references[0].arxiv == "2507.12775"


def test_tasks_agree_with_the_estimators() -> None:
    from sklearn.base import is_classifier, is_regressor

    for spec in qent_models():
        module, _, name = spec.target.partition(":")
        estimator = getattr(import_module(module), name)()
        assert spec.tasks == (("classification",) if is_classifier(estimator) else ("regression",))
        assert is_classifier(estimator) != is_regressor(estimator)


def test_listing_imports_nothing_heavy() -> None:
    code = (
        "import sys, qent_stacking.plugin as p; list(p.qent_models());"
        "print([m for m in ('numpy', 'sklearn', 'torch', 'xgboost', 'catboost', 'pydantic')"
        " if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_the_readme_tells_the_truth() -> None:
    readme = Path(__file__).parents[1] / "README.md"
    failures, tried = doctest.testfile(str(readme), module_relative=False)
    assert tried > 5
    assert failures == 0
