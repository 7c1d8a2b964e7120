r"""How far from the border a verdict must lie, and how close to it one may still be given.

*Entangled* needs a violation beyond the margin. The margin is at least a hundred times the bound on
the rounding error of what is compared, at the states' own precision: single-precision states carry
rounding errors of 1e-7 in their entries, whatever they are computed in. The distance to the nearest
state (see `physicality`) is subtracted from the violation first.

*Separable* because the partial transpose is positive (2x2, 2x3) has two qualities. With $\lambda$
the smallest eigenvalue of the partial transpose and f the distance to the nearest state:

* $\lambda - f > $ margin: ``strict``.
* Otherwise mixing in white noise, $\rho' = (1-t)\rho + t I/D$ with $t = D\max(0, -\lambda)$, lifts
  the smallest eigenvalue to 0 or above, and $\|\rho - \rho'\|_1 \le 2t$. If that, with rounding and
  f, is at most delta = 1e-12 the verdict is ``within-delta``: it holds for an explicit state.
* Between that and the margin on the other side: unknown.

Single-precision states have no ``within-delta``: their own rounding exceeds delta.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

Reals = NDArray[np.float64]

DELTA = 1e-12
"""Trace norm within which a ``within-delta`` verdict must hold."""

SAFETY = 100
"""How many times the rounding bound a margin must be."""

Margin = Annotated[
    float,
    Field(
        ge=0.0,
        lt=1.0,
        description="Least violation that proves entanglement; raised to 100 times the rounding "
        "error of the states' own precision where that is larger.",
    ),
]
"""The parameter every criterion has."""

Certify = Annotated[
    bool, Field(description="Whether verdicts come with certificates; without, it is faster.")
]
"""The parameter every criterion has."""


def precision(dtype: np.dtype[Any]) -> float:
    """Returns the spacing at 1 of the states' number type, at least that of double precision.

    Example:
        >>> precision(np.dtype(np.complex64)) == 2.0**-23
        True
    """
    return max(float(np.finfo(dtype).eps), float(np.finfo(np.float64).eps))


def eigenvalue_error(dtype: np.dtype[Any], dimension: int) -> float:
    """Returns a bound on the rounding error of an eigenvalue of a matrix of norm at most 1."""
    return 4 * dimension * precision(dtype)


def eigenvalue_margin(margin: float, dtype: np.dtype[Any], dimension: int) -> float:
    """Returns the margin of an eigenvalue, raised to 100 times its rounding error.

    Example:
        >>> eigenvalue_margin(1e-12, np.dtype(np.float64), 4)
        1e-12
        >>> eigenvalue_margin(1e-12, np.dtype(np.float32), 4) > 1e-5
        True
    """
    return max(margin, SAFETY * eigenvalue_error(dtype, dimension))


def trace_norm_margin(margin: float, dtype: np.dtype[Any], dimension: int) -> float:
    """Returns the margin of a realigned matrix's trace norm, raised likewise."""
    return max(margin, SAFETY * dimension**2 * precision(dtype))


def within_delta(
    lowest: Reals, defects: Reals, dtype: np.dtype[Any], dimension: int
) -> NDArray[np.bool_]:
    """Tells where white noise within delta makes a partial transpose positive.

    Args:
        lowest: ``(n,)`` smallest eigenvalues of the partial transposes.
        defects: ``(n,)`` distances to the nearest states.
        dtype: Number type of the states as given.
        dimension: Total dimension.

    Example:
        >>> lowest = np.array([0.0, -1e-13, -1e-12])
        >>> within_delta(lowest, np.zeros(3), np.dtype(np.float64), 4)
        array([ True,  True, False])
        >>> within_delta(lowest, np.zeros(3), np.dtype(np.float32), 4).any()
        np.False_
    """
    noise = dimension * (np.maximum(-lowest, 0.0) + eigenvalue_error(dtype, dimension))
    close: NDArray[np.bool_] = 2 * noise + defects <= DELTA
    return close
