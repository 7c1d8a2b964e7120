"""Certificates of a whole batch, stored as stacked arrays rather than one object per state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.certificates import CERTIFICATE_KINDS, Certificate, Quality
from qent_core.errors import CertificateInvalidError

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class CertificateBlock:
    """Certificates of one kind and shape: row ``rows[i]`` of the batch has item i of each array."""

    kind: str
    question: str
    quality: str
    rows: NDArray[np.intp]
    arrays: Mapping[str, Array]
    """Name to ``(len(rows), ...)`` array."""


class CertificateColumn:
    """One certificate, or none, per state of a batch.

    Args:
        length: Number of states.
        blocks: Stacks of certificates; no state may have two.

    Raises:
        CertificateInvalidError: A row outside the batch, a state with two certificates, an unknown
            kind, or stacks of unequal length.

    Example:
        >>> from qent_core.certificates import PptSmallCertificate
        >>> column = CertificateColumn.from_records([None, PptSmallCertificate(question="A|B")])
        >>> len(column), column[0], column[1].kind
        (2, None, 'ppt-small')
    """

    __slots__ = ("_place", "blocks")

    def __init__(self, length: int, blocks: Iterable[CertificateBlock] = ()) -> None:
        self.blocks = tuple(block for block in blocks if len(block.rows))
        self._place = np.full((length, 2), -1, dtype=np.int64)
        for number, block in enumerate(self.blocks):
            self._place_block(number, block)

    def _place_block(self, number: int, block: CertificateBlock) -> None:
        if block.kind not in CERTIFICATE_KINDS:
            raise CertificateInvalidError(
                f"'{block.kind}' is no kind of certificate that this version knows",
                do="if a newer version wrote it: pip install --upgrade qent-core",
            )
        rows = np.asarray(block.rows)
        if rows.ndim != 1 or rows.dtype.kind not in "iu":
            raise CertificateInvalidError("the rows of certificates must be a list of integers")
        if rows.min() < 0 or rows.max() >= len(self._place):
            raise CertificateInvalidError("a certificate belongs to a state outside the batch")
        items = np.arange(len(rows))
        taken = (self._place[rows, 0] >= 0).any()
        self._place[rows, 0] = number
        self._place[rows, 1] = items
        # A row that comes twice keeps the last item only.
        if taken or (self._place[rows, 1] != items).any():
            raise CertificateInvalidError("a state has two certificates for one question")
        for name, array in block.arrays.items():
            if np.shape(array)[:1] != rows.shape:
                raise CertificateInvalidError(
                    f"'{name}' of shape {np.shape(array)} does not hold {len(rows)} items"
                )

    @classmethod
    def empty(cls, length: int) -> CertificateColumn:
        """Returns a column without any certificate."""
        return cls(length)

    @classmethod
    def stacked(
        cls,
        length: int,
        kind: type[Certificate],
        question: str,
        rows: Array,
        *,
        quality: Quality = Quality.STRICT,
        **arrays: Array,
    ) -> CertificateColumn:
        """Returns a column of one kind, without ever forming a record per state.

        Args:
            length: Number of states.
            kind: Certificate class.
            question: What the certificates answer.
            rows: Which states have one.
            quality: Quality of all of them.
            arrays: Field name to ``(len(rows), ...)``.
        """
        block = CertificateBlock(kind.kind, question, quality, np.asarray(rows, np.intp), arrays)
        return cls(length, [block])

    @classmethod
    def from_records(cls, records: Sequence[Certificate | None]) -> CertificateColumn:
        """Returns a column from one record, or None, per state."""
        groups: dict[Any, list[int]] = {}
        content = [record.arrays() if record is not None else {} for record in records]
        for row, record in enumerate(records):
            if record is not None:
                shapes = tuple((k, a.shape, a.dtype.str) for k, a in content[row].items())
                key = (record.kind, record.question, str(record.quality), shapes)
                groups.setdefault(key, []).append(row)
        blocks = [
            CertificateBlock(
                kind,
                question,
                quality,
                np.asarray(rows, np.intp),
                {name: np.stack([content[row][name] for row in rows]) for name, _, _ in shapes},
            )
            for (kind, question, quality, shapes), rows in groups.items()
        ]
        return cls(len(records), blocks)

    @classmethod
    def concatenate(cls, columns: Sequence[CertificateColumn]) -> CertificateColumn:
        """Joins columns; blocks of one kind and shape stay apart, which costs nothing to read."""
        blocks, start = [], 0
        for column in columns:
            blocks += [
                CertificateBlock(b.kind, b.question, b.quality, b.rows + start, b.arrays)
                for b in column.blocks
            ]
            start += len(column)
        return cls(start, blocks)

    def take(self, rows: Any) -> CertificateColumn:
        """Returns the column of the chosen states: a slice, mask or index array."""
        place = self._place[rows]
        blocks = []
        for number, block in enumerate(self.blocks):
            chosen = np.flatnonzero(place[:, 0] == number)
            items = place[chosen, 1]
            arrays = {name: array[items] for name, array in block.arrays.items()}
            blocks.append(
                CertificateBlock(block.kind, block.question, block.quality, chosen, arrays)
            )
        return CertificateColumn(len(place), blocks)

    def filled_from(self, other: CertificateColumn) -> CertificateColumn:
        """Returns this column with the gaps filled from another of the same length."""
        gaps = np.flatnonzero(~self.present & other.present)
        extra = other.take(gaps)
        blocks = [
            CertificateBlock(b.kind, b.question, b.quality, gaps[b.rows], b.arrays)
            for b in extra.blocks
        ]
        return CertificateColumn(len(self), [*self.blocks, *blocks])

    @property
    def present(self) -> NDArray[np.bool_]:
        """``(n,)`` mask of the states that have a certificate."""
        return np.asarray(self._place[:, 0] >= 0)

    def kinds(self) -> NDArray[np.str_]:
        """Returns ``(n,)`` kinds, the empty string where there is none."""
        table = np.asarray([block.kind for block in self.blocks] + [""], dtype=np.str_)
        return table[self._place[:, 0]]

    def __len__(self) -> int:
        return len(self._place)

    def __getitem__(self, row: int) -> Certificate | None:
        number, item = self._place[row]
        if number < 0:
            return None
        block = self.blocks[number]
        arrays = {name: array[item] for name, array in block.arrays.items()}
        kind = CERTIFICATE_KINDS[block.kind]
        return kind.from_arrays(block.question, block.quality, arrays)
