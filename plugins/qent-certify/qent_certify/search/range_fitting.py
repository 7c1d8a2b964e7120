r"""Decompositions of singular states: product vectors that stay inside the ranges.

Every product vector in a decomposition of $\rho$ lies in the range of $\rho$, and with the factors
of some blocks conjugated in the range of that partial transpose. Near a solution the mixture sees a
component in a kernel only to second order, which makes the plain search creep; so those linear
conditions are solved for as equations of their own.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.search.best_product import best_products
from qent_certify.search.nearest import damped_step, product_tangents
from qent_certify.search.product_algebra import (
    Factors,
    balanced,
    mixture,
    product_vectors,
    pulled_back,
)
from qent_core.linalg import partial_transpose

Array = NDArray[Any]

_PATIENCE, _SLOW = 10, 0.8
"""The search ends if so many steps leave so large a share of every state's squared distance."""


@dataclass(frozen=True, eq=False)
class Kernel:
    """The kernel of a partial transpose."""

    conjugated: tuple[int, ...]
    """Blocks that are transposed."""
    vectors: Array
    """``(n, r, D)``; zero vectors where a state has a smaller kernel."""


def kernels(states: Array, sizes: tuple[int, ...], zero: float = 1e-10) -> list[Kernel]:
    """Returns the kernels of the states and of all their partial transposes.

    Args:
        states: ``(n, D, D)``.
        sizes: Dimension of each block.
        zero: Eigenvalues below this belong to the kernel.

    Example:
        >>> product = np.zeros((1, 4, 4)); product[0, 0, 0] = 1
        >>> [kernel.vectors.shape for kernel in kernels(product, (2, 2))]
        [(1, 3, 4), (1, 3, 4)]
    """
    found = []
    for count in range(len(sizes)):
        for blocks in itertools.combinations(range(1, len(sizes)), count):
            values, vectors = np.linalg.eigh(partial_transpose(states, sizes, blocks))
            inside = values < zero
            most = int(inside.sum(axis=1).max(initial=0))
            kept = np.where(inside[:, None, :], vectors, 0)[:, :, :most]
            if most:
                found.append(Kernel(blocks, kept.swapaxes(1, 2)))
    return found


def products_in_ranges(
    states: Array, sizes: tuple[int, ...], probes: Factors, sweeps: int
) -> Factors:
    """Returns product vectors as far inside the ranges as a local search gets them.

    Args:
        states: ``(n, D, D)``.
        sizes: Dimension of each block.
        probes: One ``(s, d_i)`` array per block to begin from.
        sweeps: Rounds over all blocks.

    Example:
        >>> product = np.zeros((1, 4, 4)); product[0, 0, 0] = 1
        >>> probes = [np.array([[1.0, 0.5]]), np.array([[0.3, 1.0]])]
        >>> [f.round(6).real.tolist() for f in products_in_ranges(product, (2, 2), probes, 9)]
        [[[[1.0, 0.0]]], [[[1.0, 0.0]]]]
    """
    outside = np.zeros_like(states, dtype=np.complex128)
    for kernel in kernels(states, sizes):
        projector = kernel.vectors.swapaxes(1, 2) @ kernel.vectors.conj()
        outside -= partial_transpose(projector, sizes, kernel.conjugated)
    return best_products(outside, sizes, probes, sweeps)[1]


def fit_in_ranges(
    states: Array, start: Factors, iterations: int, tolerance: float
) -> tuple[Factors, NDArray[np.float64]]:
    """Fits mixtures of product vectors that stay inside the ranges.

    Args:
        states: ``(n, D, D)``, all of them worked on to the end.
        start: One ``(m, d_i)`` or ``(n, m, d_i)`` array per block.
        iterations: Most steps.
        tolerance: Distance at which to stop.

    Returns:
        The factors and ``(n,)`` Frobenius distances.
    """
    count = len(states)
    spread = [np.broadcast_to(f, (count, *f.shape[-2:])) for f in start]
    factors = [np.array(f, dtype=np.complex128) for f in spread]
    sizes = tuple(f.shape[2] for f in factors)
    outside = kernels(states, sizes)
    damping = np.full(count, 1e-2)
    vectors = product_vectors(factors)
    rest = states - mixture(vectors)
    value = _value(rest, outside, factors)
    mark = value
    for step_number in range(iterations):
        tangents = product_tangents(factors)
        blocks, gradient = _range_equations(outside, factors)
        gradient = gradient + np.concatenate(pulled_back(factors, vectors, rest), axis=2)
        step = damped_step(factors, tangents, vectors, blocks, gradient, damping)
        trial = balanced([f + s for f, s in zip(factors, step, strict=True)])
        new_vectors = product_vectors(trial)
        new_rest = states - mixture(new_vectors)
        new_value = _value(new_rest, outside, trial)
        pick = (new_value < value)[:, None, None]
        factors = [np.where(pick, new, old) for new, old in zip(trial, factors, strict=True)]
        vectors, rest = np.where(pick, new_vectors, vectors), np.where(pick, new_rest, rest)
        damping = np.clip(damping * np.where(new_value < value, 0.15, 5.0), 1e-14, 1e3)
        value = np.minimum(value, new_value)
        done = np.linalg.norm(rest, axis=(1, 2)) <= tolerance
        if step_number % _PATIENCE == _PATIENCE - 1:
            done |= value > _SLOW * mark
            mark = value
        if done.all():
            break
    return factors, np.asarray(np.linalg.norm(rest, axis=(1, 2)))


def _value(rest: Array, outside: list[Kernel], factors: Factors) -> Array:
    total: Array = (np.abs(rest) ** 2).sum(axis=(1, 2))
    for kernel in outside:
        vectors = product_vectors(_conjugated(factors, kernel.conjugated))
        overlap = vectors @ kernel.vectors.conj().swapaxes(1, 2)
        total = total + (np.abs(overlap) ** 2).sum(axis=(1, 2))
    return total


def _conjugated(factors: Factors, blocks: tuple[int, ...]) -> Factors:
    return [f.conj() if i in blocks else f for i, f in enumerate(factors)]


def _range_equations(outside: list[Kernel], factors: Factors) -> tuple[Array, Array]:
    """Returns, per term, the normal matrix and the downhill gradient of the range conditions."""
    count, terms = factors[0].shape[:2]
    widths = [f.shape[2] for f in factors]
    width = sum(widths)
    blocks = np.zeros((count, terms, 2 * width, 2 * width))
    gradient = np.zeros((count, terms, 2 * width))
    edges = np.concatenate([[0], np.cumsum(widths)])
    for kernel in outside:
        turned = _conjugated(factors, kernel.conjugated)
        bras = kernel.vectors.conj().swapaxes(1, 2)
        overlap = product_vectors(turned) @ bras  # (n, m, r)
        slope = (product_tangents(turned) @ bras[:, None]).swapaxes(-1, -2)  # (n, m, r, width)
        sign = np.ones(width)
        for block in kernel.conjugated:
            sign[edges[block] : edges[block + 1]] = -1
        # Real and imaginary part of the overlap, along real and imaginary part of each component.
        along = np.concatenate([slope, 1j * sign * slope], axis=-1)
        rows = np.concatenate([along.real, along.imag], axis=-2)
        value = np.concatenate([overlap.real, overlap.imag], axis=-1)
        blocks += rows.swapaxes(-1, -2) @ rows
        gradient -= (rows.swapaxes(-1, -2) @ value[..., None])[..., 0]
    return blocks, gradient[..., :width] + 1j * gradient[..., width:]
