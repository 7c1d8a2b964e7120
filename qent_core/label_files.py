"""Files of labels: plain ``.npz`` arrays, readable with NumPy alone.

For column i of n states the file holds ``values:i``; verdict columns also ``criteria:i`` and, per
block j of certificates, ``rows:i:j`` and ``proof:i:j:FIELD``. ``columns`` is a JSON text that says
name, form ("measure" or "verdict"), question and the certificate blocks of each column, and, if the
writer knew it, the origin of the labels: command, versions and references.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from qent_core.certificate_column import CertificateBlock, CertificateColumn
from qent_core.errors import LabelsInvalidError, QentError, StateFileError
from qent_core.labels import Column, Labels, VerdictColumn
from qent_core.state_files import load_arrays, save_npz

LAYOUT_VERSION = 1


def write_labels(labels: Labels, path: Path, origin: Mapping[str, Any] | None = None) -> None:
    """Writes labels as ``.npz``; the file appears whole or not at all.

    Args:
        labels: What to write.
        path: Ends in ``.npz``.
        origin: Where they come from, as JSON can have it: ``command``, ``versions``,
            ``references``.

    Raises:
        StateFileError: The path does not end in ``.npz``, or its folder cannot be written.
    """
    if path.suffix != ".npz":
        raise StateFileError("labels are written as .npz", where=str(path), do="name it x.npz")
    arrays: dict[str, Any] = {}
    described = []
    for i, (name, column) in enumerate(labels.columns.items()):
        arrays[f"values:{i}"] = column.values
        entry: dict[str, Any] = {"name": name, "form": "measure", "question": column.question}
        if isinstance(column, VerdictColumn):
            arrays[f"criteria:{i}"] = column.criteria
            entry |= {"form": "verdict", "blocks": []}
            for j, block in enumerate(column.certificates.blocks):
                arrays[f"rows:{i}:{j}"] = block.rows
                arrays |= {f"proof:{i}:{j}:{key}": a for key, a in block.arrays.items()}
                entry["blocks"].append(
                    {"kind": block.kind, "question": block.question, "quality": block.quality}
                )
        described.append(entry)
    head: dict[str, Any] = {"layout": LAYOUT_VERSION, "count": len(labels), "columns": described}
    if origin:
        head["origin"] = dict(origin)
    save_npz(path, {"columns": np.asarray(json.dumps(head)), **arrays})


def read_labels(path: Path) -> Labels:
    """Returns the labels of a file.

    Raises:
        StateFileError: The file is missing, broken, or holds no labels.
        LabelsInvalidError: Its layout is of another version or its columns do not fit together.
    """
    arrays = load_arrays(path)
    try:
        head = json.loads(str(arrays["columns"].item()))
        if head["layout"] != LAYOUT_VERSION:
            newer = isinstance(head["layout"], int) and head["layout"] > LAYOUT_VERSION
            raise LabelsInvalidError(
                f"the file has layout {head['layout']}, this version reads {LAYOUT_VERSION}",
                do="pip install --upgrade qent-core" if newer else "label the states again",
            )
        columns = {
            _text(entry, "name"): _column(entry, i, arrays)
            for i, entry in enumerate(head["columns"])
        }
        if not isinstance(head["count"], int) or head["count"] < 0:
            raise LabelsInvalidError(f"the file is said to hold {head['count']!r} states")
        return Labels(head["count"], columns)
    except QentError as error:
        raise error.located(str(path)) from None
    except Exception as error:  # a foreign file can be wrong in any way
        raise StateFileError(
            f"the file holds no labels of qent: {error}",
            where=str(path),
            do="write it with Labels.save, or with qent label --out",
        ) from error


def read_origin(path: Path) -> dict[str, Any]:
    """Returns where the labels of a file come from; empty if the file does not say.

    Raises:
        StateFileError: The file is missing or broken, or what it says cannot be read.
    """
    try:
        # Of an archive only the head is read; certificates may be large.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return dict(json.loads(str(arrays["columns"].item())).get("origin", {}))
    except Exception as error:  # a foreign file can be wrong in any way
        raise StateFileError(
            f"the file does not say where its labels come from: {error}",
            where=str(path),
            do="write it with Labels.save, or with qent label --out",
        ) from error


def _column(entry: dict[str, Any], i: int, arrays: dict[str, Any]) -> Column:
    name, question, values = _text(entry, "name"), _text(entry, "question"), arrays[f"values:{i}"]
    if entry["form"] == "measure":
        return Labels.measure(name, values, question=question).column(name)
    blocks = []
    for j, block in enumerate(entry["blocks"]):
        prefix = f"proof:{i}:{j}:"
        proof = {k.removeprefix(prefix): a for k, a in arrays.items() if k.startswith(prefix)}
        rows = arrays[f"rows:{i}:{j}"]
        kind, asked, quality = (_text(block, key) for key in ("kind", "question", "quality"))
        blocks.append(CertificateBlock(kind, asked, quality, rows, proof))
    proofs = CertificateColumn(len(values), blocks)
    return Labels.verdicts(name, question, values, arrays[f"criteria:{i}"], proofs).column(name)


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry[key]
    if not isinstance(value, str):
        raise LabelsInvalidError(f"'{key}' of a column must be a text, not {value!r}")
    return value
