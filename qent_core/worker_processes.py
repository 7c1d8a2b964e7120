"""What a worker process does before its first shard."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from contextlib import AbstractContextManager

from threadpoolctl import threadpool_limits

from qent_core.local_plugins import load_local
from qent_core.registered import LocalSource
from qent_core.registry import default_registry


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
    # Ctrl-C ends the worker at once and without a traceback; shards are safe against that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
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
