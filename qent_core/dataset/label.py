"""Adding label columns to a data set that is there already."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qent_core.dataset.executors import Workers
from qent_core.dataset.head import existing_head, with_files, write_head, write_skeleton
from qent_core.dataset.jobs import LabelJob, in_double
from qent_core.dataset.layout import Head, LabelPass, Place, column_places
from qent_core.dataset.passes import finish_pass
from qent_core.dataset.plan import labeler_tables, versions_of
from qent_core.dataset.shards import ShardReader
from qent_core.dataset.storage import Storage, open_storage
from qent_core.errors import DatasetError, DatasetIncompleteError
from qent_core.generation import Pipeline
from qent_core.labelling import labelers_of
from qent_core.labels import Labels
from qent_core.names import listed
from qent_core.registry import Registry, default_registry
from qent_core.worker_processes import one_thread

if TYPE_CHECKING:
    from qent_core.dataset.data_set import Dataset


def label_dataset(
    path: str | Path,
    labelers: Sequence[str],
    *,
    questions: Sequence[str] = (),
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    workers: int = 1,
    executor: str = "processes",
    scheduler: str = "",
    overwrite: bool = False,
    registry: Registry | None = None,
    storage_options: Mapping[str, Any] | None = None,
) -> Dataset:
    """Adds the columns of labelers to a data set; what was begun before is finished.

    Args:
        path: A finished data set.
        labelers: Names of labelers.
        questions: Passed to every labeler that takes ``questions``.
        parameters: Labeler name to parameters of its own.
        workers: Number of processes; the result does not depend on it.
        executor: ``"processes"`` on this machine, or ``"dask"``.
        scheduler: Address of a Dask scheduler; empty starts a cluster on this machine.
        overwrite: Drop an earlier labelling that was not finished.
        registry: Where names are looked up; by default what is installed.
        storage_options: Passed to the fsspec file system.

    Raises:
        DatasetIncompleteError: The data set, or an earlier labelling of it, is not finished.
        DatasetError: It has such a column already.
        QentError: A labeler failed; finished shards are kept.
    """
    from qent_core.dataset.data_set import Dataset

    storage = open_storage(path, storage_options)
    crew = Workers(workers, executor, scheduler)
    crew.check(storage)
    registry = registry or default_registry()
    pipeline = labelers_of(labelers, questions=questions, parameters=parameters, registry=registry)
    used = [registry.resolve(name, "labeler") for name in labelers]
    versions = versions_of({c.distribution: c.version for c in used if c.distribution})
    sources = tuple(dict.fromkeys(c.source for c in used if c.source is not None))
    with storage.locked():
        head = existing_head(storage)
        if not head.complete:
            raise DatasetIncompleteError(
                "the data set is not finished",
                where=storage.url,
                do="run the command that began it again, then add labels",
            )
        tables = labeler_tables(pipeline.labelers)
        number = _same_pass(head, tables)
        if number == 0:  # they were asked for when the data set was made
            return Dataset.open(storage)
        if number is None:
            kept = _finished_part(storage, head, overwrite=overwrite)
            wanted, files = with_files(_with_pass(storage, kept, pipeline, tables, versions))
            if kept is not head:
                _drop_last_pass(storage, head, kept)
            head, number = wanted, len(wanted.passes) - 1
            write_skeleton(storage, head, files)
        elif number == len(head.passes) - 1:
            again, files = with_files(head)
            if again == head:  # not so with another version of Zarr
                write_skeleton(storage, head, files)
        finish_pass(
            LabelJob(pipeline, storage, head, number),
            number,
            versions=versions,
            workers=crew,
            local=sources,
            description="labels",
        )
    return Dataset.open(storage)


def _same_pass(head: Head, tables: Sequence[Mapping[str, Any]]) -> int | None:
    wanted = json.dumps(tables, sort_keys=True)
    for number, entry in enumerate(head.passes):
        if json.dumps(entry.labelers, sort_keys=True) == wanted:
            return number
    return None


def _with_pass(
    storage: Storage,
    head: Head,
    pipeline: Pipeline,
    tables: tuple[dict[str, Any], ...],
    versions: Mapping[str, str],
) -> Head:
    """Returns the head with one more pass; one state of each section shows its columns."""
    reader = ShardReader(storage, head)
    with one_thread():
        samples = [
            pipeline.label(in_double(reader.states(Place(number, 0), slice(0, 1))))
            for number in range(len(head.sections))
        ]
    labels = Labels.concatenate(samples)
    there = [column for entry in head.passes for column in entry.columns]
    clash = sorted({column.name for column in there} & set(labels.names))
    if clash:
        raise DatasetError(
            f"the data set has {'columns' if len(clash) > 1 else 'a column'} "
            f"{listed(map(repr, clash))} already",
            where=storage.url,
            do="leave that labeler out; other parameters of it need another data set",
        )
    columns = column_places(labels, [column.node for column in there])
    return replace(head, passes=(*head.passes, LabelPass(columns, tables, versions)))


def _finished_part(storage: Storage, head: Head, *, overwrite: bool) -> Head:
    """Returns the head without a last pass that was never finished."""
    last = head.passes[-1]
    if last.complete:
        return head
    if not overwrite:
        names = listed(f"'{table['use']}'" for table in last.labelers)
        raise DatasetIncompleteError(
            f"an earlier labelling with {names} is not finished",
            where=storage.url,
            do="finish it with the same command, or drop it with --overwrite",
        )
    arrays = _arrays(head)
    files = {n: digest for n, digest in head.files.items() if not n.startswith(arrays)}
    return replace(head, passes=head.passes[:-1], files=files)


def _drop_last_pass(storage: Storage, head: Head, kept: Head) -> None:
    """Removes the last pass and everything that it wrote."""
    # Records first: from then on nothing counts as done. The head last: until then the pass is
    # there to be dropped again.
    storage.remove(storage.names(f"shards/pass-{len(head.passes) - 1}/"))
    for prefix in _arrays(head):
        storage.remove(storage.names(prefix))
    write_head(storage, kept)


def _arrays(head: Head) -> tuple[str, ...]:
    """Returns the folders of the arrays of the last pass."""
    nodes = [array.node for column in head.passes[-1].columns for array, _ in column.fields()]
    return tuple(f"{section.name}/{node}/" for section in head.sections for node in nodes)
