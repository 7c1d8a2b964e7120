"""Rounding bounds and margins: nothing is decided inside them.

Every bound below overestimates the rounding error of one computation in double precision by a
simple count of operations; a verdict must exceed it `SAFETY` times over. A stored matrix is a state
only up to rounding, so every proof of entanglement must also survive the distance to the nearest
state.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.linalg import dagger

Array = NDArray[Any]

EPSILON = float(np.finfo(np.float64).eps)

SAFETY = 100.0
"""How many times its rounding bound a computed violation must exceed."""

DELTA = 1e-12
"""Trace distance within which the explicit state of a within-delta verdict must lie."""

LARGEST_DEFECT = 1e-5
"""A matrix further than this from every state is refused whatever its certificate says.

States stored in single precision are off by some 1e-7; their defect counts against every proof."""


def quadratic_form_margin(dimension: int) -> float:
    r"""Returns the margin of $\langle v|M|v\rangle$ for a unit vector and $\|M\|_F \le 1$."""
    return SAFETY * 4 * dimension * EPSILON


def eigenvalue_margin(dimension: int) -> float:
    r"""Returns the margin of an eigenvalue of a Hermitian matrix with $\|M\|_F \le 1$."""
    return SAFETY * 4 * dimension * EPSILON


def trace_norm_margin(rows: int, columns: int) -> float:
    r"""Returns the margin of a sum of singular values of a matrix with $\|M\|_F \le 1$."""
    return SAFETY * rows * columns * EPSILON


def state_defect(rho: Array) -> NDArray[np.float64]:
    """Returns an upper bound on the Frobenius distance from each matrix to the nearest state.

    Args:
        rho: ``(n, D, D)`` matrices.

    Returns:
        ``(n,)``: the anti-Hermitian part, twice the negative part, and the trace's deviation.
    """
    hermitian = (rho + dagger(rho)) / 2
    skew = np.linalg.norm(rho - hermitian, axis=(1, 2))
    eigenvalues = np.linalg.eigvalsh(hermitian)
    negative = np.clip(-eigenvalues, 0, None).sum(axis=1)
    trace = np.abs(np.einsum("nii->n", hermitian).real - 1)
    defect: NDArray[np.float64] = skew + 2 * negative + trace
    return defect
