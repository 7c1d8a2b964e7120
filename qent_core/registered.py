"""A component as the registry holds it: its record, who provides it, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from qent_core.records import ComponentSpec

Origin = Literal["plugin", "local file", "script"]


@dataclass(frozen=True, slots=True)
class LocalSource:
    """The user's file that defines a component; enough for a worker process to load it again."""

    path: str
    """Absolute path."""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One registered component."""

    spec: ComponentSpec
    distribution: str
    """Who provides it: a distribution, the name of a local file, or ``"script"``."""
    version: str
    origin: Origin = "plugin"
    implementation: Any = field(default=None, compare=False, repr=False)
    """The class itself if it was registered without a package, else None."""
    source: LocalSource | None = None

    @property
    def name(self) -> str:
        """The name users write after ``use =``."""
        return self.spec.name

    @property
    def kind(self) -> str:
        """The kind, for example ``"labeler"``."""
        return self.spec.kind

    @property
    def qualified_name(self) -> str:
        """The name that stays unique when another plugin provides the same: ``dist:name``."""
        return f"{self.distribution}:{self.spec.name}"

    @property
    def provider(self) -> str:
        """Who provides it, with the version, for a sentence."""
        return f"{self.distribution} {self.version}".strip()
