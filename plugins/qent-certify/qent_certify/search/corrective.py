r"""Weights of given product vectors that make their mixture nearest: non-negative least squares.

The problem is convex, so the weights are exactly optimal for the vectors at hand: the rest R is
orthogonal to all vectors in use, $\langle v|R|v\rangle\le 0$ for the others, and
$tr(R\rho) = \|R\|^2$. Moving the vectors is left to `nearest`, finding new ones to `best_product`.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from qent_certify.search.product_algebra import Factors, product_vectors, real_form

Array = NDArray[Any]

_NOTHING = 1e-150


def unit_factors(factors: Factors) -> Factors:
    """Returns the factors of the same product vectors at length 1; zeros become basis vectors."""
    parts = []
    for factor in factors:
        length = np.linalg.norm(factor, axis=-1, keepdims=True)
        basis = np.eye(1, factor.shape[-1])[0]
        parts.append(np.where(length > _NOTHING, factor / np.maximum(length, _NOTHING), basis))
    return parts


def reweighted(rho: Array, pool: Factors, kept: int) -> tuple[Factors, Array]:
    """Returns the nearest mixtures of the vectors in a pool.

    Args:
        rho: ``(n, D, D)``.
        pool: One ``(n, m, d_i)`` array of unit vectors per block.
        kept: How many of the heaviest terms to return.

    Returns:
        Factors ``(n, kept, d_i)``, zero where fewer are in use, heaviest first, and ``(n, D, D)``
        what all terms together leave of rho.

    Example:
        >>> product = np.zeros((1, 4, 4)); product[0, 0, 0] = 1
        >>> pool = [np.eye(2)[None], np.eye(2)[None]]
        >>> factors, rest = reweighted(product, pool, 1)
        >>> factors[0].real.tolist(), float(np.abs(rest).max())
        ([[[1.0, 0.0]]], 0.0)
    """
    count, terms = pool[0].shape[:2]
    vectors = product_vectors(pool)
    weights = np.zeros((count, terms))
    for row in range(count):
        projectors = vectors[row][:, :, None] * vectors[row][:, None, :].conj()
        columns = real_form(projectors).T
        try:
            weights[row] = nnls(columns, real_form(rho[row][None])[0], maxiter=30 * terms)[0]
        except RuntimeError:  # no convergence: an even mixture is a start as good as any
            weights[row] = 1 / terms
    rest = rho - np.einsum("nm,nmi,nmj->nij", weights, vectors, vectors.conj(), optimize=True)
    order = np.argsort(-weights, axis=1)[:, :kept]
    share = np.take_along_axis(weights, order, axis=1)[..., None] ** (0.5 / len(pool))
    chosen = [np.take_along_axis(f, order[..., None], axis=1) * share for f in pool]
    return chosen, (rest + rest.conj().swapaxes(1, 2)) / 2
