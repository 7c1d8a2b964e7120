r"""The two data sets of the blog: ad hoc data, made to be separable by a ZZ feature map, and blobs.

Ad hoc data: with $|\Phi(x)\rangle$ the kets of the ZZ feature map (two repetitions, on
$[0, 2\pi)^n$), a random unitary V and the parity $P = Z^{\otimes n}$, a point belongs to class A
if $\langle\Phi(x)|V^\dagger P V|\Phi(x)\rangle \ge \Delta$, to B if it is $\le -\Delta$, and is
thrown away between the two.
"""

from __future__ import annotations

from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from sklearn.datasets import make_blobs

from qent_core.api import ParameterInvalidError

_POINTS = {1: 100, 2: 100, 3: 20}
"""Points per axis of the grid that points are drawn from, by the number of features."""


class Labelled(NamedTuple):
    """Features and class letters."""

    X: NDArray[np.float64]
    """``(n, features)``."""
    y: NDArray[np.str_]
    """``(n,)`` of ``"A"`` and ``"B"``, shuffled."""


def ad_hoc_data(
    per_class: int,
    rng: Generator,
    *,
    features: int = 2,
    gap: float = 0.3,
    unitary: NDArray[np.complex128] | None = None,
) -> Labelled:
    """Draws ad hoc data.

    Args:
        per_class: Points of each class.
        rng: Source of all randomness.
        features: 2 or 3, the number of qubits.
        gap: The gap between the classes, from 0 to below 1.
        unitary: V, ``(2**features, 2**features)``; by default a random one. Give the same to a
            training and a test set.

    Raises:
        ParameterInvalidError: A number is out of range, or no point lies outside the gap.

    Source: V. Havlicek et al., Nature 567, 209 (2019), supplement.

    Example:
        >>> data = ad_hoc_data(20, np.random.default_rng(0))
        >>> data.X.shape, sorted(set(data.y.tolist()))
        ((40, 2), ['A', 'B'])
    """
    if features not in (2, 3) or not 0 <= gap < 1 or per_class < 1:
        raise ParameterInvalidError(
            f"ad hoc data of {features} features, gap {gap}, {per_class} points a class",
            do="use 2 or 3 features, a gap from 0 to below 1, and one point or more",
        )
    V = random_unitary(2**features, rng) if unitary is None else unitary
    axis = np.arange(_POINTS[features]) * (2 * np.pi / _POINTS[features])
    found: dict[str, list[NDArray[np.float64]]] = {"A": [], "B": []}
    for _ in range(1000):
        X = rng.choice(axis, (8 * per_class, features))
        means = parity_means(X, V)
        found["A"].extend(X[means >= gap])
        found["B"].extend(X[means <= -gap])
        if min(len(points) for points in found.values()) >= per_class:
            break
    else:
        raise ParameterInvalidError(
            f"no points with a gap of {gap} were found for this unitary", do="make gap smaller"
        )
    X = np.concatenate([found[letter][:per_class] for letter in "AB"])
    y = np.repeat(np.array(["A", "B"]), per_class)
    order = rng.permutation(len(X))
    return Labelled(X[order], y[order])


def parity_means(X: NDArray[np.float64], V: NDArray[np.complex128]) -> NDArray[np.float64]:
    r"""Returns $\langle\Phi(x)|V^\dagger Z^{\otimes n} V|\Phi(x)\rangle$, ``(n,)``."""
    kets = zz_kets(X) @ V.T
    signs = reduce(np.kron, [np.array([1.0, -1.0])] * X.shape[1])
    means: NDArray[np.float64] = (np.abs(kets) ** 2) @ signs
    return means


def zz_kets(X: NDArray[np.float64], repetitions: int = 2) -> NDArray[np.complex128]:
    r"""Returns the kets of the ZZ feature map of the source, qubit 0 the most significant digit.

    Per repetition Hadamard gates and, up to a phase, $\exp(i\sum_k x_k Z_k + i\sum_{k<l}
    (\pi - x_k)(\pi - x_l) Z_k Z_l)$: the complex conjugate of Qiskit's ``zz_feature_map``.

    Example:
        >>> zz_kets(np.array([[np.pi, 0.0]]), 1).round(3)[0].real
        array([0.5, 0.5, 0.5, 0.5])
    """
    n = X.shape[1]
    bits = (np.arange(2**n)[:, None] >> np.arange(n)[::-1]) & 1
    phase = 2 * X @ bits.T
    for k in range(n):
        for other in range(k + 1, n):
            odd = bits[:, k] ^ bits[:, other]
            phase = phase + 2 * np.outer((np.pi - X[:, k]) * (np.pi - X[:, other]), odd)
    hadamard = reduce(np.kron, [np.array([[1, 1], [1, -1]]) / np.sqrt(2)] * n)
    kets = np.zeros((len(X), 2**n), dtype=np.complex128)
    kets[:, 0] = 1
    for _ in range(repetitions):
        kets = (kets @ hadamard) * np.exp(-1j * phase)
    return kets


def random_unitary(size: int, rng: Generator) -> NDArray[np.complex128]:
    """Returns the eigenvectors of a random Hermitian matrix, which is a Haar random unitary.

    Example:
        >>> V = random_unitary(4, np.random.default_rng(0))
        >>> bool(np.allclose(V @ V.conj().T, np.eye(4)))
        True
    """
    matrix = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    vectors: NDArray[np.complex128] = np.linalg.eigh(matrix + matrix.conj().T)[1]
    # The solver fixes the phase of each eigenvector; Haar measure knows no such choice.
    phases: NDArray[np.complex128] = np.exp(2j * np.pi * rng.uniform(size=size))
    return vectors * phases


def blobs(count: int, rng: Generator, *, spread: float = 1.0) -> Labelled:
    """Draws two Gaussian clouds with scikit-learn's ``make_blobs``, as classes A and B.

    Args:
        count: Points in all.
        rng: Source of all randomness.
        spread: Standard deviation of each cloud.

    Example:
        >>> blobs(10, np.random.default_rng(0)).X.shape
        (10, 2)
    """
    X, number = make_blobs(
        n_samples=count,
        centers=2,
        n_features=2,
        cluster_std=spread,
        random_state=int(rng.integers(2**31 - 1)),
    )
    return Labelled(X, np.array(["A", "B"])[number])
