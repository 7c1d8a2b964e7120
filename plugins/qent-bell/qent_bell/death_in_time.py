r"""When dephasing at a rate ends entanglement: strengths as times, $p = 1 - e^{-\Gamma t}$.

psi2 is separable from $q = \sqrt{1+\sin^2\varphi} - |\sin\varphi|$ on, and
$\sqrt{1+x^2}-x = e^{-\mathrm{arsinh}\,x}$: it dies at $\Gamma t^* = \mathrm{arsinh}|\sin\varphi|$,
whatever theta, and at $\Gamma t = \ln(1+\sqrt2)$ at the latest. With phi uniform,
$|\sin\varphi| > \sinh\Gamma t$ for the share $1 - \frac2\pi\arcsin\sinh\Gamma t$ of the states.
psi1 never dies. Derived here.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

PSI2_LATEST = math.log(1 + 2**0.5)
r"""$\Gamma t$ at which the last psi2 dies, arsinh 1."""

W_BISEPARABLE_AFTER = math.log(2) / 2
r"""$\Gamma t$ after which W is biseparable, $\ln\sqrt2$; see `qent_bell.three_qubit_decay`."""


def psi2_death(phi: ArrayLike, rate: ArrayLike = 1.0) -> Array:
    r"""Returns the time $\mathrm{arsinh}|\sin\varphi| / \Gamma$ at which psi2 turns separable.

    Example:
        >>> bool(abs(psi2_death(np.pi / 2) - PSI2_LATEST) < 1e-15)
        True
    """
    sine = np.abs(np.sin(np.asarray(phi, dtype=np.float64)))
    return np.asarray(np.arcsinh(sine) / np.asarray(rate, dtype=np.float64))


def psi2_alive(time: ArrayLike, rate: ArrayLike = 1.0) -> Array:
    r"""Returns the share of entangled psi2 with uniform phi after a time.

    Example:
        >>> psi2_alive([0.0, 1.0]).round(6).tolist()
        [1.0, 0.0]
    """
    exponent = np.asarray(time, dtype=np.float64) * np.asarray(rate, dtype=np.float64)
    reach = np.sinh(np.minimum(exponent, PSI2_LATEST))
    return np.asarray(1 - 2 / np.pi * np.arcsin(np.minimum(reach, 1.0)))
