r"""Explicit mixtures of product vectors for isotropic and Werner states below their thresholds.

With $x = d^{-1/2}\sum_a e^{i\theta_a}|a\rangle$ and phases quadratic in a modulo an odd prime p at
least d, $\theta_a = 2\pi(ka^2+la)/p$, the mean of $|x\bar x\rangle\langle x\bar x|$ over the $p^2$
choices of k and l keeps of all coherences those between $|aa\rangle$ and $|cc\rangle$, at
$1/d^2$. With $y_a = e^{2\pi i as/d}x_a$ in place of the second x, the mean over s = 1 to d - 1
turns them into $-1/(d^2(d-1))$. Basis vectors $|ab\rangle$ make up the rest of the diagonal, and
what is left for them is not negative exactly as long as the isotropic state is separable. Werner
states are the partial transposes of isotropic ones, which conjugates the second factor.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import CertificateColumn, LowRankCertificate, Quality
from qent_werner.exact_columns import QUESTION

Array = NDArray[Any]


def mixture_certificates(
    alpha: Array, d: int, separable: Array, *, werner: bool = False
) -> dict[str, CertificateColumn]:
    r"""Returns the mixtures as certificates of quality "within-delta".

    Args:
        alpha: ``(n,)`` weights of $|\phi\rangle\langle\phi|$ in the isotropic states, or in the
            partial transposes of the Werner states.
        d: Local dimension.
        separable: ``(n,)`` which states have one.
        werner: Whether the states are the Werner states.

    Example:
        >>> column = mixture_certificates(np.array([0.2]), 3, np.array([True]))["A|B"]
        >>> column[0].weights.shape, float(column[0].weights.sum().round(12))
        ((36,), 1.0)
    """
    rows = np.flatnonzero(separable)
    first, second = _vectors(d)
    factors = [np.repeat(v[None], len(rows), axis=0) for v in (first, second)]
    if werner:
        factors[1] = factors[1].conj()
    column = CertificateColumn.stacked(
        len(alpha),
        LowRankCertificate,
        QUESTION,
        rows,
        quality=Quality.WITHIN_DELTA,
        weights=_weights(alpha[rows], d),
        **{"factors/0": factors[0], "factors/1": factors[1]},
    )
    return {QUESTION: column}


def _vectors(d: int) -> tuple[Array, Array]:
    """Returns ``(m, d)`` vectors of each side: with equal phases, with turned ones, basis."""
    level, prime = np.arange(d), _odd_prime(d)
    phases = [k * level**2 + m * level for k, m in itertools.product(range(prime), repeat=2)]
    x = np.exp(2j * np.pi * np.array(phases) / prime) / np.sqrt(d)
    turns = np.exp(2j * np.pi * np.outer(np.arange(1, d), level) / d)
    turned = (x[None] * turns[:, None]).reshape(-1, d)
    basis = np.eye(d)
    first = np.concatenate([x, np.tile(x, (d - 1, 1)), np.repeat(basis, d, axis=0)])
    second = np.concatenate([x.conj(), turned.conj(), np.tile(basis, (d, 1))])
    return first, second


def _weights(alpha: Array, d: int) -> Array:
    together = _odd_prime(d) ** 2
    positive, negative = np.clip(alpha, 0, None), np.clip(-alpha, 0, None)
    equal = np.repeat((positive * d / together)[:, None], together, axis=1)
    turned = np.repeat((negative * d / together)[:, None], together * (d - 1), axis=1)
    # The phases put the same weight on every basis vector.
    spent = positive / d + negative * (d - 1) / d
    basis = np.repeat(((1 - alpha) / d**2 - spent)[:, None], d * d, axis=1)
    basis[:, :: d + 1] += (alpha / d)[:, None]
    weights: Array = np.concatenate([equal, turned, basis], axis=1)
    return np.clip(weights, 0, None)


def _odd_prime(least: int) -> int:
    number = max(3, least)
    while any(number % divisor == 0 for divisor in range(2, number)):
        number += 1
    return number
