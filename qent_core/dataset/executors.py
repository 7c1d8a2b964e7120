"""Running a job on many shards: in this process, in worker processes, or on a Dask cluster.

A shard is made from its place alone and written by whoever makes it, so the result is the same bit
for bit, and a worker that dies loses nothing but the shard it was at.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from qent_core.dataset.jobs import Job, PackedJob, packed
from qent_core.dataset.layout import Place
from qent_core.dataset.storage import Storage
from qent_core.errors import DatasetError, ParameterInvalidError, RunFailedError
from qent_core.registered import LocalSource
from qent_core.worker_processes import WorkerPool, prepare_worker

EXECUTORS = ("processes", "dask")

ATTEMPTS = 3
"""How often a shard is begun before the death of its worker is taken for the shard's fault."""

Done = Callable[[Place], None]


@dataclass(frozen=True)
class Workers:
    """Who does the work."""

    number: int = 1
    executor: str = "processes"
    scheduler: str = ""
    """Address of a Dask scheduler; empty starts a cluster on this machine."""

    def check(self, storage: Storage) -> None:
        """Refuses what cannot work.

        Raises:
            ParameterInvalidError: Unknown executor, no worker, or a scheduler without Dask.
            DatasetError: Other processes would not see the store.
        """
        if self.executor not in EXECUTORS:
            raise ParameterInvalidError(
                f"there is no executor '{self.executor}'",
                where="--executor",
                do=f"use one of: {', '.join(EXECUTORS)}",
            )
        if self.number < 1:
            raise ParameterInvalidError(
                f"{self.number} workers cannot work", where="--workers", do="use at least 1"
            )
        if self.scheduler and self.executor != "dask":
            raise ParameterInvalidError(
                "a scheduler was given, but Dask is not asked for",
                where="--scheduler",
                do="add --executor dask",
            )
        if (self.number > 1 or self.executor == "dask") and not storage.shared:
            raise DatasetError(
                "this store lives in the memory of one process",
                where=storage.url,
                do="use one worker, or a store that other processes see",
            )


def run_job(
    job: Job,
    places: Sequence[Place],
    workers: Workers,
    *,
    local: tuple[LocalSource, ...] = (),
    done: Done,
) -> None:
    """Does a job for every place.

    Args:
        job: What to do.
        places: Shards, in the order in which they are begun.
        workers: Who does it.
        local: The user's own files, which other processes must load too.
        done: Called in this process after each shard.

    Raises:
        QentError: The first failure; shards that were finished stay finished.
    """
    if not places:
        return
    if workers.executor == "dask":
        from qent_core.dataset.dask_executor import run_on_dask

        run_on_dask(packed(job, local), places, workers, done)
    elif workers.number == 1 or len(places) < 2:
        for place in places:
            job(place)
            done(place)
    else:
        _run_in_processes(packed(job, local), places, workers.number, done)


def _run_in_processes(job: PackedJob, places: Sequence[Place], number: int, done: Done) -> None:
    waiting = deque(places)
    begun: Counter[Place] = Counter()
    while waiting:
        lost = _until_a_worker_dies(job, waiting, min(number, len(waiting)), done)
        begun.update(lost)
        if any(begun[place] >= ATTEMPTS for place in lost):
            raise RunFailedError(
                f"worker processes died {ATTEMPTS} times at the same shards",
                where=f"shards near {min(place.shard for place in lost)}",
                do="they may have run out of memory: use fewer workers or a smaller "
                "run.shard_size. In a script of your own, put the call under "
                "if __name__ == '__main__':",
            )
        waiting.extendleft(reversed(lost))


def _until_a_worker_dies(
    job: PackedJob, waiting: deque[Place], number: int, done: Done
) -> list[Place]:
    """Works off places; returns those that were begun when a worker died, or none."""
    running: dict[Future[None], Place] = {}
    with WorkerPool(number, _prepare, (job,)) as pool:
        while waiting or running:
            # Two per worker keep everyone busy; more would only have to be taken back on failure.
            while waiting and len(running) < 2 * number:
                place = waiting.popleft()
                try:
                    running[pool.submit(_work, place)] = place
                except BrokenProcessPool:
                    return [*running.values(), place]
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                try:
                    future.result()
                except BrokenProcessPool:
                    return _finish(running, done)
                done(running.pop(future))
    return []


def _finish(running: dict[Future[None], Place], done: Done) -> list[Place]:
    """Returns the places that were lost with a broken pool, after reporting those that were not."""
    lost = []
    for future, place in running.items():
        try:
            future.result(timeout=60)
            done(place)
        except (BrokenProcessPool, TimeoutError):
            lost.append(place)
    return lost


_job: PackedJob | None = None


def _prepare(job: PackedJob) -> None:
    global _job  # noqa: PLW0603 - sent once per process instead of once per shard
    prepare_worker(job.local)
    _job = job


def _work(place: Place) -> None:
    assert _job is not None
    _job(place)
