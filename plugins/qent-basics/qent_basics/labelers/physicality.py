r"""How far a matrix is from every state, and what that takes away from a violation.

A stored matrix is a state only up to rounding: slightly non-Hermitian, of trace not quite 1, with
eigenvalues slightly below 0. A violation proves entanglement of the nearest state only if it
exceeds what that distance can change.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_basics.labelers.margins import precision
from qent_basics.measures.batches import in_double
from qent_basics.measures.positivity import pivot_test
from qent_core.linalg import Array, dagger

Reals = NDArray[np.float64]

CLEARLY = 1e-6
"""Beyond this, distances need not be computed: validated states are a hundred times closer."""


def distance_to_state(states: Array) -> Reals:
    """Returns an upper bound on the Frobenius distance from kets or matrices to the nearest state.

    Args:
        states: ``(n, D)`` kets or ``(n, D, D)`` matrices.

    Returns:
        ``(n,)``: anti-Hermitian part, twice the negative part, and the deviation of the trace.

    Example:
        >>> distance_to_state(np.diag([0.5, 0.5, 1e-9, -1e-9])[None]).round(12)
        array([2.e-09])
    """
    double = in_double(states)
    if double.ndim == 2:
        squares: Reals = (double.real**2 + double.imag**2).sum(axis=1)
        return np.abs(squares - 1)
    hermitian = hermitian_part(double)
    skew = np.linalg.norm(double - hermitian, axis=(1, 2))
    negative = np.maximum(-np.linalg.eigvalsh(hermitian), 0.0).sum(axis=1)
    trace = np.abs(np.einsum("nii->n", hermitian).real - 1)
    distance: Reals = skew + 2 * negative + trace
    return distance


def roughly_states(states: Array, dtype: np.dtype[Any]) -> NDArray[np.bool_]:
    """Tells which matrices are closer to a state than `CLEARLY`, without eigenvalues.

    Args:
        states: ``(n, D, D)`` matrices in double precision.
        dtype: Their number type as given: single precision may deviate by its own rounding.
    """
    size = states.shape[1]
    hermitian = hermitian_part(states)
    skew = np.linalg.norm(states - hermitian, axis=(1, 2))
    trace = np.abs(np.einsum("nii->n", hermitian).real - 1)
    close: NDArray[np.bool_] = skew + trace <= max(CLEARLY / 10, 10 * size * precision(dtype))
    return close & pivot_test(hermitian, -CLEARLY / 1000).positive


def hermitian_part(matrices: Array) -> Array:
    r"""Returns $(M + M^\dagger)/2$: verdicts are about this matrix."""
    half: Array = (matrices + dagger(matrices)) / 2
    return half


def beyond(
    violations: Reals, margin: float, states: Array, scale: float = 1.0
) -> NDArray[np.bool_]:
    """Tells which violations exceed the margin by more than the distance to a state explains.

    Args:
        violations: ``(n,)``, positive where a criterion is violated.
        margin: What they must exceed.
        states: ``(n, D)`` kets or ``(n, D, D)`` matrices.
        scale: How much a distance of 1 can change the violation.
    """
    mask: NDArray[np.bool_] = violations > margin
    doubtful = np.flatnonzero(mask & (violations <= max(CLEARLY, margin)))
    if doubtful.size:
        change = scale * distance_to_state(states[doubtful])
        mask[doubtful] = violations[doubtful] - change > margin
    return mask
