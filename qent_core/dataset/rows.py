"""Which rows of which shards a selection of states consists of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.dataset.layout import Head, Place
from qent_core.errors import DatasetError

Rows = range | NDArray[np.intp]
"""Numbers of states: an ascending range, or any array of them."""


@dataclass(frozen=True)
class Piece:
    """The part of a selection that lies in one shard."""

    place: Place
    local: slice | NDArray[np.intp]
    """Rows within the shard."""
    positions: slice | NDArray[np.intp]
    """Where they stand in the selection."""
    size: int


class ShardTable:
    """Finds the shards of states by number.

    Args:
        head: What the data set holds.
    """

    def __init__(self, head: Head) -> None:
        self.places = tuple(head.places())
        lengths = [head.sections[p.section].length(p.shard) for p in self.places]
        self.starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.intp)]).astype(np.intp)
        """First state of each shard, and the number of all states."""

    def pieces(self, rows: Rows) -> Iterator[Piece]:
        """Yields the shards that a selection touches, each once, in their order."""
        if isinstance(rows, range):
            yield from self._of_range(rows)
        else:
            yield from self._of_array(rows)

    def sections(self, rows: Rows) -> list[int]:
        """Returns the numbers of the sections that a selection touches."""
        if not len(rows):
            return []
        shards: Iterable[int]
        if isinstance(rows, range):
            touched = np.searchsorted(self.starts, [rows.start, rows.stop - 1], side="right") - 1
            shards = range(int(touched[0]), int(touched[1]) + 1)
        else:
            shards = np.unique(np.searchsorted(self.starts, rows, side="right") - 1)
        return sorted({self.places[shard].section for shard in shards})

    def _of_range(self, rows: range) -> Iterator[Piece]:
        if not rows:
            return
        first = int(np.searchsorted(self.starts, rows.start, side="right")) - 1
        for number in range(first, len(self.places)):
            start, stop = int(self.starts[number]), int(self.starts[number + 1])
            if start >= rows.stop:
                return
            low, high = max(rows.start, start), min(rows.stop, stop)
            yield Piece(
                self.places[number],
                slice(low - start, high - start),
                slice(low - rows.start, high - rows.start),
                high - low,
            )

    def _of_array(self, rows: NDArray[np.intp]) -> Iterator[Piece]:
        shard = np.searchsorted(self.starts, rows, side="right") - 1
        order = np.argsort(shard, kind="stable")
        borders = np.flatnonzero(np.diff(shard[order])) + 1
        for positions in np.split(order, borders) if len(rows) else ():
            number = int(shard[positions[0]])
            local = rows[positions] - self.starts[number]
            yield Piece(self.places[number], local, positions, len(local))


def chosen(rows: Rows, index: Any) -> Rows:
    """Returns the rows that an index picks from a selection, a range where that is possible.

    Args:
        rows: The selection.
        index: An integer, slice, mask, or integers counted within the selection.

    Raises:
        IndexError: A number outside the selection, a mask of another length.
    """
    count = len(rows)
    if isinstance(index, tuple):
        if len(index) != 2 or index[1] is not Ellipsis:
            raise IndexError("a data set is indexed by states only: data[rows]")
        index = index[0]
    if isinstance(index, int | np.integer):
        if not -count <= index < count:
            raise IndexError(f"state {index} of a data set of {count}")
        index = slice(int(index) % count, int(index) % count + 1)
    if isinstance(index, slice):
        part = range(count)[index]
        if part.step == 1 or len(part) < 2:
            start = part.start
            return rows[start : start + len(part)]
        index = np.asarray(part, dtype=np.intp)
    picked = np.asarray(index)
    if picked.dtype == bool:
        if picked.shape != (count,):
            raise IndexError(f"a mask of shape {picked.shape} for a data set of {count} states")
        picked = np.flatnonzero(picked)
    elif picked.size == 0:
        picked = picked.astype(np.intp)
    elif picked.dtype.kind not in "iu" or picked.ndim != 1:
        raise IndexError("states are chosen by an integer, a slice, a mask or a list of integers")
    if picked.size and not (-count <= picked.min() and picked.max() < count):
        raise IndexError(f"state {picked.max()} of a data set of {count}")
    picked = np.where(picked < 0, picked + count, picked).astype(np.intp)
    if isinstance(rows, range):
        return picked + rows.start
    within: NDArray[np.intp] = rows[picked]
    return within


def as_array(rows: Rows) -> NDArray[np.intp]:
    """Returns a selection as an array of numbers."""
    return np.arange(rows.start, rows.stop, dtype=np.intp) if isinstance(rows, range) else rows


def memory_size(text: str | int) -> int:
    """Returns a number of bytes from text such as ``"512MB"``.

    Raises:
        DatasetError: It is no size.

    Example:
        >>> memory_size("512MB"), memory_size("1.5 GiB")
        (512000000, 1610612736)
    """
    if isinstance(text, int):
        size, unit = float(text), ""
    else:
        plain = text.replace(" ", "")
        number = plain.rstrip("kKMGTiBb")
        unit = plain[len(number) :]
        try:
            size = float(number)
        except ValueError:
            size = 0.0
    scale = _UNITS.get(unit.lower())
    if scale is None or size * scale < 1:
        raise DatasetError(
            f"'{text}' is no amount of memory", do='write, for example, memory="512MB"'
        )
    return int(size * scale)


_UNITS = {"": 1, "b": 1} | {
    f"{letter}{suffix}": base**power
    for power, letter in enumerate("kmgt", start=1)
    for suffix, base in (("", 1000), ("b", 1000), ("ib", 1024))
}


def groups(pieces: Sequence[Piece], most: int) -> Iterator[tuple[int, int]]:
    """Yields spans of a sorted selection: at most ``most`` rows, at shard borders if possible.

    Example:
        >>> whole = [Piece(Place(0, i), slice(0, 10), slice(10 * i, 10 * i + 10), 10)
        ...          for i in range(3)]
        >>> list(groups(whole, 25)), list(groups(whole, 8))
        ([(0, 20), (20, 30)], [(0, 8), (8, 10), (10, 18), (18, 20), (20, 28), (28, 30)])
    """
    start = stop = 0
    for piece in pieces:
        if stop + piece.size - start > most and stop > start:
            yield start, stop
            start = stop
        stop += piece.size
        while stop - start > most:
            yield start, start + most
            start += most
        if most < piece.size and stop > start:
            yield start, stop
            start = stop
    if stop > start:
        yield start, stop
