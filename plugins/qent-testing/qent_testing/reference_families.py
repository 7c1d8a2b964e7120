"""The formulae behind the bank of reference states, each as one small function."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def ghz(parties: int) -> Array:
    r"""Returns the ket $(|0\dots0\rangle + |1\dots1\rangle)/\sqrt2$."""
    ket = np.zeros(2**parties)
    ket[[0, -1]] = 2**-0.5
    return ket


def w_state(parties: int) -> Array:
    """Returns the ket with one excitation shared evenly."""
    ket = np.zeros(2**parties)
    ket[[2**party for party in range(parties)]] = parties**-0.5
    return ket


def isotropic(d: int, alpha: float) -> Array:
    r"""Returns $\alpha|\phi\rangle\langle\phi| + (1-\alpha)I/d^2$, separable up to $1/(d+1)$."""
    phi = np.eye(d).ravel() / d**0.5
    return np.asarray(alpha * np.outer(phi, phi) + (1 - alpha) * np.eye(d * d) / d**2)


def werner(d: int, weight: float) -> Array:
    """Returns the Werner state of antisymmetric weight ``weight``, separable up to 1/2."""
    swap = np.eye(d * d).reshape(d, d, d, d).transpose(1, 0, 2, 3).reshape(d * d, d * d)
    symmetric, antisymmetric = (np.eye(d * d) + swap) / 2, (np.eye(d * d) - swap) / 2
    return np.asarray(
        (1 - weight) * symmetric / np.trace(symmetric)
        + weight * antisymmetric / np.trace(antisymmetric)
    )


def horodecki_3x3(a: float) -> Array:
    """Returns P. Horodecki's 3x3 state: positive partial transpose, entangled for 0 < a < 1."""
    rho = a * np.eye(9)
    for row, column in ((0, 4), (0, 8), (4, 8)):
        rho[row, column] = rho[column, row] = a
    rho[6, 6] = rho[8, 8] = (1 + a) / 2
    rho[6, 8] = rho[8, 6] = (1 - a**2) ** 0.5 / 2
    return np.asarray(rho / (8 * a + 1))


def horodecki_2x4(b: float) -> Array:
    """Returns P. Horodecki's 2x4 state: positive partial transpose, entangled for 0 < b < 1."""
    rho = b * np.eye(8)
    for row, column in ((0, 5), (1, 6), (2, 7)):
        rho[row, column] = rho[column, row] = b
    rho[4, 4] = rho[7, 7] = (1 + b) / 2
    rho[4, 7] = rho[7, 4] = (1 - b**2) ** 0.5 / 2
    return np.asarray(rho / (7 * b + 1))


def horodecki_sigma(alpha: float) -> Array:
    r"""Returns $\frac27 P_\phi + \frac\alpha7\sigma_+ + \frac{5-\alpha}7\sigma_-$ of two qutrits.

    Separable for 2 <= alpha <= 3, bound entangled up to 4, with a negative partial transpose above.
    """
    phi = np.eye(3).ravel() / 3**0.5
    rho = 2 / 7 * np.outer(phi, phi)
    for i, j in ((0, 1), (1, 2), (2, 0)):
        rho[3 * i + j, 3 * i + j] += alpha / 21
        rho[3 * j + i, 3 * j + i] += (5 - alpha) / 21
    return np.asarray(rho)


def _complement(vectors: list[Array], size: int) -> Array:
    """Returns the normalised projector on what is orthogonal to a product basis."""
    rho = np.eye(size) - sum(np.outer(v, v) / np.dot(v, v) for v in vectors)
    return np.asarray(rho / np.trace(rho))


def tiles_upb() -> Array:
    """Returns the bound entangled state of the tiles product basis of two qutrits."""
    e = np.eye(3)
    vectors = [
        np.kron(e[0], e[0] - e[1]),
        np.kron(e[2], e[1] - e[2]),
        np.kron(e[0] - e[1], e[2]),
        np.kron(e[1] - e[2], e[0]),
        np.kron(e.sum(0), e.sum(0)),
    ]
    return _complement(vectors, 9)


def pyramid_upb() -> Array:
    """Returns the bound entangled state of the pyramid product basis of two qutrits."""
    height = (1 + 5**0.5) ** 0.5 / 2
    feet = [
        np.array([np.cos(2 * np.pi * k / 5), np.sin(2 * np.pi * k / 5), height]) for k in range(5)
    ]
    return _complement([np.kron(feet[k], feet[2 * k % 5]) for k in range(5)], 9)


def shifts_upb() -> Array:
    """Returns the state of the shifts basis of three qubits: every cut is separable."""
    zero, one = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    plus, minus = zero + one, zero - one
    triples = ((zero, zero, zero), (one, minus, plus), (plus, one, minus), (minus, plus, one))
    return _complement([np.kron(np.kron(a, b), c) for a, b, c in triples], 8)


def acin(a: float, b: float, c: float) -> Array:
    """Returns the three-qubit state of Acin et al.: cuts separable, fully separable iff ab = c."""
    diagonal = np.array([1, a, b, c, 1 / c, 1 / b, 1 / a, 1])
    rho = np.diag(diagonal)
    rho[0, 7] = rho[7, 0] = 1
    return np.asarray(rho / diagonal.sum())


def smolin() -> Array:
    """Returns Smolin's four-qubit state: separable for any two pairs, yet entangled."""
    bells = np.array([[1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0], [0, 1, -1, 0]]) / 2**0.5
    projectors = np.einsum("ki,kj->kij", bells, bells)
    return np.asarray(sum(np.kron(p, p) for p in projectors) / 4)
