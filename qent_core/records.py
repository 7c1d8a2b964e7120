"""The frozen records that plugins yield: all that is known about a component before its import.

Only the standard library is imported here, so that listing every component stays cheap. A record's
``target`` names the implementation as ``"package.module:Class"``; it is imported when it is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_TARGET = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A publication, enough of it to print and to cite.

    Example:
        >>> ref = Reference(key="peres1996", authors="A. Peres", year=1996,
        ...                 title="Separability criterion for density matrices",
        ...                 journal="Phys. Rev. Lett.", volume="77", pages="1413")
        >>> print(ref.text())
        A. Peres, Separability criterion for density matrices, Phys. Rev. Lett. 77, 1413 (1996)
    """

    key: str
    """Citation key, unique in practice: first author and year."""
    title: str
    authors: str
    """All authors joined by ' and ', as BibTeX wants them."""
    year: int
    journal: str = ""
    volume: str = ""
    pages: str = ""
    doi: str = ""
    arxiv: str = ""
    url: str = ""

    def text(self) -> str:
        """Returns the reference as one line of plain text."""
        place = " ".join(part for part in (self.journal, self.volume) if part)
        if self.pages:
            place = f"{place}, {self.pages}" if place else self.pages
        if not place and self.arxiv:
            place = f"arXiv:{self.arxiv}"
        head = f"{self.authors}, {self.title}"
        return f"{head}, {place} ({self.year})" if place else f"{head} ({self.year})"

    def bibtex(self) -> str:
        """Returns the reference as a BibTeX entry."""
        kind = "article" if self.journal else "misc"
        fields = {
            "author": self.authors,
            "title": "{" + self.title + "}",
            "journal": self.journal,
            "volume": self.volume,
            "pages": self.pages,
            "year": str(self.year),
            "doi": self.doi,
            "eprint": self.arxiv,
            "archiveprefix": "arXiv" if self.arxiv else "",
            "url": self.url,
        }
        body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
        return f"@{kind}{{{self.key},\n{body}\n}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentSpec:
    """What every kind of component says about itself.

    Raises:
        ValueError: A field does not have the form it must have.
    """

    kind: ClassVar[str] = "component"

    name: str
    """The name users write after ``use =``: lower case, digits and hyphens."""
    target: str
    """The implementation, ``"package.module:Class"``; imported only when the component is built."""
    summary: str
    """One line for ``qent list``."""
    references: tuple[Reference, ...] = ()
    requires: tuple[str, ...] = ()
    """Top-level import names the implementation needs beyond numpy."""

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not _NAME.fullmatch(self.name):
            raise ValueError(
                f"name {self.name!r} must be lower-case words joined by hyphens, like 'x-state'"
            )
        if not isinstance(self.target, str) or not _TARGET.fullmatch(self.target):
            raise ValueError(f"target {self.target!r} must look like 'package.module:Class'")
        if not isinstance(self.summary, str) or not self.summary.strip() or "\n" in self.summary:
            raise ValueError(f"summary of {self.name!r} must be one non-empty line")
        if not _tuple_of(self.references, Reference):
            raise ValueError(f"references of {self.name!r} must be a tuple of Reference records")
        if not _tuple_of(self.requires, str) or any("." in need for need in self.requires):
            raise ValueError(f"requires of {self.name!r} must be a tuple of top-level import names")


def _tuple_of(values: object, kind: type) -> bool:
    # A tuple and nothing else: ("numpy") is a text, and its letters are texts too.
    return isinstance(values, tuple) and all(isinstance(value, kind) for value in values)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateFamilySpec(ComponentSpec):
    """A family of states: something with ``sample(count, rng) -> StateBatch``."""

    kind: ClassVar[str] = "state-family"

    dims: tuple[int, ...] | None = None
    """Local dimensions if they are the same for every parameter, else None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSpec(ComponentSpec):
    """A quantum channel: something with ``apply(batch, rng) -> StateBatch``."""

    kind: ClassVar[str] = "channel"

    dims: tuple[int, ...] | None = None
    """Local dimensions it is restricted to, else None."""
    local: bool = False
    """True if it acts on each party separately, whatever its parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelerSpec(ComponentSpec):
    """A labeler: something with ``label(batch) -> Labels``."""

    kind: ClassVar[str] = "labeler"

    gives: str | None = None
    """``"verdict"`` (separable, entangled, unknown) or ``"measure"`` (a real number); None leaves
    it open until the labeler runs."""
    dims: tuple[int, ...] | None = None
    """Local dimensions it is restricted to, else None."""
    pure_only: bool = False
    """True if it is defined for pure states (kets) only."""
    local_unitary_invariant: bool = True
    """True if local unitaries never change its answer."""

    def __post_init__(self) -> None:
        ComponentSpec.__post_init__(self)
        if self.gives not in ("verdict", "measure", None):
            raise ValueError(f"gives of {self.name!r} must be 'verdict', 'measure' or None")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSpec(ComponentSpec):
    """A feature extractor: a scikit-learn transformer over a StateBatch."""

    kind: ClassVar[str] = "feature"

    output: str = "vector"
    """``"vector"`` for (n, k) arrays, ``"image"`` for (n, channels, D, D) arrays."""
    dims: tuple[int, ...] | None = None
    """Local dimensions it is restricted to, else None."""
    pure_only: bool = False

    def __post_init__(self) -> None:
        ComponentSpec.__post_init__(self)
        if self.output not in ("vector", "image"):
            raise ValueError(f"output of {self.name!r} must be 'vector' or 'image'")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSpec(ComponentSpec):
    """A model: a scikit-learn estimator with ``save(folder)`` and ``load(folder)``."""

    kind: ClassVar[str] = "model"

    accepts: str = "vector"
    """``"vector"``, ``"image"``, or ``"states"`` if it takes the StateBatch itself."""
    tasks: tuple[str, ...] = field(default=("regression",))
    """Any of ``"regression"`` (measures) and ``"classification"`` (verdicts)."""

    def __post_init__(self) -> None:
        ComponentSpec.__post_init__(self)
        if self.accepts not in ("vector", "image", "states"):
            raise ValueError(f"accepts of {self.name!r} must be 'vector', 'image' or 'states'")
        if not self.tasks or not set(self.tasks) <= {"regression", "classification"}:
            raise ValueError(f"tasks of {self.name!r} must be 'regression' and/or 'classification'")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySpec(ComponentSpec):
    """A study: a paper as a command, recomputed claim by claim."""

    kind: ClassVar[str] = "study"

    uses: tuple[str, ...] = ()
    """Names of the components it needs, its own and those of other plugins."""
