r"""Rigorous bound on an observable over product states of two blocks, the first a qutrit or more.

A vector of the first block is, up to norm and phase, one component 1 and the others in the unit
disc. W stays below the target on all product states if and only if
$M(z) = \langle a(z)|(W - target)|a(z)\rangle$ is negative for all such z. On a box with centre c,
$M = M(c) + \sum_i \delta_i L_i + Q(\delta)$: the linear part is largest at a corner of the box,
since the largest eigenvalue is convex, and $Q \le \lambda_{\max}^+(W - target)\,|\delta|^2$.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.checker.margins import EPSILON

Array = NDArray[Any]

_CHUNK = 250
_ROUNDINGS = 100.0


def proven_below_discs(operator: Array, first: int, target: float, budget: int) -> bool | None:
    r"""Tells whether $\langle W\rangle < target$ on every product state of two blocks.

    Args:
        operator: ``(a b, a b)`` Hermitian W.
        first: Dimension a of the first block.
        target: The value that must not be reached.
        budget: Most eigenvalue problems.

    Returns:
        True if proven, False if a product state reaches the target, None if the budget ran out.

    Example:
        >>> order = [3 * j + i for i in range(3) for j in range(3)]
        >>> swap = np.eye(9)[order]                   # at most 1 on product states
        >>> proven_below_discs(swap, 3, 1.3, 10**6), proven_below_discs(swap, 3, 0.9, 10**6)
        (True, False)
    """
    if not (np.isfinite(operator).all() and np.isfinite(target)):
        return None  # no comparison with NaN would ever say that a cell is too large
    second = operator.shape[0] // first
    shifted = operator - target * np.eye(len(operator))
    curvature = max(0.0, float(np.linalg.eigvalsh(shifted)[-1]))
    tensor = shifted.reshape(first, second, first, second)
    free = 2 * (first - 1)
    corners = np.array(list(itertools.product((-1.0, 1.0), repeat=free)))
    spent = 0
    for chart in range(first):
        centres, radius = np.zeros((1, free)), 1.0
        while len(centres):
            waiting = []
            for start in range(0, len(centres), _CHUNK):
                chunk = centres[start : start + _CHUNK]
                spent += len(chunk) * (1 + len(corners))
                if spent > budget:
                    return None
                middle, below = _values(tensor, chunk, chart, radius, corners, curvature)
                if (middle >= 0).any():
                    return False
                waiting.append(chunk[~below])
            radius /= 2
            children = (np.concatenate(waiting)[:, None, :] + radius * corners).reshape(-1, free)
            centres = children[_touches_discs(children, radius)]
    return True


def _values(
    tensor: Array, centres: Array, chart: int, radius: float, corners: Array, curvature: float
) -> tuple[Array, Array]:
    """Returns the largest eigenvalue of M at the centres; whether it is below 0 on the boxes."""
    first, free = tensor.shape[0], centres.shape[1]
    others = [i for i in range(first) if i != chart]
    vectors = np.zeros((len(centres), first), dtype=np.complex128)
    vectors[:, chart] = 1
    vectors[:, others] = centres[:, : first - 1] + 1j * centres[:, first - 1 :]
    # The boxes come last from here on, so that every step runs over contiguous numbers.
    half = (tensor.reshape(first, -1).T @ vectors.conj().T).reshape(*tensor.shape[1:], -1)
    middle = np.einsum("xbyc,cb->xyc", half, vectors, optimize=True)
    # Derivative along the real and the imaginary part of each free component.
    step = np.ascontiguousarray(half[:, others].swapaxes(0, 1))
    adjoint = step.conj().swapaxes(1, 2)
    linear = np.concatenate([step + adjoint, 1j * (step - adjoint)])
    moved = (radius * corners @ linear.view(np.float64).reshape(free, -1)).view(np.complex128)
    at_corners = moved.reshape(len(corners), *middle.shape) + middle
    below: Array = _negative_definite(at_corners, curvature * free * radius**2)
    return np.linalg.eigvalsh(np.moveaxis(middle, 2, 0))[:, -1], np.asarray(below.all(axis=0))


def _negative_definite(matrices: Array, shift: float) -> Array:
    r"""Tells where M + shift is negative definite: Gaussian elimination finds pivots below 0.

    Elimination that succeeds on a matrix in floating point proves it for one that differs by a few
    roundings (S. M. Rump, BIT 46, 433 (2006)), for which the shift makes room. No other method is
    as fast for many small matrices.

    Args:
        matrices: ``(v, n, n, c)``, destroyed.
        shift: Not negative.
    """
    size = matrices.shape[1]
    rows = np.moveaxis(matrices, 0, 2)
    largest = np.abs(rows).max(initial=0.0)
    room = shift + _ROUNDINGS * size**2 * EPSILON * (largest + shift)
    below = np.ones(rows.shape[2:], dtype=bool)
    for k in range(size):
        pivot = rows[k, k].real + room
        below &= pivot < 0
        inverse = 1 / np.where(below, pivot, -1.0)
        for i in range(k + 1, size):
            ratio = rows[i, k] * inverse
            for j in range(k + 1, i + 1):
                # The lower triangle is all that later steps read.
                rows[i, j] -= ratio * rows[j, k].conj()
    return below


def _touches_discs(centres: Array, radius: float) -> Array:
    half = centres.shape[1] // 2
    nearest = np.clip(np.abs(centres) - radius, 0, None)
    inside: Array = nearest[:, :half] ** 2 + nearest[:, half:] ** 2 <= 1 + 1e-12
    return np.asarray(inside.all(axis=1))
