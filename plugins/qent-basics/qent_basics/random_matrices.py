r"""Random kets, unitaries, density matrices and weights, batched over states.

Everything is drawn from the generator that is passed in, in one stream: the first k states of a
larger sample are not promised to be the states of a smaller one, but equal calls give equal bits.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.random import Generator

from qent_core.linalg import Array, dagger

_CHUNK_NUMBERS = 2**17
"""Matrices are multiplied in chunks of about one mebibyte, which stay in the processor's cache."""


def gaussians(shape: tuple[int, ...], rng: Generator, *, real: bool = False) -> Array:
    """Returns independent standard normal numbers, real or complex.

    A complex number has independent real and imaginary parts of variance 1 each.

    Example:
        >>> gaussians((2, 3), np.random.default_rng(0)).dtype
        dtype('complex128')
    """
    if real:
        return rng.standard_normal(shape)
    return rng.standard_normal((*shape[:-1], 2 * shape[-1])).view(np.complex128)


def haar_kets(count: int, size: int, rng: Generator, *, real: bool = False) -> Array:
    """Returns ``(count, size)`` unit vectors, uniform on the complex or the real sphere.

    Args:
        count: Number of kets.
        size: Dimension.
        rng: Source of randomness.
        real: Draw from the real sphere.

    Example:
        >>> kets = haar_kets(5, 3, np.random.default_rng(0))
        >>> np.allclose(np.linalg.norm(kets, axis=1), 1)
        True
    """
    kets = gaussians((count, size), rng, real=real)
    _normalize(kets)
    return kets


def haar_unitaries(count: int, size: int, rng: Generator, *, real: bool = False) -> Array:
    r"""Returns ``(count, size, size)`` unitaries (or orthogonal matrices) from the Haar measure.

    The QR decomposition of a Gaussian matrix, made unique by a positive diagonal of R (Mezzadri,
    Notices of the AMS 54, 592 (2007)).

    Args:
        count: Number of matrices.
        size: Dimension.
        rng: Source of randomness.
        real: Draw from the orthogonal group instead of the unitary group.

    Example:
        >>> u = haar_unitaries(4, 2, np.random.default_rng(0))
        >>> np.allclose(u @ u.conj().swapaxes(1, 2), np.eye(2))
        True
    """
    q, r = np.linalg.qr(gaussians((count, size, size), rng, real=real))
    diagonal = np.einsum("nii->ni", r)
    phases: Array = diagonal / np.abs(diagonal)
    unitaries: Array = q * phases[:, None, :]
    return unitaries


def induced_states(
    count: int, size: int, environment: int, rng: Generator, *, real: bool = False
) -> Array:
    r"""Returns ``(count, size, size)`` density matrices $GG^\dagger / \mathrm{tr}\,GG^\dagger$.

    G is a ``(size, environment)`` Gaussian matrix: the states are the reduced states of Haar-random
    pure states of the system and an environment.

    Args:
        count: Number of states.
        size: Dimension of the system.
        environment: Dimension of the environment.
        rng: Source of randomness.
        real: Use a real Gaussian matrix.

    Example:
        >>> rho = induced_states(3, 2, 2, np.random.default_rng(0))
        >>> np.allclose(np.trace(rho, axis1=1, axis2=2), 1)
        True
    """
    states = np.empty((count, size, size), dtype=np.float64 if real else np.complex128)
    for rows in _chunks(count, size * max(size, environment)):
        factor = gaussians((rows.stop - rows.start, size, environment), rng, real=real)
        _normalize(factor)
        np.matmul(factor, np.ascontiguousarray(dagger(factor)), out=states[rows])
    return states


def bures_states(count: int, size: int, rng: Generator) -> Array:
    r"""Returns ``(count, size, size)`` density matrices from the Bures measure.

    $\rho \propto (1+U) G G^\dagger (1+U^\dagger)$ with G a square Gaussian and U a Haar unitary
    (Osipov, Sommers, Życzkowski, J. Phys. A 43, 055302 (2010)).

    Args:
        count: Number of states.
        size: Dimension.
        rng: Source of randomness.

    Example:
        >>> bures_states(3, 2, np.random.default_rng(0)).shape
        (3, 2, 2)
    """
    states = np.empty((count, size, size), dtype=np.complex128)
    for rows in _chunks(count, size * size):
        number = rows.stop - rows.start
        shifted = np.eye(size) + haar_unitaries(number, size, rng)
        factor = shifted @ gaussians((number, size, size), rng)
        _normalize(factor)
        np.matmul(factor, np.ascontiguousarray(dagger(factor)), out=states[rows])
    return states


def simplex_weights(count: int, terms: int, rng: Generator) -> Array:
    """Returns ``(count, terms)`` probabilities, uniform on the simplex (Dirichlet with ones).

    Example:
        >>> simplex_weights(2, 1, np.random.default_rng(0))
        array([[1.],
               [1.]])
    """
    weights = rng.standard_exponential((count, terms))
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def mixtures(weights: Array, kets: Array) -> Array:
    r"""Returns $\sum_k w_k |\psi_k\rangle\langle\psi_k|$ for each state.

    Args:
        weights: ``(n, m)`` non-negative numbers.
        kets: ``(n, m, D)`` vectors.

    Returns:
        ``(n, D, D)`` matrices.

    Example:
        >>> mixtures(np.array([[0.25, 0.75]]), np.eye(2)[None])[0]
        array([[0.25, 0.  ],
               [0.  , 0.75]])
    """
    columns = (np.sqrt(weights)[..., None] * kets).swapaxes(1, 2)
    result: Array = columns @ dagger(columns)
    return result


def _normalize(stack: Array) -> None:
    """Scales each item of a stack of contiguous arrays to unit Frobenius norm, in place."""
    if not stack.size:
        return
    flat = stack.reshape(len(stack), -1).view(np.float64)
    flat *= (1.0 / np.sqrt(np.einsum("ni,ni->n", flat, flat)))[:, None]


def _chunks(count: int, numbers_per_state: int) -> Iterator[slice]:
    step = max(1, _CHUNK_NUMBERS // (2 * numbers_per_state))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))
