r"""Check of the proof by symmetric extensions: a witness that is a sum of squares.

Let the cut be A|B with B the extended side. If W satisfies, as Hermitian forms on product vectors,

$$\langle a b|W|a b\rangle\,\langle b|b\rangle^{k-1} = \sum_{j=0}^{k}
\langle a\,b^{\otimes k-j}\,\bar b^{\otimes j}|Z_j|a\,b^{\otimes k-j}\,\bar b^{\otimes j}\rangle$$

with positive $Z_j$ on $A\otimes Sym^{k-j}B\otimes Sym^jB$, it is not negative on product states:
the dual of a PPT extension of B to k symmetric copies (Doherty, Parrilo and Spedalieri, Phys. Rev.
A 69, 022308 (2004)). The certificate holds W and $Z_1$ to $Z_k$; $Z_0$ is what the equation leaves,
so the equation holds by construction; on unit vectors each term is at least the lowest eigenvalue
of its part, whatever its sign.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.checker.margins import eigenvalue_margin, state_defect
from qent_core.checker.outcome import Outcome, all_refused, joined_where
from qent_core.linalg import Dims, dagger, local_dimensions, partial_transpose, permute_parties
from qent_core.questions import Partition

Array = NDArray[Any]

LARGEST_EXTENSION = 1024
"""Largest dimension of A with all copies of B that the check works through."""


def check_extension(
    rho: Array, dims: Dims, partition: Partition, arrays: Mapping[str, Array]
) -> Outcome:
    r"""Checks that $tr(W\rho)$ lies below a bound on W over product states.

    Args:
        rho: ``(n, D, D)``.
        dims: Local dimensions.
        partition: Two blocks.
        arrays: ``operator`` (n, D, D), ``copies`` (n,), ``extended_side`` (n,) and ``parts/i``:
            $Z_{i+1}$, ``(n, s, s)``.
    """
    count = len(rho)
    parts = [arrays[f"parts/{i}"] for i in range(sum(key.startswith("parts/") for key in arrays))]
    if len(partition) != 2 or not parts or arrays["operator"].shape != rho.shape:
        return all_refused(count)
    fits = arrays["copies"] == len(parts)
    found = all_refused(count)
    for side in (0, 1):
        mine = fits & (arrays["extended_side"] == side)
        if mine.any():
            blocks = (partition[1 - side], partition[side])
            operator, own = arrays["operator"][mine], [part[mine] for part in parts]
            outcome = _check(rho[mine], dims, blocks, operator, own)
            found = joined_where(mine, outcome, found)
    return found


def _check(
    rho: Array, dims: Dims, blocks: Partition, operator: Array, parts: list[Array]
) -> Outcome:
    a, b = local_dimensions(dims, blocks)
    copies = len(parts)
    sizes = [a * _symmetric(b, copies - j) * _symmetric(b, j) for j in range(copies + 1)]
    if any(p.shape[1:] != (s, s) for p, s in zip(parts, sizes[1:], strict=True)):
        return all_refused(len(rho))
    if a * b**copies > LARGEST_EXTENSION:
        nothing = np.zeros(len(rho))
        return Outcome.by_slack(nothing, 1.0)
    w = (operator + dagger(operator)) / 2
    norm = np.linalg.norm(w, axis=(1, 2))
    scale = np.where(norm > 0, norm, 1)[:, None, None]
    w = w / scale
    positive = [(p + dagger(p)) / (2 * scale) for p in parts]
    first = remaining_part(permute_parties(w, dims, (*blocks[0], *blocks[1])), a, b, positive)
    # Every number that went into Z_0 is off by a few roundings of the largest one there.
    weight = b ** (copies / 2) + sum(np.linalg.norm(p, axis=(1, 2)) for p in positive)
    margin = eigenvalue_margin(a * b**copies) * weight
    lowest = [np.linalg.eigvalsh(p)[:, 0] for p in (first, *positive)]
    value = np.einsum("kij,kji->k", w, rho, optimize=True).real
    return Outcome.by_slack(np.sum(lowest, axis=0) - value - state_defect(rho), margin)


def remaining_part(operator: Array, a: int, b: int, parts: list[Array]) -> Array:
    r"""Returns $Z_0$ ``(n, s, s)``: W on A and the symmetric copies of B, less what $Z_j$ give.

    Args:
        operator: ``(n, a b, a b)`` W, the extended side last.
        a: Dimension of A.
        b: Dimension of B.
        parts: $Z_1$ to $Z_k$.

    Example:
        >>> flip = np.eye(4)[[0, 2, 1, 3]][None]           # the partial transpose of 2 phi
        >>> phi = np.outer([1, 0, 0, 1], [1, 0, 0, 1])[None]
        >>> np.abs(remaining_part(flip, 2, 2, [phi])).max()
        np.float64(0.0)
    """
    copies, count = len(parts), len(operator)
    all_copies = (a, *(b,) * copies)
    spectators = np.eye(b ** (copies - 1))
    wide = operator[:, :, None, :, None] * spectators[:, None, :]
    total = wide.reshape(count, a * b**copies, -1).astype(np.complex128)
    for j, part in enumerate(parts, start=1):
        embedding = np.kron(np.eye(a), np.kron(_isometry(b, copies - j), _isometry(b, j)))
        form = embedding @ part @ embedding.T
        total -= partial_transpose(form, all_copies, range(copies - j + 1, copies + 1))
    symmetric = np.kron(np.eye(a), _isometry(b, copies))
    first: Array = symmetric.T @ total @ symmetric
    return (first + dagger(first)) / 2


def _symmetric(b: int, copies: int) -> int:
    return math.comb(b + copies - 1, copies)


def _isometry(b: int, copies: int) -> Array:
    """Returns ``(b^k, s)``: the normalised symmetric basis, ordered by occupied levels."""
    levels = list(itertools.combinations_with_replacement(range(b), copies))
    place = {level: index for index, level in enumerate(levels)}
    isometry = np.zeros((b**copies, len(levels)))
    for row, level in enumerate(itertools.product(range(b), repeat=copies)):
        isometry[row, place[tuple(sorted(level))]] = 1
    normalised: Array = isometry / np.sqrt(isometry.sum(axis=0))
    return normalised
