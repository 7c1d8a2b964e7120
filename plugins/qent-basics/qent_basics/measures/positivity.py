r"""Is this Hermitian matrix positive? A Cholesky test over the whole batch, sound either way.

Elimination $M - s = L D L^\dagger$ runs over the states as the last array axis. If every pivot is
positive, M has no eigenvalue below s (up to a rounding bound, which callers put into s). At the
first pivot $d_k \le 0$ the vector $v = L^{-\dagger}e_k$ has $\langle v|(M-s)|v\rangle = d_k$, so
$\langle v|M|v\rangle \le s\,\langle v|v\rangle$: a witness of the failure, for the price of a
substitution. It is an order of magnitude faster than eigenvalues. Large matrices, whose cost is
arithmetic rather than calls, go to LAPACK one by one.

Source: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed. (SIAM, 2002),
Theorem 10.3 (a computed Cholesky factor belongs to a matrix within the bound used here).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qent_basics.measures.batches import pieces
from qent_core.linalg import Array

Reals = NDArray[np.float64]

EPS = float(np.finfo(np.float64).eps)
"""Spacing of double precision at 1."""


def rounding_bound(dimension: int) -> float:
    """Returns a bound on the error of computed eigenvalues of matrices of norm at most 1.

    Example:
        >>> rounding_bound(4) < 1e-15
        True
    """
    return dimension * EPS


def cholesky_bound(dimension: int) -> float:
    """Returns how far below the shift an eigenvalue may lie although all pivots are positive."""
    return 4 * dimension * (dimension + 1) * EPS


_BATCHED_UP_TO = 32
"""Largest dimension for which elimination over the batch beats LAPACK, one matrix at a time."""


_CLEARLY = 1e-6
"""A vector whose value is this far below zero is proof enough."""


class PivotTest(NamedTuple):
    """Outcome of the test."""

    positive: NDArray[np.bool_]
    """``(n,)`` mask: every eigenvalue is above the shift, up to `cholesky_bound`."""
    vectors: Array
    """``(n, D)`` unit vectors with a small Rayleigh quotient; zero where positive."""
    values: Reals
    r"""``(n,)`` Rayleigh quotients $\langle v|M|v\rangle$, computed from M; inf where positive."""


def certainly_positive(matrices: Array) -> NDArray[np.bool_]:
    """Returns a mask of the Hermitian matrices ``(n, D, D)`` that are positive beyond rounding.

    Matrices must have norm at most about 1. False says nothing.

    Example:
        >>> certainly_positive(np.stack([np.diag([0.5, 0.5]), np.diag([1.0, 0.0])]))
        array([ True, False])
    """
    shift = cholesky_bound(matrices.shape[-1])
    if matrices.shape[-1] > _BATCHED_UP_TO:
        return _positive_one_by_one(matrices, shift)
    masks = [_eliminate(matrices[p], shift)[1] == matrices.shape[-1] for p in pieces(matrices)]
    return np.concatenate(masks)


def pivot_test(matrices: Array, shift: float = 0.0) -> PivotTest:
    """Tests Hermitian matrices for eigenvalues above a shift and gives vectors where it fails.

    Args:
        matrices: ``(n, D, D)``, double precision.
        shift: The level s.

    Example:
        >>> test = pivot_test(np.diag([0.75, -0.25, 0.5])[None])
        >>> test.positive, test.values
        (array([False]), array([-0.25]))
    """
    test = _tested if matrices.shape[-1] <= _BATCHED_UP_TO else _tested_one_by_one
    parts = [test(matrices[piece], shift) for piece in pieces(matrices)]
    return PivotTest(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _eliminate(matrices: Array, shift: float) -> tuple[Array, NDArray[np.intp]]:
    """Returns the eliminated planes ``(D, D, n)`` and the first pivot that is not positive.

    Column k of the planes holds $L_{jk} d_k$ for j > k and the pivot at j = k.
    """
    count, size = matrices.shape[:2]
    # np.array copies even a single state, whose transpose is contiguous as it stands.
    planes = np.array(matrices.reshape(count, size * size).T, order="C").reshape(size, size, count)
    first = np.full(count, size)
    for k in range(size):
        planes[k, k] -= shift
        pivot = planes[k, k].real
        # A pivot that is zero within rounding counts as a failure: dividing by it would blow up.
        # What has failed is left as it is from there on.
        first[(pivot <= EPS) & (first == size)] = k
        column = planes[k + 1 :, k]
        scaled = column / np.where(first == size, pivot, np.inf)
        planes[k + 1 :, k + 1 :] -= scaled[:, None] * column.conj()[None]
    return planes, first


def _tested(matrices: Array, shift: float) -> PivotTest:
    count, size = matrices.shape[:2]
    planes, first = _eliminate(matrices, shift)
    vectors = np.zeros((count, size), dtype=matrices.dtype)
    values = np.full(count, np.inf)
    for k in range(size):
        rows = np.flatnonzero(first == k)
        if not rows.size:
            continue
        lower = planes[: k + 1, :k, rows]
        pivots = [lower[i, i].real for i in range(k)]
        v = np.zeros((k + 1, rows.size), dtype=matrices.dtype)
        v[k] = 1.0
        for i in range(k - 1, -1, -1):
            v[i] = -(lower[i + 1 :, i].conj() * v[i + 1 :]).sum(axis=0) / pivots[i]
        v /= np.sqrt((v.real**2 + v.imag**2).sum(axis=0))
        vectors[rows, : k + 1] = v.T
        values[rows] = rayleigh(matrices[rows], vectors[rows])
    return PivotTest(first == size, vectors, values)


def negative_directions(matrices: Array, margin: float) -> PivotTest:
    """Returns vectors that show which Hermitian matrices have an eigenvalue below -margin.

    The test's own vectors where their value is clearly negative; the eigenvector of the smallest
    eigenvalue, a stronger proof but dearer, for matrices closer to the border. So a value at or
    above -margin means that the smallest eigenvalue is, too.

    Args:
        matrices: ``(n, D, D)``, double precision.
        margin: What a value must be below; beyond rounding.

    Returns:
        ``positive`` where the smallest eigenvalue is certainly above +margin.
    """
    test = pivot_test(matrices, margin + cholesky_bound(matrices.shape[-1]))
    unclear = np.flatnonzero(~test.positive & (test.values > -max(_CLEARLY, margin)))
    if unclear.size:
        test.vectors[unclear], test.values[unclear] = lowest_vectors(matrices[unclear])
    return test


def lowest_vectors(matrices: Array) -> tuple[Array, Reals]:
    """Returns unit eigenvectors ``(n, D)`` of the smallest eigenvalues, and Rayleigh quotients."""
    vectors = np.linalg.eigh(matrices)[1][:, :, 0]
    return vectors, rayleigh(matrices, vectors)


def _positive_one_by_one(matrices: Array, shift: float) -> NDArray[np.bool_]:
    lifted = np.eye(matrices.shape[-1]) * shift
    mask = np.ones(len(matrices), dtype=bool)
    for row, matrix in enumerate(matrices):
        try:
            np.linalg.cholesky(matrix - lifted)
        except np.linalg.LinAlgError:
            mask[row] = False
    return mask


def _tested_one_by_one(matrices: Array, shift: float) -> PivotTest:
    positive = _positive_one_by_one(matrices, shift)
    vectors = np.zeros(matrices.shape[:2], dtype=matrices.dtype)
    values = np.full(len(matrices), np.inf)
    rows = np.flatnonzero(~positive)
    vectors[rows], values[rows] = lowest_vectors(matrices[rows])
    return PivotTest(positive, vectors, values)


def rayleigh(matrices: Array, vectors: Array) -> Reals:
    r"""Returns $\langle v|M|v\rangle$ for matrices ``(n, D, D)`` and vectors ``(n, D)``."""
    images = np.matmul(matrices, vectors[:, :, None])[:, :, 0]
    result: Reals = (vectors.conj() * images).sum(axis=1).real
    return result
