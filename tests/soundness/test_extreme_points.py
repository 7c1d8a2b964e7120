"""Extreme points of the PPT states, exact and under a little noise, and both ways of asking."""

import numpy as np
import pytest

from qent_core.api import StateBatch

SEPARABLE = ["pure", "ppt-small", "decomposition", "low-rank", "biseparable-decomposition"]
ENTANGLED = ["npt", "realignment", "permutation-norm", "x-form", "extremal", "witness", "ppt-mixer"]


@pytest.mark.parametrize("dims", [[2, 4], [3, 3]])
@pytest.mark.parametrize("count", [10, pytest.param(1_000, marks=pytest.mark.slow)])
def test_extreme_points_are_entangled(bench, report, dims, count):
    batch = bench.family("extreme-ppt", count, seed=1, dims=dims, rotate=True)
    found, labels = bench.label(batch)
    column = labels.column("certified[A|B]")
    kinds, numbers = np.unique(column.criteria, return_counts=True)
    strict = sum(len(b.rows) for b in column.certificates.blocks if b.quality == "strict")
    report(
        dims=dims, states=count, entangled=int((found["A|B"] == 1).sum()), strict=strict,
        by=dict(zip(kinds.tolist(), numbers.tolist(), strict=True)),
    )  # fmt: skip
    assert (found["A|B"] == 1).all()


@pytest.mark.parametrize("dims", [[2, 4], [3, 3]])
@pytest.mark.parametrize("count", [4, pytest.param(60, marks=pytest.mark.slow)])
def test_no_state_gets_proofs_both_ways(bench, report, dims, count):
    # Near the border between separable and PPT-entangled, where it would happen if it could.
    noise = {"white_noise": {"uniform": [0.0, 0.01]}}
    batch = bench.family("extreme-ppt", count, seed=2, dims=dims, rotate=True, **noise)
    budgets = {"decomposition": 100, "witness": 120}
    separable = bench.label(batch, stages=SEPARABLE, budgets=budgets)[0]["A|B"]
    entangled = bench.label(batch, stages=ENTANGLED, budgets=budgets)[0]["A|B"]
    # A stage that looks for one answer may find a proof of the other, which is just as good.
    both = (separable != -1) & (entangled != -1) & (separable != entangled)
    report(
        dims=dims, states=count, separable=int((separable == 0).sum()),
        entangled=int((entangled == 1).sum()), both=int(both.sum()),
        neither=int(((separable != 0) & (entangled != 1)).sum()),
    )  # fmt: skip
    assert not both.any()


@pytest.mark.parametrize("count", [2, pytest.param(40, marks=pytest.mark.slow)])
def test_no_random_state_of_three_qubits_gets_proofs_both_ways(bench, report, count):
    rho = np.concatenate([bench.induced((2, 2, 2), k, count, seed=k) for k in (8, 12, 16, 24)])
    questions = ["A|BC", "B|AC", "C|AB", "A|B|C", "biseparable"]
    batch = StateBatch(rho, (2, 2, 2))
    budgets = {"decomposition": 60, "witness": 24, "ppt-mixer": 200}
    budgets["biseparable-decomposition"] = 60
    first = bench.label(batch, *questions, stages=SEPARABLE, budgets=budgets)[0]
    second = bench.label(batch, *questions, stages=ENTANGLED, budgets=budgets)[0]
    both = sum(int(((first[q] == 0) & (second[q] == 1)).sum()) for q in questions)
    report(
        states=len(rho), questions=5, separable=sum(int((v == 0).sum()) for v in first.values()),
        entangled=sum(int((v == 1).sum()) for v in second.values()), both=both,
    )  # fmt: skip
    assert both == 0
