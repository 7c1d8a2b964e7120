"""Data sets in a folder on a local or network disk."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from typing_extensions import override

from qent_core.dataset.storage import Storage, write_failure
from qent_core.errors import DatasetError

_PARTIAL = ".partial"


class LocalStorage(Storage):
    """A folder; a file is written under another name and then renamed into place.

    Args:
        root: The folder, which need not be there yet.
    """

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
        except BaseException as error:
            _unlink(partial)
            if isinstance(error, OSError):
                raise write_failure(error, str(path)) from error
            raise

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
            raise write_failure(error, str(self.root)) from error

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
            raise write_failure(error, str(self.root)) from error
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


def _write_file(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except OSError:
        return
