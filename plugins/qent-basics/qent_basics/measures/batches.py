"""Working through a batch in pieces that fit the processor's cache and bound the memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from qent_core.linalg import Array

PIECE_BYTES = 2 * 2**20
"""Bytes of input that one piece holds; intermediate results take a few times as much."""

PIECE_STATES = 8192
"""Most states in one piece."""


def pieces(states: Array) -> Iterator[slice]:
    """Yields consecutive slices of a batch; an empty batch gives one empty slice."""
    return pieces_of(len(states), states[:1].nbytes)


def pieces_of(count: int, state_bytes: int) -> Iterator[slice]:
    """Yields consecutive slices of ``count`` states that need so many bytes each.

    Example:
        >>> list(pieces_of(3, 2 * 2**20))
        [slice(0, 1, None), slice(1, 2, None), slice(2, 3, None)]
    """
    rows = min(PIECE_STATES, max(1, PIECE_BYTES // max(1, state_bytes)))
    for start in range(0, max(1, count), rows):
        yield slice(start, min(start + rows, count))


def piecewise(function: Callable[[Array], Array], states: Array) -> Array:
    """Returns ``function(states)``, computed piece by piece.

    Args:
        function: Takes ``(m, ...)`` states and returns an array of length m.
        states: ``(n, ...)`` kets or matrices.

    Example:
        >>> piecewise(lambda kets: (abs(kets) ** 2).sum(axis=1), np.ones((3, 4)))
        array([4., 4., 4.])
    """
    return np.concatenate([function(states[piece]) for piece in pieces(states)])


def in_double(states: Array) -> Array:
    """Returns the states as ``float64`` or ``complex128``, without a copy if they are that."""
    return states.astype(np.complex128 if np.iscomplexobj(states) else np.float64, copy=False)
