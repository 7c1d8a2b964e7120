"""States that every library gets: the same numbers, so that their results can be compared."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def density_matrices(size: int, count: int, seed: int = 1) -> Array:
    """Returns ``(count, size, size)`` random density matrices (Hilbert-Schmidt measure)."""
    rng = np.random.default_rng(seed)
    g = rng.normal(size=(count, size, size)) + 1j * rng.normal(size=(count, size, size))
    rho = g @ g.conj().swapaxes(1, 2)
    return rho / np.einsum("nii->n", rho).real[:, None, None]
