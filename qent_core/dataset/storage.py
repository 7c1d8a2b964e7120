"""Where a data set lives: named objects in a local folder or in any fsspec store.

Zarr encodes the arrays, this module alone writes the bytes. A local object is written under another
name and then renamed into place, so that it is there whole or not at all; object stores such as S3
behave like that by themselves.
"""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from typing_extensions import override

from qent_core.errors import DatasetError, DatasetWriteError, ExtraMissingError

_PARTIAL = ".partial"


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
    if isinstance(target, Storage):
        return target
    text = str(target)
    if isinstance(target, Path) or "://" not in text:
        return LocalStorage(Path(text))
    if text.startswith("file://") and not options:
        return LocalStorage(Path(text.removeprefix("file://")))
    return FsspecStorage(text, options or {})


class LocalStorage(Storage):
    """A folder on a local or network disk."""

    def __init__(self, root: Path) -> None:
        # Absolute, because worker processes may have another current folder.
        self.root = root.expanduser().absolute()
        self.url = str(root)

    @override
    def read(self, name: str) -> bytes | None:
        try:
            return (self.root / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError as error:
            raise DatasetError(
                f"a file of the data set cannot be read: {error.strerror or error}",
                where=str(self.root / name),
                do="check its permissions and the disk",
            ) from error

    @override
    def write(self, name: str, data: bytes) -> None:
        path = self.root / name
        partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}{_PARTIAL}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write_file(partial, data)
            partial.replace(path)
        except OSError as error:
            _unlink(partial)
            raise _write_failure(error, str(path)) from error

    @override
    def names(self, prefix: str = "") -> list[str]:
        found = []
        start = self.root / prefix
        for folder, _, files in os.walk(start):
            below = Path(folder).relative_to(self.root).as_posix()
            place = "" if below == "." else f"{below}/"
            found += [place + file for file in files if not file.endswith(_PARTIAL)]
        return sorted(found)

    @override
    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            _unlink(self.root / name)

    @override
    def clear(self) -> None:
        try:
            shutil.rmtree(self.root)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _write_failure(error, str(self.root)) from error

    @override
    def sweep(self) -> None:
        for path in self.root.rglob(f".*{_PARTIAL}"):
            _unlink(path)

    @override
    @contextmanager
    def locked(self) -> Iterator[None]:
        try:
            import fcntl
        except ImportError:  # Windows: two writers at once are the user's care there
            yield
            return
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            # The folder itself is locked: no lock file stays behind, whatever happens.
            handle = os.open(self.root, os.O_RDONLY)
        except OSError as error:
            raise _write_failure(error, str(self.root)) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(handle)
            raise DatasetError(
                "another process is writing this data set",
                where=str(self.root),
                do="wait until it is done, or stop it",
            ) from error
        except OSError:  # a file system without locks
            pass
        try:
            yield
        finally:
            os.close(handle)


class FsspecStorage(Storage):
    """Any store that fsspec knows, by URL."""

    def __init__(self, url: str, options: Mapping[str, Any]) -> None:
        import fsspec

        self.url = url.rstrip("/")
        protocol = url.partition("://")[0]
        try:
            self._fs, self._root = fsspec.url_to_fs(self.url, **options)
        except ImportError as error:
            raise ExtraMissingError(
                f"stores of type '{protocol}' need a package: {error}", where=url, do="install it"
            ) from error
        except ValueError as error:
            raise DatasetError(
                f"stores of type '{protocol}' are not known: {error}",
                where=url,
                do="give a local path, or a URL that fsspec knows, such as s3://bucket/data.zarr",
            ) from error
        self.shared = protocol != "memory"

    @override
    def read(self, name: str) -> bytes | None:
        try:
            return bytes(self._fs.cat_file(f"{self._root}/{name}"))
        except (FileNotFoundError, IsADirectoryError):
            return None
        except OSError as error:
            raise DatasetError(
                f"an object of the data set cannot be read: {error}",
                where=f"{self.url}/{name}",
                do="check the credentials and the connection",
            ) from error

    @override
    def read_all(self, names: Iterable[str]) -> dict[str, bytes]:
        # All at once: an object store answers a thousand requests as fast as ten.
        paths = {f"{self._root}/{name}": name for name in sorted(names)}
        if not paths:
            return {}
        found = self._fs.cat(list(paths), on_error="omit")
        return {paths[path]: bytes(data) for path, data in found.items()}

    @override
    def write(self, name: str, data: bytes) -> None:
        path = f"{self._root}/{name}"
        try:
            try:
                self._fs.pipe_file(path, data)
            except FileNotFoundError:  # a store with real folders, and this one is not there yet
                self._fs.makedirs(path.rpartition("/")[0], exist_ok=True)
                self._fs.pipe_file(path, data)
        except OSError as error:
            raise _write_failure(error, f"{self.url}/{name}") from error

    @override
    def names(self, prefix: str = "") -> list[str]:
        self._fs.invalidate_cache()
        start = f"{self._root}/{prefix}".rstrip("/")
        try:
            found = self._fs.find(start)
        except FileNotFoundError:
            return []
        return sorted(str(path).removeprefix(self._root).lstrip("/") for path in found)

    @override
    def remove(self, names: Iterable[str]) -> None:
        for name in names:
            try:
                self._fs.rm_file(f"{self._root}/{name}")
            except FileNotFoundError:
                continue
            except OSError as error:
                raise _write_failure(error, f"{self.url}/{name}") from error

    @override
    def clear(self) -> None:
        try:
            self._fs.rm(self._root, recursive=True)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _write_failure(error, self.url) from error


def _write_file(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except OSError:
        return


def _write_failure(error: OSError, where: str) -> DatasetWriteError:
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
