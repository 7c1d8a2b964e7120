"""Separable candidates of a given rank, with their product vectors as certificates."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_core.api import CertificateColumn, LowRankCertificate, Quality, StateBatch

Array = NDArray[np.complex128]

_EVENNESS = (1.0, 4.0, 16.0, 64.0)
"""Dirichlet parameters of the weights: from uniform on the simplex to nearly equal weights."""


def product_mixtures(dims: tuple[int, int], terms: int, count: int, rng: Generator) -> StateBatch:
    """Returns mixtures of pure products, so PPT and separable, of rank ``min(terms, D)``.

    Half of them mix Haar-random products; the other half, as long as there are enough, orthonormal
    ones, as the flat spectra of unextendible product bases need: a random basis of A and, for each
    of its vectors, a random basis of B. Weights are Dirichlet, from uneven to nearly equal.

    Args:
        dims: Two local dimensions.
        terms: Number of products.
        count: Number of states.
        rng: Source of randomness.

    Example:
        >>> batch = product_mixtures((3, 3), 4, 8, np.random.default_rng(0))
        >>> np.linalg.matrix_rank(batch.array, hermitian=True).tolist()
        [4, 4, 4, 4, 4, 4, 4, 4]
    """
    alpha = np.resize(np.repeat(_EVENNESS, 2), count)
    weights = rng.gamma(alpha[:, None], size=(count, terms))
    weights /= weights.sum(axis=1, keepdims=True)
    one, other = (_kets(count * terms, d, rng).reshape(count, terms, d) for d in dims)
    size = dims[0] * dims[1]
    if terms <= size:
        flat = np.arange(1, count, 2)
        one[flat], other[flat] = _orthonormal(dims, terms, len(flat), rng)
    kets = np.einsum("nma,nmb->nmab", one, other).reshape(count, terms, size)
    states = np.einsum("nm,nmi,nmj->nij", weights, kets, kets.conj(), optimize=True)
    proof = CertificateColumn.stacked(
        count,
        LowRankCertificate,
        "A|B",
        np.arange(count),
        quality=Quality.WITHIN_DELTA,
        weights=weights,
        **{"factors/0": one, "factors/1": other},
    )
    return StateBatch(states, dims, certificates={"A|B": proof})


def _orthonormal(
    dims: tuple[int, int], terms: int, count: int, rng: Generator
) -> tuple[Array, Array]:
    a, b = dims
    first = _bases(count, a, rng)
    second = _bases(count * a, b, rng).reshape(count, a, b, b)
    chosen = rng.permuted(np.tile(np.arange(a * b), (count, 1)), axis=1)[:, :terms]
    rows = np.arange(count)[:, None]
    return first[rows, chosen // b], second[rows, chosen // b, chosen % b]


def _bases(count: int, size: int, rng: Generator) -> Array:
    """Returns Haar-random orthonormal bases, their vectors in the rows."""
    matrices = _kets(count * size, size, rng).reshape(count, size, size)
    # The phases of the columns do not matter: each vector stands in a projector.
    return np.linalg.qr(matrices)[0].swapaxes(1, 2)


def _kets(count: int, size: int, rng: Generator) -> Array:
    vectors = rng.normal(size=(count, size)) + 1j * rng.normal(size=(count, size))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
