"""The folder of a study: results appear task by task, whole or not at all, and can be continued."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from qent_core.errors import StudyError, StudyMismatchError
from qent_core.run_folder import MANIFEST, write_json
from qent_studies.results import TaskResult
from qent_studies.tasks import Made, Task

HEAD = "study.json"
_PARTIAL = ".partial"
_MOST_NAMED = 6


class StudyFolder:
    """Where a study keeps the results of its tasks.

    Args:
        path: The folder.
        head: What identifies the study and all that its results depend on.
    """

    def __init__(self, path: Path, head: Mapping[str, Any]) -> None:
        self.path = path
        self._head = head

    def begin(self, *, overwrite: bool = False) -> None:
        """Makes the folder, or goes on with what is there.

        Args:
            overwrite: Begin anew, whatever study is there.

        Raises:
            StudyMismatchError: Another study, or one with other settings, is there.
            StudyError: Something else is there, or the folder cannot be written.
        """
        where, file = str(self.path), self.path / HEAD
        try:
            taken = self.path.exists() and (not self.path.is_dir() or any(self.path.iterdir()))
            if taken and not file.is_file():
                raise StudyError(
                    "the folder holds something else and is left alone",
                    where=where,
                    do="choose another --out",
                )
            if taken and overwrite:
                shutil.rmtree(self.path)
            elif taken:
                self._compare(_read(file))
                # Until the work is done again, the folder makes no promise about its files.
                (self.path / MANIFEST).unlink(missing_ok=True)
            (self.path / "tasks").mkdir(parents=True, exist_ok=True)
            if not file.exists():
                partial = file.with_name(HEAD + _PARTIAL)
                write_json(partial, self._head)
                partial.replace(file)
            for rest in (self.path / "tasks").glob(f"*{_PARTIAL}"):
                shutil.rmtree(rest, ignore_errors=True)
        except OSError as error:
            raise StudyError(
                f"the folder of the study cannot be written: {error.strerror or error}",
                where=where,
                do="choose another --out",
            ) from error

    def load(self, task: Task) -> TaskResult | None:
        """Returns the result of a task if it is there, whole, and from the same parameters."""
        folder = self.path / "tasks" / task.key
        content = _read(folder / "result.json")
        if content.get("digest") != task.digest():
            return None
        arrays = folder / "arrays.npz"
        checksum = content.get("arrays_sha256")
        if checksum is None:
            return TaskResult(task, content["values"], content["measured"])
        if not arrays.is_file() or _checksum(arrays) != checksum:
            return None
        return TaskResult(task, content["values"], content["measured"], arrays)

    def save(self, task: Task, made: Made) -> None:
        """Writes what a task made under a temporary name, then renames it into place.

        Raises:
            StudyError: It cannot be written.
        """
        final = self.path / "tasks" / task.key
        working = final.with_name(task.key + _PARTIAL)
        try:
            shutil.rmtree(working, ignore_errors=True)
            working.mkdir()
            checksum = None
            if made.arrays:
                with (working / "arrays.npz").open("wb") as file:
                    np.savez(file, **dict(made.arrays))  # type: ignore[arg-type]
                checksum = _checksum(working / "arrays.npz")
            write_json(
                working / "result.json",
                {
                    "digest": task.digest(),
                    "run": task.run,
                    "parameters": task.parameters,
                    "values": made.values,
                    "measured": made.measured,
                    "arrays_sha256": checksum,
                },
            )
            if final.exists():
                shutil.rmtree(final)
            os.replace(working, final)
        except OSError as error:
            raise StudyError(
                f"the result of the task {task.key} cannot be written: {error.strerror or error}",
                where=str(final),
                do="make room; the same command goes on from here",
            ) from error

    def _compare(self, begun: Mapping[str, Any]) -> None:
        apart = list(_differences(begun, json.loads(json.dumps(self._head))))
        if not apart:
            return
        left = len(apart) - _MOST_NAMED
        more = [f"    and {left} more"] if left > 0 else []
        lines = "\n".join([f"    {line}" for line in apart[:_MOST_NAMED]] + more)
        raise StudyMismatchError(
            f"the folder was begun differently:\n{lines}",
            where=str(self.path),
            do="repeat the command as it was, choose another --out, or add --overwrite "
            "to begin anew",
        )


def finished_tasks(folder: Path) -> int:
    """Returns how many tasks of a study have a result, whole or with other parameters."""
    kept = folder / "tasks"
    return sum(entry.suffix != _PARTIAL for entry in kept.iterdir()) if kept.is_dir() else 0


def _read(file: Path) -> dict[str, Any]:
    """Returns the content of a JSON file, or nothing if it is missing or damaged."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _differences(before: Any, now: Any, path: str = "") -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*before, *now]):
            inner = f"{path}.{key}" if path else key
            yield from _differences(before.get(key), now.get(key), inner)
    elif before != now:
        said = ["absent" if value is None else json.dumps(value) for value in (before, now)]
        yield f"{path}: {said[0]} in the folder, {said[1]} now"


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
