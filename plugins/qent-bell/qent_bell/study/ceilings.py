r"""What four features can tell at best: Bayes-optimal accuracy and R², by quadrature.

With p = 1 - q uniform in [0, 1], theta and phi uniform on the circle, and $S = \sin\theta$.

**psi1, depolarised.** The four features give $r = q|S|$ and a phase that tells nothing. Given r, q
has the density $\propto 1/\sqrt{q^2-r^2}$ on [r, 1], and the state is entangled iff $q > 1-2r$.
Half of the weight lies above where $\mathrm{arcosh}(1/r) = 2\,\mathrm{arcosh}((1-2r)/r)$, that is
$7r^2 - 9r + 2 = 0$, r = 2/7: the best rule is $q|S| > 2/7$.

**psi2, dephased.** The four features are $u, -u, v, -v$, hence $r = |S|q^2$ and
$\sigma = |\sin\varphi|$. Entangled iff $q > t = \sqrt{1+\sigma^2} - \sigma$. Given r, q has the
density $\propto 1/\sqrt{q^4-r^2}$ on $[\sqrt r, 1]$; with $\sin\alpha = r/q^2$ this is
$\propto \sin^{-1/2}\alpha$ on $[\arcsin r, \pi/2]$, whose integral is an incomplete beta function.
The best rule is $r > r^*(\sigma)$, the best prediction of C its mean given r and sigma.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import quad
from scipy.special import beta, betainc, ellipe

Array = NDArray[np.float64]

PSI1_RULE = 2 / 7
"""The best threshold of q|S| for depolarised psi1."""

_NODES = 120


# --- psi1 --------------------------------------------------------------------------------------


def psi1_error(strength: Array) -> Array:
    """Returns the error rate of the best four-feature rule at each depolarising strength."""
    p = np.asarray(strength, dtype=np.float64)
    q = np.maximum(1 - p, 1e-300)
    return np.abs(_below(p / 2 / q) - _below(PSI1_RULE / q))


def psi1_accuracy() -> float:
    """Returns the best accuracy with four features, about 0.91119."""
    error, _ = quad(lambda p: float(psi1_error(np.array(p))), 0, 1, points=[4 / 7, 2 / 3, 5 / 7])
    return 1 - error


def psi1_share() -> float:
    r"""Returns $\int_0^{2/3} (1 - \frac2\pi\arcsin\frac{p}{2(1-p)})\,dp$, entangled psi1."""
    share, _ = quad(lambda p: 1 - float(_below(np.array(p / 2 / (1 - p)))), 0, 2 / 3)
    return share


# --- psi2 --------------------------------------------------------------------------------------


def psi2_share() -> float:
    r"""Returns $1 - \frac2\pi(E(-1) - 1)$, entangled psi2; E with parameter m."""
    return float(1 - 2 / np.pi * (ellipe(-1.0) - 1))


def psi2_accuracy() -> float:
    """Returns the best accuracy with four features, about 0.87182."""
    sigma, weight = _sines()
    t, root = _threshold(sigma), np.sqrt(best_rule(sigma))
    x, w = _nodes(0.0, 1.0)
    # The square of x tames the root of the arcsine where q begins.
    q = root[:, None] + (t - root)[:, None] * x**2
    separable = root + (_below((root[:, None] / q) ** 2) * 2 * x * w).sum(1) * (t - root)
    q = t[:, None] + (1 - t)[:, None] * x
    entangled = ((1 - _below((root[:, None] / q) ** 2)) * w).sum(1) * (1 - t)
    return float(weight @ (separable + entangled))


def psi2_error(strength: Array) -> Array:
    """Returns the error rate of the best four-feature rule at each dephasing strength."""
    sigma = np.sin((np.arange(2000) + 0.5) / 2000 * np.pi / 2)
    rule, t = best_rule(sigma), _threshold(sigma)
    q = np.maximum(1 - np.asarray(strength, dtype=np.float64), 1e-9)[:, None]
    missed = _below(rule / q**2)
    return np.asarray(np.where(q > t, missed, 1 - missed).mean(axis=1))


def psi2_concurrence_moments() -> tuple[float, float]:
    """Returns mean and variance of the concurrence, about 0.095744 and 0.031389."""
    sigma, weight = _sines()
    t = _threshold(sigma)
    x, w = _nodes(0.0, 1.0)
    q = t[:, None] + (1 - t)[:, None] * x
    excess = (q**2 + 2 * q * sigma[:, None] - 1) / 2
    first = float(weight @ ((excess * w).sum(1) * (1 - t)))
    second = float(weight @ ((excess**2 * w).sum(1) * (1 - t)))
    # E|S| = 2/pi and E S^2 = 1/2.
    mean = 2 / np.pi * first
    return mean, second / 2 - mean**2


def psi2_r2() -> float:
    """Returns the best R² with four features, about 0.97676."""
    sigma, weight = _sines()
    mean, variance = psi2_concurrence_moments()
    t = _threshold(sigma)
    total = np.zeros_like(sigma)
    for low, high in ((np.zeros_like(t), t), (t, np.ones_like(t))):
        x, w = _nodes(0.0, 1.0)
        root = low[:, None] + (high - low)[:, None] * x
        best = _mean_concurrence(root, sigma[:, None], t[:, None])
        total += ((_weight_above(root**2) * best**2) * w).sum(1) * (high - low)
    square = 2 / np.pi * float(weight @ total)
    return (square - mean**2) / variance


@cache
def _rule_table() -> tuple[Array, Array]:
    sigma = np.sin(np.linspace(0, np.pi / 2, 4001))
    low, high = np.zeros_like(sigma), _threshold(sigma) ** 2
    square = high.copy()
    for _ in range(80):
        r = (low + high) / 2
        # Entangled is the likelier verdict where less than half of the weight lies below t.
        entangled = _weight_above(r / square) < _weight_above(r) / 2
        low, high = np.where(entangled, low, r), np.where(entangled, r, high)
    return sigma, (low + high) / 2


def best_rule(sigma: Array) -> Array:
    """Returns the threshold of r for each |sin phi|, above which entangled is likelier."""
    table, rule = _rule_table()
    return np.interp(sigma, table, rule)


def _mean_concurrence(root: Array, sigma: Array, t: Array) -> Array:
    """Returns the mean concurrence given r = root² and sigma."""
    r = root**2
    low, high = np.arcsin(r)[..., None], np.arcsin(np.minimum(1, r / t**2))[..., None]
    x, w = _nodes(0.0, 1.0)
    sine = np.sin(low + (high - low) * x)
    q = np.sqrt(r[..., None] / sine)
    excess = (q**2 + 2 * q * sigma[..., None] - 1) / 2
    numerator = (np.sqrt(sine) * excess * w).sum(-1) * (high - low)[..., 0]
    return np.asarray(numerator / _weight_above(r))


def _weight_above(sine: Array) -> Array:
    r"""Returns $\int_{\arcsin s}^{\pi/2} \sin^{-1/2}\alpha\,d\alpha$."""
    square = np.clip(1 - np.asarray(sine) ** 2, 0, 1)
    return np.asarray(beta(0.5, 0.25) * betainc(0.5, 0.25, square) / 2)


def _below(value: Array) -> Array:
    r"""Returns the probability of $|S| <$ value, $\frac2\pi\arcsin$."""
    return np.asarray(2 / np.pi * np.arcsin(np.clip(value, 0, 1)))


def _threshold(sigma: Array) -> Array:
    return np.asarray(np.sqrt(1 + sigma**2) - sigma)


def _sines() -> tuple[Array, Array]:
    """Returns |sin phi| at quadrature nodes, and their weights, which sum to 1."""
    phi, weight = _nodes(0.0, np.pi / 2)
    return np.sin(phi), weight / (np.pi / 2)


def _nodes(low: float, high: float) -> tuple[Array, Array]:
    x, w = np.polynomial.legendre.leggauss(_NODES)
    return low + (high - low) * (x + 1) / 2, w * (high - low) / 2
