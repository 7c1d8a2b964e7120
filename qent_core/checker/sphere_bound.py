r"""Rigorous bound on an observable over product states when all blocks but one are qubits.

With qubits as Bloch vectors n, the largest value of W over the last block is
$f(n_1, n_2, \dots) = \lambda_{\max}(\sum n_{1\mu} n_{2\nu} \cdots C_{\mu\nu\cdots})$, convex in
each Bloch vector alone. A spherical triangle with corners v lies inside the convex hull of the
points v and v/h, where h is the distance of its plane from the origin; so f over a cell of
triangles is at most its largest value at those points. Cells whose bound is too large are split.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

_PAULI = np.array(
    [[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]],
    dtype=np.complex128,
)

_CHUNK = 20_000


def proven_below(operator: Array, qubits: int, target: float, budget: int) -> bool | None:
    r"""Tells whether $\langle W\rangle < target$ on every product state.

    Args:
        operator: ``(2^q f, 2^q f)`` Hermitian W on q qubits and a last block of dimension f.
        qubits: Number q of qubit blocks in front.
        target: The value that must not be reached.
        budget: Most evaluations of f.

    Returns:
        True if proven, False if a product state reaches the target, None if the budget ran out.

    Example:
        >>> swap = np.eye(4)[[0, 2, 1, 3]]            # at most 1 on product states
        >>> proven_below(swap, 1, 1.01, 10_000), proven_below(swap, 1, 0.99, 10_000)
        (True, False)
    """
    if not (np.isfinite(operator).all() and np.isfinite(target)):
        return None  # no comparison with NaN would ever say that a cell is too large
    components = _bloch_components(operator, qubits)
    corners = _octahedron()
    cells = np.array(list(itertools.product(range(len(corners)), repeat=qubits)))
    cells = corners[cells]  # (cells, qubits, 3 corners, 3)
    spent = 0
    while len(cells):
        waiting = []
        for start in range(0, len(cells), _CHUNK):
            chunk = cells[start : start + _CHUNK]
            spent += len(chunk) * 6**qubits
            if spent > budget:
                return None
            inner, outer = _cell_values(components, chunk)
            if (inner >= target).any():
                return False
            waiting.append(chunk[outer >= target])
        cells = _split(np.concatenate(waiting))
    return True


def _cell_values(components: Array, cells: Array) -> tuple[Array, Array]:
    """Returns f at the corners on the spheres, and the bound over each cell."""
    normal = np.cross(cells[:, :, 1] - cells[:, :, 0], cells[:, :, 2] - cells[:, :, 0])
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    distance = np.abs((normal * cells[:, :, 0]).sum(axis=-1))
    # Rounding must not let the hull shrink inside the triangle.
    stretched = cells / (distance - 1e-14)[..., None, None]
    points = np.concatenate([cells, stretched], axis=2)  # (cells, qubits, 6, 3)
    ones = np.ones((*points.shape[:-1], 1))
    points = np.concatenate([ones, points], axis=-1)
    value = np.broadcast_to(components, (len(cells), *components.shape))
    # One Bloch vector after the other: (cells, 4, 4, ..., f, f) becomes (cells, 6, 6, ..., f, f).
    for qubit in range(points.shape[1]):
        value = np.moveaxis(value, 1 + qubit, 1)
        value = np.einsum("cpm,cm...->cp...", points[:, qubit], value)
        value = np.moveaxis(value, 1, 1 + qubit)
    largest = _largest_eigenvalue(value)
    inner = largest
    for axis in range(points.shape[1]):
        inner = np.take(inner, range(3), axis=1 + axis)
    flat = tuple(range(1, largest.ndim))
    return inner.max(axis=flat), largest.max(axis=flat)


def _largest_eigenvalue(matrices: Array) -> Array:
    if matrices.shape[-1] == 2:
        mean = (matrices[..., 0, 0] + matrices[..., 1, 1]).real / 2
        half = (matrices[..., 0, 0] - matrices[..., 1, 1]).real / 2
        closed: Array = mean + np.sqrt(half**2 + np.abs(matrices[..., 0, 1]) ** 2)
        return closed
    return np.asarray(np.linalg.eigvalsh(matrices)[..., -1])


def _bloch_components(operator: Array, qubits: int) -> Array:
    r"""Returns $C_{\mu\nu\cdots}$, shape ``(4,) * q + (f, f)``."""
    last = operator.shape[0] // 2**qubits
    sides = (2,) * qubits + (last,)
    value = operator.reshape(*sides, *sides)
    for qubit in range(qubits):
        # Axes: components found so far, then rows of the other blocks, then columns.
        row, column = qubit, qubit + (qubits + 1 - qubit)
        value = np.moveaxis(value, (row, column), (-2, -1))
        value = np.einsum("...ab,mba->...m", value, _PAULI) / 2
        value = np.moveaxis(value, -1, qubit)
    return value


def _octahedron() -> Array:
    """Returns ``(8, 3, 3)``: the faces of the octahedron, three corners each."""
    axes = np.eye(3)
    return np.array(
        [
            [s * axes[i] for i, s in enumerate(signs)]
            for signs in itertools.product((1, -1), repeat=3)
        ]
    )


def _split(cells: Array) -> Array:
    """Returns every cell split into four triangles on each sphere."""
    for qubit in range(cells.shape[1]):
        a, b, c = (cells[:, qubit, i] for i in range(3))
        ab, bc, ca = (_middle(x, y) for x, y in ((a, b), (b, c), (c, a)))
        quarters = ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))
        parts = []
        for corners in quarters:
            part = cells.copy()
            part[:, qubit] = np.stack(corners, axis=1)
            parts.append(part)
        cells = np.concatenate(parts)
    return cells


def _middle(x: Array, y: Array) -> Array:
    middle = x + y
    unit: Array = middle / np.linalg.norm(middle, axis=-1, keepdims=True)
    return unit
