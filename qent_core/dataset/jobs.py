"""What is done for each shard, in whatever process: make it, or label it, and write it."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np

from qent_core.dataset.failing_state import name_failing_state
from qent_core.dataset.layout import Head, Place, Section
from qent_core.dataset.shards import ShardObjects, ShardReader
from qent_core.dataset.storage import Storage
from qent_core.errors import QentError, RunFailedError
from qent_core.generation import Pipeline, Shard
from qent_core.labels import Labels
from qent_core.registered import LocalSource
from qent_core.states import StateBatch
from qent_core.worker_processes import load_sources, one_thread


class Job(Protocol):
    """One pass over shards; each call leaves a finished shard behind."""

    @property
    def storage(self) -> Storage:
        """Where the data set is."""

    @property
    def head(self) -> Head:
        """What the data set holds."""

    def __call__(self, place: Place) -> None:
        """Makes and writes one shard."""


@dataclass(frozen=True)
class GenerateJob:
    """Makes states, labels them as they are stored, and writes both."""

    pipeline: Pipeline
    storage: Storage
    head: Head

    def __call__(self, place: Place) -> None:
        """Makes and writes one shard."""
        section = self.head.sections[place.section]
        start = place.shard * section.rows
        shard = Shard(place.section, place.shard, start, start + section.length(place.shard))
        with one_thread():
            batch = as_stored(self.pipeline.states(shard), section)
            labels = labels_of(self.pipeline, batch, self.head, 0, place)
        objects = ShardObjects(section, place.shard)
        objects.add_states(batch)
        objects.add_labels(labels, self.head.passes[0].columns)
        objects.write(self.storage, self.head, 0, place)


@dataclass(frozen=True)
class LabelJob:
    """Labels states that are stored already, and writes the new columns."""

    pipeline: Pipeline
    storage: Storage
    head: Head
    number: int
    """Which pass of the data set."""

    def __call__(self, place: Place) -> None:
        """Labels and writes one shard."""
        batch = ShardReader(self.storage, self.head).states(place)
        with one_thread():
            labels = labels_of(self.pipeline, batch, self.head, self.number, place)
        objects = ShardObjects(self.head.sections[place.section], place.shard)
        objects.add_labels(labels, self.head.passes[self.number].columns)
        objects.write(self.storage, self.head, self.number, place)


@dataclass(frozen=True)
class PackedJob:
    """A job on its way to another process.

    It is pickled inside a pickle, because the user's own files must be loaded before anything that
    they define can be unpickled.
    """

    content: bytes
    local: tuple[LocalSource, ...]

    def __call__(self, place: Place) -> None:
        """Makes and writes one shard."""
        _unpacked(self)(place)


def packed(job: Job, local: tuple[LocalSource, ...]) -> PackedJob:
    """Returns a job that can be sent to another process."""
    return PackedJob(pickle.dumps(job), local)


def as_stored(batch: StateBatch, section: Section) -> StateBatch:
    """Returns states in the number type in which a section stores them.

    Raises:
        RunFailedError: The states have another form than the first one had.
    """
    surprise = ""
    unknown = sorted({*batch.parameters} - {*section.parameters})
    if batch.kind != section.kind:
        surprise = f"are {batch.kind}, the first one was stored as {section.kind}"
    elif not batch.is_real and not section.dtype.startswith("complex"):
        surprise = "are complex, the first one was real"
    elif unknown:
        surprise = f"have a parameter '{unknown[0]}' that the first one did not have"
    elif {*batch.known} - {*section.known}:
        surprise = "answer questions by construction that the first one did not answer"
    if surprise:
        raise RunFailedError(
            f"states of the family '{section.source}' {surprise}",
            where=f"section {section.name}",
            do="a family and its channels must give states of one form; report it to its authors",
        )
    if not np.isfinite(batch.array).all():
        raise RunFailedError(
            f"a channel made NaN or infinite numbers from states of '{section.source}'",
            where=f"section {section.name}",
            do="report it to the authors of the channel",
        )
    return batch.astype(section.dtype)


def in_double(batch: StateBatch) -> StateBatch:
    """Returns the same states in double precision."""
    return batch.astype("float64" if batch.is_real else "complex128")


def labels_of(
    pipeline: Pipeline, batch: StateBatch, head: Head, number: int, place: Place
) -> Labels:
    """Returns the labels of stored states.

    Single-precision states are labelled in double precision: their values are those stored, the
    arithmetic of the criteria is not the worse for it.

    Raises:
        QentError: A labeler failed; the message names the first state on which it does.
    """
    double = in_double(batch)
    try:
        labels = pipeline.label(double)
    except QentError as error:
        start = sum(s.count for s in head.sections[: place.section])
        start += place.shard * head.sections[place.section].rows
        raise name_failing_state(pipeline, double, start, error) from error
    expected = head.passes[number].columns
    if labels.names != tuple(column.name for column in expected):
        raise RunFailedError(
            f"the labelers gave the columns {', '.join(labels.names)}, for the first state "
            f"{', '.join(column.name for column in expected)}",
            where=f"section {head.sections[place.section].name}, shard {place.shard}",
            do="a labeler must give the same columns for all states; report it to its authors",
        )
    return labels


@lru_cache(maxsize=4)
def _unpacked(job: PackedJob) -> Job:
    load_sources(job.local)
    content: Job = pickle.loads(job.content)
    return content
