r"""Haar-random kets, drawn as the paper draws them."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Amplitudes = NDArray[np.complex128]


def haar_from_uniform(x: Reals, gamma: Reals) -> Amplitudes:
    r"""Returns kets $\sum_i \sqrt{y_i / \sum_j y_j}\, e^{i\gamma_i} |i\rangle$, $y = -\log x$.

    With x uniform on (0, 1] and gamma uniform on [0, 2 pi) they are exactly Haar-distributed: the
    y are exponential, as squared moduli of Gaussian amplitudes are (Pawlowski and Krawczyk,
    arXiv:2210.07410, Eq. A3).

    Args:
        x: ``(..., D)`` numbers in (0, 1].
        gamma: ``(..., D)`` phases.

    Example:
        >>> kets = haar_from_uniform(np.array([0.5, 0.25]), np.zeros(2))
        >>> (abs(kets) ** 2).round(6)
        array([0.333333, 0.666667])
    """
    return _normalized(-np.log(x), gamma)


def haar_kets(shape: tuple[int, ...], rng: Generator) -> Amplitudes:
    """Returns Haar-random kets over the last axis of ``shape``."""
    # 1 - random() lies in (0, 1], where the logarithm is finite.
    return haar_from_uniform(1.0 - rng.random(shape), rng.random(shape) * (2 * np.pi))


def haar_marginals(qubits: NDArray[np.intp], kept: int, rng: Generator) -> Amplitudes:
    r"""Returns marginals of Haar-random kets of different numbers of qubits.

    Args:
        qubits: ``(n,)`` numbers of qubits of the whole.
        kept: How many qubits remain; which ones makes no difference.
        rng: Source of randomness.

    Returns:
        ``(n, 2**kept, 2**kept)`` density matrices.
    """
    size = 2**kept
    rho = np.empty((len(qubits), size, size), dtype=np.complex128)
    for number in np.unique(qubits):
        rows = np.flatnonzero(qubits == number)
        kets = haar_kets((len(rows), 2**number), rng).reshape(len(rows), size, -1)
        rho[rows] = kets @ kets.conj().swapaxes(1, 2)
    return rho


def _normalized(y: Reals, gamma: Reals) -> Amplitudes:
    modulus = np.sqrt(y / y.sum(axis=-1, keepdims=True))
    kets = np.empty(y.shape, dtype=np.complex128)
    np.multiply(modulus, np.cos(gamma), out=kets.real)
    np.multiply(modulus, np.sin(gamma), out=kets.imag)
    return kets
