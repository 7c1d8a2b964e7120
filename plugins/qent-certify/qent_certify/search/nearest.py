r"""The nearest mixture of product vectors, by a batched Newton search on the factors.

To minimise $f = \tfrac12\|\rho - \sum_k |v_k\rangle\langle v_k|\|_F^2$ over the factors of $v_k$.
With R the rest, the second derivative is $J^TJ$ plus one small block per term, made of R on the
tangents of that term. At a minimum these blocks are positive: R is then a witness direction,
$\langle v_k|R|v_k\rangle = 0$ and $tr(R\rho) = \|R\|^2$. On the way there each block is replaced by
its positive part, so that every step goes downhill.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.search.product_algebra import (
    Factors,
    balanced,
    mixture,
    product_vectors,
    pulled_back,
    real_form,
)

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest mixtures found."""

    factors: Factors
    rest: Array
    """``(n, D, D)`` rho minus mixture."""

    @property
    def distance(self) -> NDArray[np.float64]:
        """``(n,)`` Frobenius norm of the rest."""
        return np.asarray(np.linalg.norm(self.rest, axis=(1, 2)))


def nearest_mixtures(rho: Array, start: Factors, iterations: int) -> Nearest:
    """Moves mixtures of product vectors as near to the states as the iterations allow.

    Args:
        rho: ``(n, D, D)``.
        start: One ``(n, m, d_i)`` array per block.
        iterations: Newton steps for every state.
    """
    factors = [np.array(f, dtype=np.complex128) for f in start]
    vectors = product_vectors(factors)
    rest = rho - mixture(vectors)
    value = (np.abs(rest) ** 2).sum(axis=(1, 2))
    damping = np.full(len(rho), 1e-3)
    for _ in range(iterations):
        tangents = product_tangents(factors)
        blocks = _positive_part(_curvature(factors, tangents, vectors, rest))
        gradient = np.concatenate(pulled_back(factors, vectors, rest), axis=2)
        step = damped_step(factors, tangents, vectors, blocks, gradient, damping)
        trial = balanced([f + s for f, s in zip(factors, step, strict=True)])
        new_vectors = product_vectors(trial)
        new_rest = rho - mixture(new_vectors)
        new_value = (np.abs(new_rest) ** 2).sum(axis=(1, 2))
        better = new_value < value
        pick = better[:, None, None]
        factors = [np.where(pick, new, old) for new, old in zip(trial, factors, strict=True)]
        vectors, rest = np.where(pick, new_vectors, vectors), np.where(pick, new_rest, rest)
        value = np.where(better, new_value, value)
        damping = np.clip(damping * np.where(better, 0.2, 6.0), 1e-12, 1e3)
    return Nearest(factors, rest)


def damped_step(
    factors: Factors,
    tangents: Array,
    vectors: Array,
    blocks: Array,
    gradient: Array,
    damping: Array,
) -> Factors:
    r"""Solves $(J^TJ + B + \mu)\,dx = g$ with B one block per term.

    Args:
        factors: One ``(n, m, d_i)`` array per block of parties.
        tangents: Their `product_tangents`.
        vectors: Their products.
        blocks: ``(n, m, 2 width, 2 width)`` B, width the sum of the d_i; real parts first.
        gradient: ``(n, m, width)`` complex g.
        damping: ``(n,)`` in units of the mean diagonal of $J^TJ$.
    """
    count, terms, _ = vectors.shape
    width = tangents.shape[2]
    # Derivative of the mixture along the real and the imaginary part of each component.
    grid = tangents[..., :, None] * vectors.conj()[:, :, None, None, :]
    turned = grid.conj().swapaxes(-1, -2)
    both = (grid + turned, 1j * (grid - turned))
    columns = np.stack([real_form(x.reshape(-1, *x.shape[-2:])) for x in both], axis=1)
    columns = columns.reshape(count, terms, width, 2, -1).swapaxes(2, 3)
    jacobian = columns.reshape(count, terms * 2 * width, -1)
    hessian = jacobian @ jacobian.swapaxes(1, 2)
    each = np.arange(terms)
    split = hessian.reshape(count, terms, 2 * width, terms, 2 * width)
    split[:, each, :, each, :] += blocks.swapaxes(0, 1)
    diagonal = np.arange(terms * 2 * width)
    scale = np.einsum("nii->n", hessian) / len(diagonal)
    hessian[:, diagonal, diagonal] += (damping * scale)[:, None] + 1e-300
    right = np.concatenate([gradient.real, gradient.imag], axis=2).reshape(count, -1, 1)
    step = np.linalg.solve(hessian, right).reshape(count, terms, 2, width)
    whole = step[:, :, 0] + 1j * step[:, :, 1]
    edges = np.cumsum([f.shape[2] for f in factors])[:-1]
    return [np.asarray(part) for part in np.split(whole, edges, axis=2)]


def product_tangents(factors: Factors) -> Array:
    """Returns ``(n, m, width, D)``: the product with one factor replaced by each unit vector."""
    count, terms = factors[0].shape[:2]
    parts = []
    for free, factor in enumerate(factors):
        size = factor.shape[2]
        whole = np.ones((count, terms, 1, 1), dtype=np.complex128)
        for block, other in enumerate(factors):
            piece = (
                np.broadcast_to(np.eye(size), (count, terms, size, size))
                if block == free
                else other[:, :, None, :]
            )
            grown = whole[..., :, None] * piece[..., None, :]
            whole = grown.reshape(*grown.shape[:3], -1)
        parts.append(whole)
    return np.concatenate(parts, axis=2)


def _curvature(factors: Factors, tangents: Array, vectors: Array, rest: Array) -> Array:
    """Returns ``(n, m, 2 width, 2 width)``: minus R on the second derivative of each projector."""
    first = -2 * (tangents.conj() @ rest[:, None] @ tangents.swapaxes(-1, -2))
    image = (vectors @ rest.swapaxes(1, 2)).conj()
    mixed = np.zeros_like(first)
    sizes = [f.shape[2] for f in factors]
    edges = np.concatenate([[0], np.cumsum(sizes)])
    whole = image.reshape(*image.shape[:2], *sizes)
    for i in range(len(factors)):
        for j in range(i + 1, len(factors)):
            part = whole
            for block in reversed(range(len(factors))):
                if block not in (i, j):
                    part = np.moveaxis(part, 2 + block, -1)
                    part = np.einsum("nm...d,nmd->nm...", part, factors[block])
            rows, columns = slice(edges[i], edges[i + 1]), slice(edges[j], edges[j + 1])
            mixed[:, :, rows, columns] = -2 * part
            mixed[:, :, columns, rows] = -2 * part.swapaxes(-1, -2)
    top = np.concatenate([first.real + mixed.real, -first.imag - mixed.imag], axis=-1)
    bottom = np.concatenate([first.imag - mixed.imag, first.real - mixed.real], axis=-1)
    curvature: Array = np.concatenate([top, bottom], axis=-2)
    return curvature


def _positive_part(blocks: Array) -> Array:
    values, vectors = np.linalg.eigh(blocks)
    part: Array = (vectors * np.clip(values, 0, None)[..., None, :]) @ vectors.swapaxes(-1, -2)
    return part
