"""Every proof of separability, recomputed from its numbers with fifty digits."""

import math

import numpy as np
import pytest

from qent_core.api import StateBatch
from qent_core.questions import parse_partition

mpmath = pytest.importorskip("mpmath")
mp = mpmath.mp


def _matrix(array):
    return mpmath.matrix([[mpmath.mpc(x) for x in row] for row in np.asarray(array).tolist()])


def _norm(matrix):
    return mpmath.sqrt(sum(abs(x) ** 2 for x in matrix))


def _mixture(weights, factors, dims, partition):
    """Returns the sum of weighted product projectors, the parties in their usual order."""
    order = [party for block in partition for party in block]
    size = math.prod(dims)
    # Row of the usual order for each row of the blocks' order.
    index = np.arange(size).reshape(dims).transpose(order).ravel()
    sigma = mpmath.zeros(size)
    for k, weight in enumerate(weights):
        assert weight >= 0
        vector = [mpmath.mpc(1)]
        for factor in factors:
            vector = [x * mpmath.mpc(y) for x in vector for y in factor[k].tolist()]
        usual = [mpmath.mpc(0)] * size
        for place, value in zip(index, vector, strict=True):
            usual[place] = value
        column = mpmath.matrix(usual)
        sigma += mpmath.mpf(float(weight)) * column * column.H
    return sigma


def proven(rho, dims, proof):
    """Tells whether a certificate proves separability, by fifty-digit arithmetic alone."""
    size = len(rho)
    state = _matrix(rho)
    if proof.kind == "biseparable-decomposition":
        sigma, blocks = mpmath.zeros(size), 2
        for cut, weights in proof.weights.items():
            factors = [proof.first[cut], proof.second[cut]]
            sigma += _mixture(weights, factors, dims, parse_partition(cut, len(dims)))
    else:
        partition = parse_partition(proof.question, len(dims))
        sigma, blocks = _mixture(proof.weights, proof.factors, dims, partition), len(partition)
    if proof.kind == "low-rank":
        trace = sum(sigma[i, i] for i in range(size))
        rest = state - sigma / trace
        rest = (rest + rest.H) / 2
        return sum(abs(x) for x in mpmath.eigh(rest, eigvals_only=True)) <= mpmath.mpf("1e-12")
    depth = mpmath.mpf(float(proof.depth))
    assert 0 < depth < 1
    rest = state - (1 - depth) * sigma - depth * mpmath.eye(size) / size
    return _norm(rest) * size / depth <= mpmath.mpf(2) ** (1 - mpmath.mpf(blocks) / 2)


SETS = {
    "2x4, K=12": ((2, 4), 12, "A|B"),
    "2x4, K=10": ((2, 4), 10, "A|B"),
    "3x3, K=16": ((3, 3), 16, "A|B"),
    "2x2x2, K=24": ((2, 2, 2), 24, "A|B|C"),
    "2x2x2, B|AC": ((2, 2, 2), 16, "B|AC"),
    "2x2x2, biseparable": ((2, 2, 2), 10, "biseparable"),
}


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("count", [3, pytest.param(200, marks=pytest.mark.slow)])
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
    with mp.workdps(50):
        held = sum(bool(proven(batch.array[row], dims, column.certificates[row])) for row in rows)
    report(name=name, reconfirmed=held, of=len(rows))
    assert held == len(rows)


@pytest.mark.parametrize("name", ["acin", "upb-shifts"])
@pytest.mark.parametrize("count", [1, pytest.param(30, marks=pytest.mark.slow)])
def test_proofs_for_singular_states_hold_with_fifty_digits(bench, report, name, count):
    batch = bench.family(name, count, seed=8, rotate=True)
    column = bench.label(batch, "B|AC")[1].column("certified[B|AC]")
    with mp.workdps(50):
        held = sum(
            bool(proven(batch.density()[row], (2, 2, 2), column.certificates[row]))
            for row in range(count)
        )
    report(name=name, reconfirmed=held, of=count)
    assert (column.criteria == "low-rank").all()
    assert held == count


def test_the_oracle_itself_refuses():
    from qent_core.certificates import DecompositionCertificate, LowRankCertificate

    bell = np.zeros((4, 4))
    bell[::3, ::3] = 0.5
    factors = (np.eye(2), np.eye(2))
    low = LowRankCertificate(question="A|B", weights=np.full(2, 0.5), factors=factors)
    classical = np.diag([0.5, 0, 0, 0.5])
    with mp.workdps(50):
        assert proven(classical, (2, 2), low)
        assert not proven(bell, (2, 2), low)
        for depth in (1e-6, 0.5, 0.999):
            deep = DecompositionCertificate(
                question="A|B", weights=np.full(2, 0.5), factors=factors, depth=depth
            )
            assert not proven(bell, (2, 2), deep)
