"""One shard as objects: states, labels and certificates to bytes, and back."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.certificate_column import CertificateBlock, CertificateColumn
from qent_core.dataset.arrays import Field, corrupt
from qent_core.dataset.layout import ColumnPlace, Head, Place, Section, certificates_key
from qent_core.dataset.seals import is_intact, sealed_json
from qent_core.dataset.storage import Storage
from qent_core.errors import QentError, RunFailedError
from qent_core.labels import Column, Labels, MeasureColumn, VerdictColumn
from qent_core.states import StateBatch
from qent_core.summary import label_summary
from qent_core.verdicts import Verdict

Rows = slice | NDArray[np.intp]


@dataclass
class ShardObjects:
    """What one pass writes for one shard, in memory."""

    section: Section
    shard: int
    objects: dict[str, bytes] = field(default_factory=dict)
    """Name relative to the section, and content."""
    criteria: set[str] = field(default_factory=set)
    summary: dict[str, Any] = field(default_factory=dict)

    def add_states(self, batch: StateBatch) -> None:
        """Adds the states, their parameters and what is known of them."""
        count = len(batch)
        self._add(self.section.states, batch.array)
        for name in self.section.parameters:
            values = batch.parameters.get(name, np.full(count, np.nan))
            self._add(self.section.parameter(name), values)
        for question in self.section.known:
            verdicts = batch.known.get(question, np.full(count, Verdict.UNKNOWN, np.int8))
            self._add(self.section.verdicts(question), verdicts)
            proofs = batch.certificates.get(question, CertificateColumn.empty(count))
            self._add_certificates(self.section.known[question], proofs)

    def add_labels(self, labels: Labels, columns: Iterable[ColumnPlace]) -> None:
        """Adds label columns with their criteria and certificates."""
        for place in columns:
            column = labels.column(place.name)
            self._add(place.values, column.values)
            if isinstance(column, VerdictColumn):
                names = sorted(set(np.unique(column.criteria).tolist()) - {""})
                self.criteria.update(names)
                self._add(place.criteria, criterion_codes(column.criteria, names))
                self._add_certificates(place.node, column.certificates)
        self.summary = label_summary(labels)

    def write(self, storage: Storage, head: Head, number: int, place: Place) -> None:
        """Writes the objects, and last the record that says they are all there."""
        for name, data in self.objects.items():
            storage.write(f"{self.section.name}/{name}", data)
        record = {
            "states": self.section.length(self.shard),
            "objects": {n: hashlib.sha256(data).hexdigest() for n, data in self.objects.items()},
            "criteria": sorted(self.criteria),
            "summary": self.summary,
        }
        storage.write(head.record(number, place), sealed_json(record))

    def _add(self, array: Field, values: NDArray[Any]) -> None:
        self.objects[array.key(self.shard)] = array.encode(values, self.section.rows)

    def _add_certificates(self, node: str, column: CertificateColumn) -> None:
        # Written even without any certificate, so that a lost file is never taken for none.
        self.objects[certificates_key(node, self.shard)] = _packed(column)


def parse_record(data: bytes | None) -> dict[str, Any] | None:
    """Returns the content of a record, or None if it is absent, half-written or changed."""
    if data is None or not is_intact(data):
        return None
    content: dict[str, Any] = json.loads(data)
    return content


@dataclass(frozen=True)
class ShardReader:
    """Reads parts of shards of one data set."""

    storage: Storage
    head: Head

    def array(self, place: Place, array: Field) -> NDArray[Any]:
        """Returns one array of one shard.

        Raises:
            DatasetCorruptError: It is missing or was changed.
        """
        section = self.head.sections[place.section]
        data, where = self._chunk(place, array)
        return array.decode(data, section.rows, section.length(place.shard), where=where)

    def array_into(self, out: NDArray[Any], place: Place, array: Field, rows: Rows) -> None:
        """Writes rows of one array of one shard into their place.

        Raises:
            DatasetCorruptError: It is missing or was changed.
        """
        section = self.head.sections[place.section]
        data, where = self._chunk(place, array)
        if len(out) == section.rows and array.decode_into(out, data, where=where):
            return
        out[...] = array.decode(data, section.rows, section.length(place.shard), where=where)[rows]

    def _chunk(self, place: Place, array: Field) -> tuple[bytes, str]:
        name = f"{self.head.sections[place.section].name}/{array.key(place.shard)}"
        where = f"{self.storage.url}/{name}"
        data = self.storage.read(name)
        if data is None:
            raise corrupt(where)
        return data, where

    def states(
        self, place: Place, rows: Rows = slice(None), *, out: NDArray[Any] | None = None
    ) -> StateBatch:
        """Returns states of one shard as they are stored.

        Args:
            place: The shard.
            rows: Which of its states; a slice if ``out`` is given.
            out: Where the states themselves are put, ``(n, D)`` or ``(n, D, D)``.
        """
        section = self.head.sections[place.section]
        length = section.length(place.shard)
        known = {q: self.array(place, section.verdicts(q)) for q in section.known}
        proofs = {q: self._certificates(place, section.known[q], length) for q in known}
        if out is None:
            out = self.array(place, section.states)[rows]
        else:
            self.array_into(out, place, section.states, rows)
        return StateBatch(
            out,
            self.head.dims,
            parameters={
                name: self.array(place, section.parameter(name))[rows]
                for name in section.parameters
            },
            known={question: verdicts[rows] for question, verdicts in known.items()},
            certificates={q: proof.take(rows) for q, proof in proofs.items() if proof.blocks},
            source=section.source,
        )

    def labels(
        self, place: Place, columns: Sequence[str], rows: Rows = slice(None), *, proofs: bool = True
    ) -> Labels:
        """Returns label columns of states of one shard, with or without certificates."""
        length = self.head.sections[place.section].length(place.shard)
        found: dict[str, Column] = {}
        for entry in self.head.passes:
            for column in entry.columns:
                if column.name in columns:
                    found[column.name] = self._column(place, column, entry.criteria, length, proofs)
        count = len(np.arange(length)[rows])
        return Labels(count, {name: found[name].take(rows) for name in columns})

    def _column(
        self, place: Place, column: ColumnPlace, names: Sequence[str], length: int, proofs: bool
    ) -> Column:
        values = self.array(place, column.values)
        if column.form == "measure":
            return MeasureColumn(values, column.question)
        return VerdictColumn(
            values,
            column.question,
            criterion_names(self.array(place, column.criteria), names),
            self._certificates(place, column.node, length)
            if proofs
            else CertificateColumn.empty(length),
        )

    def _certificates(self, place: Place, node: str, length: int) -> CertificateColumn:
        name = f"{self.head.sections[place.section].name}/{certificates_key(node, place.shard)}"
        data = self.storage.read(name)
        where = f"{self.storage.url}/{name}"
        if data is None:
            raise corrupt(where)
        return _unpacked(data, length, where)


def criterion_code(name: str) -> int:
    """Returns the number that stands for a criterion in every shard; 0 stands for none.

    It is made from the name alone, so that shards written at the same time agree on it.

    Example:
        >>> criterion_code(""), criterion_code("ppt")
        (0, 4246192682)
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") if name else 0


def criterion_codes(column: NDArray[np.str_], names: Sequence[str]) -> NDArray[np.uint32]:
    """Returns the code of the criterion of each state; see `criterion_names`."""
    codes = np.zeros(len(column), dtype=np.uint32)
    for name in names:
        codes[column == name] = criterion_code(name)
    return codes


def criterion_names(codes: NDArray[np.uint32], names: Sequence[str]) -> NDArray[np.str_]:
    """Returns the criterion of each state from its code.

    Args:
        codes: ``(n,)`` codes.
        names: Every criterion that occurs.
    """
    table = {0: "", **{criterion_code(name): name for name in names}}
    known = np.asarray(sorted(table), dtype=np.uint32)
    words = np.asarray([table[int(code)] for code in known], dtype=np.str_)
    return words[np.searchsorted(known, codes)]


def check_codes(names: Sequence[str]) -> None:
    """Refuses criteria that share a code; four thousand million codes make that unlikely."""
    if len({criterion_code(name) for name in names} | {0}) < len(names) + 1:
        raise RunFailedError(
            "two criteria share one code",
            where=", ".join(names),
            do="rename a criterion in its labeler",
        )


def _packed(column: CertificateColumn) -> bytes:
    # The same plain arrays as in a file of labels, so NumPy alone can read them.
    arrays: dict[str, Any] = {}
    blocks = []
    for number, block in enumerate(column.blocks):
        arrays[f"rows:{number}"] = np.asarray(block.rows, dtype=np.int64)
        arrays |= {f"proof:{number}:{key}": value for key, value in block.arrays.items()}
        blocks.append({"kind": block.kind, "question": block.question, "quality": block.quality})
    stream = io.BytesIO()
    # What repeats, weights for example, takes no room; factors are noise to a compressor.
    np.savez_compressed(stream, blocks=np.asarray(json.dumps(blocks)), **arrays)
    return stream.getvalue()


def _unpacked(data: bytes, length: int, where: str) -> CertificateColumn:
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        described: list[Mapping[str, str]] = json.loads(str(arrays["blocks"].item()))
        return CertificateColumn(length, [_block(i, b, arrays) for i, b in enumerate(described)])
    except QentError as error:  # whole, but not what this version reads
        raise error.located(where) from None
    except (ValueError, KeyError, OSError, EOFError, TypeError, NotImplementedError) as error:
        raise corrupt(where) from error
    except (zipfile.BadZipFile, zlib.error) as error:
        raise corrupt(where) from error


def _block(number: int, described: Mapping[str, str], arrays: Mapping[str, Any]) -> Any:
    prefix = f"proof:{number}:"
    return CertificateBlock(
        described["kind"],
        described["question"],
        described["quality"],
        arrays[f"rows:{number}"],
        {k.removeprefix(prefix): v for k, v in arrays.items() if k.startswith(prefix)},
    )
