"""States and their labels, shard by shard: same bits for any number of workers."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

from qent_core.components import Channel, Labeler, StateFamily
from qent_core.errors import CompositionInvalidError, QentError, RunFailedError
from qent_core.labels import Labels
from qent_core.progress import FINISHED_BEFORE, track
from qent_core.registered import LocalSource
from qent_core.seeds import stream
from qent_core.states import StateBatch
from qent_core.worker_processes import WorkerPool, one_thread, prepare_worker


@dataclass(frozen=True)
class Part:
    """One component of a pipeline."""

    key: str
    """Names its random stream."""
    name: str
    component: Any
    count: int = 0
    """Number of states, for a family."""


@dataclass(frozen=True)
class Shard:
    """Consecutive states of one family."""

    part: int
    index: int
    start: int
    stop: int


@dataclass(frozen=True)
class Pipeline:
    """Families, channels and labelers, ready to make any shard on its own."""

    seed: int
    shard_size: int
    families: tuple[Part, ...]
    channels: tuple[Part, ...] = ()
    labelers: tuple[Part, ...] = ()

    @property
    def count(self) -> int:
        """Number of states in all."""
        return sum(part.count for part in self.families)

    def shards(self) -> Iterator[Shard]:
        """Yields every shard in the order of the states."""
        for part, family in enumerate(self.families):
            for index, start in enumerate(range(0, family.count, self.shard_size)):
                yield Shard(part, index, start, min(start + self.shard_size, family.count))

    def make(self, shard: Shard) -> tuple[StateBatch, Labels]:
        """Returns the states of one shard, after the channels, and their labels.

        Raises:
            RunFailedError: A component raised something unexpected, or gave back nonsense.
        """
        with one_thread():
            batch = self.states(shard)
            return batch, self.label(batch)

    def states(self, shard: Shard) -> StateBatch:
        """Returns the states of one shard, after the channels; call it within `one_thread`."""
        batch = self._sample(shard)
        for channel in self.channels:
            batch = self._after(channel, batch, self.families[shard.part].key, shard.index)
        return batch

    def preview(self) -> tuple[StateBatch, Labels]:
        """Returns one state per family with its labels, to find errors before the work starts."""
        made = self.samples()
        states = StateBatch.concatenate([batch for batch, _ in made])
        return states, Labels.concatenate([labels for _, labels in made])

    def samples(self) -> list[tuple[StateBatch, Labels]]:
        """Returns one state of each family and its labels.

        Raises:
            CompositionInvalidError: The families give states of different dims.
        """
        made = [self.make(Shard(part, 0, 0, 1)) for part in range(len(self.families))]
        dims = [batch.dims for batch, _ in made]
        if len(set(dims)) > 1:
            other = next(i for i, d in enumerate(dims) if d != dims[0])
            raise CompositionInvalidError(
                f"'{self.families[0].name}' gives states of dims {dims[0]}, "
                f"'{self.families[other].name}' of dims {dims[other]}",
                where=f"[[states]] {other + 1}",
                do="choose parameters that give all families the same dims",
            )
        return made

    def _sample(self, shard: Shard) -> StateBatch:
        part = self.families[shard.part]
        family: StateFamily = part.component.for_states(shard.start, shard.stop)
        count = shard.stop - shard.start
        rng = stream(self.seed, "states", part.key, shard.index)
        with _blame("state family", part.name):
            batch = family.sample(count, rng)
            if not isinstance(batch, StateBatch) or len(batch) != count:
                raise RunFailedError(
                    f"the state family '{part.name}' gave {_described(batch)} "
                    f"when asked for {count} states",
                    do="its sample method must return a StateBatch of that many states",
                )
            return batch.with_source(part.name).validated()

    def _after(self, part: Part, batch: StateBatch, family: str, index: int) -> StateBatch:
        channel: Channel = part.component
        rng = stream(self.seed, "channels", part.key, family, index)
        with _blame("channel", part.name):
            result = channel.apply(batch, rng)
        if not isinstance(result, StateBatch) or len(result) != len(batch):
            raise RunFailedError(
                f"the channel '{part.name}' gave {_described(result)} for {len(batch)} states"
            )
        return result

    def label(self, batch: StateBatch) -> Labels:
        """Returns the labels of states from anywhere."""
        labels = Labels(len(batch))
        for part in self.labelers:
            labeler: Labeler = part.component
            with _blame("labeler", part.name):
                result = labeler.label(batch)
            if not isinstance(result, Labels) or len(result) != len(batch):
                raise RunFailedError(
                    f"the labeler '{part.name}' gave {_described(result)} for {len(batch)} states"
                )
            labels = labels | result
        return labels


class Keeper(Protocol):
    """Keeps finished shards where an interrupted command finds them again."""

    def load(self, number: int) -> tuple[StateBatch | None, Labels] | None:
        """Returns a shard that was finished before."""

    def save(self, number: int, labels: Labels, states: StateBatch | None = None) -> None:
        """Keeps a shard."""


def generate(
    pipeline: Pipeline,
    *,
    workers: int = 1,
    local: tuple[LocalSource, ...] = (),
    keeper: Keeper | None = None,
) -> tuple[StateBatch, Labels]:
    """Returns all states of a pipeline and their labels.

    Args:
        pipeline: What to make.
        workers: Number of worker processes; the result does not depend on it.
        local: The user's own files, which worker processes must load too.
        keeper: Keeps every shard as it is finished, and has those of an earlier attempt.
    """
    shards = list(pipeline.shards())
    made: dict[int, tuple[StateBatch, Labels]] = {}
    with track("states and labels", total=pipeline.count) as step:
        for number, shard in enumerate(shards if keeper else ()):
            found = keeper.load(number) if keeper else None
            if found is not None and found[0] is not None:
                made[number] = found[0], found[1]
                step(shard.stop - shard.start, FINISHED_BEFORE)
        left = [number for number in range(len(shards)) if number not in made]
        with closing(_results(pipeline, [shards[i] for i in left], workers, local)) as results:
            for number, (states, labels) in zip(left, results, strict=True):
                if keeper:
                    keeper.save(number, labels, states)
                made[number] = states, labels
                shard = shards[number]
                step(shard.stop - shard.start, pipeline.families[shard.part].name)
    ordered = [made[number] for number in range(len(shards))]
    batches = StateBatch.concatenate([states for states, _ in ordered])
    return batches, Labels.concatenate([labels for _, labels in ordered])


def _results(
    pipeline: Pipeline, shards: list[Shard], workers: int, local: tuple[LocalSource, ...]
) -> Generator[tuple[StateBatch, Labels], None, None]:
    if workers <= 1 or len(shards) <= 1:
        yield from (pipeline.make(shard) for shard in shards)
        return
    with WorkerPool(min(workers, len(shards)), prepare_worker, (local,)) as pool:
        yield from pool.map(pipeline.make, shards)


class _blame:  # noqa: N801 - reads as a statement: with _blame("channel", name)
    """Turns an unexpected exception of a component into one that names it."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is None or not isinstance(error, Exception):
            return
        where = f"{self.kind} '{self.name}'"
        if isinstance(error, QentError):
            if where not in error.where:
                raise error.located(where) from error.__cause__
            return
        raise RunFailedError(
            f"the {where} failed: {type(error).__name__}: {error}",
            do=f"report it to the authors of '{self.name}'; QENT_DEBUG=1 shows the traceback",
        ) from error


def _described(value: Any) -> str:
    if isinstance(value, StateBatch | Labels):
        return repr(value)
    return f"a {type(value).__name__}"
