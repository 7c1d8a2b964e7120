"""Which verdicts and certificates survive a channel.

* A channel that acts on parties separately keeps SEPARABLE, for every question: it maps product
  states to product states. It may destroy entanglement, so ENTANGLED is dropped.
* A channel that acts on several parties together keeps SEPARABLE where all of them lie in one
  block of the question.
* A unitary can be undone, so what keeps SEPARABLE keeps ENTANGLED too.
* States that the channel leaves as they are keep everything.
* Local unitaries and local noise map the product vectors of a decomposition, so its certificate
  travels (see `carried_mixtures`); joint channels drop the certificates of the states they change.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from qent_core.api import (
    BISEPARABLE,
    CertificateColumn,
    DecompositionCertificate,
    ExtremalCertificate,
    LowRankCertificate,
    PermutationNormCertificate,
    PptSmallCertificate,
    RealignmentCertificate,
    StateBatch,
    Verdict,
    parse_partition,
)
from qent_core.certificate_column import CertificateBlock
from qent_core.linalg import Array, Dims, apply_local

Mask = NDArray[np.bool_]

_PRODUCT_VECTORS = (DecompositionCertificate.kind, LowRankCertificate.kind)
_INVARIANT = (
    PptSmallCertificate.kind,
    RealignmentCertificate.kind,
    PermutationNormCertificate.kind,
    ExtremalCertificate.kind,
)
"""Certificates that hold nothing but the question, or an index permutation: local unitaries change
no norm, rank or spectrum that their checks look at."""


def known_after_local(batch: StateBatch, touched: Mask) -> dict[str, Array]:
    """Returns the verdicts that survive a channel on each party separately.

    Args:
        batch: The states before the channel.
        touched: ``(n,)`` mask of the states that the channel changes.

    Example:
        >>> batch = StateBatch(np.eye(4)[:2], (2, 2), known={"A|B": [0, 1]})
        >>> known_after_local(batch, np.array([True, True]))["A|B"].tolist()
        [0, -1]
    """
    return {
        question: np.where(touched & (verdicts == Verdict.ENTANGLED), Verdict.UNKNOWN, verdicts)
        for question, verdicts in batch.known.items()
    }


def known_after_joint(
    batch: StateBatch, touched: Mask, parties: Sequence[int], *, unitary: bool
) -> dict[str, Array]:
    """Returns the verdicts that survive a channel on some parties together.

    Args:
        batch: The states before the channel.
        touched: ``(n,)`` mask of the states that the channel changes.
        parties: The parties that it acts on as one.
        unitary: Whether it can be undone.
    """
    local = known_after_local(batch, touched)
    known: dict[str, Array] = {}
    for question, verdicts in batch.known.items():
        if not _within_one_block(question, batch.parties, parties):
            known[question] = np.where(touched, Verdict.UNKNOWN, verdicts)
        else:
            known[question] = verdicts if unitary else local[question]
    return known


def untouched_certificates(batch: StateBatch, touched: Mask) -> dict[str, CertificateColumn]:
    """Returns the certificates of the states that a channel leaves as they are."""
    return {
        question: mapped_column(column, lambda block: of_rows(block, ~touched[block.rows]))
        for question, column in batch.certificates.items()
    }


def rotated_certificates(
    batch: StateBatch, touched: Mask, unitaries: Sequence[Array | None]
) -> dict[str, CertificateColumn]:
    """Returns the certificates that survive local unitaries, with their product vectors rotated.

    Args:
        batch: The states before the unitaries.
        touched: ``(n,)`` mask of the states that are rotated.
        unitaries: Per party None, or ``(n, d, d)``: the identity where the state is not touched.
    """

    def rotate(block: CertificateBlock) -> CertificateBlock:
        if block.kind in _INVARIANT:
            return block
        if block.kind in _PRODUCT_VECTORS:
            return _rotated(block, batch.dims, unitaries)
        return of_rows(block, ~touched[block.rows])

    return {
        question: mapped_column(column, rotate) for question, column in batch.certificates.items()
    }


def _within_one_block(question: str, count: int, parties: Sequence[int]) -> bool:
    if len(parties) == 1:
        return True
    if question == BISEPARABLE:
        return False
    return any(set(parties) <= set(block) for block in parse_partition(question, count))


def mapped_column(
    column: CertificateColumn, change: Callable[[CertificateBlock], CertificateBlock]
) -> CertificateColumn:
    """Returns a column with every block changed."""
    return CertificateColumn(len(column), [change(block) for block in column.blocks])


def of_rows(block: CertificateBlock, kept: Mask) -> CertificateBlock:
    """Returns the chosen items of a block."""
    arrays = {name: array[kept] for name, array in block.arrays.items()}
    return dataclasses.replace(block, rows=block.rows[kept], arrays=arrays)


def _rotated(
    block: CertificateBlock, dims: Dims, unitaries: Sequence[Array | None]
) -> CertificateBlock:
    """Applies to each block's product vectors the unitaries of its parties."""
    arrays = dict(block.arrays)
    for index, parties in enumerate(parse_partition(block.question, len(dims))):
        vectors = arrays[f"factors/{index}"]
        items, terms, size = vectors.shape
        local: list[Array | None] = []
        for party in parties:
            unitary = unitaries[party]
            # One unitary per state, repeated for each of the terms of its mixture.
            local.append(None if unitary is None else unitary[block.rows].repeat(terms, axis=0))
        flat = vectors.reshape(items * terms, size)
        rotated = apply_local(flat, tuple(dims[party] for party in parties), local)
        arrays[f"factors/{index}"] = rotated.reshape(vectors.shape)
    return dataclasses.replace(block, arrays=arrays)
