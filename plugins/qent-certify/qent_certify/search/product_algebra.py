r"""Algebra of mixtures of unnormalised product vectors, batched over states.

A mixture of m terms is a list of factors, one ``(n, m, d_i)`` array per block; its matrix is
$\sigma = \sum_k |v_k\rangle\langle v_k|$ with $v_k = a_k \otimes b_k \otimes \dots$, the weights
absorbed. Hermitian matrices X are written as real matrices $y(X) = \mathrm{Re}X + \mathrm{Im}X$, an
isometry, since the symmetric and the antisymmetric part are orthogonal.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Factors = list[Array]


def product_vectors(factors: Factors) -> Array:
    """Returns ``(n, m, D)`` products of the factors, term by term.

    Example:
        >>> product_vectors([np.array([[[1, 2]]]), np.array([[[1, 0, 3]]])])
        array([[[1, 0, 3, 2, 0, 6]]])
    """
    vectors = factors[0]
    for factor in factors[1:]:
        grid = vectors[..., :, None] * factor[..., None, :]
        vectors = grid.reshape(*grid.shape[:2], grid.shape[2] * grid.shape[3])
    return vectors


def mixture(vectors: Array) -> Array:
    """Returns ``(n, D, D)`` sums of the projectors on ``(n, m, D)`` vectors."""
    matrix: Array = vectors.swapaxes(1, 2) @ vectors.conj()
    return matrix


def real_form(hermitian: Array) -> Array:
    """Returns y(X) of ``(n, D, D)`` Hermitian matrices as ``(n, D^2)`` real vectors."""
    flat: Array = (hermitian.real + hermitian.imag).reshape(len(hermitian), -1)
    return flat


def hermitian_form(real: Array, dimension: int) -> Array:
    """Returns the ``(n, D, D)`` Hermitian matrices of their real forms.

    Example:
        >>> x = np.array([[[1, 2 + 3j], [2 - 3j, 4]]])
        >>> np.allclose(hermitian_form(real_form(x), 2), x)
        True
    """
    y = real.reshape(len(real), dimension, dimension)
    turned = y.swapaxes(1, 2)
    matrix: Array = (y + turned) / 2 + 0.5j * (y - turned)
    return matrix


def gram_matrix(factors: Factors, vectors: Array) -> Array:
    r"""Returns $JJ^T$ in the real form, J the derivative of the mixture by its factors.

    On Hermitian X it acts as $2\sum_k (A_k X P_k + P_k X A_k)$ with $P_k = |v_k\rangle\langle v_k|$
    and $A_k$ the sum over blocks of the projector with that block replaced by the identity. So it
    needs one product of ``(D^2, m)`` and ``(m, D^2)`` matrices, never J itself.

    Args:
        factors: One ``(n, m, d_i)`` array per block.
        vectors: Their `product_vectors`.

    Returns:
        ``(n, D^2, D^2)`` real symmetric, positive semidefinite.
    """
    count, terms, dim = vectors.shape
    p = (vectors[..., :, None] * vectors[..., None, :].conj()).reshape(count, terms, dim * dim)
    a = _with_one_block_free(factors).reshape(count, terms, dim * dim)
    left = np.concatenate([a.real, a.imag], axis=1).swapaxes(1, 2)
    shape = (count, dim, dim, dim, dim)
    real = (left @ np.concatenate([p.real, -p.imag], axis=1)).reshape(shape)
    imag = (left @ np.concatenate([p.imag, p.real], axis=1)).reshape(shape)
    gram = real.transpose(0, 1, 4, 2, 3) + real.transpose(0, 4, 1, 3, 2)
    gram += imag.transpose(0, 1, 4, 3, 2)
    gram -= imag.transpose(0, 4, 1, 2, 3)
    gram *= 2
    result: Array = gram.reshape(count, dim * dim, dim * dim)
    return result


def pulled_back(factors: Factors, vectors: Array, hermitian: Array) -> Factors:
    r"""Returns $J^T X$: per block $2\,(\bigotimes_{j\ne i}\langle a_j|)\, X |v\rangle$.

    Args:
        factors: One ``(n, m, d_i)`` array per block.
        vectors: Their `product_vectors`.
        hermitian: ``(n, D, D)`` X.
    """
    count, terms, _ = vectors.shape
    image = 2 * (vectors @ hermitian.swapaxes(1, 2))
    whole = image.reshape(count, terms, *(factor.shape[2] for factor in factors))
    parts = []
    for free in range(len(factors)):
        part = whole
        for block in reversed(range(len(factors))):
            if block != free:
                part = np.moveaxis(part, 2 + block, -1)
                part = np.einsum("nm...d,nmd->nm...", part, factors[block].conj())
        parts.append(part)
    return parts


def balanced(factors: Factors) -> Factors:
    """Returns the same products with factors of equal length in every term."""
    lengths = [np.sqrt((f.real**2 + f.imag**2).sum(axis=2, keepdims=True)) for f in factors]
    whole = np.ones_like(lengths[0])
    for length in lengths:
        whole = whole * length
    share = whole ** (1 / len(factors))
    return [
        factor * np.divide(share, length, out=np.zeros_like(share), where=length > 0)
        for factor, length in zip(factors, lengths, strict=True)
    ]


def _with_one_block_free(factors: Factors) -> Array:
    count, terms = factors[0].shape[:2]
    single = [f[..., :, None] * f[..., None, :].conj() for f in factors]
    total: Array | None = None
    for free, factor in enumerate(factors):
        size = factor.shape[2]
        one = np.broadcast_to(np.eye(size), (count, terms, size, size))
        blocks = [one if block == free else single[block] for block in range(len(factors))]
        whole = blocks[0]
        for block in blocks[1:]:
            side = whole.shape[2] * block.shape[2]
            grid = whole[:, :, :, None, :, None] * block[:, :, None, :, None, :]
            whole = grid.reshape(count, terms, side, side)
        total = whole if total is None else total + whole
    assert total is not None
    return total
