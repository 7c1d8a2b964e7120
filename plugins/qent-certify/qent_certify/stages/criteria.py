"""Stages that need one computation: supplied proofs, pure states, and the standard criteria."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_certify.docket import Docket
from qent_certify.settings import Settings
from qent_core.api import (
    CertificateColumn,
    LowRankCertificate,
    NptCertificate,
    PermutationNormCertificate,
    PptSmallCertificate,
    RealignmentCertificate,
    Verdict,
    cut_of,
    full_separability,
    parse_partition,
)
from qent_core.certificates import CERTIFICATE_KINDS
from qent_core.linalg import dagger, partial_trace, partial_transpose, realign

Array = NDArray[Any]

_SMALL = 6
_MOST_PARTIES = 4


def take_supplied(docket: Docket, supplied: dict[str, CertificateColumn]) -> None:
    """Offers the certificates that came with the states."""
    for column in supplied.values():
        for block in column.blocks:
            kind = CERTIFICATE_KINDS[block.kind]
            useful = np.isin(block.rows, docket.open_to(block.question, kind.proves))
            arrays = {name: np.asarray(array)[useful] for name, array in block.arrays.items()}
            if useful.any():
                docket.offer(block.question, block.rows[useful], kind, **arrays)


def find_pure_products(docket: Docket, settings: Settings) -> None:
    """Offers the single product vector of pure product states."""
    purity = np.einsum("nij,nij->n", docket.rho, docket.rho.conj()).real
    pure = np.flatnonzero(purity > 1 - 1e-9)
    for question in every_partition(docket):
        rows = np.intersect1d(pure, docket.open_to(question, Verdict.SEPARABLE))
        if not len(rows):
            continue
        side = docket.side(question)
        states = docket.arranged(side, rows)
        factors = {}
        for block in range(len(side.sizes)):
            reduced = partial_trace(states, side.sizes, [block])
            factors[f"factors/{block}"] = np.linalg.eigh(reduced)[1][:, None, :, -1]
        docket.offer(question, rows, LowRankCertificate, weights=np.ones((len(rows), 1)), **factors)


def every_partition(docket: Docket) -> tuple[str, ...]:
    """Returns the partitions asked about, and the cuts that settle a question asked."""
    return tuple(dict.fromkeys(docket.partitions + docket.cuts_that(Verdict.SEPARABLE)))


def find_npt(docket: Docket, settings: Settings) -> None:
    """Offers the eigenvector of the smallest eigenvalue of the partial transpose."""
    for question in docket.cuts_that(Verdict.ENTANGLED):
        rows = docket.open_to(question, Verdict.ENTANGLED)
        # The block with party A, as the certificate has it: the other's vectors are the conjugates.
        side = parse_partition(question, len(docket.dims))[0]
        turned = partial_transpose(docket.rho[rows], docket.dims, side)
        values, vectors = np.linalg.eigh((turned + dagger(turned)) / 2)
        found = values[:, 0] < -settings.margin
        docket.offer(question, rows[found], NptCertificate, vector=vectors[found, :, 0])


def find_small(docket: Docket, settings: Settings) -> None:
    """Offers the positive partial transpose of 2x2 and 2x3 states."""
    if docket.rho.shape[1] > _SMALL:
        return
    for question in docket.cuts_that(Verdict.SEPARABLE):
        docket.offer(question, docket.open_to(question, Verdict.SEPARABLE), PptSmallCertificate)


def find_realignment(docket: Docket, settings: Settings) -> None:
    """Offers the realignment criterion where it is violated."""
    for question in docket.cuts_that(Verdict.ENTANGLED):
        rows = docket.open_to(question, Verdict.ENTANGLED)
        matrix = realign(docket.rho[rows], docket.dims, cut_of(question, len(docket.dims)))
        # The trace norm is at most sqrt(rank) times the Frobenius norm: most states stop here.
        bound = np.linalg.norm(matrix, axis=(1, 2)) * min(matrix.shape[1:]) ** 0.5
        rows, matrix = rows[bound > 1], matrix[bound > 1]
        norm = np.linalg.svd(matrix, compute_uv=False).sum(axis=1)
        docket.offer(question, rows[norm > 1 + settings.margin], RealignmentCertificate)


def find_permutation_norm(docket: Docket, settings: Settings) -> None:
    """Offers the reshuffle of indices with the largest trace norm, for full separability."""
    parties = len(docket.dims)
    question = full_separability(parties)
    if parties < 3 or parties > _MOST_PARTIES or question not in docket.questions:
        return
    rows = docket.undecided(question)
    best, chosen = np.zeros(len(rows)), np.zeros((len(rows), 2 * parties), dtype=np.int64)
    split = docket.rho[rows].reshape(len(rows), *docket.dims, *docket.dims)
    sizes = docket.dims * 2
    for rest in itertools.combinations(range(1, 2 * parties), parties - 1):
        order = (0, *rest, *(i for i in range(1, 2 * parties) if i not in rest))
        height = int(np.prod([sizes[i] for i in order[:parties]]))
        width = int(np.prod([sizes[i] for i in order[parties:]]))
        turned = split.transpose(0, *(1 + i for i in order)).reshape(len(rows), height, width)
        norm = np.linalg.svd(turned, compute_uv=False).sum(axis=1)
        chosen[norm > best] = order
        best = np.maximum(best, norm)
    found = best > 1 + settings.margin
    docket.offer(question, rows[found], PermutationNormCertificate, permutation=chosen[found])
