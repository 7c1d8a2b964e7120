"""Checks of the certificates that prove entanglement by one computed number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.checker.margins import (
    EPSILON,
    SAFETY,
    quadratic_form_margin,
    state_defect,
    trace_norm_margin,
)
from qent_core.checker.outcome import Outcome, all_refused
from qent_core.linalg import Dims, apply_local, partial_transpose, realign
from qent_core.questions import Partition

Array = NDArray[Any]


def check_npt(rho: Array, dims: Dims, partition: Partition, vector: Array) -> Outcome:
    r"""Checks $\langle v|\rho^{T_A}|v\rangle < 0$.

    Args:
        rho: ``(k, D, D)``.
        dims: Local dimensions.
        partition: Two blocks.
        vector: ``(k, D)``.
    """
    if len(partition) != 2 or vector.shape != rho.shape[:2]:
        return all_refused(len(rho))
    squares = (vector.real**2 + vector.imag**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        v = vector / np.sqrt(squares)[:, None]
    turned = partial_transpose(rho, dims, partition[0])
    value = np.einsum("ki,kij,kj->k", v.conj(), turned, v, optimize=True).real
    # A state at distance d has a value that differs by at most d.
    return Outcome.by_slack(-value - state_defect(rho), quadratic_form_margin(rho.shape[1]))


def check_realignment(rho: Array, dims: Dims, partition: Partition) -> Outcome:
    """Checks that the realigned matrix has trace norm above 1 (CCNR criterion).

    Args:
        rho: ``(k, D, D)``.
        dims: Local dimensions.
        partition: Two blocks.
    """
    if len(partition) != 2:
        return all_refused(len(rho))
    matrix = realign(rho, dims, partition[0])
    return _above_one(matrix, state_defect(rho))


def check_permutation_norm(
    rho: Array, dims: Dims, partition: Partition, permutation: Array
) -> Outcome:
    """Checks that some reshuffle of the 2N indices has trace norm above 1.

    For a product of pure states every reshuffle of the indices into a matrix is a tensor product
    of unit vectors and rank-one projectors, so its trace norm is 1, and a mixture's is at most 1.

    Args:
        rho: ``(k, D, D)``.
        dims: Local dimensions.
        partition: Every party a block of its own.
        permutation: ``(k, 2N)``; the first N indices become the rows.
    """
    parties = len(dims)
    if len(partition) != parties or permutation.shape != (len(rho), 2 * parties):
        return all_refused(len(rho))
    slack = np.full(len(rho), -np.inf)
    defect = state_defect(rho)
    for order in np.unique(permutation, axis=0):
        axes = [int(index) for index in order]
        if sorted(axes) != list(range(2 * parties)):
            continue
        mine = np.flatnonzero((permutation == order).all(axis=1))
        split = rho[mine].reshape(len(mine), *dims, *dims)
        rows = math.prod((dims * 2)[axis] for axis in axes[:parties])
        turned = split.transpose(0, *(1 + axis for axis in axes)).reshape(len(mine), rows, -1)
        slack[mine] = _above_one(turned, defect[mine]).slack
    return Outcome.by_slack(slack, 0.0)


def check_x_form(
    rho: Array, dims: Dims, partition: Partition, unitaries: Mapping[str, Array]
) -> Outcome:
    r"""Checks that the anti-diagonal inequality of three qubits is violated in a product basis.

    In every product basis a fully separable state of three qubits obeys
    $|\rho_{i,7-i}|^4 \le \rho_{11}\rho_{22}\rho_{44}\rho_{77}$ and
    $\le \rho_{00}\rho_{33}\rho_{55}\rho_{66}$ (Guehne and Seevinck, New J. Phys. 12, 053002
    (2010)). Both sides are bounded with their rounding errors before they are compared.

    Args:
        rho: ``(k, 8, 8)``.
        dims: ``(2, 2, 2)``.
        partition: Three blocks.
        unitaries: ``unitaries/0`` to ``unitaries/2``, each ``(k, 2, 2)``.
    """
    if dims != (2, 2, 2) or len(partition) != 3 or len(unitaries) != 3:
        return all_refused(len(rho))
    if any(u.shape != (len(rho), 2, 2) for u in unitaries.values()):
        return all_refused(len(rho))
    bases = [_unitary(unitaries[f"unitaries/{i}"]) for i in range(3)]
    turned = apply_local(rho, dims, bases)
    error = SAFETY * 32 * EPSILON + state_defect(rho)
    diagonal = np.einsum("kii->ki", turned).real + error[:, None]
    first = np.clip(diagonal[:, [1, 2, 4, 7]], 0, None).prod(axis=1) ** 0.25
    second = np.clip(diagonal[:, [0, 3, 5, 6]], 0, None).prod(axis=1) ** 0.25
    anti = np.abs(turned[:, [0, 1, 2, 3], [7, 6, 5, 4]]).max(axis=1)
    return Outcome.by_slack(anti - error - np.minimum(first, second), 4 * EPSILON)


def _unitary(matrices: Array) -> Array:
    """Returns the unitary part: what is unitary stays as it is, what is not becomes so."""
    q, r = np.linalg.qr(matrices)
    diagonal = np.einsum("kii->ki", r)
    size = np.abs(diagonal)
    phases = np.where(size > 0, diagonal, 1) / np.where(size > 0, size, 1)
    turned: Array = q * phases[:, None, :]
    return turned


def _above_one(matrix: Array, defect: Array) -> Outcome:
    rows, columns = matrix.shape[1:]
    norm = np.linalg.svd(matrix, compute_uv=False).sum(axis=1)
    # The trace norm is at most sqrt(rank) times the Frobenius norm.
    drift = math.sqrt(min(rows, columns)) * defect
    return Outcome.by_slack(norm - 1 - drift, trace_norm_margin(rows, columns))
