"""The product vector with the largest expectation: alternating eigenvectors, many starts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.search.product_algebra import Factors

Array = NDArray[Any]


def best_products(
    operators: Array, sizes: tuple[int, ...], start: Factors, sweeps: int = 12
) -> tuple[NDArray[np.float64], Factors]:
    r"""Maximises $\langle v|W|v\rangle$ over product vectors, one factor after the other.

    Args:
        operators: ``(n, D, D)`` Hermitian W.
        sizes: Dimension of each block.
        start: One ``(n, s, d_i)`` or ``(s, d_i)`` array per block.
        sweeps: Rounds over all factors.

    Returns:
        ``(n, s)`` values, a lower bound on the maximum, and ``(n, s, d_i)`` unit factors.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> swap = np.eye(4)[[0, 2, 1, 3]][None]
        >>> start = [rng.normal(size=(5, 2)) for _ in range(2)]
        >>> float(best_products(swap, (2, 2), start)[0].max().round(6))
        1.0
    """
    count = len(operators)
    factors = [
        np.array(np.broadcast_to(f, (count, *f.shape[-2:])), dtype=np.complex128) for f in start
    ]
    factors = [f / np.linalg.norm(f, axis=2, keepdims=True) for f in factors]
    whole = operators.reshape(count, *sizes, *sizes)
    value = np.zeros(factors[0].shape[:2])
    for _ in range(sweeps):
        for free in range(len(sizes)):
            reduced = _reduced(whole, factors, free)
            values, vectors = np.linalg.eigh(reduced)
            value, factors[free] = values[..., -1], vectors[..., -1]
    return value, factors


def _reduced(whole: Array, factors: Factors, free: int) -> Array:
    """Returns ``(n, s, d, d)``: W with every block but one contracted with its factor."""
    parties = len(factors)
    rows, columns = list(range(2, 2 + parties)), list(range(2 + parties, 2 + 2 * parties))
    operands: list[Any] = [whole, [0, *rows, *columns]]
    for block, factor in enumerate(factors):
        if block != free:
            operands += [factor.conj(), [0, 1, rows[block]], factor, [0, 1, columns[block]]]
    path = "greedy" if parties > 2 else True
    reduced: Array = np.einsum(*operands, [0, 1, rows[free], columns[free]], optimize=path)
    return reduced
