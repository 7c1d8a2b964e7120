"""Reading a selection of states that may lie in many shards, in any order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.dataset.arrays import Field
from qent_core.dataset.layout import Head, Section
from qent_core.dataset.rows import Piece, Rows, ShardTable, groups
from qent_core.dataset.shards import ShardReader
from qent_core.dataset.storage import Storage
from qent_core.labels import Labels
from qent_core.states import StateBatch, joined


class SelectionReader:
    """Puts together what `ShardReader` reads from single shards.

    Args:
        storage: Where the data set is.
        head: What it holds.
        table: Where each state is.
    """

    def __init__(self, storage: Storage, head: Head, table: ShardTable) -> None:
        self._head = head
        self._table = table
        self._shards = ShardReader(storage, head)

    def states(self, rows: Rows, kind: str) -> StateBatch:
        """Returns states, all as kets or all as density matrices."""
        pieces = list(self._table.pieces(rows))
        sections = [self._head.sections[piece.place.section] for piece in pieces]
        in_order = all(isinstance(piece.positions, slice) for piece in pieces)
        if len(pieces) > 1 and in_order and {section.kind for section in sections} == {kind}:
            return self._in_place(pieces, sections)
        parts, order = [], []
        for piece in pieces:
            batch = self._shards.states(piece.place, piece.local)
            if batch.kind != kind:
                batch = batch.replaced(
                    batch.density(), known=batch.known, certificates=batch.certificates
                )
            parts.append(batch)
            order.append(piece.positions)
        joined = StateBatch.concatenate(parts)
        undo = _undoing(order)
        return joined if undo is None else joined[undo]

    def _in_place(self, pieces: Sequence[Piece], sections: Sequence[Section]) -> StateBatch:
        """Returns the states of pieces that follow each other, each decoded where it belongs."""
        dtype = np.result_type(*(section.dtype for section in sections))
        count = sum(piece.size for piece in pieces)
        states = np.empty((count, *sections[0].states.item), dtype)
        parts = [
            self._shards.states(piece.place, piece.local, out=states[piece.positions])
            for piece in pieces
        ]
        return joined(parts, states)

    def labels(self, rows: Rows, names: Sequence[str], proofs: bool) -> Labels:
        """Returns label columns, with or without certificates."""
        parts, order = [], []
        for piece in self._table.pieces(rows):
            parts.append(self._shards.labels(piece.place, names, piece.local, proofs=proofs))
            order.append(piece.positions)
        if not names or not parts:
            return Labels(len(rows))
        joined = Labels.concatenate(parts)
        undo = _undoing(order)
        return joined if undo is None else joined[undo]

    def values(
        self, rows: Rows, array: Callable[[Section], Field | None], dtype: Any, fill: float
    ) -> NDArray[Any]:
        """Returns one array of all sections; ``fill`` where a section has none."""
        values = np.full(len(rows), fill, dtype=dtype)
        for piece in self._table.pieces(rows):
            stored = array(self._head.sections[piece.place.section])
            if stored is not None:
                values[piece.positions] = self._shards.array(piece.place, stored)[piece.local]
        return values

    def spans(self, rows: Rows, most: int) -> Iterator[tuple[int, int]]:
        """Yields consecutive parts of a selection, at shard borders if it is sorted."""
        if isinstance(rows, range) or bool((np.diff(rows) >= 0).all()):
            return groups(list(self._table.pieces(rows)), most)
        return ((start, min(start + most, len(rows))) for start in range(0, len(rows), most))


class LazyColumns(Mapping[str, NDArray[Any]]):
    """Names that are known, and arrays that are read when one is asked for.

    Args:
        names: The names.
        read: Function from a name to its array.
    """

    def __init__(self, names: tuple[str, ...], read: Callable[[str], NDArray[Any]]) -> None:
        self._names = names
        self._read = read

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._names:
            raise KeyError(name)
        return self._read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<lazy columns: {', '.join(self._names)}>"


def _undoing(order: list[slice | NDArray[np.intp]]) -> NDArray[np.intp] | None:
    """Returns the permutation that brings pieces back into the order asked for, None if none is."""
    if all(isinstance(positions, slice) for positions in order):
        return None
    joined = np.concatenate([np.asarray(positions) for positions in order])
    inverse = np.argsort(joined)
    return None if bool((np.diff(inverse) == 1).all()) else inverse
