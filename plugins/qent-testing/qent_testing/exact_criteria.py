"""Criteria that prove something about a state, to contradict verdicts with.

They are few and simple on purpose, in plain NumPy: the kit trusts nobody, plugins least of all.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qent_core.linalg import Array, Dims, partial_transpose, permute_parties, realign
from qent_core.questions import BISEPARABLE, cuts, is_coarser, parse_partition
from qent_core.states import StateBatch
from qent_core.verdicts import Verdict

_MARGIN = 1e-8

Mask = NDArray[np.bool_]


def negativities(rho: Array, dims: Dims, side: tuple[int, ...]) -> NDArray[np.float64]:
    """Returns ``(n,)`` sums of the moduli of the negative eigenvalues of the partial transpose."""
    values = np.linalg.eigvalsh(partial_transpose(rho, dims, side))
    return np.asarray(np.maximum(-values, 0.0).sum(axis=1))


def proven_entangled(rho: Array, dims: Dims, question: str) -> Mask:
    """Returns which states are provably entangled for a question."""
    entangled = np.zeros(len(rho), dtype=bool)
    if question == BISEPARABLE:
        return entangled
    partition = parse_partition(question, len(dims))
    for block in partition:
        least = np.linalg.eigvalsh(partial_transpose(rho, dims, block)).min(axis=1, initial=1.0)
        entangled |= least < -_MARGIN
        norm = np.linalg.svd(realign(rho, dims, block), compute_uv=False).sum(axis=1)
        entangled |= norm > 1 + _MARGIN
    return entangled


def proven_separable(rho: Array, dims: Dims, question: str) -> Mask:
    """Returns which states are provably separable for a question."""
    if question == BISEPARABLE:
        ways = [proven_separable(rho, dims, cut) for cut in cuts(len(dims))]
        return np.asarray(np.any(ways, axis=0))
    partition = parse_partition(question, len(dims))
    separable = _is_product(rho, dims, partition)
    if len(partition) == 2:
        size = math.prod(dims)
        first = math.prod(dims[party] for party in partition[0])
        purity = np.einsum("nij,nji->n", rho, rho).real
        # Every state in this ball around I/D is separable (Gurvits and Barnum 2002).
        separable |= purity < 1 / (size - 1) - _MARGIN
        least = np.linalg.eigvalsh(partial_transpose(rho, dims, partition[0]))
        if size <= 6 and min(first, size // first) > 1:
            # Up to 2 x 3 a positive partial transpose proves it (Horodecki 1996).
            separable |= least.min(axis=1, initial=1.0) > _MARGIN
    return separable


def contradiction(batch: StateBatch, question: str, verdicts: Array) -> str:
    """Returns which verdict on a batch is proven wrong, or nothing."""
    rho, dims = batch.density(), batch.dims
    wrong = {
        "separable": (verdicts == Verdict.SEPARABLE) & proven_entangled(rho, dims, question),
        "entangled": (verdicts == Verdict.ENTANGLED) & proven_separable(rho, dims, question),
    }
    for word, mask in wrong.items():
        if mask.any():
            return f"state {int(np.argmax(mask))} is called {word} for '{question}' and is not"
    return ""


def inconsistency(batch: StateBatch) -> str:
    """Returns which two known verdicts of a batch contradict each other, or nothing."""
    for coarse, upper in batch.known.items():
        for fine, lower in batch.known.items():
            if coarse == fine or not is_coarser(coarse, fine, batch.parties):
                continue
            clash = (lower == Verdict.SEPARABLE) & (upper == Verdict.ENTANGLED)
            if clash.any():
                row = int(np.argmax(clash))
                return f"state {row} is separable for '{fine}' but entangled for '{coarse}'"
    return ""


def _is_product(rho: Array, dims: Dims, partition: tuple[tuple[int, ...], ...]) -> Mask:
    """Returns which states equal the product of their parts."""
    order = tuple(party for block in partition for party in block)
    grouped = permute_parties(rho, dims, order)
    sizes = [math.prod(dims[party] for party in block) for block in partition]
    product = np.ones((len(rho), 1, 1), dtype=complex)
    for index, size in enumerate(sizes):
        before, after = math.prod(sizes[:index]), math.prod(sizes[index + 1 :])
        split = grouped.reshape(-1, before, size, after, before, size, after)
        part = np.einsum("nabcadc->nbd", split)
        grown = product.shape[1] * size
        product = (product[:, :, None, :, None] * part[:, None, :, None, :]).reshape(
            -1, grown, grown
        )
    return np.asarray(np.abs(product - grouped).max(axis=(1, 2), initial=0.0) < 1e-10)
