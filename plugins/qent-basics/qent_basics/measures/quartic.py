"""The root of a real-rooted quartic nearest to zero, for many quartics at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]

ITERATIONS = 6
"""Laguerre steps; convergence is cubic, so four are enough unless roots nearly coincide."""

CONVERGED = 1e-9
"""A last step smaller than this, relative to the root: the next one would be below rounding."""


def first_root(c3: Reals, c2: Reals, c1: Reals, c0: Reals) -> tuple[Reals, Reals, Reals]:
    r"""Returns the smallest positive root of $x^4 + c_3x^3 + c_2x^2 + c_1x + c_0$.

    Laguerre's iteration from 0. All roots must be real. It then converges, monotonically and
    cubically, to the next root on the right of 0: the only positive root if $c_0 < 0$ and no other
    root is positive, or the smallest root if all are positive.

    Args:
        c3: ``(n,)``; so are the others.
        c2: Coefficient of $x^2$.
        c1: Coefficient of $x$.
        c0: Constant term.

    Returns:
        The root, the derivative there, and the size of the last step, each ``(n,)``. A derivative
        near zero means that the root is badly conditioned, a large last step that the iteration
        has not converged; either may be NaN or meaningless where two roots coincide.

    Source: the iteration is classical; see J. H. Wilkinson, The Algebraic Eigenvalue Problem
    (Clarendon Press, 1965), chapter 7.

    Example:
        >>> one = np.ones(1)       # (x - 1)(x - 2)(x - 3)(x - 4)
        >>> first_root(-10 * one, 35 * one, -50 * one, 24 * one)[0].round(12)
        array([1.])
    """
    x = np.zeros_like(c0)
    step = np.full_like(c0, np.inf)
    direction = np.where(c0 < 0, 1.0, -1.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for _ in range(ITERATIONS):
            value = (((x + c3) * x + c2) * x + c1) * x + c0
            slope = ((4 * x + 3 * c3) * x + 2 * c2) * x + c1
            bend = (12 * x + 6 * c3) * x + 2 * c2
            spread = np.sqrt(np.maximum(9 * slope * slope - 12 * value * bend, 0.0))
            step = 4 * value / (slope + direction * spread)
            x -= step
            if not (np.abs(step) > CONVERGED * np.abs(x)).any():
                break
        slope = ((4 * x + 3 * c3) * x + 2 * c2) * x + c1
    return x, slope, np.abs(step)
