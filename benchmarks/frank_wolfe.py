"""A corrective Frank-Wolfe search for product decompositions, one state at a time: a baseline.

The usual way to prove separability numerically (Gilbert's algorithm and its relatives): look for
the product vectors with the largest expectation in what is left, add them to the atoms, fit all
weights anew by non-negative least squares, until the rest fits into the separable ball around the
identity.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Array = NDArray[Any]

_STARTS, _ROUNDS = 24, 5


def decomposes(rho: Array, dims: tuple[int, int], *, steps: int = 400, seed: int = 0) -> bool:
    """Tells whether an explicit mixture of products within the separable ball is found.

    Args:
        rho: ``(D, D)`` a state with positive partial transpose.
        dims: Dimensions of the two parties.
        steps: Most times that atoms are added.
        seed: Fixes the random starts.
    """
    rng = np.random.default_rng(seed)
    size = len(rho)
    turned = rho.reshape(*dims, *dims).transpose(0, 3, 2, 1).reshape(size, size)
    lowest = min(np.linalg.eigvalsh(rho)[0], np.linalg.eigvalsh(turned)[0])
    depth = float(np.clip(size * lowest / 2, 1e-9, 0.5))
    target = (rho - depth * np.eye(size) / size) / (1 - depth)
    allowed = depth / size / (1 - depth)
    goal = _real(target)
    columns: list[Array] = []
    weights, rest = np.zeros(0), target
    for _ in range(steps):
        kept = np.flatnonzero(weights > 0)
        columns = [columns[i] for i in kept]
        columns += [_real(np.outer(ket, ket.conj())) for ket in _best_products(rest, dims, rng)]
        matrix = np.stack(columns, axis=1)
        weights, distance = nnls(matrix, goal, maxiter=50 * matrix.shape[1])
        if distance <= allowed:
            return True
        rest = _hermitian(goal - matrix @ weights, size)
    return False


def _best_products(rest: Array, dims: tuple[int, int], rng: np.random.Generator) -> Array:
    """Returns where alternating searches for the largest expectation end, from a few starts."""
    tensor = rest.reshape(*dims, *dims)
    b = rng.normal(size=(_STARTS, dims[1], 2)) @ np.array([1, 1j])
    b /= np.linalg.norm(b, axis=1, keepdims=True)
    for _ in range(_ROUNDS):
        inner = np.einsum("nj,ijkl,nl->nik", b.conj(), tensor, b, optimize=True)
        a = np.linalg.eigh(inner)[1][:, :, -1]
        inner = np.einsum("ni,ijkl,nk->njl", a.conj(), tensor, a, optimize=True)
        values, vectors = np.linalg.eigh(inner)
        b = vectors[:, :, -1]
    kets = np.einsum("ni,nj->nij", a, b).reshape(_STARTS, -1)
    good = values[:, -1] >= min(0.0, float(values[:, -1].max()))
    return np.asarray(kets[good])


def _real(matrix: Array) -> Array:
    """Returns a Hermitian matrix as a real vector; the map keeps the norm."""
    return np.asarray((matrix.real + matrix.imag).reshape(-1))


def _hermitian(vector: Array, size: int) -> Array:
    square = vector.reshape(size, size)
    return np.asarray((square + square.T) / 2 + 1j * (square - square.T) / 2)
