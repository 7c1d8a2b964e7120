"""Data sets in any store that fsspec knows: S3, Google Cloud Storage, SFTP and memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from typing_extensions import override

from qent_core.dataset.storage import Storage, write_failure
from qent_core.errors import DatasetError, ExtraMissingError


class FsspecStorage(Storage):
    """A store by URL.

    Args:
        url: For example ``"s3://bucket/data.zarr"``.
        options: Passed to the file system.

    Raises:
        ExtraMissingError: The package for this kind of store is not installed.
        DatasetError: There is no such kind of store.
    """

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
            raise write_failure(error, f"{self.url}/{name}") from error

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
                raise write_failure(error, f"{self.url}/{name}") from error

    @override
    def clear(self) -> None:
        try:
            self._fs.rm(self._root, recursive=True)
        except FileNotFoundError:
            return
        except OSError as error:
            raise write_failure(error, self.url) from error
