"""The records that the plugin yields, and what it costs to read them."""

from __future__ import annotations

import subprocess
import sys


def test_listing_imports_nothing_heavy() -> None:
    code = (
        "import sys, qent_vqc.plugin as p; list(p.qent_models()); list(p.qent_studies());"
        "heavy = ('numpy', 'sklearn', 'torch', 'qiskit', 'pydantic');"
        "print([m for m in heavy if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"
