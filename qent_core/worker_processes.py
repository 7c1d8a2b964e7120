"""Worker processes: what each does before its first shard, and how they end."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from threadpoolctl import threadpool_limits
from typing_extensions import override

from qent_core.local_plugins import load_local
from qent_core.registered import LocalSource
from qent_core.registry import default_registry
from qent_core.uninterrupted import end_at_once, uninterrupted

P = ParamSpec("P")
T = TypeVar("T")


class WorkerPool(ProcessPoolExecutor):
    """Worker processes that end at once with the work: Ctrl-C does not wait for what they are at.

    They are spawned, not forked: a fork would copy thread pools of numerical libraries in any
    state.

    Args:
        number: How many.
        prepare: Called in each of them first; it must call `prepare_worker`.
        arguments: Passed to it.
    """

    def __init__(
        self, number: int, prepare: Callable[..., None], arguments: tuple[Any, ...]
    ) -> None:
        self._others = set(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        super().__init__(number, context, initializer=prepare, initargs=arguments)

    @override
    def submit(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Schedules a call; see `concurrent.futures.Executor.submit`."""
        # This begins processes. One that is cut off in its first moments complains aloud.
        with uninterrupted():
            return super().submit(function, *args, **kwargs)

    @override
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None and not issubclass(kind, Exception):
            for worker in {*multiprocessing.active_children()} - self._others:
                worker.terminate()
        self.shutdown(wait=True, cancel_futures=True)


def one_thread() -> AbstractContextManager[object]:
    """Returns a ``with`` block in which numerical libraries use one thread.

    With more they may add up in another order, and shards already run side by side.
    """
    limited: AbstractContextManager[object] = threadpool_limits(limits=1)
    return limited


def prepare_worker(local: tuple[LocalSource, ...]) -> None:
    """Makes a worker process end with its parent, and loads the user's own files in it.

    Args:
        local: Files whose classes will be unpickled.
    """
    end_at_once()  # shards are safe against that
    threading.Thread(target=_end_with_parent, daemon=True).start()
    load_sources(local)


def load_sources(local: tuple[LocalSource, ...]) -> None:
    """Runs the user's own files, as they were when the work began, so that classes can be found."""
    for source in local:
        load_local(source.path, default_registry(), sha256=source.sha256)


def _end_with_parent() -> None:
    # A pool's workers wait for work forever if their parent is killed.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
