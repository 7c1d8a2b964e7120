"""Check of the proof by extremality: an extreme PPT state of rank above 1 is entangled."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.checker.margins import LARGEST_DEFECT, state_defect
from qent_core.checker.outcome import Outcome, all_refused
from qent_core.linalg import Dims, dagger, partial_transpose
from qent_core.questions import Partition

Array = NDArray[Any]

ZERO = 1e-10
"""Eigenvalues below this count as zero ..."""

NONZERO = 1e-7
"""... and those above this as positive; a spectrum with values between is not decided."""

FLAT = 1e-8
"""A direction with an image below this stays in the face of rho ..."""

STEEP = 1e-6
"""... and one with an image above this leaves it."""


def check_extremal(rho: Array, dims: Dims, partition: Partition) -> Outcome:
    """Checks that rho is an extreme point of the set of PPT states and no pure state.

    Rho is extreme if and only if the only Hermitian matrices supported on its range whose partial
    transpose is supported on the range of its partial transpose are its multiples (Leinaas, Myrheim
    and Sollid, Phys. Rev. A 81, 062330 (2010)). A separable extreme point would be a pure product.
    The verdict rests on ranks, so it is within-delta at best.

    Args:
        rho: ``(k, D, D)``.
        dims: Local dimensions.
        partition: Two blocks.
    """
    if len(partition) != 2:
        return all_refused(len(rho))
    slack = np.array([_gap(matrix, dims, partition[0]) for matrix in rho]).reshape(len(rho))
    bad = state_defect(rho) > LARGEST_DEFECT
    return Outcome.by_slack(slack, 0.0).refused_where(bad).only_within_delta()


def _gap(rho: Array, dims: Dims, side: tuple[int, ...]) -> float:
    """Returns a positive number if rho is extreme, 0 if its ranks are unclear, else a negative."""
    turned = partial_transpose(rho[None], dims, side)[0]
    spaces = [_range_and_kernel(matrix) for matrix in (rho, turned)]
    if spaces[0] is None or spaces[1] is None:
        return 0.0
    (support, _), (_, kernel) = spaces[0], spaces[1]
    rank = support.shape[1]
    if rank < 2:
        return -1.0
    basis = _hermitian_basis(rank)
    directions = support @ basis @ dagger(support)
    images = partial_transpose(directions, dims, side) @ kernel
    flat = images.reshape(len(basis), -1)
    equations = np.concatenate([flat.real, flat.imag], axis=1)
    if equations.shape[1] < len(basis) - 1:
        return -1.0
    singular = np.sort(np.linalg.svd(equations, compute_uv=False))
    values = np.concatenate([np.zeros(len(basis) - len(singular)), singular])
    if values[0] > FLAT:
        return 0.0
    if values[1] > STEEP:
        return float(values[1])
    return 0.0 if values[1] > FLAT else -1.0


def _range_and_kernel(matrix: Array) -> tuple[Array, Array] | None:
    eigenvalues, vectors = np.linalg.eigh((matrix + matrix.conj().T) / 2)
    if ((eigenvalues > ZERO) & (eigenvalues < NONZERO)).any() or eigenvalues[0] < -ZERO:
        return None
    positive = eigenvalues >= NONZERO
    return vectors[:, positive], vectors[:, ~positive]


def _hermitian_basis(size: int) -> Array:
    """Returns an orthonormal basis of the Hermitian matrices, ``(size^2, size, size)``."""
    basis = np.zeros((size * size, size, size), dtype=np.complex128)
    index = 0
    for i in range(size):
        basis[index, i, i] = 1
        index += 1
        for j in range(i):
            basis[index, i, j] = basis[index, j, i] = 0.5**0.5
            basis[index + 1, i, j], basis[index + 1, j, i] = 1j * 0.5**0.5, -1j * 0.5**0.5
            index += 2
    return basis
