"""Verdicts and certificates that a family knows because of how it makes its states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from qent_core.api import (
    BISEPARABLE,
    CertificateColumn,
    LowRankCertificate,
    Quality,
    Verdict,
    cuts,
    full_separability,
    is_coarser,
    parse_partition,
)
from qent_core.linalg import Array, Dims, local_dimensions, permute_parties, tensor

Verdicts = NDArray[np.int8]


_ALL_CUTS_UP_TO = 10
"""From more parties on only the cuts of one party from the rest are listed: 2**(N-1) are many."""


def main_questions(parties: int) -> tuple[str, ...]:
    """Returns every cut, full separability and, from three parties on, biseparability.

    Of more than ten parties only the cuts that split off one party are listed.

    Example:
        >>> main_questions(3)
        ('A|BC', 'B|AC', 'C|AB', 'A|B|C', 'biseparable')
    """
    if parties < 2:
        return ()
    full = full_separability(parties)
    if parties > _ALL_CUTS_UP_TO:
        letters = full.split("|")
        rests = ("".join(other for other in letters if other != letter) for letter in letters)
        listed = tuple(f"{letter}|{rest}" for letter, rest in zip(letters, rests, strict=True))
    else:
        listed = cuts(parties)
    return (*listed, full, BISEPARABLE) if parties > 2 else listed


def entangled_everywhere(parties: int, count: int) -> dict[str, Verdicts]:
    """Returns ENTANGLED for every question: a pure state that is no product across any cut."""
    return {question: repeated(Verdict.ENTANGLED, count) for question in main_questions(parties)}


def separable_for(question: str, parties: int, count: int) -> dict[str, Verdicts]:
    """Returns SEPARABLE for a question and every coarser one.

    Example:
        >>> sorted(separable_for("A|BC", 3, 1))
        ['A|BC', 'biseparable']
    """
    followed = [q for q in main_questions(parties) if is_coarser(q, question, parties)]
    return {q: repeated(Verdict.SEPARABLE, count) for q in dict.fromkeys([question, *followed])}


def repeated(verdict: Verdict, count: int) -> Verdicts:
    """Returns one verdict for ``count`` states, without using memory for each."""
    return np.broadcast_to(np.int8(verdict), (count,))


def joined_factors(
    factors: Sequence[Array], blocks: Sequence[tuple[int, ...]], dims: Dims, block: Iterable[int]
) -> Array:
    """Returns the product vectors of several blocks as vectors of one larger block.

    Args:
        factors: Per block of a partition ``(n, m, d_block)`` vectors.
        blocks: The blocks: parties in ascending order.
        dims: Local dimensions of all parties.
        block: The larger block: the union of some of the blocks.

    Returns:
        ``(n, m, d)`` vectors, the parties of the larger block in ascending order.

    Example:
        >>> a, b = np.array([[[1, 0]]]), np.array([[[0, 1]]])
        >>> joined_factors([b, a], [(1,), (0,)], (2, 2), (0, 1))
        array([[[0, 1, 0, 0]]])
    """
    inside = set(block)
    chosen = [index for index, small in enumerate(blocks) if set(small) <= inside]
    count, terms = factors[0].shape[:2]
    product = tensor(*(factors[i].reshape(count * terms, factors[i].shape[2]) for i in chosen))
    current = [party for index in chosen for party in blocks[index]]
    order = tuple(int(place) for place in np.argsort(current))
    sorted_kets = permute_parties(product, tuple(dims[party] for party in current), order)
    return sorted_kets.reshape(count, terms, product.shape[1])


def mixture_certificates(
    question: str, dims: Dims, weights: Array, factors: Sequence[Array]
) -> dict[str, CertificateColumn]:
    """Returns explicit decompositions for a partition and every coarser cut or partition.

    Args:
        question: The partition across which the vectors are products.
        dims: Local dimensions.
        weights: ``(n, m)`` probabilities.
        factors: Per block of the partition ``(n, m, d_block)`` vectors.

    Returns:
        Question to a column of `LowRankCertificate`; they hold within rounding, so their quality is
        "within-delta".
    """
    parties, count = len(dims), len(weights)
    fine = parse_partition(question, parties)
    columns = {}
    for coarse in separable_for(question, parties, count):
        if coarse == BISEPARABLE:
            continue
        arrays = {
            f"factors/{index}": joined_factors(factors, fine, dims, block)
            for index, block in enumerate(parse_partition(coarse, parties))
        }
        columns[coarse] = CertificateColumn.stacked(
            count,
            LowRankCertificate,
            coarse,
            np.arange(count),
            quality=Quality.WITHIN_DELTA,
            weights=weights,
            **arrays,
        )
    return columns


def block_dimensions(question: str, dims: Dims) -> Dims:
    """Returns the dimension of each block of a partition question."""
    return local_dimensions(dims, parse_partition(question, len(dims)))
