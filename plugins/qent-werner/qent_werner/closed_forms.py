r"""The exact answers for these families, as plain functions of their parameters.

Throughout, N is the negativity $(\|\rho^{T_B}\|_1 - 1)/2$, the sum of the absolute negative
eigenvalues of the partial transpose, and d is the local dimension of both parties. Arguments are
numbers or arrays and broadcast against each other.

Sources: M. Y. Abd-Rabbou et al., arXiv:2507.12775 (the families); R. F. Werner, Phys. Rev. A 40,
4277 (1989) (Werner states); M. Horodecki, P. Horodecki, Phys. Rev. A 59, 4206 (1999) (isotropic
states); G. Vidal, R. Tarrach, Phys. Rev. A 59, 141 (1999) (a pure state in white noise).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

WERNER_THRESHOLD = 0.5
"""Antisymmetric weight up to which a Werner state is separable, for every d."""


# --- from one measure to another ---------------------------------------------------------------


def normalized_negativity(negativity: ArrayLike, d: int) -> Array:
    r"""Returns $\hat N = 2N/(d-1)$, which is 1 for a maximally entangled state.

    Example:
        >>> float(normalized_negativity(1.0, 3))
        1.0
    """
    return np.asarray(2 * np.asarray(negativity, dtype=np.float64) / (d - 1))


def logarithmic_negativity(negativity: ArrayLike) -> Array:
    r"""Returns $\log_2 \|\rho^{T_B}\|_1 = \log_2(1 + 2N)$.

    Example:
        >>> float(logarithmic_negativity(0.5))
        1.0
    """
    return np.asarray(np.log2(1 + 2 * np.asarray(negativity, dtype=np.float64)))


def binary_entropy(probability: ArrayLike) -> Array:
    r"""Returns $-p \log_2 p - (1-p) \log_2(1-p)$ in bits.

    Example:
        >>> binary_entropy([0.0, 0.5, 1.0]).tolist()
        [0.0, 1.0, 0.0]
    """
    p = np.asarray(probability, dtype=np.float64)
    both = np.stack([p, 1 - p])
    logs = np.log2(both, out=np.zeros_like(both), where=both > 0)
    return np.asarray(np.abs((both * logs).sum(axis=0)))


def entanglement_of_formation(concurrence: ArrayLike) -> Array:
    r"""Returns $h((1 + \sqrt{1 - C^2})/2)$ in bits, for two qubits of concurrence C.

    W. K. Wootters, Phys. Rev. Lett. 80, 2245 (1998).

    Example:
        >>> entanglement_of_formation([0.0, 1.0]).tolist()
        [0.0, 1.0]
    """
    c = np.asarray(concurrence, dtype=np.float64)
    return binary_entropy((1 + np.sqrt(np.maximum(0.0, 1 - c**2))) / 2)


# --- pure states -------------------------------------------------------------------------------


def schmidt_coefficients(coefficients: NDArray[Any]) -> Array:
    r"""Returns the Schmidt coefficients of pure states $\sum_{mn} C_{mn} |m n\rangle$.

    Args:
        coefficients: ``(n, d, d)`` matrices C of Frobenius norm 1, real or complex.

    Returns:
        ``(n, d)`` singular values of C, in decreasing order; their squares sum to 1.

    Example:
        >>> schmidt_coefficients(np.array([[[0.6, 0.0], [0.0, 0.8]]])).tolist()
        [[0.8, 0.6]]
    """
    return np.asarray(np.linalg.svd(coefficients, compute_uv=False))


def pure_negativity(schmidt: ArrayLike) -> Array:
    r"""Returns $N = \sum_{i<j} s_i s_j = ((\sum_i s_i)^2 - 1)/2$ of pure states.

    Args:
        schmidt: ``(..., d)`` Schmidt coefficients with $\sum_i s_i^2 = 1$.

    Example:
        >>> round(float(pure_negativity([2**-0.5, 2**-0.5])), 12)
        0.5
    """
    s = np.asarray(schmidt, dtype=np.float64)
    # The difference of squares, not of 1, so that product states give exactly 0.
    return np.asarray((s.sum(axis=-1) ** 2 - (s**2).sum(axis=-1)) / 2)


def zeta_negativity(theta: ArrayLike) -> Array:
    r"""Returns $N = |\sin 2\theta|/2$ of $\cos\theta\,|{-J},{-J}\rangle + \sin\theta\,|J,J\rangle$.

    It does not depend on J; normalised, $\hat N = |\sin 2\theta|/(d-1)$ never exceeds $1/(d-1)$,
    because the Schmidt rank is 2.

    Example:
        >>> float(zeta_negativity(np.pi / 4))
        0.5
    """
    return np.asarray(np.abs(np.sin(2 * np.asarray(theta, dtype=np.float64))) / 2)


def zeta_entropy(theta: ArrayLike) -> Array:
    r"""Returns the entanglement entropy $h(\cos^2\theta)$ of the zeta state in bits.

    Example:
        >>> round(float(zeta_entropy(np.pi / 4)), 12)
        1.0
    """
    return binary_entropy(np.cos(np.asarray(theta, dtype=np.float64)) ** 2)


# --- a pure state in white noise ---------------------------------------------------------------


def white_noise_range(d: int) -> tuple[float, float]:
    r"""Returns the alpha for which $\alpha|\phi\rangle\langle\phi| + (1-\alpha)I/d^2$ is a state.

    Example:
        >>> white_noise_range(3)
        (-0.125, 1.0)
    """
    return (-1 / (d**2 - 1), 1.0)


def isotropic_negativity(alpha: ArrayLike, d: int) -> Array:
    r"""Returns $N = \max(0, \tfrac{d-1}{2d}((d+1)\alpha - 1))$ of isotropic states.

    The partial transpose is $\alpha F/d + (1-\alpha) I/d^2$ with the swap F. Its eigenvalue
    $(1-\alpha)/d^2 - \alpha/d$ on the $d(d-1)/2$ antisymmetric vectors is negative above
    $\alpha = 1/(d+1)$; the other one, on the symmetric vectors, never is. Hence N = 0 for every
    negative alpha too.

    Example:
        >>> isotropic_negativity([-1 / 8, 0.25, 1.0], 3).tolist()
        [0.0, 0.0, 1.0]
    """
    excess = (d + 1) * np.asarray(alpha, dtype=np.float64) - 1
    return np.asarray(np.maximum(0.0, (d - 1) / (2 * d) * excess))


def isotropic_threshold(d: int) -> float:
    r"""Returns $1/(d+1)$, the alpha up to which an isotropic state is separable.

    Separable means separable, not merely of positive partial transpose: the state is a mixture of
    products $|x\rangle|x^*\rangle$ and their like (Horodecki and Horodecki 1999).

    Example:
        >>> isotropic_threshold(2) == 1 / 3, isotropic_threshold(11) == 1 / 12
        (True, True)
    """
    return 1 / (d + 1)


def depolarized_alpha(alpha: ArrayLike, strength: ArrayLike) -> Array:
    r"""Returns $\alpha(1-p)$, the alpha of the state after global white noise of strength p.

    The channel $\rho \mapsto (1-p)\rho + p\,I/d^2$ maps a pure state in white noise to the same
    pure state in more of it, so an isotropic state stays isotropic.

    Example:
        >>> depolarized_alpha(0.8, [0.0, 0.5, 1.0]).tolist()
        [0.8, 0.4, 0.0]
    """
    return np.asarray(
        np.asarray(alpha, dtype=np.float64) * (1 - np.asarray(strength, dtype=np.float64))
    )


def noisy_pure_negativity(alpha: ArrayLike, schmidt: ArrayLike) -> Array:
    r"""Returns $N = \sum_{i<j} \max(0, \alpha s_i s_j - (1-\alpha)/d^2)$.

    The state is $\alpha|\phi\rangle\langle\phi| + (1-\alpha)I/d^2$ and the $s_i$ are the Schmidt
    coefficients of $\phi$: $|\phi\rangle\langle\phi|^{T_B}$ has the eigenvalues $s_i^2$ and, for
    each pair, $\pm s_i s_j$.

    Args:
        alpha: ``(n,)`` numbers.
        schmidt: ``(n, d)`` Schmidt coefficients.

    Example:
        >>> equal = np.full((1, 3), 3**-0.5)
        >>> round(float(noisy_pure_negativity([0.5], equal)[0]), 12)    # isotropic
        0.333333333333
    """
    s = np.asarray(schmidt, dtype=np.float64)
    a = np.asarray(alpha, dtype=np.float64)
    d = s.shape[-1]
    first, second = np.triu_indices(d, 1)
    pairs = s[..., first] * s[..., second]
    return np.asarray(np.maximum(0.0, a[..., None] * pairs - (1 - a[..., None]) / d**2).sum(-1))


def noisy_pure_excess(alpha: ArrayLike, schmidt: ArrayLike) -> Array:
    r"""Returns $\alpha s_1 s_2 - (1-\alpha)/d^2$: entangled if positive, separable if not.

    If it is positive, it is the modulus of a negative eigenvalue of the partial transpose. If it
    is not, the state is separable in any dimension (Vidal and Tarrach 1999), because:

    * for $\alpha \ge 0$, the mean of $|x\rangle|x^*\rangle$, with
      $|x\rangle = \sum_i \sqrt{s_i}\, e^{i\varphi_i} |i\rangle$, over all phases is
      $|\phi\rangle\langle\phi| + \sum_{i \neq j} s_i s_j |ij\rangle\langle ij|$; if
      $(1-\alpha)/d^2 \ge \alpha s_1 s_2$, the white noise pays for the second term;
    * for $\alpha \le 0$, the state is a mixture of $I$ and $I - |\phi\rangle\langle\phi|$, and the
      latter is $\sum_{i<j} |v_{ij}\rangle\langle v_{ij}| + \sum_{i \neq j} |ij\rangle\langle ij|$
      with $v_{ij} = s_j |ii\rangle - s_i |jj\rangle$. The mean over phases of the product of
      $\sqrt{s_j}|i\rangle + e^{i\varphi}\sqrt{s_i}|j\rangle$ and
      $\sqrt{s_j}|i\rangle - e^{-i\varphi}\sqrt{s_i}|j\rangle$ is
      $|v_{ij}\rangle\langle v_{ij}| + s_i s_j (|ij\rangle\langle ij| + |ji\rangle\langle ji|)$, and
      $s_i s_j \le 1$.

    Args:
        alpha: ``(n,)`` numbers.
        schmidt: ``(n, d)`` Schmidt coefficients in decreasing order.

    Example:
        >>> noisy_pure_excess([1.0, 0.0], [[0.8, 0.6], [0.8, 0.6]]).round(12).tolist()
        [0.48, -0.25]
    """
    s = np.asarray(schmidt, dtype=np.float64)
    a = np.asarray(alpha, dtype=np.float64)
    return np.asarray(a * s[..., 0] * s[..., 1] - (1 - a) / s.shape[-1] ** 2)


def noisy_pure_threshold(schmidt: ArrayLike) -> Array:
    r"""Returns $1/(1 + d^2 s_1 s_2)$, the alpha up to which a noisy pure state is separable.

    Args:
        schmidt: ``(..., d)`` Schmidt coefficients in decreasing order.

    Example:
        >>> round(float(noisy_pure_threshold([2**-0.5, 2**-0.5])), 12)
        0.333333333333
    """
    s = np.asarray(schmidt, dtype=np.float64)
    return np.asarray(1 / (1 + s.shape[-1] ** 2 * s[..., 0] * s[..., 1]))


# --- Werner states -----------------------------------------------------------------------------


def werner_negativity(weight: ArrayLike, d: int) -> Array:
    r"""Returns $N = \max(0, (2w-1)/d)$ of Werner states of antisymmetric weight w.

    The partial transpose has the eigenvalue $(1-2w)/d$ once, on the maximally entangled vector;
    all the others are positive.

    Example:
        >>> werner_negativity([0.0, 0.5, 1.0], 2).tolist()
        [0.0, 0.0, 0.5]
    """
    return np.asarray(np.maximum(0.0, (2 * np.asarray(weight, dtype=np.float64) - 1) / d))
