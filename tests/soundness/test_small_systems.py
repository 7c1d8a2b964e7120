"""Where the partial transpose decides everything, nothing may contradict it."""

import numpy as np
import pytest

from qent_core.api import StateBatch
from qent_core.linalg import partial_transpose

SMALL = [(2, 2), (2, 3)]
ENVIRONMENTS = {(2, 2): (2, 4, 6), (2, 3): (3, 6, 10)}
"""Of low rank, Hilbert-Schmidt, and mostly separable."""


def _truth(rho, dims):
    # A positive partial transpose is separable up to 2x3; its determinant decides two qubits, too
    # (Augusiak, Demianowicz and Horodecki 2008).
    values = np.linalg.eigvalsh(partial_transpose(rho, dims, [1]))
    if dims == (2, 2):
        determinant = values.prod(axis=1)
        clear = np.abs(determinant) > 1e-12
        assert ((determinant < 0) == (values[:, 0] < 0))[clear].all()
    return values[:, 0] < 0


@pytest.mark.parametrize("dims", SMALL)
@pytest.mark.parametrize("count", [6_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_random_states_agree_with_the_partial_transpose(bench, report, dims, count):
    decided = wrong = entangled = 0
    piece = min(count // 3, 20_000)
    for part in range(-(-count // piece)):
        environment = ENVIRONMENTS[dims][part % 3]
        number = min(piece, count - part * piece)
        rho = bench.induced(dims, environment, number, seed=[part, environment])
        truth = _truth(rho, dims)
        found = bench.label(StateBatch(rho, dims))[0]["A|B"]
        decided += int((found >= 0).sum())
        wrong += int(((found != truth) & (found >= 0)).sum())
        entangled += int(truth.sum())
    report(dims=dims, states=count, entangled=entangled, decided=decided, wrong=wrong)
    assert wrong == 0
    assert decided >= 0.999 * count
    assert 0.1 * count < entangled < 0.9 * count


@pytest.mark.parametrize("dims", SMALL)
@pytest.mark.parametrize("count", [60, pytest.param(1_000, marks=pytest.mark.slow)])
def test_the_searches_alone_agree_with_the_partial_transpose(bench, report, dims, count):
    # Without the criteria that are exact here: only mixtures, and witnesses with their bounds.
    stages = ["decomposition", "low-rank", "witness"]
    decided = wrong = entangled = 0
    piece = min(count, 500)
    for part in range(-(-count // piece)):
        rho = bench.induced(dims, dims[0] * dims[1], piece, seed=[9, part])
        truth = _truth(rho, dims)
        found = bench.label(StateBatch(rho, dims), stages=stages, budgets={"witness": 60})[0]["A|B"]
        decided += int((found >= 0).sum())
        wrong += int(((found != truth) & (found >= 0)).sum())
        entangled += int(truth.sum())
    report(dims=dims, states=count, entangled=entangled, decided=decided, wrong=wrong)
    assert wrong == 0
    assert decided > 0.9 * count
