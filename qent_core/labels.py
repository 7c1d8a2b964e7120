"""Labels: named columns, either verdicts on a question or real-valued measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qent_core.certificate_column import CertificateColumn
from qent_core.errors import LabelsInvalidError
from qent_core.verdict_arrays import verdict_array
from qent_core.verdicts import Verdict


def column_name(measure: str, question: str) -> str:
    """Returns the name of a column for one question.

    Example:
        >>> column_name("negativity", "A|BC")
        'negativity[A|BC]'
    """
    return f"{measure}[{question}]"


@dataclass(frozen=True, eq=False)
class MeasureColumn:
    """One real number per state."""

    values: NDArray[np.float64]
    """``(n,)``."""
    question: str = ""
    """The cut or partition it belongs to, if any."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _read_only(self.values))

    def __reduce__(self) -> tuple[Any, ...]:
        return (MeasureColumn, (self.values, self.question))

    def take(self, rows: Any) -> MeasureColumn:
        """Returns the column of the chosen states."""
        return MeasureColumn(self.values[rows], self.question)


@dataclass(frozen=True, eq=False)
class VerdictColumn:
    """One verdict per state, with the criterion that gave it and its certificate."""

    values: NDArray[np.int8]
    """``(n,)`` values of `Verdict`."""
    question: str
    criteria: NDArray[np.str_]
    """``(n,)`` criterion names; empty where the verdict is UNKNOWN."""
    certificates: CertificateColumn = field(default_factory=lambda: CertificateColumn.empty(0))
    """Their certificates; left out, no state has one."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _read_only(self.values))
        object.__setattr__(self, "criteria", _read_only(self.criteria))
        if not len(self.certificates):
            object.__setattr__(self, "certificates", CertificateColumn.empty(len(self.values)))

    def __reduce__(self) -> tuple[Any, ...]:
        return (VerdictColumn, (self.values, self.question, self.criteria, self.certificates))

    def take(self, rows: Any) -> VerdictColumn:
        """Returns the column of the chosen states."""
        return VerdictColumn(
            self.values[rows], self.question, self.criteria[rows], self.certificates.take(rows)
        )

    def shares(self) -> dict[str, float]:
        """Returns the share of each verdict by its word."""
        count = max(1, len(self.values))
        return {v.word: float((self.values == v).sum()) / count for v in Verdict}


Column = MeasureColumn | VerdictColumn


class Labels:
    """Immutable, ordered, named label columns of a batch of n states.

    Example:
        >>> labels = Labels.measure("negativity[A|B]", [0.5, 0.0], question="A|B")
        >>> labels = labels | Labels.verdicts("ppt[A|B]", "A|B", [1, 0], "ppt")
        >>> labels.names, len(labels)
        (('negativity[A|B]', 'ppt[A|B]'), 2)
        >>> labels.combined("A|B").criteria.tolist()
        ['ppt', 'ppt']
    """

    __slots__ = ("_columns", "_count")

    def __init__(self, count: int, columns: Mapping[str, Column] | None = None) -> None:
        self._count = count
        self._columns = dict(columns or {})
        for name, column in self._columns.items():
            if len(column.values) != count:
                raise LabelsInvalidError(
                    f"column '{name}' has {len(column.values)} values for {count} states"
                )

    @classmethod
    def measure(cls, name: str, values: ArrayLike, *, question: str = "") -> Labels:
        """Returns labels with one measure column.

        Raises:
            LabelsInvalidError: The values are not one finite number per state.
        """
        try:
            array = np.asarray(values, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise LabelsInvalidError(f"column '{name}' holds no real numbers: {error}") from error
        if array.ndim != 1:
            raise LabelsInvalidError(f"column '{name}' has shape {array.shape}, not (n,)")
        if not np.isfinite(array).all():
            row = int(np.argmin(np.isfinite(array)))
            raise LabelsInvalidError(f"column '{name}' is not finite at state {row}")
        return cls(len(array), {name: MeasureColumn(array, question)})

    @classmethod
    def verdicts(
        cls,
        name: str,
        question: str,
        values: ArrayLike,
        criteria: str | Sequence[str] | NDArray[np.str_],
        certificates: CertificateColumn | None = None,
    ) -> Labels:
        """Returns labels with one verdict column.

        Args:
            name: Column name, usually ``column_name(labeler, question)``.
            question: What is answered.
            values: ``(n,)`` verdicts: 0, 1 or -1.
            criteria: The criterion of every decided state, or one per state.
            certificates: Their certificates; states may lack one.

        Raises:
            LabelsInvalidError: A value that is no verdict; a decided state without a criterion or
                an undecided one with a criterion; certificates of another length.
        """
        array = verdict_array(values, f"column '{name}'")
        if array.ndim != 1:
            raise LabelsInvalidError(f"column '{name}' has shape {array.shape}, not (n,)")
        decided = array != Verdict.UNKNOWN
        names = (
            np.where(decided, criteria, "")
            if isinstance(criteria, str)
            else np.asarray(criteria, dtype=np.str_)
        )
        if names.shape != array.shape or ((names != "") != decided).any():
            raise LabelsInvalidError(
                f"column '{name}' must name a criterion for decided states and for no other"
            )
        proofs = CertificateColumn.empty(len(array)) if certificates is None else certificates
        if len(proofs) != len(array) or (proofs.present & ~decided).any():
            raise LabelsInvalidError(
                f"column '{name}' must have certificates for decided states only, one each"
            )
        return cls(len(array), {name: VerdictColumn(array, question, names, proofs)})

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(self._columns)

    @property
    def columns(self) -> Mapping[str, Column]:
        """Columns by name."""
        return MappingProxyType(self._columns)

    def column(self, name: str) -> Column:
        """Returns one column.

        Raises:
            LabelsInvalidError: There is none of this name.
        """
        if name not in self._columns:
            raise LabelsInvalidError(
                f"there is no label column '{name}'", do=f"choose from: {', '.join(self.names)}"
            )
        return self._columns[name]

    def values(self, name: str) -> NDArray[Any]:
        """Returns the ``(n,)`` values of one column."""
        return self.column(name).values

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, rows: Any) -> Labels:
        """Returns the labels of the chosen states: a slice, mask or index array."""
        index = np.asarray([rows]) if isinstance(rows, int | np.integer) else rows
        length = len(np.arange(self._count)[index])
        return Labels(length, {name: c.take(index) for name, c in self._columns.items()})

    def __or__(self, other: Labels) -> Labels:
        """Returns the columns of both; names must differ."""
        clash = set(self._columns) & set(other._columns)
        if clash:
            raise LabelsInvalidError(
                f"both labelers give the column '{min(clash)}'", do="leave one of them out"
            )
        count = self._count if self._columns else other._count
        return Labels(count, {**self._columns, **other._columns})

    def __repr__(self) -> str:
        return f"<Labels of {len(self)} states: {', '.join(self.names)}>"

    def combined(self, question: str) -> VerdictColumn:
        """Returns one verdict per state from all columns that answer a question.

        Raises:
            LabelsInvalidError: No column answers it, or two columns contradict each other.
        """
        found = [
            (name, column)
            for name, column in self._columns.items()
            if isinstance(column, VerdictColumn) and column.question == question
        ]
        if not found:
            raise LabelsInvalidError(f"no column answers '{question}'")
        first_name, merged = found[0]
        for name, column in found[1:]:
            clash = (
                (merged.values != column.values)
                & (merged.values != Verdict.UNKNOWN)
                & (column.values != Verdict.UNKNOWN)
            )
            if clash.any():
                raise LabelsInvalidError(
                    f"'{first_name}' and '{name}' contradict each other on '{question}' "
                    f"at state {int(np.argmax(clash))}",
                    do="one of the two labelers is unsound; run its conformance checks",
                )
            gap = merged.values == Verdict.UNKNOWN
            merged = VerdictColumn(
                np.where(gap, column.values, merged.values),
                question,
                np.where(gap, column.criteria, merged.criteria),
                merged.certificates.filled_from(column.certificates),
            )
        return merged

    @classmethod
    def concatenate(cls, parts: Sequence[Labels]) -> Labels:
        """Joins labels of consecutive shards, all with the same columns.

        Raises:
            LabelsInvalidError: No part, or parts with different columns.
        """
        if not parts or any(_layout(part) != _layout(parts[0]) for part in parts):
            raise LabelsInvalidError("labels of shards must have the same columns")
        joined: dict[str, Column] = {}
        for name, sample in parts[0].columns.items():
            pieces: list[Any] = [part.columns[name] for part in parts]
            values = np.concatenate([piece.values for piece in pieces])
            if isinstance(sample, MeasureColumn):
                joined[name] = MeasureColumn(values, sample.question)
            else:
                joined[name] = VerdictColumn(
                    values,
                    sample.question,
                    np.concatenate([piece.criteria for piece in pieces]),
                    CertificateColumn.concatenate([piece.certificates for piece in pieces]),
                )
        return cls(sum(len(part) for part in parts), joined)

    def save(self, path: str | Path) -> None:
        """Writes an ``.npz`` file, readable without qent; see `qent_core.label_files`."""
        from qent_core.label_files import write_labels

        write_labels(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Labels:
        """Reads labels written by `save`."""
        from qent_core.label_files import read_labels

        return read_labels(Path(path))


def _layout(labels: Labels) -> list[tuple[str, type, str]]:
    return [(name, type(c), c.question) for name, c in labels.columns.items()]


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    view = array.view()
    view.flags.writeable = False
    return view
