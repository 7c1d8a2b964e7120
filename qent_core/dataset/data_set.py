"""The data set as a value: opened, sliced, filtered and split without being read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from qent_core.dataset.arrays import Field
from qent_core.dataset.filters import described, passing
from qent_core.dataset.head import existing_head, root_bytes
from qent_core.dataset.layout import ColumnPlace, Head, Section
from qent_core.dataset.records import finished_records, missing_objects
from qent_core.dataset.rows import Rows, ShardTable, as_array, chosen, memory_size
from qent_core.dataset.selection_reader import LazyColumns, SelectionReader
from qent_core.dataset.storage import Storage, open_storage
from qent_core.errors import (
    DatasetCorruptError,
    DatasetError,
    DatasetIncompleteError,
    LabelsInvalidError,
)
from qent_core.evaluation import decided_rows, split_rows
from qent_core.labels import Labels
from qent_core.names import counted
from qent_core.states import StateBatch
from qent_core.verdicts import Verdict


class Dataset:
    """States and labels on a disk or in an object store, or a selection of them.

    Nothing is read before it is asked for. Slicing with ``[]`` reads states; `take`, `where` and
    `split` give selections that read nothing yet.

    Example:
        >>> data = Dataset.open("data.zarr")                            # doctest: +SKIP
        >>> train, test = data.split(test_fraction=0.2, seed=1)         # doctest: +SKIP
        >>> for states, labels in train.batches(memory="512MB"):        # doctest: +SKIP
        ...     model.partial_fit(states, labels.values("negativity[A|B]"))
    """

    def __init__(self, storage: Storage, head: Head, table: ShardTable, rows: Rows) -> None:
        self._storage = storage
        self._head = head
        self._table = table
        self._rows = rows
        self._reader = SelectionReader(storage, head, table)
        # A selection has the form of the sections it touches, not of those it leaves out.
        self._touched = [head.sections[number] for number in table.sections(rows)]

    @classmethod
    def open(
        cls,
        path: str | Path | Storage,
        *,
        storage_options: Mapping[str, Any] | None = None,
    ) -> Self:
        """Opens a data set for reading.

        Args:
            path: A path, or the URL of any fsspec store.
            storage_options: Passed to the fsspec file system.

        Raises:
            DatasetError: There is no data set.
            DatasetMismatchError: Its layout is of another version.
            DatasetIncompleteError: It is not finished.
            DatasetCorruptError: Files are missing, or its head was changed.
        """
        storage = open_storage(path, storage_options)
        head = existing_head(storage)
        if not head.complete:
            shards = sum(section.shards for section in head.sections)
            done = len(finished_records(storage, head, 0))
            raise DatasetIncompleteError(
                f"the data set is not finished: {done} of {counted(shards, 'shard')} are done",
                where=storage.url,
                do="run the command that began it again, it goes on where it stopped",
            )
        missing = [
            name
            for number, entry in enumerate(head.passes)
            if entry.complete
            for name in missing_objects(storage, head, number)
        ]
        if missing:
            raise DatasetCorruptError(
                f"{counted(len(missing), 'file')} of the data set "
                f"{'is' if len(missing) == 1 else 'are'} missing, the first is {missing[0]}",
                where=storage.url,
                do="copy it again, or run the command that made it to make up for them",
            )
        return cls(storage, head, ShardTable(head), range(head.count))

    # --- what it holds -------------------------------------------------------------------------

    @property
    def path(self) -> str:
        """Where it is stored: a path or URL."""
        return self._storage.url

    @property
    def dims(self) -> tuple[int, ...]:
        """Local dimensions, party A first."""
        return self._head.dims

    @property
    def kind(self) -> str:
        """``"kets"`` if all states are stored as kets, else ``"density"``."""
        kinds = {section.kind for section in self._touched}
        return "kets" if kinds == {"kets"} else "density"

    @property
    def dtype(self) -> np.dtype[Any]:
        """Number type of the states."""
        return np.result_type(*(section.dtype for section in self._touched or self._head.sections))

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of all states: ``(n, D)`` or ``(n, D, D)``."""
        size = self._head.sections[0].dimension
        return (len(self), size) if self.kind == "kets" else (len(self), size, size)

    @property
    def sources(self) -> tuple[str, ...]:
        """The families that made the states."""
        return tuple(dict.fromkeys(section.source for section in self._touched))

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What the data set was made from: the specification, versions, references."""
        return self._head.origin

    @property
    def labelers(self) -> tuple[str, ...]:
        """Names of the labelers that made its columns, each once."""
        names = (table["use"] for entry in self._head.passes for table in entry.labelers)
        return tuple(dict.fromkeys(names))

    @property
    def head_digest(self) -> str:
        """SHA-256 of the head, which stands for the whole data set with all its checksums."""
        return hashlib.sha256(root_bytes(self._head)).hexdigest()

    @property
    def shard_size(self) -> int:
        """Number of states in the largest shard."""
        return max((section.rows for section in self._touched), default=1)

    @property
    def summary(self) -> Mapping[str, Any]:
        """Statistics of each label column, over the whole data set."""
        complete = [entry for entry in self._head.passes if entry.complete]
        return {name: entry.summary[name] for entry in complete for name in entry.summary}

    @property
    def rows(self) -> NDArray[np.intp]:
        """Numbers of the states of this selection in the whole data set."""
        return as_array(self._rows)

    @property
    def columns(self) -> Mapping[str, NDArray[Any]]:
        """Label column to ``(n,)`` values, read when asked for."""
        places = {column.name: column for column in self._places()}
        return LazyColumns(tuple(places), lambda name: self._values(places[name]))

    @property
    def verdict_columns(self) -> tuple[str, ...]:
        """Names of the label columns that hold verdicts."""
        return tuple(column.name for column in self._places() if column.form == "verdict")

    @property
    def unfinished_columns(self) -> tuple[str, ...]:
        """Names of label columns that were begun and are not all there; they cannot be read."""
        left = [entry for entry in self._head.passes if not entry.complete]
        return tuple(column.name for entry in left for column in entry.columns)

    @property
    def parameters(self) -> Mapping[str, NDArray[np.float64]]:
        """Parameter to ``(n,)`` numbers, read when asked for; NaN where a state has none."""
        names = tuple(dict.fromkeys(n for s in self._touched for n in s.parameters))

        def read(name: str) -> NDArray[Any]:
            def array(section: Section) -> Field | None:
                return section.parameter(name) if name in section.parameters else None

            return self._reader.values(self._rows, array, np.float64, np.nan)

        return LazyColumns(names, read)

    @property
    def known(self) -> Mapping[str, NDArray[np.int8]]:
        """Question to ``(n,)`` verdicts that hold by construction, read when asked for."""
        names = tuple(dict.fromkeys(q for s in self._touched for q in s.known))

        def read(question: str) -> NDArray[Any]:
            def array(section: Section) -> Field | None:
                return section.verdicts(question) if question in section.known else None

            return self._reader.values(self._rows, array, np.int8, Verdict.UNKNOWN)

        return LazyColumns(names, read)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        labels = f", columns={list(self.columns)}" if self.columns else ""
        return f"<Dataset of {len(self)} {self.kind}, dims={self.dims}{labels}: {self.path}>"

    # --- reading -------------------------------------------------------------------------------

    def __getitem__(self, index: Any) -> StateBatch:
        """Reads the chosen states: an integer, slice, mask or index array."""
        return self.states(index)

    def states(self, rows: Any = slice(None)) -> StateBatch:
        """Reads states.

        Args:
            rows: Which, counted within this selection; by default all.

        Raises:
            DatasetCorruptError: A file was changed or is missing.
            DatasetError: No state was asked for.
        """
        picked = chosen(self._rows, rows)
        if not len(picked):
            raise DatasetError("no state was asked for", where=self.path)
        return self._reader.states(picked, self.kind)

    def labels(
        self,
        rows: Any = slice(None),
        *,
        columns: Sequence[str] | None = None,
        certificates: bool = True,
    ) -> Labels:
        """Reads labels.

        Args:
            rows: Which states, counted within this selection; by default all.
            columns: Which columns; by default all.
            certificates: Whether to read the certificates of verdicts too.

        Raises:
            LabelsInvalidError: There is no such column.
            DatasetCorruptError: A file was changed or is missing.
        """
        picked = chosen(self._rows, rows)
        return self._reader.labels(picked, self._named(columns), certificates)

    def batches(
        self,
        memory: str | int = "512MB",
        *,
        columns: Sequence[str] | None = None,
        certificates: bool = False,
    ) -> Iterator[tuple[StateBatch, Labels]]:
        """Reads everything in turn, in batches that need at most so much memory.

        Args:
            memory: Limit for one batch while it is being put together, such as ``"512MB"``. One
                shard must fit in any case.
            columns: Which label columns; by default all.
            certificates: Whether to read the certificates of verdicts too.

        Yields:
            States and their labels, in the order of this selection.
        """
        named = self._named(columns)
        # Joining shards needs them twice for a moment.
        most = max(1, memory_size(memory) // (2 * self._bytes_per_state(len(named))))
        for start, stop in self._reader.spans(self._rows, most):
            rows = self._rows[start:stop]
            states = self._reader.states(rows, self.kind)
            yield states, self._reader.labels(rows, named, certificates)

    def stretches(self, rows: int) -> Iterator[Dataset]:
        """Yields the selection in parts of at most so many states, at shard borders if possible."""
        return (
            self.take(slice(start, stop)) for start, stop in self._reader.spans(self._rows, rows)
        )

    def to_xarray(self, *, states: bool = True) -> Any:
        """Returns the selection as an ``xarray.Dataset``; see `qent_core.dataset.to_xarray`."""
        from qent_core.dataset.to_xarray import to_xarray

        return to_xarray(self, states=states)

    # --- selecting -----------------------------------------------------------------------------

    def take(self, rows: Any) -> Dataset:
        """Returns a selection: a slice, mask or index array, counted within this one."""
        return Dataset(self._storage, self._head, self._table, chosen(self._rows, rows))

    def where(
        self,
        *,
        source: str | Sequence[str] | None = None,
        question: str | None = None,
        verdict: Verdict | str | int | None = None,
        between: Mapping[str, tuple[float, float]] | None = None,
    ) -> Dataset:
        """Returns the states that pass every filter given.

        Args:
            source: Families that made them.
            question: A question such as ``"A|B"``, with ``verdict``.
            verdict: ``"entangled"``, ``"separable"`` or ``"unknown"``, as all label columns that
                answer the question say together.
            between: Parameter or measure column to the least and greatest value, both included.

        Raises:
            DatasetError: No state passes, or a filter names nothing that is there.

        Example:
            >>> data.where(question="A|B", verdict="entangled")         # doctest: +SKIP
            >>> data.where(source="isotropic", between={"alpha": (0.2, 0.5)})  # doctest: +SKIP
        """
        mask = passing(
            self, source=source, question=question, verdict=verdict, between=between or {}
        )
        if not mask.any():
            wish = described(source, question, verdict, between or {})
            raise DatasetError(
                f"none of the {counted(len(self), 'state')} passes the filter {wish}",
                where=self.path,
                do="see what there is with: qent dataset info",
            )
        return self.take(mask)

    def split(
        self, test_fraction: float = 0.2, seed: int = 0, *, target: str | None = None
    ) -> tuple[Dataset, Dataset]:
        """Returns a training and a test selection, by the rule of ``qent run``.

        Args:
            test_fraction: Share of the states held out.
            seed: Fixes the split; ``run.seed`` gives that of the run.
            target: A label column; states it does not decide are left out.

        Raises:
            CompositionInvalidError: Too few states to leave one on each side.
        """
        usable = np.ones(len(self), dtype=bool)
        if target is not None:
            column = self._places([target])[0]
            if column.form == "verdict":
                usable = decided_rows(self._values(column), "classification")
        split = split_rows(usable, test_fraction, seed)
        return self.take(split.train), self.take(split.test)

    def by_section(self) -> tuple[Dataset, ...]:
        """Returns the selection cut into states of one form and one family each."""
        rows = as_array(self._rows)
        borders = np.cumsum([0, *(section.count for section in self._head.sections)])
        number = np.searchsorted(borders, rows, side="right") - 1
        return tuple(self.take(np.flatnonzero(number == n)) for n in np.unique(number))

    def source_mask(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Returns the ``(n,)`` mask of the states that one of these families made."""
        mask = np.zeros(len(self), dtype=bool)
        for piece in self._table.pieces(self._rows):
            mask[piece.positions] = self._head.sections[piece.place.section].source in names
        return mask

    def combined_verdicts(self, question: str) -> NDArray[np.int8]:
        """Returns one ``(n,)`` verdict per state from all label columns that answer a question.

        Raises:
            LabelsInvalidError: No column answers it, or two columns contradict each other.
        """
        names = [c.name for c in self._places() if c.question == question and c.form == "verdict"]
        if not names:
            raise LabelsInvalidError(
                f"no label column answers '{question}'",
                where=self.path,
                do=f"choose from: {', '.join(self.columns) or 'there are no labels'}",
            )
        verdicts = np.empty(len(self), dtype=np.int8)
        for start, stop in self._reader.spans(self._rows, 1_000_000):
            labels = self._reader.labels(self._rows[start:stop], names, False)
            verdicts[start:stop] = labels.combined(question).values
        return verdicts

    # --- inside --------------------------------------------------------------------------------

    def _bytes_per_state(self, columns: int) -> int:
        size = int(np.prod(self.shape[1:])) * self.dtype.itemsize
        # A criterion's name takes most of a label's memory.
        return size + 8 * (len(self.parameters) + len(self.known)) + 80 * columns

    def _named(self, columns: Sequence[str] | None) -> tuple[str, ...]:
        return tuple(column.name for column in self._places(columns))

    def _places(self, names: Sequence[str] | None = None) -> list[ColumnPlace]:
        places = {c.name: c for e in self._head.passes if e.complete for c in e.columns}
        for name in names or ():
            if name not in places:
                raise LabelsInvalidError(
                    f"there is no label column '{name}'",
                    where=self.path,
                    do=f"choose from: {', '.join(places) or 'there are none'}",
                )
        return list(places.values()) if names is None else [places[name] for name in names]

    def _values(self, column: ColumnPlace) -> NDArray[Any]:
        stored = column.values
        return self._reader.values(self._rows, lambda _: stored, stored.dtype, 0)
