"""Structural operations on batches of states: no measure lives here.

Every function takes a stack of matrices ``(n, D, D)`` or kets ``(n, D)`` over the first axis, with
local dimensions ``dims`` (any number of parties, any dimensions). Party 0 is the first tensor
factor and the most significant digit of the index. A stack may be empty.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.errors import DimensionsMismatchError

Array = NDArray[Any]
Dims = tuple[int, ...]


def dagger(matrices: Array) -> Array:
    """Returns the conjugate transpose of the last two axes."""
    return matrices.conj().swapaxes(-1, -2)


def projectors(kets: Array) -> Array:
    r"""Returns $|\psi\rangle\langle\psi|$ for kets ``(n, D)`` as an ``(n, D, D)`` array."""
    return kets[..., :, None] * kets[..., None, :].conj()


def tensor(*factors: Array) -> Array:
    """Returns the Kronecker product state by state.

    Args:
        factors: All stacks of kets ``(n, d_i)`` or all stacks of matrices ``(n, d_i, d_i)``; a
            stack of length 1 is used for every state.

    Raises:
        DimensionsMismatchError: Kets and matrices are mixed.

    Example:
        >>> tensor(np.eye(2)[None], np.ones((3, 2, 2))).shape
        (3, 4, 4)
    """
    result = factors[0]
    for factor in factors[1:]:
        if factor.ndim != result.ndim:
            raise DimensionsMismatchError("kets and matrices cannot be multiplied together")
        if result.ndim == 2:
            product = result[:, :, None] * factor[:, None, :]
            # Sizes written out, since -1 cannot be worked out for an empty stack.
            result = product.reshape(len(product), product.shape[1] * product.shape[2])
        else:
            grid = result[:, :, None, :, None] * factor[:, None, :, None, :]
            n, a, b, c, d = grid.shape
            result = grid.reshape(n, a * b, c * d)
    return result


def permute_parties(states: Array, dims: Dims, order: Sequence[int]) -> Array:
    """Reorders the tensor factors of kets or density matrices.

    Args:
        states: ``(n, D)`` kets or ``(n, D, D)`` matrices.
        dims: Local dimensions before the permutation.
        order: ``order[k]`` is the party that becomes party ``k``.

    Raises:
        DimensionsMismatchError: ``order`` is no permutation of the parties.

    Example:
        >>> ket = np.array([[0, 1, 0, 0]])            # |01>
        >>> permute_parties(ket, (2, 2), (1, 0))      # |10>
        array([[0, 0, 1, 0]])
    """
    order = tuple(order)
    if sorted(order) != list(range(len(dims))):
        raise DimensionsMismatchError(
            f"{order} is no permutation of {len(dims)} parties",
            do=f"give each of 0..{len(dims) - 1} once",
        )
    if order == tuple(range(len(dims))):
        return states
    axes = [1 + party for party in order]
    if states.ndim == 2:
        turned: Array = states.reshape(-1, *dims).transpose(0, *axes).reshape(states.shape)
        return turned
    columns = [len(dims) + axis for axis in axes]
    split = states.reshape(-1, *dims, *dims)
    return np.ascontiguousarray(split.transpose(0, *axes, *columns)).reshape(states.shape)


def partial_trace(rho: Array, dims: Dims, keep: Sequence[int]) -> Array:
    """Traces out every party not in ``keep``.

    Args:
        rho: ``(n, D, D)`` matrices.
        dims: Local dimensions.
        keep: Parties to keep; the result has them in this order.

    Returns:
        ``(n, K, K)`` with K the product of the kept dimensions.

    Example:
        >>> bell = np.array([[1, 0, 0, 1]]) / 2**0.5
        >>> partial_trace(projectors(bell), (2, 2), [0])[0].real.round(12)
        array([[0.5, 0. ],
               [0. , 0.5]])
    """
    keep = _parties(keep, dims)
    rest = [party for party in range(len(dims)) if party not in keep]
    kept, gone = _size(dims, keep), _size(dims, rest)
    grouped = permute_parties(rho, dims, (*keep, *rest)).reshape(-1, kept, gone, kept, gone)
    traced: Array = np.einsum("naibi->nab", grouped)
    return traced


def reduced_kets(kets: Array, dims: Dims, keep: Sequence[int]) -> Array:
    """Returns the reduced density matrices ``(n, K, K)`` of kets without forming ``(n, D, D)``.

    Args:
        kets: ``(n, D)``.
        dims: Local dimensions.
        keep: Parties that are kept, in the order wanted, counted from 0.

    Example:
        >>> bell = np.array([[1, 0, 0, 1]]) / np.sqrt(2)
        >>> reduced_kets(bell, (2, 2), [0]).round(12).tolist()
        [[[0.5, 0.0], [0.0, 0.5]]]
    """
    keep = _parties(keep, dims)
    matrix = schmidt_matrix(kets, dims, keep)
    return matrix @ dagger(matrix)


def schmidt_matrix(kets: Array, dims: Dims, side: Sequence[int]) -> Array:
    """Returns the coefficient matrices ``(n, d_side, d_rest)`` of kets across a cut.

    Their singular values are the Schmidt coefficients.

    Args:
        kets: ``(n, D)``.
        dims: Local dimensions.
        side: Parties on the first side of the cut, counted from 0.

    Example:
        >>> schmidt_matrix(np.array([[1, 2, 3, 4]]), (2, 2), [1]).tolist()
        [[[1, 3], [2, 4]]]
    """
    side = _parties(side, dims)
    rest = [party for party in range(len(dims)) if party not in side]
    permuted = permute_parties(kets, dims, (*side, *rest))
    return permuted.reshape(len(kets), _size(dims, side), _size(dims, rest))


def partial_transpose(rho: Array, dims: Dims, parties: Sequence[int]) -> Array:
    r"""Transposes the factors of the given parties.

    Args:
        rho: ``(n, D, D)`` matrices.
        dims: Local dimensions.
        parties: Parties to transpose.

    Returns:
        A new ``(n, D, D)`` array. $(\rho^{T_B})_{ij,kl} = \rho_{il,kj}$.

    Example:
        >>> rho = np.arange(16.0).reshape(1, 4, 4)
        >>> partial_transpose(rho, (2, 2), [1])[0, 0]
        array([0., 4., 2., 6.])
    """
    parties = _parties(parties, dims)
    count = len(dims)
    axes = list(range(1 + 2 * count))
    for party in parties:
        row, column = 1 + party, 1 + count + party
        axes[row], axes[column] = axes[column], axes[row]
    split = rho.reshape(-1, *dims, *dims)
    return np.array(split.transpose(axes), order="C").reshape(rho.shape)


def realign(rho: Array, dims: Dims, side: Sequence[int]) -> Array:
    r"""Returns the realigned matrices across a cut: $R_{ij,kl} = \rho_{ik,jl}$.

    Args:
        rho: ``(n, D, D)`` matrices.
        dims: Local dimensions.
        side: Parties on the first side of the cut.

    Returns:
        ``(n, a*a, b*b)`` with a and b the dimensions of the two sides.
    """
    side = _parties(side, dims)
    rest = [party for party in range(len(dims)) if party not in side]
    a, b = _size(dims, side), _size(dims, rest)
    grouped = permute_parties(rho, dims, (*side, *rest)).reshape(-1, a, b, a, b)
    return np.ascontiguousarray(grouped.transpose(0, 1, 3, 2, 4)).reshape(-1, a * a, b * b)


def apply_local(states: Array, dims: Dims, operators: Sequence[Array | None]) -> Array:
    r"""Applies one operator per party, $K = K_1 \otimes K_2 \otimes \dots$, to every state.

    Args:
        states: ``(n, D)`` kets, mapped to $K|\psi\rangle$, or ``(n, D, D)`` matrices, mapped to
            $K \rho K^\dagger$.
        dims: Local dimensions.
        operators: One entry per party: ``(d, d)`` for all states, ``(n, d, d)`` for one each, or
            None for the identity.

    Raises:
        DimensionsMismatchError: Not one operator per party, or of the wrong size.
    """
    if len(operators) != len(dims):
        raise DimensionsMismatchError(
            f"{len(operators)} operators were given for {len(dims)} parties",
            do="give one operator, or None, per party",
        )
    result = states
    for party, operator in enumerate(operators):
        if operator is None:
            continue
        if operator.shape[-2:] != (dims[party], dims[party]):
            raise DimensionsMismatchError(
                f"the operator of party {party} has shape {operator.shape[-2:]}, "
                f"the party has dimension {dims[party]}"
            )
        before, after = math.prod(dims[:party]), math.prod(dims[party + 1 :])
        wide = operator[None] if operator.ndim == 2 else operator
        if result.ndim == 2:
            split = result.reshape(-1, before, dims[party], after)
            result = np.matmul(wide[:, None], split).reshape(states.shape)
            continue
        size = math.prod(dims)
        split = result.reshape(-1, before, dims[party], after * size)
        left = np.matmul(wide[:, None], split).reshape(-1, size * before, dims[party], after)
        right = np.matmul(wide.conj()[:, None], left)
        result = right.reshape(states.shape)
    return result


def apply_kraus(rho: Array, dims: Dims, kraus: Array, parties: Sequence[int]) -> Array:
    r"""Applies a Kraus map on some parties: $\rho \mapsto \sum_k K_k \rho K_k^\dagger$.

    Args:
        rho: ``(n, D, D)`` matrices.
        dims: Local dimensions.
        kraus: ``(k, d, d)`` operators, or ``(n, k, d, d)`` for a map of its own per state, on the
            product of the chosen parties' spaces in the order given.
        parties: Parties that the operators act on.

    Raises:
        DimensionsMismatchError: The operators do not fit the parties.
    """
    parties = _parties(parties, dims)
    size = _size(dims, parties)
    if kraus.shape[-2:] != (size, size):
        raise DimensionsMismatchError(
            f"Kraus operators of shape {kraus.shape[-2:]} act on parties of dimension {size}"
        )
    rest = [party for party in range(len(dims)) if party not in parties]
    order = (*parties, *rest)
    grouped = permute_parties(rho, dims, order)
    other = _size(dims, rest)
    per_state = kraus if kraus.ndim == 4 else kraus[None]
    total = np.zeros(rho.shape, dtype=np.result_type(rho, kraus))
    for index in range(per_state.shape[1]):
        total += apply_local(grouped, (size, other), (per_state[:, index], None))
    inverse = tuple(int(position) for position in np.argsort(order))
    return permute_parties(total, tuple(dims[party] for party in order), inverse)


def local_dimensions(dims: Dims, blocks: Sequence[Sequence[int]]) -> Dims:
    """Returns the dimension of each block of parties."""
    return tuple(_size(dims, block) for block in blocks)


def _size(dims: Dims, parties: Sequence[int]) -> int:
    return math.prod(dims[party] for party in parties)


def _parties(parties: Sequence[int], dims: Dims) -> tuple[int, ...]:
    chosen = tuple(parties)
    if len(set(chosen)) != len(chosen) or not all(0 <= p < len(dims) for p in chosen):
        raise DimensionsMismatchError(
            f"parties {list(chosen)} are not distinct parties of a system of {len(dims)}",
            do="count parties from 0 and name each once",
        )
    return chosen
