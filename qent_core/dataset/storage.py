"""Where a data set lives: named objects, in a local folder or in any fsspec store.

Every byte of a data set passes through here. An object is there whole or not at all: local files
are renamed into place, object stores such as S3 behave like that by themselves.
"""

from __future__ import annotations

import errno
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qent_core.errors import DatasetWriteError


class Storage(ABC):
    """Named objects; names are relative paths with slashes."""

    url: str
    """What a user would call it."""
    shared: bool = True
    """Whether other processes see the same objects."""

    @abstractmethod
    def read(self, name: str) -> bytes | None:
        """Returns an object, or None if there is none of this name."""

    def read_all(self, names: Iterable[str]) -> dict[str, bytes]:
        """Returns those of many small objects that are there."""
        found = {name: self.read(name) for name in sorted(names)}
        return {name: data for name, data in found.items() if data is not None}

    @abstractmethod
    def write(self, name: str, data: bytes) -> None:
        """Writes an object whole, or raises `DatasetWriteError`."""

    @abstractmethod
    def names(self, prefix: str = "") -> list[str]:
        """Returns the names of all objects below a prefix, sorted."""

    @abstractmethod
    def remove(self, names: Iterable[str]) -> None:
        """Removes objects; those that are gone already do not matter."""

    @abstractmethod
    def clear(self) -> None:
        """Removes everything."""

    def sweep(self) -> None:  # noqa: B027 - most stores leave nothing behind
        """Removes what writers that were killed have left behind."""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keeps other writers out, where the store can do that."""
        yield


def open_storage(target: str | Path | Storage, options: Mapping[str, Any] | None = None) -> Storage:
    """Returns the storage behind a path or an fsspec URL.

    Args:
        target: ``"data.zarr"``, ``"file:///..."``, ``"s3://bucket/data.zarr"``, ``"memory://x"`` …
        options: Passed to the fsspec file system, for example credentials.

    Raises:
        ExtraMissingError: The package for this kind of store is not installed.
        DatasetError: There is no such kind of store.

    Example:
        >>> open_storage("memory://example.zarr").url
        'memory://example.zarr'
    """
    from qent_core.dataset.fsspec_storage import FsspecStorage
    from qent_core.dataset.local_storage import LocalStorage

    if isinstance(target, Storage):
        return target
    text = str(target)
    if isinstance(target, Path) or "://" not in text:
        return LocalStorage(Path(text))
    if text.startswith("file://") and not options:
        return LocalStorage(Path(text.removeprefix("file://")))
    return FsspecStorage(text, options or {})


def write_failure(error: OSError, where: str) -> DatasetWriteError:
    """Returns what an error of the store means for a data set that is being written."""
    reason = error.strerror or str(error) or type(error).__name__
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        what = "there is no space left for the data set"
        do = "free some space and run the same command again: finished shards are kept"
    elif isinstance(error, PermissionError) or error.errno == errno.EROFS:
        what = "the data set cannot be written: you have no write access there"
        do = "choose another place, or ask for access"
    else:
        what = f"the data set cannot be written: {reason}"
        do = "check the place, then run the same command again: finished shards are kept"
    return DatasetWriteError(what, where=where, do=do)
