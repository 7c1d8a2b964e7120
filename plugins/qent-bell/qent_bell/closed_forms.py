r"""Exact answers for the pure families under noise, as plain functions of their parameters.

Throughout, $p$ is the strength of the noise, $q = 1-p$ and $S = \sin\theta$. Dephasing acts on both
qubits and multiplies $\rho_{ab}$ by $q^h$ with h the number of qubits in which a and b differ;
depolarising noise makes $q\rho + p I/4$. Arguments are numbers or arrays and broadcast.

Source of families and channels: Q. Liu et al., arXiv:2410.21504v2, Eqs. 6, 12 to 17. The forms
below are derived here; the tests hold them against QuTiP and against the states themselves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

PSI1_SEPARABLE_FROM = 2 / 3
r"""Depolarising strength from which every psi1 is separable."""

PSI2_SEPARABLE_FROM = 2 - 2**0.5
r"""Dephasing strength from which every psi2 is separable, $2 - \sqrt 2$."""


def pure_concurrence(kets: NDArray[np.complex128]) -> Array:
    r"""Returns $2|c_1c_4 - c_2c_3|$ of ``(n, 4)`` kets.

    Example:
        >>> pure_concurrence(np.array([[0.6, 0, 0, 0.8]])).round(12).tolist()
        [0.96]
    """
    return np.asarray(2 * np.abs(kets[:, 0] * kets[:, 3] - kets[:, 1] * kets[:, 2]))


# --- psi1 --------------------------------------------------------------------------------------


def psi1_concurrence(theta: ArrayLike, strength: ArrayLike = 0.0) -> Array:
    r"""Returns $q^2|S|$, the concurrence of dephased psi1.

    Example:
        >>> psi1_concurrence(np.pi / 2, [0.0, 0.5]).tolist()
        [1.0, 0.25]
    """
    q = 1 - _array(strength)
    return np.asarray(q**2 * np.abs(np.sin(_array(theta))))


def psi1_depolarized_concurrence(theta: ArrayLike, strength: ArrayLike) -> Array:
    r"""Returns $\max(0, q|S| - p/2)$, the concurrence of depolarised psi1.

    Example:
        >>> psi1_depolarized_concurrence(np.pi / 2, [0.0, 2 / 3]).round(12).tolist()
        [1.0, 0.0]
    """
    return np.maximum(0.0, -2 * psi1_depolarized_margin(theta, strength))


def psi1_depolarized_margin(theta: ArrayLike, strength: ArrayLike) -> Array:
    r"""Returns $p/4 - q|S|/2$, the least eigenvalue of the partial transpose of depolarised psi1.

    Negative exactly for the entangled ones. The paper writes $\cos\frac\theta2\sin\frac\theta2$
    without the modulus; over the whole circle that rule misses half of the entangled states.

    Example:
        >>> float(psi1_depolarized_margin(np.pi / 2, 0.4).round(12))
        -0.2
    """
    p = _array(strength)
    return np.asarray(p / 4 - (1 - p) * np.abs(np.sin(_array(theta))) / 2)


def psi1_depolarized_boundary(theta: ArrayLike) -> Array:
    r"""Returns $2|S|/(1 + 2|S|)$, the depolarising strength at which psi1 becomes separable.

    Example:
        >>> float(psi1_depolarized_boundary(np.pi / 2)) == 2 / 3
        True
    """
    s = 2 * np.abs(np.sin(_array(theta)))
    return np.asarray(s / (1 + s))


# --- psi2 --------------------------------------------------------------------------------------


def psi2_concurrence(theta: ArrayLike, phi: ArrayLike, strength: ArrayLike = 0.0) -> Array:
    r"""Returns $|S|\max(0, q^2 + 2q|\sin\varphi| - 1)/2$, the concurrence of dephased psi2.

    Example:
        >>> psi2_concurrence(np.pi / 2, np.pi / 2, [0.0, PSI2_SEPARABLE_FROM]).round(12).tolist()
        [1.0, 0.0]
    """
    q, sigma = 1 - _array(strength), np.abs(np.sin(_array(phi)))
    excess = np.maximum(0.0, q**2 + 2 * q * sigma - 1)
    return np.asarray(np.abs(np.sin(_array(theta))) * excess / 2)


def psi2_boundary(phi: ArrayLike) -> Array:
    r"""Returns $1 + |\sin\varphi| - \sqrt{1+\sin^2\varphi}$, where dephased psi2 turns separable.

    It does not depend on theta.

    Example:
        >>> float(psi2_boundary(np.pi / 2)) == PSI2_SEPARABLE_FROM
        True
    """
    sigma = np.abs(np.sin(_array(phi)))
    return np.asarray(1 + sigma - np.sqrt(1 + sigma**2))


def psi2_transposed_determinant(theta: ArrayLike, phi: ArrayLike, strength: ArrayLike) -> Array:
    r"""Returns the determinant of the partial transpose of dephased psi2.

    $\frac{S^4}{256}(q^2 - 2q\sin\varphi - 1)(q^2 + 2q\sin\varphi - 1)
    ((1-q^2)^2 + 4q^2\sin^2\varphi)$: negative exactly for the entangled ones.

    Example:
        >>> bool(psi2_transposed_determinant(1.0, np.pi / 2, 0.1) < 0)
        True
    """
    q, sine = 1 - _array(strength), np.sin(_array(phi))
    cut = (q**2 - 1) ** 2 - (2 * q * sine) ** 2
    return np.asarray(
        np.sin(_array(theta)) ** 4 / 256 * cut * ((1 - q**2) ** 2 + (2 * q * sine) ** 2)
    )


def psi2_concurrence_from_five(features: ArrayLike) -> Array:
    r"""Returns the concurrence of dephased psi2 from its first five features alone.

    With $u = S\cos\varphi\,q^2/\sqrt2$ (features 1 and, negated, 2), $v = S\sin\varphi\,q^2/\sqrt2$
    (3 and 4) and $f_5 = -S\sin^2\varphi\,q$: $\sin^2\varphi = v^2/(u^2+v^2)$,
    $q = \sqrt2\,|v\sin\varphi/f_5|$ and $|S| = \sqrt{2(u^2+v^2)}/q^2$. States with v = 0 are
    separable, because $\sin\varphi = 0$ or q = 0.

    Args:
        features: ``(n, 5)`` or more columns, in the paper's order.

    Example:
        >>> f = psi2_features(0.7, 2.0, 0.3)[None]
        >>> bool(abs(psi2_concurrence_from_five(f) - psi2_concurrence(0.7, 2.0, 0.3)) < 1e-12)
        True
    """
    f = np.asarray(features, dtype=np.float64)
    u, v, fifth = f[:, 0], f[:, 2], f[:, 4]
    square = u**2 + v**2
    with np.errstate(divide="ignore", invalid="ignore"):
        sine = np.abs(v) / np.sqrt(square)
        q = np.abs(v * sine / fifth) * 2**0.5
        size = np.sqrt(2 * square) / q**2
        value = size * np.maximum(0.0, q**2 + 2 * q * sine - 1) / 2
    return np.where(np.isfinite(value), value, 0.0)


# --- features ----------------------------------------------------------------------------------


def psi1_features(theta: ArrayLike, phi: ArrayLike, strength: ArrayLike = 0.0) -> Array:
    """Returns the fifteen features of dephased psi1, ``(..., 15)``, in the paper's order.

    Example:
        >>> psi1_features(np.pi / 2, 0.0)[:4].round(3).tolist()
        [0.707, -0.707, -0.707, -0.707]
    """
    theta, phi, q = np.broadcast_arrays(_array(theta), _array(phi), 1 - _array(strength))
    x, y = np.sin(theta) * np.cos(phi) * q**2, np.sin(theta) * np.sin(phi) * q**2
    zero, z = np.zeros_like(x), np.cos(theta)
    correlations = ((x, y, zero), (y, -x, zero), (zero, zero, zero + 1))
    return _rotated(correlations, (zero, zero, z), (zero, zero, z))


def psi2_features(theta: ArrayLike, phi: ArrayLike, strength: ArrayLike = 0.0) -> Array:
    """Returns the fifteen features of dephased psi2, ``(..., 15)``, in the paper's order.

    Example:
        >>> f = psi2_features(1.0, 2.0, 0.3)
        >>> bool(f[0] == -f[1]), bool(f[2] == -f[3])     # two numbers, not four
        (True, True)
    """
    theta, phi, q = np.broadcast_arrays(_array(theta), _array(phi), 1 - _array(strength))
    big, c, s = np.sin(theta), np.cos(phi), np.sin(phi)
    zero, z = np.zeros_like(big), np.cos(theta)
    correlations = (
        (big * c * q**2, zero, -big * s**2 * q),
        (big * s * q**2, zero, big * s * c * q),
        (z * c * q, s * q, zero),
    )
    return _rotated(correlations, (big * c**2 * q, big * s * c * q, z), (c * q, z * s * q, zero))


def _rotated(
    correlations: tuple[tuple[Array, ...], ...], first: tuple[Array, ...], second: tuple[Array, ...]
) -> Array:
    """Turns x and y of the second qubit by 45 degrees, and orders as the paper does."""

    def turned(x: Array, y: Array) -> tuple[Array, Array]:
        return (x + y) / 2**0.5, (y - x) / 2**0.5

    (xx, xy, xz), (yx, yy, yz), (zx, zy, zz) = correlations
    columns = (*turned(xx, xy), *turned(yx, yy), xz, yz, *turned(zx, zy), zz)
    return np.stack([*columns, *first, *turned(second[0], second[1]), second[2]], axis=-1)


def _array(value: ArrayLike) -> Array:
    return np.asarray(value, dtype=np.float64)
