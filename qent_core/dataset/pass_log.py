"""The log of a data set: what was done when, over all passes and attempts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qent_core.dataset.storage import Storage
from qent_core.work_log import writing_log

DATASET_LOG = "shards/log.txt"
"""Beside the records of the shards: Zarr would warn of a file beside the nodes of the group."""


@contextmanager
def logging_in(storage: Storage) -> Iterator[None]:
    """Writes the progress of everything inside the ``with`` block into the log of a data set.

    Args:
        storage: Where the data set is; its head must be there already.
    """
    # Object stores cannot append: the log, a few lines a minute, is written anew each time.
    text = (storage.read(DATASET_LOG) or b"").decode("utf-8", errors="replace")

    def write(line: str) -> None:
        nonlocal text
        text += line
        storage.write(DATASET_LOG, text.encode())

    with writing_log(write):
        yield
