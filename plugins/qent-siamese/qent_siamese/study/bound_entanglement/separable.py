"""Separable candidates of a given rank, with their product vectors as certificates."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_core.api import CertificateColumn, LowRankCertificate, Quality, StateBatch

Array = NDArray[np.complex128]

_EVENNESS = (1.0, 4.0, 16.0, 64.0, np.inf)
"""Dirichlet parameters of the weights: from uniform on the simplex to equal weights."""


def product_mixtures(
    dims: tuple[int, int],
    terms: int,
    count: int,
    rng: Generator,
    *,
    noise: tuple[float, float] | None = None,
) -> StateBatch:
    """Returns mixtures of pure products, so PPT and separable, of rank ``min(terms, D)``.

    Half of them mix Haar-random products; the other half, as long as there are enough, orthonormal
    ones, as the flat spectra of unextendible product bases need: a random basis of A and, for each
    of its vectors, a random basis of B. Weights are Dirichlet, from uneven to equal.

    Args:
        dims: Two local dimensions.
        terms: Number of products.
        count: Number of states.
        rng: Source of randomness.
        noise: Range of a share of white noise, log-uniform; the rank is then D.

    Example:
        >>> batch = product_mixtures((3, 3), 4, 8, np.random.default_rng(0))
        >>> np.linalg.matrix_rank(batch.array, hermitian=True).tolist()
        [4, 4, 4, 4, 4, 4, 4, 4]
    """
    weights = _weights(np.resize(np.repeat(_EVENNESS, 2), count), terms, rng)
    one, other = (_kets(count * terms, d, rng).reshape(count, terms, d) for d in dims)
    size = dims[0] * dims[1]
    if terms <= size:
        flat = np.arange(1, count, 2)
        one[flat], other[flat] = _orthonormal(dims, terms, len(flat), rng)
    if noise is not None:
        share = np.exp(rng.uniform(*np.log(noise), size=(count, 1)))
        weights = np.hstack([(1 - share) * weights, np.repeat(share / size, size, axis=1)])
        # White noise is the even mixture of the products of two bases.
        places = np.unravel_index(np.arange(size), dims)
        bases = [np.tile(np.eye(d)[p], (count, 1, 1)) for d, p in zip(dims, places, strict=True)]
        one, other = (np.hstack(pair) for pair in zip((one, other), bases, strict=True))
    kets = np.einsum("nma,nmb->nmab", one, other).reshape(count, -1, size)
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


def _weights(alpha: NDArray[np.float64], terms: int, rng: Generator) -> NDArray[np.float64]:
    even = np.isinf(alpha)
    weights = rng.gamma(np.where(even, 1.0, alpha)[:, None], size=(len(alpha), terms))
    weights[even] = 1.0
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


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
