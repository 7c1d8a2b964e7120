# ruff: noqa: D102 - every way has the same methods
"""Ways to keep states and labels in files without qent, with and without checksums."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.inputs import Array

ROWS = 10_000
"""States per shard, as many as in qent's."""


class OneFile:
    """One NumPy file, neither compressed nor checked beyond what a zip archive does."""

    checks = False

    def __init__(self, name: str) -> None:
        self.name = name

    def version(self) -> str:
        return metadata.version("numpy")

    def write(self, folder: Path, states: Array, labels: Array) -> None:
        np.savez(folder / f"{self.name}.npz", states=states, negativity=labels)

    def read(self, folder: Path) -> tuple[Array, Array]:
        with np.load(folder / f"{self.name}.npz") as kept:
            return kept["states"], kept["negativity"]


class Zarr:
    """Zarr arrays with the codecs of qent's: Zstandard of level 1, CRC32C. Nothing is checked."""

    name, checks = "NumPy and Zarr", False

    def version(self) -> str:
        return metadata.version("zarr")

    def write(self, folder: Path, states: Array, labels: Array) -> None:
        import zarr
        from zarr.codecs import Crc32cCodec, ZstdCodec

        root = zarr.open_group(folder / "bare.zarr", mode="w")
        for name, values in (("states", states), ("negativity", labels)):
            root.create_array(
                name,
                data=values,
                chunks=(ROWS, *values.shape[1:]),
                compressors=[ZstdCodec(level=1), Crc32cCodec()],
            )

    def read(self, folder: Path) -> tuple[Array, Array]:
        import zarr

        root: Any = zarr.open_group(folder / "bare.zarr", mode="r")
        return root["states"][:], root["negativity"][:]


class ByHand:
    """The same codecs and a SHA-256 of every shard, by the libraries that do them and a loop."""

    name, checks = "NumPy, checks by hand", True

    def version(self) -> str:
        return metadata.version("numcodecs")

    def write(self, folder: Path, states: Array, labels: Array) -> None:
        import hashlib
        import json

        import google_crc32c
        from numcodecs import Zstd

        codec, sums = Zstd(1), {}
        for name, values in (("states", states), ("negativity", labels)):
            for number, start in enumerate(range(0, len(values), ROWS)):
                packed = bytes(codec.encode(np.ascontiguousarray(values[start : start + ROWS])))
                data = packed + google_crc32c.value(packed).to_bytes(4, "little")
                (folder / f"{name}-{number}").write_bytes(data)
                sums[f"{name}-{number}"] = hashlib.sha256(data).hexdigest()
        kept = {"count": len(states), "shape": states.shape[1:], "sums": sums}
        (folder / "sums.json").write_text(json.dumps(kept))

    def read(self, folder: Path) -> tuple[Array, Array]:
        import json

        import google_crc32c
        from numcodecs import Zstd

        codec = Zstd(1)
        kept = json.loads((folder / "sums.json").read_text())
        states = np.empty((kept["count"], *kept["shape"]), "complex64")
        labels = np.empty(kept["count"])
        for name, values in (("states", states), ("negativity", labels)):
            for number, start in enumerate(range(0, len(values), ROWS)):
                data = (folder / f"{name}-{number}").read_bytes()
                packed = data[:-4]
                assert google_crc32c.value(packed).to_bytes(4, "little") == data[-4:]
                codec.decode(packed, values[start : start + ROWS])
        return states, labels


FILES: dict[str, Any] = {
    kind.name: kind for kind in (*(OneFile(n) for n in ("numpy", "QuTiP", "Qiskit", "toqito")),
                                 Zarr(), ByHand())
}  # fmt: skip
"""Name of a column to its way."""
