"""Files of states: ``.npz`` and ``.npy``, from qent or from anyone else. No pickle is ever read.

An ``.npz`` holds ``states`` of shape (n, D) or (n, D, D) and ``dims``; optionally ``kind``
("kets" or "density") and ``order`` ("big" or "little"). qent adds ``parameter:NAME``,
``known:QUESTION`` and ``source``. A ``.npy`` holds the states alone; dims are then given by hand.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from qent_core.conversion import from_numpy
from qent_core.errors import QentError, StateFileError
from qent_core.states import StateBatch

_PARAMETER, _KNOWN = "parameter:", "known:"


def read_states(
    path: Path,
    *,
    dims: Sequence[int] | None = None,
    kind: str | None = None,
    order: str | None = None,
) -> StateBatch:
    """Returns validated states from a file.

    Args:
        path: A ``.npz`` or ``.npy`` file.
        dims: Local dimensions; needed if the file does not say, refused if it says otherwise.
        kind: ``"kets"`` or ``"density"``, if the file does not say and the shape is ambiguous.
        order: ``"big"`` or ``"little"``; overrides what the file says.

    Raises:
        StateFileError: The file is missing, broken, empty, pickled, or has no states or dims.
        StateInvalidError: A state is not physical.
    """
    where = str(path)
    content = load_arrays(path)
    if "states" not in content:
        held = ", ".join(sorted(content)) or "nothing"
        raise StateFileError(
            f"the file has no array called 'states', it holds: {held}",
            where=where,
            do="save it with np.savez(path, states=array, dims=[2, 2])",
        )
    states = content["states"]
    stated = _integers(content["dims"], where) if "dims" in content else None
    if stated is not None and dims is not None and stated != tuple(dims):
        raise StateFileError(
            f"the file says dims {stated}, the request says {tuple(dims)}",
            where=where,
            do="leave --dims out, or give those of the file",
        )
    local = stated if stated is not None else dims
    if local is None:
        raise StateFileError(
            f"the file does not say the local dimensions of its states of shape {states.shape}",
            where=where,
            do="give them, for example --dims 2,2,2, or save an array called 'dims' beside them",
        )
    if states.size == 0:
        raise StateFileError("the file holds no state", where=where, do="write at least one state")
    try:
        batch = from_numpy(
            states,
            local,
            kind=kind or _text(content, "kind"),
            order=order or _text(content, "order") or "big",
        )
        return StateBatch(
            batch.array,
            batch.dims,
            parameters=_prefixed(content, _PARAMETER),
            known=_prefixed(content, _KNOWN),
            source=content.get("source", path.name),
        )
    except QentError as error:
        raise error.located(where) from None


def write_states(batch: StateBatch, path: Path) -> None:
    """Writes a batch as ``.npz``; the file appears whole or not at all.

    Certificates are not written here: they are stored with labels.

    Raises:
        StateFileError: The path does not end in ``.npz``, or its folder cannot be written.
    """
    if path.suffix != ".npz":
        raise StateFileError("states are written as .npz", where=str(path), do="name it x.npz")
    arrays: dict[str, Any] = {
        "states": batch.array,
        "dims": np.asarray(batch.dims),
        "kind": np.asarray(batch.kind),
        "order": np.asarray("big"),
        "source": batch.source,
    }
    arrays |= {_PARAMETER + name: values for name, values in batch.parameters.items()}
    arrays |= {_KNOWN + question: values for question, values in batch.known.items()}
    save_npz(path, arrays)


def save_npz(path: Path, arrays: dict[str, Any]) -> None:
    """Writes arrays as ``.npz`` under a temporary name, then renames it into place.

    Raises:
        StateFileError: The folder does not exist or cannot be written.
    """
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            np.savez(file, **arrays)
        partial.replace(path)
    except OSError as error:
        raise StateFileError(
            f"the file cannot be written: {error.strerror or error}",
            where=str(path),
            do="choose a folder that exists and that you may write to",
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink()


def load_arrays(path: Path) -> dict[str, Any]:
    """Returns the arrays of an ``.npz`` by name; a ``.npy`` gives one called ``states``.

    Raises:
        StateFileError: The file is missing, broken, of another type, or holds pickled objects.
    """
    if not path.is_file():
        raise StateFileError("there is no such file", where=str(path), do="check the path")
    if path.suffix not in (".npz", ".npy"):
        raise StateFileError(
            f"files of type '{path.suffix}' are not read",
            where=str(path),
            do="save the states as .npz: np.savez(path, states=array, dims=[2, 2])",
        )
    try:
        # Opened here, because NumPy leaves a broken archive open.
        with path.open("rb") as file:
            loaded = np.load(file, allow_pickle=False)
            if isinstance(loaded, np.ndarray):
                return {"states": loaded}
            arrays = {name: loaded[name] for name in loaded.files}
    except Exception as error:  # a broken archive raises any of a dozen types
        pickled = "pickle" in str(error).lower() and "allow_pickle" in str(error)
        raise StateFileError(
            "the file holds pickled objects, which are never read"
            if pickled
            else f"the file is broken: {error}",
            where=str(path),
            do="write it again from plain numeric arrays",
        ) from error
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise StateFileError(
                f"'{name}' in the file is no array",
                where=str(path),
                do="write it again from plain numeric arrays",
            )
    return arrays


def _integers(values: Any, where: str) -> tuple[int, ...]:
    if values.ndim != 1 or values.dtype.kind not in "iu":
        raise StateFileError(
            "'dims' must be a list of integers", where=where, do="save dims=[2, 2]"
        )
    return tuple(int(value) for value in values)


def _text(content: dict[str, Any], name: str) -> str | None:
    return str(content[name].item()) if name in content and content[name].ndim == 0 else None


def _prefixed(content: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {k.removeprefix(prefix): v for k, v in content.items() if k.startswith(prefix)}
