"""The folder of a run: it appears whole, or stays behind marked as incomplete."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qent_core.errors import RunFolderError
from qent_core.uninterrupted import uninterrupted

MANIFEST = "manifest.json"
INCOMPLETE_SUFFIX = ".incomplete"


@dataclass(frozen=True)
class RunFolder:
    """A finished run folder whose files are those that were written."""

    path: Path
    manifest: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Returns the content of one file."""
        return (self.path / name).read_text(encoding="utf-8")


def choose_folder(wanted: Path | None, name: str, *, overwrite: bool) -> Path:
    """Returns where a run is written.

    Args:
        wanted: The folder asked for; by default ``runs/NAME``, or ``runs/NAME-2`` and so on if
            that is taken.
        name: Name of the run.
        overwrite: Whether a finished run in the folder asked for may be replaced.

    Raises:
        RunFolderError: The folder asked for is taken.
    """
    if wanted is None:
        wanted, number = Path("runs") / name, 1
        while wanted.exists():
            number += 1
            wanted = Path("runs") / f"{name}-{number}"
        return wanted
    if wanted.exists() and any(wanted.iterdir() if wanted.is_dir() else [wanted]):
        if not overwrite:
            raise RunFolderError(
                "there is something in the run folder already",
                where=str(wanted),
                do="choose another --out, or add --overwrite to replace an earlier run",
            )
        if not (wanted / MANIFEST).is_file():
            raise RunFolderError(
                "the folder is no run folder and is not replaced",
                where=str(wanted),
                do="choose another --out",
            )
    return wanted


@contextmanager
def writing(final: Path, *, keep: Sequence[str] = ()) -> Iterator[Path]:
    """Yields a working folder that becomes ``final`` when the block ends without an error.

    After an error the working folder stays as ``NAME.incomplete`` with the reason in
    ``INCOMPLETE.txt``; the next run of that name replaces it.

    Args:
        final: The folder.
        keep: What stays in the working folder of an earlier attempt, for the next one.

    Raises:
        RunFolderError: The folder cannot be created.
    """
    working = incomplete(final)
    try:
        working.mkdir(parents=True, exist_ok=True)
        for earlier in working.iterdir():
            if earlier.name not in keep:
                _remove(earlier)
    except OSError as error:
        raise RunFolderError(
            f"the run folder cannot be written: {error.strerror or error}",
            where=str(final),
            do="choose another --out",
        ) from error
    try:
        yield working
    except BaseException as error:
        reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        (working / "INCOMPLETE.txt").write_text(f"This run did not finish.\n{reason}\n")
        raise
    with uninterrupted():  # else neither the old folder nor the new one is there
        if final.exists():
            shutil.rmtree(final)
        os.replace(working, final)


def incomplete(final: Path) -> Path:
    """Returns the working folder of a run that is not finished."""
    return final.with_name(final.name + INCOMPLETE_SUFFIX)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Writes ``manifest.json`` with the checksum of every file in the folder; call it last."""
    files = {
        str(path.relative_to(folder)): _checksum(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }
    write_json(folder / MANIFEST, {**content, "files": files})


def write_json(path: Path, content: Any) -> None:
    """Writes JSON that is the same for the same content, byte for byte."""
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def reseal(folder: RunFolder, name: str) -> None:
    """Writes the checksum of one file anew, after it was made again."""
    files = {**folder.manifest["files"], name: _checksum(folder.path / name)}
    partial = folder.path / f".{MANIFEST}.partial"
    write_json(partial, {**folder.manifest, "files": dict(sorted(files.items()))})
    partial.replace(folder.path / MANIFEST)


def read_run_folder(path: Path, *, but: Sequence[str] = ()) -> RunFolder:
    """Returns a finished run folder after checking every file in it.

    Args:
        path: The folder.
        but: Files that may be missing or changed, because they are made again.

    Raises:
        RunFolderError: It is missing, incomplete, no run folder, or a file was changed.
    """
    where = str(path)
    if not path.is_dir():
        marked = incomplete(path)
        if marked.is_dir():
            raise RunFolderError(
                "this run did not finish", where=str(marked), do="run the experiment again"
            )
        raise RunFolderError("there is no such run folder", where=where, do="check the path")
    if (path / "INCOMPLETE.txt").exists():
        raise RunFolderError("this run did not finish", where=where, do="run it again")
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        listed = dict(manifest["files"])
    except FileNotFoundError:
        raise RunFolderError(
            "this is no run folder: it has no manifest.json",
            where=where,
            do="give the folder that qent run wrote",
        ) from None
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise RunFolderError(f"manifest.json is broken: {error}", where=where) from error
    for name, checksum in listed.items():
        file = path / name
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise RunFolderError(f"manifest.json names a file outside: {name}", where=where)
        if name in but:
            continue
        if not file.is_file():
            raise RunFolderError(f"the file {name} is missing", where=where, do="run it again")
        if _checksum(file) != checksum:
            raise RunFolderError(
                f"the file {name} was changed after the run",
                where=where,
                do="run the experiment again; a changed folder is not used",
            )
    return RunFolder(path, manifest)


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
