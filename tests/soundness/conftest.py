"""What the soundness suites share: components by name, verdicts with their check, and a protocol.

The small versions run with every test run. The whole suites, whose numbers stand in the docs:

    pytest -n 0 tests/soundness -m "slow or not slow"

With ``QENT_SOUNDNESS=FILE`` every test adds what it counted to that file, one JSON line each.
"""

from __future__ import annotations

import json
import os
import runpy
from pathlib import Path

import numpy as np
import pytest

from qent_core.api import Labels, StateBatch, check_labels
from qent_core.build import build
from qent_core.linalg import apply_local
from qent_core.registry import default_registry
from qent_testing.samples import unitaries

pytest.importorskip("qent_certify")

_PROTOCOL: list[str] = []


@pytest.fixture
def report(request):
    """Function that notes what a test counted."""

    def note(**numbers):
        line = json.dumps({"test": request.node.name, **numbers}, default=float)
        _PROTOCOL.append(line)
        if path := os.environ.get("QENT_SOUNDNESS"):
            with open(path, "a", encoding="utf-8") as file:
                file.write(line + "\n")

    return note


def pytest_terminal_summary(terminalreporter):
    for line in _PROTOCOL:
        terminalreporter.write_line(line)


class Bench:
    """Makes states and labels them; every certificate is checked once more on the way out."""

    def family(self, name, count, seed=0, **parameters):
        component = default_registry().resolve(name, "state-family", where="test")
        return build(component, parameters).sample(count, np.random.default_rng(seed))

    def label(self, batch, *questions, **parameters):
        """Returns the verdicts, question to (n,) values, and the labels."""
        component = default_registry().resolve("certified", "labeler", where="test")
        chosen = {"questions": list(questions)} if questions else {}
        labels: Labels = build(component, {**chosen, **parameters}).label(batch)
        for column in check_labels(batch, labels):
            assert len(column.refused) == 0
            assert column.without_proof == 0
            assert (column.status[column.decided] == 1).all()
        return {c.question: c.values for c in labels.columns.values()}, labels

    def turned(self, rho, dims, seed=0):
        """Returns states in random local bases."""
        rho = np.asarray(rho, dtype=complex)
        local = [unitaries(len(rho), d, 17 * seed + k) for k, d in enumerate(dims)]
        return StateBatch(apply_local(rho, dims, local), dims)

    def proven(self, rho, dims, proof):
        """Tells whether a certificate proves separability, by fifty-digit arithmetic alone."""
        mpmath = pytest.importorskip("mpmath")
        oracle = runpy.run_path(str(Path(__file__).with_name("fifty_digits.py")))["proven"]
        with mpmath.mp.workdps(50):
            return bool(oracle(rho, dims, proof))

    def induced(self, dims, environment, count, seed):
        """Returns random states of the induced measure."""
        rng = np.random.default_rng(seed)
        size = int(np.prod(dims))
        g = rng.normal(size=(count, size, environment, 2)) @ np.array([1, 1j])
        rho = g @ g.conj().swapaxes(1, 2)
        return rho / np.trace(rho, axis1=1, axis2=2).real[:, None, None]


@pytest.fixture(scope="session")
def bench():
    return Bench()
