"""Shards on a Dask cluster; imported only when it is asked for."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import Any

from qent_core.dataset.executors import ATTEMPTS, Done, Workers
from qent_core.dataset.jobs import PackedJob
from qent_core.dataset.layout import Place
from qent_core.errors import DatasetError, RunFailedError, require_module
from qent_core.uninterrupted import uninterrupted

_PER_THREAD = 3
"""Shards that wait at each worker, so that none is idle while the next is on its way."""


def run_on_dask(job: PackedJob, places: Sequence[Place], workers: Workers, done: Done) -> None:
    """Does a job for every place on a Dask cluster.

    A shard whose worker is lost is begun again elsewhere; Dask sees to that.

    Args:
        job: What to do.
        places: Shards, in the order in which they are begun.
        workers: Address of the scheduler, or the size of a cluster on this machine.
        done: Called in this process after each shard.

    Raises:
        DatasetError: The scheduler cannot be reached.
        RunFailedError: A shard lost its worker again and again.
        QentError: The first failure of a component.
    """
    require_module("distributed", extra="dask", purpose="--executor dask")
    import distributed

    with dask_client(workers) as client:
        # A task's result rather than scattered data: Dask makes it again if its worker dies.
        sent = client.submit(_same, job, pure=False)
        waiting = deque(places)
        running: dict[str, Place] = {}
        finished = distributed.as_completed()

        def feed() -> None:
            room = _PER_THREAD * max(1, sum(client.nthreads().values())) - len(running)
            for _ in range(min(room, len(waiting))):
                place = waiting.popleft()
                future = client.submit(_work, sent, place, pure=False)
                running[future.key] = place
                finished.add(future)

        feed()
        for future in finished:
            place = running.pop(future.key)
            try:
                future.result()
            except distributed.KilledWorker as error:
                raise RunFailedError(
                    f"Dask workers died {ATTEMPTS} times at the same shard: {error}",
                    where=f"section {place.section}, shard {place.shard}",
                    do="they may have run out of memory: give them more, "
                    "or use a smaller run.shard_size",
                ) from error
            done(place)
            feed()


@contextmanager
def dask_client(workers: Workers) -> Iterator[Any]:
    """Yields a client of the scheduler that was named, or of a cluster on this machine.

    Args:
        workers: How many workers, and the scheduler's address if there is one.
    """
    from distributed import Client, LocalCluster

    if not workers.scheduler:
        with ExitStack() as stack:
            # Its processes are deaf to Ctrl-C, of which they would complain aloud: this one ends
            # them. One thread each: a shard uses one, and Python lets only one of them compute.
            resource_tracker.ensure_running()  # begun later, it would unblock Ctrl-C again
            with uninterrupted():
                cluster = LocalCluster(
                    n_workers=workers.number,
                    threads_per_worker=1,
                    dashboard_address=None,
                    silence_logs=logging.ERROR,
                )
                stack.enter_context(cluster)
            yield stack.enter_context(Client(cluster))
        return
    try:
        client = Client(workers.scheduler)
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"the Dask scheduler cannot be reached: {error}",
            where=workers.scheduler,
            do="check the address, for example tcp://host:8786, and that the scheduler runs",
        ) from error
    with client:
        yield client


def _same(job: PackedJob) -> PackedJob:
    return job


def _work(job: PackedJob, place: Place) -> None:
    job(place)
