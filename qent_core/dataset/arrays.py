"""One array of a data set: how it is declared to Zarr, and how a shard of it becomes bytes.

Zarr declares the arrays, so that any Zarr library can read them. The chunks themselves are encoded
here, as those declarations say: little-endian numbers, Zstandard, CRC32C. That is twenty times
faster than a Zarr array per chunk, and lets every object be written in one careful way, by
`qent_core.dataset.storage`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import google_crc32c
import numpy as np
from numcodecs import Zstd
from numpy.typing import NDArray

from qent_core.errors import DatasetCorruptError

_LEVEL = 1
_CHECKSUM_BYTES = 4
_MAGIC = b"\x28\xb5\x2f\xfd"
_LONGEST_HEADER = 18


@dataclass(frozen=True)
class Field:
    """An array with one entry per state; its chunks along the states are the shards."""

    node: str
    """Name of the array in its section, for example ``"parameter.alpha"``."""
    dtype: str
    item: tuple[int, ...] = ()
    """Shape of one state's entry."""
    dimensions: tuple[str, ...] = ()
    """Names of the entry's axes, for xarray."""

    def key(self, shard: int) -> str:
        """Returns the name of one shard's object, relative to the section.

        Example:
            >>> Field("states", "complex64", (4, 4)).key(7)
            'states/c/7/0/0'
        """
        return f"{self.node}/c/" + "/".join(str(i) for i in (shard, *(0 for _ in self.item)))

    def declare(
        self,
        objects: dict[str, Any],
        section: str,
        count: int,
        rows: int,
        attributes: Mapping[str, Any],
    ) -> None:
        """Adds the metadata of the array to Zarr objects in memory.

        Args:
            objects: Gets it.
            section: The group that the array is in.
            count: Number of states.
            rows: States per shard.
            attributes: Of the array.
        """
        # Imported by who plans a data set; readers and workers do without and start faster.
        import zarr
        from zarr.codecs import Crc32cCodec, ZstdCodec
        from zarr.storage import MemoryStore

        zarr.create_array(
            store=MemoryStore(store_dict=objects),
            name=f"{section}/{self.node}",
            shape=(count, *self.item),
            chunks=(rows, *self.item),
            dtype=self.dtype,
            # A checksum in the format itself, so that any Zarr library notices damage. Zstandard
            # from one thread gives the same bytes every time; Blosc does not.
            compressors=[ZstdCodec(level=_LEVEL), Crc32cCodec()],
            fill_value=0,
            dimension_names=("state", *self.dimensions),
            attributes=dict(attributes),
        )

    def encode(self, values: NDArray[Any], rows: int) -> bytes:
        """Returns one shard as the bytes of a chunk of ``rows`` rows; the last may be shorter."""
        full = np.ascontiguousarray(values, self._stored)
        if len(values) < rows:
            full = np.zeros((rows, *self.item), self._stored)
            full[: len(values)] = values
        packed = bytes(Zstd(_LEVEL).encode(full))
        return packed + _checksum(packed)

    def decode(self, data: bytes, rows: int, count: int, *, where: str) -> NDArray[Any]:
        """Returns the first ``count`` of the ``rows`` rows of a chunk.

        Raises:
            DatasetCorruptError: The bytes are not those that were written.
        """
        packed = _checked(data, where)
        try:
            values = np.frombuffer(Zstd(_LEVEL).decode(packed), self._stored)
        except (RuntimeError, ValueError) as error:
            raise corrupt(where) from error
        if len(values) != rows * math.prod(self.item):
            raise corrupt(where)
        return values.reshape(rows, *self.item)[:count]

    def decode_into(self, out: NDArray[Any], data: bytes, *, where: str) -> bool:
        """Decodes a whole chunk into its place, without a copy, if that is possible.

        Args:
            out: As many rows as a chunk has; written to only if the checksum is right.
            data: The chunk.
            where: Names the chunk in errors.

        Returns:
            Whether it was done; if not, `decode` does it.

        Raises:
            DatasetCorruptError: The bytes are not those that were written.
        """
        packed = _checked(data, where)
        # The decoder leaves the rest of a place that is too large as it is, without a word.
        fits = out.dtype == self._stored and out.flags.c_contiguous
        if not fits or zstd_content_size(packed) != out.nbytes:
            return False
        try:
            Zstd(_LEVEL).decode(packed, out)
        except (RuntimeError, ValueError) as error:
            raise corrupt(where) from error
        return True

    @cached_property
    def _stored(self) -> np.dtype[Any]:
        return np.dtype(self.dtype).newbyteorder("<")


def states_field(kind: str, dtype: str, dimension: int) -> Field:
    """Returns the array of the states themselves: kets or density matrices."""
    if kind == "kets":
        return Field("states", dtype, (dimension,), ("amplitude",))
    return Field("states", dtype, (dimension, dimension), ("row", "column"))


def corrupt(where: str) -> DatasetCorruptError:
    """Returns the error for an object that is not what was written."""
    return DatasetCorruptError(
        "a file of the data set was changed or damaged",
        where=where,
        do="see the whole damage with qent dataset check; "
        "delete the file and run the command that made the data set again to repair it",
    )


def zstd_content_size(frame: bytes) -> int | None:
    """Returns how many bytes a Zstandard frame says that it holds (RFC 8878, 3.1.1.1).

    Returns:
        None if it is no such frame or does not say.

    Example:
        >>> zstd_content_size(bytes(Zstd(1).encode(bytes(1000))))
        1000
    """
    if frame[:4] != _MAGIC or len(frame) < _LONGEST_HEADER:
        return None
    described = frame[4]
    single = described >> 5 & 1
    width = (single, 2, 4, 8)[described >> 6]
    start = 5 + (1 - single) + (0, 1, 2, 4)[described & 3]
    if not width:
        return None
    size = int.from_bytes(frame[start : start + width], "little")
    return size + 256 if width == 2 else size


def _checked(data: bytes, where: str) -> bytes:
    """Returns a chunk without its checksum, or raises if that is wrong."""
    packed, checksum = data[:-_CHECKSUM_BYTES], data[-_CHECKSUM_BYTES:]
    if _checksum(packed) != checksum:
        raise corrupt(where)
    return packed


def _checksum(data: bytes) -> bytes:
    number: int = google_crc32c.value(data)
    return number.to_bytes(_CHECKSUM_BYTES, "little")
