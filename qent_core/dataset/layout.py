"""What a data set holds and where: its head, its sections, and the passes that wrote its columns.

A *section* is what one ``[[states]]`` table made: states of one form with one set of parameters. It
is one Zarr group, and its shards are the chunks of its arrays. A *pass* is one journey over all
shards: the first writes the states and the labels that were asked for with them, each later one
adds label columns. Every object of the data set is named here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from typing import Any, Self

from qent_core.dataset.arrays import Field, states_field
from qent_core.dataset.node_names import is_safe, node_names
from qent_core.labels import Labels, VerdictColumn

LAYOUT_VERSION = 1

_DTYPES = ("float32", "float64", "complex64", "complex128")


@dataclass(frozen=True)
class Place:
    """One shard: which section, which number in it."""

    section: int
    shard: int


@dataclass(frozen=True)
class Section:
    """The states of one family: a Zarr group of arrays with one entry per state."""

    name: str
    """Name of the group, for example ``"0-isotropic"``."""
    source: str
    """The family."""
    count: int
    rows: int
    """States per shard; the last shard may have fewer."""
    kind: str
    """``"kets"`` or ``"density"``."""
    dtype: str
    dimension: int
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Parameter to array."""
    known: Mapping[str, str] = field(default_factory=dict)
    """Question to the array of verdicts that hold by construction."""

    @property
    def shards(self) -> int:
        """Number of shards."""
        return -(-self.count // self.rows)

    def length(self, shard: int) -> int:
        """Returns the number of states in a shard."""
        return min(self.rows, self.count - shard * self.rows)

    @cached_property
    def states(self) -> Field:
        """The array of the states."""
        return states_field(self.kind, self.dtype, self.dimension)

    def parameter(self, name: str) -> Field:
        """Returns the array of one parameter."""
        return Field(self.parameters[name], "float64")

    def verdicts(self, question: str) -> Field:
        """Returns the array of the verdicts known by construction."""
        return Field(self.known[question], "int8")

    def fields(self) -> Iterator[tuple[Field, dict[str, Any]]]:
        """Yields the arrays that are made with the states, and the attributes of each."""
        yield self.states, {"kind": self.kind}
        for name in self.parameters:
            yield self.parameter(name), {"parameter": name}
        for question in self.known:
            yield self.verdicts(question), {"question": question}


@dataclass(frozen=True)
class ColumnPlace:
    """Where one label column is stored, in every section alike."""

    name: str
    form: str
    """``"measure"`` or ``"verdict"``."""
    question: str
    node: str
    """Array of the values; that of the criteria has ``criterion`` for ``label`` in its name."""

    @property
    def values(self) -> Field:
        """The array of the values."""
        return Field(self.node, "float64" if self.form == "measure" else "int8")

    @property
    def criteria(self) -> Field:
        """The array of the codes of the criteria, for verdicts."""
        return Field("criterion" + self.node.removeprefix("label"), "uint32")

    def fields(self) -> Iterator[tuple[Field, dict[str, Any]]]:
        """Yields its arrays and the attributes of each."""
        named = {"column": self.name, "question": self.question}
        yield self.values, named
        if self.form == "verdict":
            yield self.criteria, named


@dataclass(frozen=True)
class LabelPass:
    """One journey over all shards, and the label columns it writes."""

    columns: tuple[ColumnPlace, ...] = ()
    labelers: tuple[Mapping[str, Any], ...] = ()
    """Name and parameters of each labeler."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Versions of what computed it: bits may depend on them."""
    complete: bool = False
    criteria: tuple[str, ...] = ()
    """Names of the criteria, once it is complete."""
    summary: Mapping[str, Any] = field(default_factory=dict)
    """Statistics of each column, once it is complete."""
    records: str = ""
    """SHA-256 of the seals of all its records, once it is complete."""

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Returns the pass that `dataclasses.asdict` described."""
        columns = tuple(ColumnPlace(**column) for column in content["columns"])
        return cls(
            **{
                **content,
                "columns": columns,
                "labelers": tuple(content["labelers"]),
                "criteria": tuple(content["criteria"]),
            }
        )


@dataclass(frozen=True)
class Head:
    """Everything about a data set but its states, labels and checksums of shards."""

    dims: tuple[int, ...]
    sections: tuple[Section, ...]
    passes: tuple[LabelPass, ...]
    origin: Mapping[str, Any]
    """What it was made from: an experiment, or other data sets."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Objects that belong to no shard: name to SHA-256."""

    @property
    def count(self) -> int:
        """Number of states."""
        return sum(section.count for section in self.sections)

    @property
    def complete(self) -> bool:
        """Whether the states, and the labels that were asked for with them, are all there."""
        return self.passes[0].complete

    def places(self) -> Iterator[Place]:
        """Yields every shard, in the order of the states."""
        for number, section in enumerate(self.sections):
            for shard in range(section.shards):
                yield Place(number, shard)

    def record(self, number: int, place: Place) -> str:
        """Returns the object that says that a pass has finished a shard."""
        section = self.sections[place.section].name
        return f"shards/pass-{number}/{section}/{place.shard}.json"

    def pass_fields(self, number: int, section: Section) -> Iterator[tuple[Field, dict[str, Any]]]:
        """Yields the arrays that a pass writes in a section, with their attributes."""
        if number == 0:
            yield from section.fields()
        for column in self.passes[number].columns:
            yield from column.fields()

    def expected(self, number: int, place: Place) -> Iterator[str]:
        """Yields the objects that a pass must have written for a shard."""
        section = self.sections[place.section]
        for array, _ in self.pass_fields(number, section):
            yield f"{section.name}/{array.key(place.shard)}"
        certified = [c.node for c in self.passes[number].columns if c.form == "verdict"]
        if number == 0:
            certified += section.known.values()
        for node in certified:
            yield f"{section.name}/{certificates_key(node, place.shard)}"

    def to_dict(self) -> dict[str, Any]:
        """Returns the head as JSON has it."""
        plain: dict[str, Any] = asdict(self)
        return {"layout": LAYOUT_VERSION, **plain}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Self:
        """Returns the head that `to_dict` described.

        Raises:
            KeyError, TypeError, ValueError: It describes nothing that may be read.
        """
        known = {name: content[name] for name in (f.name for f in fields(cls))}
        head = cls(
            **{
                **known,
                "dims": tuple(content["dims"]),
                "sections": tuple(Section(**section) for section in content["sections"]),
                "passes": tuple(LabelPass.from_dict(entry) for entry in content["passes"]),
            }
        )
        head._check_names()
        return head

    def _check_names(self) -> None:
        # A data set may come from a stranger: no name in it may lead out of its folder.
        names = [section.name for section in self.sections]
        for section in self.sections:
            names += [*section.parameters.values(), *section.known.values()]
            if section.dtype not in _DTYPES:
                raise ValueError(f"states of type {section.dtype}")
            if min(section.count, section.rows, section.dimension) < 1:
                raise ValueError("a section without states")
        names += [column.node for entry in self.passes for column in entry.columns]
        names += [part for file in self.files for part in file.split("/")]
        for name in names:
            if not is_safe(name):
                raise ValueError(f"the name {name!r}")


def certificates_key(node: str, shard: int) -> str:
    """Returns the object with the certificates of one shard of a verdict column.

    It lies inside the folder of the column's array, where Zarr looks for chunks only.
    """
    return f"{node}/certificates/{shard}.npz"


def column_places(labels: Labels, taken: Iterable[str] = ()) -> tuple[ColumnPlace, ...]:
    """Returns where label columns like these are stored.

    Args:
        labels: Labels of any states.
        taken: Arrays that are there already.
    """
    nodes = node_names("label", labels.names, taken)
    return tuple(
        ColumnPlace(
            name,
            "verdict" if isinstance(column, VerdictColumn) else "measure",
            column.question,
            nodes[name],
        )
        for name, column in labels.columns.items()
    )
