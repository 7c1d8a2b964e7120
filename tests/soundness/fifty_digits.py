"""Proofs of separability, recomputed from their numbers with as many digits as asked for."""

from __future__ import annotations

import math

import mpmath
import numpy as np

from qent_core.questions import parse_partition


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
