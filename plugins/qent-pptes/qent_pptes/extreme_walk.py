r"""Walking to extreme points of the set of states with positive partial transposes.

A state $\rho$ is extreme if the only Hermitian matrices X supported on the range of $\rho$, with
every partial transpose $X^T$ supported on the range of the $\rho^T$ in question, are the multiples
of $\rho$: any other X leads along a line inside the set. The walk follows such lines (Leinaas,
Myrheim, Ovrum, Phys. Rev. A 76, 034304, 2007): from $1/D$ in a random direction to where the state
or one of its partial transposes loses rank, and from there in a random direction that keeps the
ranges, until none is left.

Everything is batched: in each round the states are grouped by their ranks and each group takes one
step. X is written as $U A U^\dagger$ on the smallest of the ranges, with real coordinates for the
Hermitian A; that the other ranges hold its partial transposes is one linear equation for each pair
of a vector of the kernel and any vector.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_core.linalg import Array, Dims, partial_transpose

View = tuple[int, ...]
"""Parties that are transposed; none for the state itself."""

_ZERO = 1e-9
"""Eigenvalues and singular values below it are zero: the walk makes them so to about 1e-15."""
_CLEAR = 1e-5
"""What is not zero must be above this in the end; a state with less is drawn again."""
_CHUNK = 2**24
"""Numbers in the largest array that is formed."""


@dataclass(frozen=True)
class ExtremeStates:
    """Extreme points with their ranks."""

    states: Array
    """``(n, D, D)``."""
    ranks: NDArray[np.intp]
    """``(n, views)`` ranks of the state and of its partial transposes."""


def extreme_states(count: int, dims: Dims, views: Sequence[View], rng: Generator) -> ExtremeStates:
    """Returns random extreme points of the states that are positive in every view.

    Args:
        count: Number of states.
        dims: Local dimensions.
        views: Which parties to transpose in each view; the first is ``()``, the state itself.
        rng: Source of randomness.
    """
    size = math.prod(dims)
    step = max(1, _CHUNK // size**4)
    found: list[ExtremeStates] = []
    missing = count
    while missing:
        batch = _walk(min(missing, step), dims, views, rng)
        found.append(batch)
        missing -= len(batch.states)
    if not found:
        return ExtremeStates(np.zeros((0, size, size), complex), np.zeros((0, len(views)), np.intp))
    return ExtremeStates(
        np.concatenate([batch.states for batch in found]),
        np.concatenate([batch.ranks for batch in found]),
    )


def _walk(count: int, dims: Dims, views: Sequence[View], rng: Generator) -> ExtremeStates:
    """Returns at most ``count`` extreme points; the few with doubtful ranks are left out."""
    size = math.prod(dims)
    states = np.repeat(np.eye(size, dtype=complex)[None] / size, count, axis=0)
    ranks = np.full((count, len(views)), size, np.intp)
    good = np.zeros(count, bool)
    walking = np.arange(count)
    while len(walking):
        noise = rng.standard_normal((len(walking), size, size, 2)) @ np.array([1, 1j])
        done = np.zeros(len(walking), bool)
        for group in np.unique(ranks[walking], axis=0):
            here = np.flatnonzero((ranks[walking] == group).all(axis=1))
            rows = walking[here]
            step = _step(states[rows], noise[here], group, dims, views)
            states[rows], ranks[rows] = step.states, step.ranks
            good[rows], done[here] = step.clear, step.done
        walking = walking[~done]
    return ExtremeStates(states[good], ranks[good])


@dataclass(frozen=True)
class _Step:
    states: Array
    ranks: NDArray[np.intp]
    done: NDArray[np.bool_]
    clear: NDArray[np.bool_]


def _step(
    states: Array, noise: Array, ranks: NDArray[np.intp], dims: Dims, views: Sequence[View]
) -> _Step:
    """Moves states of equal ranks to the next faces, or polishes those that have arrived."""
    spectra, frames = _spectra(states, dims, views)
    base = int(np.argmin(ranks))
    frame = frames[base][:, :, -ranks[base] :]
    rows = _equations(frame, base, frames, ranks, dims, views)
    basis, nullity, gap = _row_space(rows)
    last = (nullity == 1)[:, None, None]
    # Where only the state itself is left, projecting it removes what rounding has added to it.
    start = np.where(last, _transposed(states, dims, views[base]), noise)
    allowed = _projected(_coordinates(_compressed(start, frame)), basis)
    matrix = _transposed(_expanded(_matrices(allowed, int(ranks[base])), frame), dims, views[base])
    trace = np.einsum("nii->n", matrix).real[:, None, None]
    direction = matrix - trace * states
    length = _reach(direction, spectra, frames, ranks, dims, views)[:, None, None]
    moved = np.where(last, matrix / np.where(last, trace, 1), states + length * direction)
    moved = (moved + moved.conj().swapaxes(1, 2)) / 2
    values = np.stack([np.linalg.eigvalsh(_transposed(moved, dims, view)) for view in views], 1)
    reached = (values > _ZERO).sum(axis=2)
    arrived = nullity == 1
    stuck = ~arrived & (reached.sum(axis=1) >= ranks.sum())
    smallest = np.where(values > _ZERO, values, 1.0).min(axis=(1, 2))
    clear = arrived & (np.minimum(smallest, gap) > _CLEAR) & (values.min(axis=(1, 2)) > -1e-13)
    return _Step(moved, reached, arrived | stuck, clear)


def _spectra(states: Array, dims: Dims, views: Sequence[View]) -> tuple[list[Array], list[Array]]:
    pairs = [np.linalg.eigh(_transposed(states, dims, view)) for view in views]
    return [values for values, _ in pairs], [vectors for _, vectors in pairs]


def _equations(
    frame: Array,
    base: int,
    frames: Sequence[Array],
    ranks: NDArray[np.intp],
    dims: Dims,
    views: Sequence[View],
) -> Array:
    r"""Returns ``(n, equations, r*r)`` rows that are orthogonal to the coordinates allowed.

    $\langle x|T(X)|y\rangle = \mathrm{tr}(X\,T(|y\rangle\langle x|))$ must vanish for x in the
    kernel of a view and any y; its real and imaginary parts are one equation each.
    """
    count, size = frame.shape[:2]
    blocks = []
    for index, view in enumerate(views):
        kernel = frames[index][:, :, : size - ranks[index]]
        if index == base or not kernel.shape[2]:
            continue
        crossed = tuple(sorted(set(view) ^ set(views[base])))
        outer = np.einsum("niy,njx->nxyij", frames[index], kernel.conj())
        flat = outer.reshape(-1, size, size)
        turned = partial_transpose(flat, dims, crossed).reshape(count, -1, size, size)
        small = frame.conj().swapaxes(1, 2)[:, None] @ turned @ frame[:, None]
        adjoint = small.conj().swapaxes(2, 3)
        # Pairs inside the kernel come twice; they only make the equations redundant.
        blocks += [_coordinates((small + adjoint) / 2), _coordinates((small - adjoint) / 2j)]
    if not blocks:
        return np.zeros((count, 0, frame.shape[2] ** 2))
    return np.concatenate(blocks, axis=1)


def _row_space(rows: Array) -> tuple[Array, NDArray[np.intp], Array]:
    """Returns what spans the equations ``(n, m, k)``, and how many unknowns they leave.

    Returns:
        Orthonormal ``(n, l, k)`` rows, filled with zeros; the dimensions of the null spaces; and
        the smallest nonzero singular value.
    """
    count, equations, unknowns = rows.shape
    if not equations:
        return rows, np.full(count, unknowns), np.ones(count)
    if equations > unknowns:
        rows = np.asarray(np.linalg.qr(rows, mode="r"))
    _, sizes, basis = np.linalg.svd(rows, full_matrices=False)
    kept = sizes > _ZERO
    smallest = np.where(kept, sizes, 1.0).min(axis=1)
    return np.where(kept[:, :, None], basis, 0), unknowns - kept.sum(axis=1), smallest


def _projected(vectors: Array, basis: Array) -> Array:
    """Returns vectors ``(n, k)`` without their parts along ``(n, l, k)`` rows."""
    for _ in range(2):  # once more for what rounding leaves
        along = np.matmul(basis, vectors[:, :, None])
        vectors = vectors - np.matmul(basis.swapaxes(1, 2), along)[:, :, 0]
    return vectors


def _reach(
    direction: Array,
    spectra: Sequence[Array],
    frames: Sequence[Array],
    ranks: NDArray[np.intp],
    dims: Dims,
    views: Sequence[View],
) -> Array:
    """Returns how far one can go before a view stops being positive."""
    steepest = np.zeros(len(direction))
    for view, values, vectors, rank in zip(views, spectra, frames, ranks, strict=True):
        frame = vectors[:, :, -rank:] / np.sqrt(values[:, None, -rank:])
        pull = np.linalg.eigvalsh(_compressed(_transposed(direction, dims, view), frame))
        steepest = np.minimum(steepest, pull[:, 0])
    return np.asarray(-1 / np.where(steepest < 0, steepest, -1.0))


def _transposed(matrices: Array, dims: Dims, view: View) -> Array:
    return partial_transpose(matrices, dims, view) if view else matrices


def _compressed(matrices: Array, frame: Array) -> Array:
    small: Array = frame.conj().swapaxes(1, 2) @ matrices @ frame
    return (small + small.conj().swapaxes(1, 2)) / 2


def _expanded(matrices: Array, frame: Array) -> Array:
    large: Array = frame @ matrices @ frame.conj().swapaxes(1, 2)
    return large


@lru_cache(maxsize=64)
def _upper(size: int) -> tuple[Array, Array]:
    return np.triu_indices(size, 1)


def _coordinates(matrices: Array) -> Array:
    """Returns orthonormal real coordinates ``(..., r*r)`` of Hermitian matrices."""
    rows, columns = _upper(matrices.shape[-1])
    corner = matrices[..., rows, columns] * 2**0.5
    diagonal = np.einsum("...ii->...i", matrices).real
    return np.concatenate([diagonal, corner.real, corner.imag], axis=-1)


def _matrices(coordinates: Array, size: int) -> Array:
    rows, columns = _upper(size)
    matrices = np.zeros((*coordinates.shape[:-1], size, size), complex)
    real, imaginary = np.split(coordinates[..., size:], 2, axis=-1)
    corner = (real + 1j * imaginary) / 2**0.5
    matrices[..., rows, columns] = corner
    matrices[..., columns, rows] = corner.conj()
    matrices[..., np.arange(size), np.arange(size)] = coordinates[..., :size]
    return matrices
