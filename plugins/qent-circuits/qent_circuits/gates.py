r"""The two gates of the circuits: $U(\theta,\phi,\lambda)$ and its controlled form CU.

Half angles stand inside: $U(\theta,\phi,\lambda) = \begin{pmatrix} \cos\frac\theta2 &
-e^{i\lambda}\sin\frac\theta2 \\ e^{i\phi}\sin\frac\theta2 & e^{i(\phi+\lambda)}\cos\frac\theta2
\end{pmatrix}$ and $CU(\theta,\phi,\lambda,\gamma) = |0\rangle\langle0| \otimes I +
|1\rangle\langle1| \otimes e^{i\gamma} U$ (Pawlowski and Krawczyk, arXiv:2210.07410, Eqs. A1, A2).
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Angles = NDArray[np.float64]
Amplitudes = NDArray[np.complex128]

HADAMARD = (np.pi / 2, 0.0, np.pi)
"""Angles of U that give the Hadamard gate."""
PAULI_X = (np.pi, 0.0, np.pi)
"""Angles of U that give the bit flip; as CU with gamma = 0 they give the CNOT."""


def random_angles(shape: tuple[int, ...], rng: Generator) -> Angles:
    """Returns angles uniform on [0, 2 pi), as all gates of the paper have them."""
    return rng.random(shape) * (2 * np.pi)


def u_matrices(angles: Angles) -> Amplitudes:
    """Returns the matrices of U.

    Args:
        angles: ``(..., 3)``: theta, phi, lambda.

    Returns:
        ``(..., 2, 2)`` unitary matrices.

    Example:
        >>> u_matrices(np.array(HADAMARD)).real.round(3)
        array([[ 0.707,  0.707],
               [ 0.707, -0.707]])
    """
    half = angles[..., 0] / 2
    phi, lam = angles[..., 1], angles[..., 2]
    cosine, sine = np.cos(half), np.sin(half)
    matrix = np.empty((*angles.shape[:-1], 2, 2), dtype=np.complex128)
    matrix[..., 0, 0] = cosine
    _set_polar(matrix[..., 0, 1], -sine, lam)
    _set_polar(matrix[..., 1, 0], sine, phi)
    _set_polar(matrix[..., 1, 1], cosine, phi + lam)
    return matrix


def cu_blocks(angles: Angles) -> Amplitudes:
    """Returns what CU does to the target while the control is 1.

    Args:
        angles: ``(..., 4)``: theta, phi, lambda, gamma.

    Returns:
        ``(..., 2, 2)``: $e^{i gamma} U$.
    """
    half = angles[..., 0] / 2
    phi, lam, gamma = angles[..., 1], angles[..., 2], angles[..., 3]
    cosine, sine = np.cos(half), np.sin(half)
    matrix = np.empty((*angles.shape[:-1], 2, 2), dtype=np.complex128)
    _set_polar(matrix[..., 0, 0], cosine, gamma)
    _set_polar(matrix[..., 0, 1], -sine, gamma + lam)
    _set_polar(matrix[..., 1, 0], sine, gamma + phi)
    _set_polar(matrix[..., 1, 1], cosine, gamma + phi + lam)
    return matrix


def u2_kets(count: int, rng: Generator) -> Amplitudes:
    """Returns one-qubit states, two consecutive random U on |0>: ``(count, 2)``.

    Two gates of uniform angles are not Haar-distributed, and one even less: uniform theta crowds
    the states at the poles of the Bloch sphere.
    """
    first, second = u_matrices(random_angles((2, count, 3), rng))
    kets: Amplitudes = (second @ first[:, :, :1])[:, :, 0]
    return kets


def _set_polar(place: Amplitudes, modulus: Angles, argument: Angles) -> None:
    # Twice as fast as modulus * exp(1j * argument): no complex exponential, no temporary.
    np.multiply(modulus, np.cos(argument), out=place.real)
    np.multiply(modulus, np.sin(argument), out=place.imag)
