"""The columns of a data set as streams: what an export writes, one stretch of states at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.dataset.data_set import Dataset
from qent_core.labels import MeasureColumn, VerdictColumn
from qent_core.progress import Step


@dataclass(frozen=True)
class Stream:
    """An array of the file, one stretch of states at a time."""

    name: str
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    read: Callable[[Dataset], NDArray[Any]]

    def blocks(self, data: Dataset, rows: int, step: Step) -> Iterator[NDArray[Any]]:
        """Yields the array in order, in stretches of about ``rows`` states."""
        for part in data.stretches(rows):
            yield np.ascontiguousarray(self.read(part), dtype=self.dtype)
            step(len(part), self.name)


def states_stream(data: Dataset, *, as_pairs: bool = False) -> Stream:
    """Returns the states; ``as_pairs`` gives complex numbers a last axis of length 2."""

    def array_of(part: Dataset) -> NDArray[Any]:
        # A stretch may hold kets only although the whole data set does not.
        batch = part.states()
        return batch.array if batch.kind == data.kind else batch.density()

    if not as_pairs or data.dtype.kind != "c":
        return Stream("states", data.shape, data.dtype, array_of)
    real = np.dtype(f"f{data.dtype.itemsize // 2}")

    def pairs(part: Dataset) -> NDArray[Any]:
        array = np.ascontiguousarray(array_of(part), dtype=data.dtype)
        return array.view(real).reshape(*array.shape, 2)

    return Stream("states", (*data.shape, 2), real, pairs)


def number_streams(data: Dataset, parameter: str, known: str) -> list[Stream]:
    """Returns parameters and known verdicts, with these prefixes to their names."""

    def parameter_of(name: str) -> Callable[[Dataset], NDArray[Any]]:
        return lambda part: _or_default(part.parameters, name, len(part), np.nan)

    def known_of(question: str) -> Callable[[Dataset], NDArray[Any]]:
        return lambda part: _or_default(part.known, question, len(part), -1)

    shape = (len(data),)
    return [
        *(Stream(parameter + n, shape, np.dtype("f8"), parameter_of(n)) for n in data.parameters),
        *(Stream(known + q, shape, np.dtype("i1"), known_of(q)) for q in data.known),
    ]


def _or_default(
    columns: Mapping[str, NDArray[Any]], name: str, count: int, default: float
) -> NDArray[Any]:
    # A stretch of states may lie in sections that have no such column.
    return columns[name] if name in columns else np.full(count, default)


def label_columns(data: Dataset) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """Returns name, form and question of each label column, and the criteria of verdicts."""
    columns = data.labels(slice(0, 1), certificates=False).columns
    return [
        (
            name,
            "verdict" if isinstance(column, VerdictColumn) else "measure",
            column.question,
            ("", *data.summary[name]["criteria"]) if isinstance(column, VerdictColumn) else (),
        )
        for name, column in columns.items()
    ]


def value_stream(data: Dataset, key: str, name: str) -> Stream:
    """Returns the values of a label column."""
    measure = isinstance(data.labels(slice(0, 1), certificates=False).column(name), MeasureColumn)
    dtype = np.dtype("f8" if measure else "i1")
    return Stream(key, (len(data),), dtype, lambda part: part.columns[name])


def criterion_of(name: str) -> Callable[[Dataset], NDArray[np.str_]]:
    """Returns the function that reads the criteria of a verdict column."""

    def criteria(part: Dataset) -> NDArray[np.str_]:
        column = part.labels(columns=[name], certificates=False).column(name)
        assert isinstance(column, VerdictColumn)
        return column.criteria

    return criteria


def source_of(part: Dataset) -> NDArray[np.str_]:
    """Returns the family of each state."""
    names = np.asarray(part.sources, dtype=np.str_)
    number = np.zeros(len(part), dtype=np.intp)
    for index, name in enumerate(names):
        number[part.source_mask([str(name)])] = index
    return names[number]


def word_stream(
    data: Dataset,
    key: str,
    words: Sequence[str],
    read: Callable[[Dataset], NDArray[np.str_]],
) -> Stream:
    """Returns one word per state, of fixed width."""
    width = max(1, *(len(word) for word in words))
    return Stream(key, (len(data),), np.dtype(f"U{width}"), read)


def code_stream(
    data: Dataset,
    key: str,
    words: Sequence[str],
    read: Callable[[Dataset], NDArray[np.str_]],
) -> Stream:
    """Returns the place of each state's word in ``words``."""
    order = np.argsort(words)
    ordered = np.asarray(words)[order]

    def codes(part: Dataset) -> NDArray[Any]:
        return order[np.searchsorted(ordered, read(part))]

    return Stream(key, (len(data),), np.dtype("i8"), codes)
