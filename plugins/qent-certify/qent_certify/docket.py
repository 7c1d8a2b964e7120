"""What is known so far about every state: verdicts that the checker has accepted, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import (
    BISEPARABLE,
    BiseparableDecompositionCertificate,
    Certificate,
    CertificateBlock,
    CertificateColumn,
    DecompositionCertificate,
    Labels,
    NptCertificate,
    PptMixerCertificate,
    Quality,
    StateInvalidError,
    Status,
    Verdict,
    WitnessCertificate,
    XFormCertificate,
    check_block,
    column_name,
    cuts,
    is_coarser,
    parse_partition,
)
from qent_core.linalg import Dims, local_dimensions, permute_parties

Array = NDArray[Any]

_CHECKED_AT_ONCE = 1_000

_BUDGET = 6_000_000
"""Evaluations for the bound of one witness; less than the checker allows by default."""


_LARGEST_ENTRY = 1e6
"""Entries of a state are at most 1; larger ones leave it UNKNOWN, those beyond this are refused."""

_FORGIVING: tuple[type[Certificate], ...] = (
    NptCertificate,
    XFormCertificate,
    DecompositionCertificate,
    BiseparableDecompositionCertificate,
    WitnessCertificate,
    PptMixerCertificate,
)
"""Kinds whose proof usually has room for rounding to single precision, which halves its size."""


@dataclass(frozen=True)
class Side:
    """A partition question seen as blocks of given sizes."""

    question: str
    order: tuple[int, ...]
    """Parties block by block."""
    sizes: tuple[int, ...]
    """Dimension of each block."""


class Docket:
    """Verdicts and certificates of a batch while the search goes on.

    A stage asks which states are `undecided` and may `offer` certificates. Each is checked; what
    the checker does not accept leaves no trace. Accepted verdicts also settle every question they
    imply, with the same certificate.

    Args:
        rho: ``(n, D, D)`` density matrices.
        dims: Local dimensions.
        questions: Questions to keep track of.
        quality: The least quality that counts.

    Raises:
        StateInvalidError: A matrix has entries that are no usable numbers.

    Example:
        >>> from qent_core.api import NptCertificate
        >>> bell = np.zeros((1, 4, 4)); bell[0, ::3, ::3] = 0.5
        >>> docket = Docket(bell, (2, 2), ["A|B"])
        >>> vector = np.array([[0, 1, -1, 0]]) / 2**0.5
        >>> docket.offer("A|B", np.array([0]), NptCertificate, vector=vector).tolist()
        [1]
        >>> docket.undecided("A|B").tolist()
        []
    """

    def __init__(
        self,
        rho: Array,
        dims: Dims,
        questions: Sequence[str],
        quality: Quality = Quality.WITHIN_DELTA,
    ) -> None:
        self.rho = np.asarray(rho, dtype=np.complex128)
        if not (usable := (np.abs(self.rho) < _LARGEST_ENTRY).all(axis=(1, 2))).all():
            raise StateInvalidError(
                "the matrix has entries that are NaN, infinite or far too large for a state",
                where=f"state {int(np.argmin(usable))}",
                do="find out where they come from; StateBatch.validated() tells what else is wrong",
            )
        self.dims = dims
        self.quality = quality
        count = len(self.rho)
        self._values = {q: np.full(count, Verdict.UNKNOWN, np.int8) for q in questions}
        self._strict = {q: np.zeros(count, dtype=bool) for q in questions}
        self._blocks: dict[str, list[CertificateBlock]] = {q: [] for q in questions}

    @property
    def questions(self) -> tuple[str, ...]:
        """Every question kept track of."""
        return tuple(self._values)

    @property
    def partitions(self) -> tuple[str, ...]:
        """The questions about one partition, the finest first."""
        named = [q for q in self._values if q != BISEPARABLE]
        return tuple(sorted(named, key=lambda q: -q.count("|")))

    def cuts_that(self, proves: Verdict) -> tuple[str, ...]:
        """Returns the cuts on which such a verdict settles some question kept track of."""
        every = cuts(len(self.dims))
        return tuple(cut for cut in every if any(True for _ in self._implied(cut, proves)))

    def values(self, question: str) -> NDArray[np.int8]:
        """Returns the ``(n,)`` verdicts so far."""
        return self._values[question].copy()

    def undecided(self, question: str) -> NDArray[np.intp]:
        """Returns the rows without a verdict on a question."""
        return np.flatnonzero(self._values[question] == Verdict.UNKNOWN)

    def open_to(self, question: str, proves: Verdict) -> NDArray[np.intp]:
        """Returns the rows where such a verdict on a question would settle any question."""
        useful = np.zeros(len(self.rho), dtype=bool)
        for other in self._implied(question, proves):
            useful |= self._values[other] == Verdict.UNKNOWN
        if question in self._values:
            useful &= self._values[question] == Verdict.UNKNOWN
        return np.flatnonzero(useful)

    def side(self, question: str) -> Side:
        """Returns the blocks of a partition question."""
        partition = parse_partition(question, len(self.dims))
        order = tuple(party for block in partition for party in block)
        return Side(question, order, local_dimensions(self.dims, partition))

    def arranged(self, side: Side, rows: Array) -> Array:
        """Returns the states of the rows with their parties block by block."""
        return permute_parties(self.rho[rows], self.dims, side.order)

    def offer(
        self, question: str, rows: Array, kind: type[Certificate], **arrays: Array
    ) -> NDArray[np.int8]:
        """Checks certificates and keeps those that are accepted.

        Args:
            question: What the certificates answer.
            rows: ``(k,)`` states they belong to.
            kind: Certificate class.
            arrays: Field name to ``(k, ...)``; nested fields as ``name/key``.

        Returns:
            ``(k,)`` values of `Status`: ACCEPTED with sufficient quality, UNDECIDED or REFUSED.
        """
        taken = np.zeros(len(rows), dtype=np.int8)
        for start in range(0, len(rows), _CHECKED_AT_ONCE):
            piece = slice(start, start + _CHECKED_AT_ONCE)
            part = {name: array[piece] for name, array in arrays.items()}
            taken[piece] = self._offer(question, rows[piece], kind, part)
        return taken

    def _offer(
        self, question: str, rows: Array, kind: type[Certificate], arrays: dict[str, Array]
    ) -> NDArray[np.int8]:
        """Keeps what is accepted in single precision, else what is accepted in double."""
        answer = np.full(len(rows), Status.REFUSED, dtype=np.int8)
        left = np.arange(len(rows))
        forms = (_in_single, dict) if kind in _FORGIVING else (dict,)
        for form in forms:
            content = form({name: array[left] for name, array in arrays.items()})
            answer[left] = self._checked(question, rows[left], kind, content)
            # A bound that took too long takes as long again.
            again = answer == Status.REFUSED if kind is WitnessCertificate else answer < 1
            left = np.flatnonzero(again)
            if not len(left):
                break
        return answer

    def _checked(
        self, question: str, rows: Array, kind: type[Certificate], arrays: dict[str, Array]
    ) -> NDArray[np.int8]:
        block = CertificateBlock(kind.kind, question, Quality.STRICT, rows, arrays)
        outcome = check_block(self.rho[rows], self.dims, block, budget=_BUDGET)
        accepted = outcome.status == Status.ACCEPTED
        answer = np.where(accepted, Status.UNDECIDED, outcome.status).astype(np.int8)
        for quality, mine in (
            (Quality.STRICT, accepted & ~outcome.within_delta),
            (Quality.WITHIN_DELTA, accepted & outcome.within_delta),
        ):
            if quality == Quality.WITHIN_DELTA and self.quality == Quality.STRICT:
                continue
            part = {name: array[mine] for name, array in arrays.items()}
            if mine.any():
                self._settle(CertificateBlock(kind.kind, question, quality, rows[mine], part), kind)
            answer[mine] = Status.ACCEPTED
        return answer

    def _settle(self, block: CertificateBlock, kind: type[Certificate]) -> None:
        strict = block.quality == Quality.STRICT
        for question in self._implied(block.question, kind.proves):
            values = self._values[question]
            clash = (values[block.rows] != Verdict.UNKNOWN) & (values[block.rows] != kind.proves)
            if strict and clash.any():
                self._withdraw(question, block.rows[clash])
            new = values[block.rows] == Verdict.UNKNOWN
            rows = block.rows[new]
            values[rows] = kind.proves
            self._strict[question][rows] = strict
            arrays = {name: array[new] for name, array in block.arrays.items()}
            self._blocks[question].append(
                CertificateBlock(block.kind, block.question, block.quality, rows, arrays)
            )

    def _withdraw(self, question: str, rows: Array) -> None:
        """Takes back verdicts that a strict proof contradicts.

        Next to the border a proof within 1e-12 speaks of a state on the other side of it; the one
        for the matrix as given counts. Two strict proofs cannot both be right.
        """
        if (wrong := rows[self._strict[question][rows]]).size:
            raise AssertionError(f"state {wrong[0]} has proofs both ways for '{question}'")
        self._values[question][rows] = Verdict.UNKNOWN
        kept = []
        for block in self._blocks[question]:
            stays = ~np.isin(block.rows, rows)
            arrays = {name: array[stays] for name, array in block.arrays.items()}
            kept.append(replace(block, rows=block.rows[stays], arrays=arrays))
        self._blocks[question] = kept

    def _implied(self, question: str, proves: Verdict) -> Iterator[str]:
        parties = len(self.dims)
        for other in self._values:
            coarse, fine = (other, question) if proves == Verdict.SEPARABLE else (question, other)
            if is_coarser(coarse, fine, parties):
                yield other

    def labels(self, name: str, questions: Sequence[str]) -> Labels:
        """Returns one verdict column per question, named ``name[question]``."""
        made = Labels(len(self.rho))
        for question in questions:
            column = CertificateColumn(len(self.rho), self._blocks[question])
            made = made | Labels.verdicts(
                column_name(name, question),
                question,
                self._values[question],
                column.kinds(),
                column,
            )
        return made


def _in_single(arrays: dict[str, Array]) -> dict[str, Array]:
    single = {"f": np.float32, "c": np.complex64}
    return {name: a.astype(single.get(a.dtype.kind, a.dtype)) for name, a in arrays.items()}
