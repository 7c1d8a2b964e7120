"""Shards that were finished before a command was interrupted, so that it can go on from there."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import shutil
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from qent_core.certificate_column import CertificateColumn
from qent_core.errors import QentError
from qent_core.generation import Part, Pipeline
from qent_core.label_files import read_labels, write_labels
from qent_core.labels import Labels, VerdictColumn
from qent_core.state_files import read_states, write_states
from qent_core.states import StateBatch

_PARTIAL = ".partial"


class KeptShards:
    """A folder of finished shards, good for one piece of work and no other.

    Args:
        folder: Where they are kept.
        work: What identifies the work, from `fingerprint`; shards of other work are dropped.
    """

    def __init__(self, folder: Path, work: str) -> None:
        self.folder = folder
        self._work = work
        if folder.is_dir() and self._read("work") != work:
            shutil.rmtree(folder)

    def load(self, number: int) -> tuple[StateBatch | None, Labels] | None:
        """Returns a shard if it is there and whole; its states only if they were kept."""
        place = self.folder / str(number)
        if not place.is_dir():
            return None
        try:
            labels = read_labels(place / "labels.npz")
            if not (place / "states.npz").is_file():
                return None, labels
            return _with_proofs(read_states(place / "states.npz"), place / "known.npz"), labels
        except QentError:
            return None

    def save(self, number: int, labels: Labels, states: StateBatch | None = None) -> None:
        """Keeps a shard; it is there whole or not at all."""
        try:
            proofs = _proofs(states) if states is not None and states.certificates else None
        except QentError:
            return  # Certificates of verdicts that nobody gave have no file to go to.
        place = self.folder / str(number)
        working = place.with_name(place.name + _PARTIAL)
        shutil.rmtree(working, ignore_errors=True)
        working.mkdir(parents=True)
        if self._read("work") != self._work:  # cut short, it would cost all shards
            (self.folder / "work").write_text(self._work, encoding="utf-8")
        try:
            write_labels(labels, working / "labels.npz")
            if states is not None:
                write_states(states, working / "states.npz")
            if proofs is not None:
                write_labels(proofs, working / "known.npz")
            shutil.rmtree(place, ignore_errors=True)
            os.replace(working, place)
        finally:
            shutil.rmtree(working, ignore_errors=True)

    def forget(self) -> None:
        """Removes the folder: the work is done."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _read(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""


def fingerprint(pipeline: Pipeline, **more: Any) -> str:
    """Returns what identifies the states and labels of a pipeline.

    The components with their parameters, the files their classes are written in, the versions of
    qent and NumPy, the seed and the cut into shards.

    Args:
        pipeline: Makes the states or the labels.
        more: What they depend on besides.
    """
    parts = (*pipeline.families, *pipeline.channels, *pipeline.labelers)
    content = {
        "seed": pipeline.seed,
        "shard_size": pipeline.shard_size,
        "parts": [_described(part) for part in parts],
        "versions": {name: version(name) for name in ("qent-core", "numpy")},
        **more,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _described(part: Part) -> list[Any]:
    kind = type(part.component)
    return [part.key, part.name, part.count, part.component.parameters(), _code(kind.__mro__)]


def _code(classes: Iterable[type]) -> list[str]:
    """Returns the checksums of the files in which classes are written."""
    files = set()
    for kind in classes:
        try:
            files.add(inspect.getfile(kind))
        except (TypeError, OSError):  # built in, or typed into a session
            continue
    return [hashlib.sha256(Path(f).read_bytes()).hexdigest() for f in sorted(files) if _is(f)]


def _is(file: str) -> bool:
    return Path(file).is_file()


def _proofs(states: StateBatch) -> Labels:
    """Returns the certificates that came with known verdicts, as label columns."""
    columns = Labels(len(states))
    for question, proofs in states.certificates.items():
        verdicts = states.known.get(question, np.full(len(states), -1))
        criteria = np.where(verdicts >= 0, "known", "")
        columns = columns | Labels.verdicts(question, question, verdicts, criteria, proofs)
    return columns


def _with_proofs(states: StateBatch, file: Path) -> StateBatch:
    if not file.is_file():
        return states
    proofs: dict[str, CertificateColumn] = {
        question: column.certificates
        for question, column in read_labels(file).columns.items()
        if isinstance(column, VerdictColumn)
    }
    return states.replaced(states.array, known=states.known, certificates=proofs)
