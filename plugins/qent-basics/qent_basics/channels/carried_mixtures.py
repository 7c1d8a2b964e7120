r"""How local noise carries proofs of separability along.

A channel on one party with Kraus operators $K_k$ maps a product vector $a\otimes b$ to the mixture
of the product vectors $K_k a\otimes b$. So an explicit mixture of products stays one, with more
terms, and nothing has to be searched for again. White noise that a decomposition leaves over stays
white under a unital channel, and what it makes up for does not grow.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from qent_basics.channels.carrying import Mask, mapped_column, of_rows
from qent_core.api import (
    CertificateColumn,
    DecompositionCertificate,
    LowRankCertificate,
    PptSmallCertificate,
    Quality,
    StateBatch,
    parse_partition,
)
from qent_core.certificate_column import CertificateBlock
from qent_core.linalg import Array, Dims, apply_local

_MOST_TERMS = 1024
"""Mixtures that would need more terms are left behind: a new search is cheaper."""
_NOTHING = 1e-15
_UNITAL_WITHIN = 1e-13


def carried_certificates(
    batch: StateBatch, touched: Mask, kraus: Mapping[int, Array]
) -> dict[str, CertificateColumn]:
    """Returns the certificates that survive local channels, their product vectors mapped.

    Args:
        batch: The states before the channels.
        touched: ``(n,)`` mask of the states that are changed.
        kraus: Party to ``(n, k, d, d)`` operators; the identity where a state is not touched.
    """
    unital = all(_is_unital(operators) for operators in kraus.values())

    def carry(block: CertificateBlock) -> CertificateBlock:
        if block.kind == PptSmallCertificate.kind:
            return block
        mixture = block.kind == LowRankCertificate.kind
        if mixture or (unital and block.kind == DecompositionCertificate.kind):
            terms = block.arrays["weights"].shape[1]
            if terms * np.prod([k.shape[1] for k in kraus.values()]) <= _MOST_TERMS:
                return _mapped_vectors(block, batch.dims, kraus)
        return of_rows(block, ~touched[block.rows])

    return {
        question: mapped_column(column, carry) for question, column in batch.certificates.items()
    }


def whitened_certificates(
    batch: StateBatch, touched: Mask, strength: Array
) -> dict[str, CertificateColumn]:
    """Returns the certificates that survive white noise on the whole state.

    A decomposition leaves over the more white noise; a mixture of products becomes a decomposition.

    Args:
        batch: The states before the noise.
        touched: ``(n,)`` mask of the states that are changed.
        strength: ``(n,)`` weight of the noise.
    """

    def pieces(block: CertificateBlock) -> list[CertificateBlock]:
        kept = of_rows(block, ~touched[block.rows])
        mixed = of_rows(block, touched[block.rows] & (strength[block.rows] < 1))
        arrays = dict(mixed.arrays)
        p = np.asarray(strength, np.float64)[mixed.rows]
        if block.kind == PptSmallCertificate.kind:
            return [block]
        if block.kind == DecompositionCertificate.kind:
            arrays["depth"] = 1 - (1 - p) * (1 - arrays["depth"])
        elif block.kind == LowRankCertificate.kind:
            norms = [
                (np.abs(array) ** 2).sum(axis=2)
                for name, array in arrays.items()
                if name.startswith("factors/")
            ]
            trace = (arrays["weights"] * np.prod(norms, axis=0)).sum(axis=1)
            arrays["weights"] = arrays["weights"] / trace[:, None]
            arrays["depth"] = p
        else:
            return [kept]
        kind = DecompositionCertificate.kind
        return [kept, CertificateBlock(kind, block.question, Quality.STRICT, mixed.rows, arrays)]

    return {
        question: CertificateColumn(
            len(column), [piece for block in column.blocks for piece in pieces(block)]
        )
        for question, column in batch.certificates.items()
    }


def kraus_operators(images: Array) -> Array:
    r"""Returns Kraus operators of channels that are known by what they do.

    Args:
        images: ``(n, d, d, d, d)``, the images of the matrix units: entry (i, j) is what becomes of
            $|i\rangle\langle j|$.

    Returns:
        ``(n, k, d, d)``: as many as the channel of highest rank needs.

    Example:
        >>> identity = np.einsum("ia,jb->ijab", np.eye(2), np.eye(2))
        >>> np.abs(kraus_operators(identity[None])).round(6).tolist()
        [[[[1.0, 0.0], [0.0, 1.0]]]]
    """
    count, d = images.shape[:2]
    choi = images.transpose(0, 1, 3, 2, 4).reshape(count, d * d, d * d)
    values, vectors = np.linalg.eigh((choi + choi.conj().swapaxes(1, 2)) / 2)
    needed = (values > _NOTHING).any(axis=0)
    scaled = vectors * np.sqrt(np.clip(values, 0, None))[:, None, :]
    # Column k holds K[a, i] at (i, a).
    flat: Array = scaled[:, :, needed].transpose(0, 2, 1).reshape(count, -1, d, d)
    return flat.swapaxes(2, 3)


def _is_unital(kraus: Array) -> bool:
    image = np.einsum("nkab,nkcb->nac", kraus, kraus.conj())
    return bool(np.abs(image - np.eye(kraus.shape[2])).max(initial=0.0) < _UNITAL_WITHIN)


def _mapped_vectors(
    block: CertificateBlock, dims: Dims, kraus: Mapping[int, Array]
) -> CertificateBlock:
    """Replaces every term by one term per Kraus operator, party after party."""
    partition = parse_partition(block.question, len(dims))
    arrays = dict(block.arrays)
    for party, operators in kraus.items():
        mine = next(i for i, parties in enumerate(partition) if party in parties)
        block_dims = tuple(dims[p] for p in partition[mine])
        position = partition[mine].index(party)
        number = operators.shape[1]
        for index in range(len(partition)):
            name = f"factors/{index}"
            vectors = arrays[name]
            if index != mine:
                arrays[name] = np.tile(vectors, (1, number, 1))
                continue
            items, terms, size = vectors.shape
            parts = []
            for k in range(number):
                local: list[Array | None] = [None] * len(block_dims)
                local[position] = operators[block.rows, k].repeat(terms, axis=0)
                flat = apply_local(vectors.reshape(items * terms, size), block_dims, local)
                parts.append(flat.reshape(items, terms, size))
            arrays[name] = np.concatenate(parts, axis=1)
        arrays["weights"] = np.tile(arrays["weights"], (1, number))
    return CertificateBlock(block.kind, block.question, block.quality, block.rows, arrays)
