"""Running tasks: in this process, in worker processes, or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool

from qent_core.dataset.executors import EXECUTORS, Workers
from qent_core.errors import ParameterInvalidError, StudyTaskError, require_module
from qent_core.worker_processes import WorkerPool, prepare_worker
from qent_studies.tasks import Made, Task
from qent_studies.work import perform

Done = Callable[[Task, Made], None]


def check_workers(workers: Workers) -> None:
    """Refuses what cannot work.

    Raises:
        ParameterInvalidError: Unknown executor, no worker, or a scheduler without Dask.
        ExtraMissingError: Dask is asked for and not installed.
    """
    what = do = ""
    where = "--executor"
    if workers.executor not in EXECUTORS:
        what = f"there is no executor '{workers.executor}'"
        do = f"use one of: {', '.join(EXECUTORS)}"
    elif workers.number < 1:
        what, where, do = f"{workers.number} workers cannot work", "--workers", "use at least 1"
    elif workers.scheduler and workers.executor != "dask":
        what, where = "a scheduler was given, but Dask is not asked for", "--scheduler"
        do = "add --executor dask"
    if what:
        raise ParameterInvalidError(what, where=where, do=do)
    if workers.executor == "dask":
        require_module("distributed", extra="dask", purpose="--executor dask")


def run_tasks(tasks: Sequence[Task], workers: Workers, room: int | None, done: Done) -> None:
    """Does every task, the longest first.

    Args:
        tasks: What to do.
        workers: Who does it.
        room: Bytes of memory that all workers share; None if unknown.
        done: Called in this process after each task, in the order in which they end.

    Raises:
        QentError: The first failure; what was finished until then has been handed to ``done``.
    """
    # Begun last, a long task would keep one worker busy while the others have nothing left.
    ordered = sorted(tasks, key=lambda task: -task.seconds)
    if not ordered:
        return
    if workers.executor == "dask":
        _run_on_dask(ordered, workers, done)
    elif workers.number == 1:
        for task in ordered:
            done(task, perform(task))
    else:
        _run_in_processes(ordered, workers.number, room, done)


def _run_in_processes(waiting: list[Task], number: int, room: int | None, done: Done) -> None:
    running: dict[Future[Made], Task] = {}
    failure: BaseException | None = None
    with WorkerPool(min(number, len(waiting)), prepare_worker, ((),)) as pool:
        while running or (waiting and failure is None):
            while failure is None and len(running) < number:
                task = _next_fitting(waiting, running.values(), room)
                if task is None:
                    break
                try:
                    running[pool.submit(perform, task)] = task
                except BrokenProcessPool as error:
                    failure = _explained(error, task)
                    break
                waiting.remove(task)
            finished, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in finished:
                task = running.pop(future)
                try:
                    done(task, future.result())
                except Exception as error:
                    # Tasks that already run may end and be kept; hours of work may be in them.
                    failure = failure or _explained(error, task)
    if failure is not None:
        raise failure


def _next_fitting(waiting: list[Task], running: Iterable[Task], room: int | None) -> Task | None:
    """Returns the first task that fits beside those that run; alone, any does."""
    busy = [task.memory for task in running]
    free = None if room is None or not busy else room - sum(busy)
    return next((task for task in waiting if free is None or task.memory <= free), None)


def _explained(error: Exception, task: Task) -> Exception:
    if not isinstance(error, BrokenProcessPool):
        return error
    explained = StudyTaskError(
        "a worker process died",
        where=f"task {task.key} or one beside it",
        do="it may have run out of memory: use fewer --workers; the same command goes on from "
        "here. In a script of your own, put the call under if __name__ == '__main__':",
    )
    explained.__cause__ = error
    return explained


def _run_on_dask(tasks: Sequence[Task], workers: Workers, done: Done) -> None:
    import distributed

    from qent_core.dataset.dask_executor import dask_client

    with dask_client(workers) as client:
        futures = {client.submit(perform, task, key=task.key, pure=False): task for task in tasks}
        for future in distributed.as_completed(list(futures)):
            try:
                made = future.result()
            except distributed.KilledWorker as error:
                raise StudyTaskError(
                    f"Dask workers died again and again: {error}",
                    where=f"task {futures[future].key}",
                    do="they may have run out of memory: give them more",
                ) from error
            done(futures[future], made)
            # A cluster would otherwise keep the arrays of every task until the end.
            future.release()
