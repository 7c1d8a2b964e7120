"""States to try components on: a few random ones of each common shape, always the same."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.linalg import Dims, projectors
from qent_core.states import StateBatch

Array = NDArray[Any]

SHAPES: tuple[Dims, ...] = ((2, 2), (2, 2, 2), (2, 3), (3, 3), (2,))
"""Local dimensions tried where a record does not restrict them."""

COUNT = 6


def kets(count: int, dims: Dims, seed: int) -> Array:
    """Returns ``(count, D)`` Haar-random kets."""
    rng = np.random.default_rng([seed, *dims])
    size = math.prod(dims)
    drawn = rng.normal(size=(count, size)) + 1j * rng.normal(size=(count, size))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


def mixed(count: int, dims: Dims, seed: int) -> Array:
    """Returns ``(count, D, D)`` random density matrices of full rank."""
    rng = np.random.default_rng([seed, 1, *dims])
    size = math.prod(dims)
    shape = (count, size, size + 1)
    drawn = rng.normal(size=shape) + 1j * rng.normal(size=shape)
    rho = drawn @ drawn.conj().swapaxes(1, 2)
    return np.asarray(rho / np.einsum("nii->n", rho).real[:, None, None])


def products(count: int, dims: Dims, seed: int) -> Array:
    """Returns ``(count, D)`` random product kets."""
    result = np.ones((count, 1), dtype=complex)
    for party, d in enumerate(dims):
        factor = kets(count, (d,), seed + 17 * party)
        result = (result[:, :, None] * factor[:, None, :]).reshape(count, -1)
    return result


def unitaries(count: int, d: int, seed: int) -> Array:
    """Returns ``(count, d, d)`` random unitaries."""
    rng = np.random.default_rng([seed, 2, d])
    drawn = rng.normal(size=(count, d, d)) + 1j * rng.normal(size=(count, d, d))
    return np.asarray(np.linalg.qr(drawn)[0])


def inputs(spec: Any, *, count: int = COUNT, seed: int = 5) -> Iterator[StateBatch]:
    """Yields batches that a component with this record may be given.

    Each is new memory: a component that writes into its input spoils nobody else's.
    """
    restricted = getattr(spec, "dims", None)
    shapes: Sequence[Dims] = (tuple(restricted),) if restricted else SHAPES
    for dims in shapes:
        if not getattr(spec, "pure_only", False):
            # Half of them close to white noise, where other answers are right.
            rho = mixed(count, dims, seed)
            rho[::2] = 0.3 * rho[::2] + 0.7 * np.eye(math.prod(dims)) / math.prod(dims)
            yield StateBatch(rho, dims)
        yield StateBatch(kets(count, dims, seed), dims)


def copied(batch: StateBatch) -> StateBatch:
    """Returns the same states in memory of their own."""
    return StateBatch(
        batch.array.copy(),
        batch.dims,
        parameters={name: values.copy() for name, values in batch.parameters.items()},
        known={question: values.copy() for question, values in batch.known.items()},
        certificates=batch.certificates,
        source=batch.source,
    )


def with_density(batch: StateBatch) -> StateBatch:
    """Returns the same states as density matrices."""
    rho = batch.array if batch.kind == "density" else projectors(batch.array)
    return StateBatch(rho, batch.dims, known=batch.known)
