"""Every proof of separability, recomputed from its numbers with fifty digits."""

import numpy as np
import pytest

from qent_core.api import StateBatch

pytest.importorskip("mpmath")


SETS = {
    "2x4, K=12": ((2, 4), 12, "A|B"),
    "2x4, K=10": ((2, 4), 10, "A|B"),
    "3x3, K=16": ((3, 3), 16, "A|B"),
    "2x2x2, K=24": ((2, 2, 2), 24, "A|B|C"),
    "2x2x2, B|AC": ((2, 2, 2), 16, "B|AC"),
    "2x2x2, biseparable": ((2, 2, 2), 10, "biseparable"),
}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("count", [3, pytest.param(60, marks=pytest.mark.slow)])
def test_proofs_of_separability_hold_with_fifty_digits(bench, report, name, count):
    dims, environment, question = SETS[name]
    rho = bench.induced(dims, environment, 60 * count, seed=[3, environment])
    stages = ["npt", "decomposition", "biseparable-decomposition"]
    budgets = {"decomposition": 60, "biseparable-decomposition": 60}
    batch = StateBatch(rho[: 4 * count] if "x2x2" in name else rho, dims)
    column = bench.label(batch, question, stages=stages, budgets=budgets)[1].column(
        f"certified[{question}]"
    )
    rows = np.flatnonzero(column.values == 0)[:count]
    assert len(rows) >= min(count, 3)
    held = sum(bench.proven(batch.array[row], dims, column.certificates[row]) for row in rows)
    report(name=name, reconfirmed=held, of=len(rows))
    assert held == len(rows)


@pytest.mark.parametrize("name", ["acin", "upb-shifts"])
@pytest.mark.parametrize("count", [1, pytest.param(30, marks=pytest.mark.slow)])
def test_proofs_for_singular_states_hold_with_fifty_digits(bench, report, name, count):
    batch = bench.family(name, count, seed=8, rotate=True)
    column = bench.label(batch, "B|AC")[1].column("certified[B|AC]")
    rho = batch.density()
    held = sum(bench.proven(rho[row], (2, 2, 2), column.certificates[row]) for row in range(count))
    report(name=name, reconfirmed=held, of=count)
    assert (column.criteria == "low-rank").all()
    assert held == count


def test_the_oracle_itself_refuses(bench):
    from qent_core.certificates import DecompositionCertificate, LowRankCertificate

    bell = np.zeros((4, 4))
    bell[::3, ::3] = 0.5
    factors = (np.eye(2), np.eye(2))
    low = LowRankCertificate(question="A|B", weights=np.full(2, 0.5), factors=factors)
    classical = np.diag([0.5, 0, 0, 0.5])
    assert bench.proven(classical, (2, 2), low)
    assert not bench.proven(bell, (2, 2), low)
    for depth in (1e-6, 0.5, 0.999):
        deep = DecompositionCertificate(
            question="A|B", weights=np.full(2, 0.5), factors=factors, depth=depth
        )
        assert not bench.proven(bell, (2, 2), deep)
