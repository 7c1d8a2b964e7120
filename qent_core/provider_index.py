"""The index of known plugins: which package provides a component that is not installed.

``registry.toml`` is read on the way to an error message only. It is never a switch: nothing is
loaded because of it, and a missing or damaged index costs hints and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qent_core.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Provision:
    """One line of the index: a package provides a component."""

    package: str
    kind: str
    name: str
    summary: str


@dataclass(frozen=True, slots=True)
class ProviderIndex:
    """What the known plugins provide, whether they are installed or not."""

    provisions: tuple[Provision, ...] = ()
    problem: str = ""
    """Why the index could not be read; empty if it could."""

    def providers(self, name: str, kind: str | None = None) -> tuple[Provision, ...]:
        """Returns every package known to provide a component of this name."""
        return tuple(p for p in self.provisions if p.name == name and kind in (None, p.kind))

    def provided_by(self, package: str) -> tuple[Provision, ...]:
        """Returns everything a package is known to provide."""
        return tuple(p for p in self.provisions if p.package == package)

    @property
    def packages(self) -> tuple[str, ...]:
        """The known packages, sorted."""
        return tuple(sorted({p.package for p in self.provisions}))


def index_path() -> Path:
    """Returns where the index lies: inside an installed qent-core, else in the root of a clone."""
    package = Path(__file__).resolve().parent
    inside = package / "registry.toml"
    return inside if inside.is_file() else package.parent / "registry.toml"


@cache
def provider_index() -> ProviderIndex:
    """Returns the index that came with this qent-core; an empty one if it cannot be read."""
    return read_index(index_path())


def read_index(path: Path) -> ProviderIndex:
    """Reads an index file.

    Args:
        path: A TOML file with tables ``[plugins.PACKAGE.provides.KIND]`` of names and summaries.

    Returns:
        The index; whatever in it cannot be understood is left out.
    """
    # Read on the way to an error message only, so that a plain listing does without.
    import tomllib

    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return ProviderIndex(problem=f"{path}: {error}")
    return ProviderIndex(provisions=tuple(_provisions(_table(document, "plugins"))))


def _provisions(plugins: Mapping[str, Any]) -> Iterator[Provision]:
    for package in sorted(plugins):
        provides = _table(_table(plugins, package), "provides")
        for kind in KINDS:
            for name, summary in sorted(_table(provides, kind).items()):
                yield Provision(package, kind, name, str(summary))


def _table(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    child = parent.get(key)
    return child if isinstance(child, Mapping) else {}
