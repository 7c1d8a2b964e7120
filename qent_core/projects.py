"""A plugin's folder as its author has it: what its project file says, installed or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from qent_core.discovery import DiscoveredPlugin
from qent_core.errors import PluginUnknownError
from qent_core.hooks import ENTRY_POINT_GROUP
from qent_core.names import canonical

PROJECT_FILE = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginProject:
    """What a project file says about a plugin."""

    folder: Path
    name: str
    version: str
    summary: str
    module: str
    """Value of its entry point."""
    requirements: tuple[str, ...]

    @property
    def import_root(self) -> Path:
        """The folder from which its package is imported: ``src`` if the package lies there."""
        package = self.module.partition(":")[0].partition(".")[0].strip()
        inside = self.folder / "src"
        return inside if (inside / package).is_dir() else self.folder

    def discovered(self) -> DiscoveredPlugin:
        """Returns what discovery would find if this folder were installed."""
        core = [r for r in self.requirements if requirement_name(r) == "qent-core"]
        return DiscoveredPlugin(
            distribution=self.name,
            version=self.version,
            module=self.module,
            summary=self.summary,
            core_requirement=core[0] if core else "",
            entry_point=EntryPoint(self.name, self.module, ENTRY_POINT_GROUP),
        )

    def write_metadata(self, site: Path) -> None:
        """Writes what an installation would write about it, without installing anything."""
        info = site / f"{self.name.replace('-', '_')}-{self.version}.dist-info"
        info.mkdir(parents=True)
        lines = ["Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {self.version}"]
        lines += [f"Summary: {self.summary}"] if self.summary else []
        lines += [f"Requires-Dist: {requirement}" for requirement in self.requirements]
        (info / "METADATA").write_text("\n".join([*lines, ""]), encoding="utf-8")
        entry = f"[{ENTRY_POINT_GROUP}]\n{self.name} = {self.module}\n"
        (info / "entry_points.txt").write_text(entry, encoding="utf-8")


def read_project(folder: Path) -> PluginProject:
    """Returns what the project file of a plugin's folder says.

    Raises:
        PluginUnknownError: The folder, its project file or the entry point is missing, or the file
            cannot be read.
    """
    file = folder / PROJECT_FILE
    if not folder.is_dir():
        raise PluginUnknownError(f"there is no folder {folder}", do="check the path")
    if not file.is_file():
        raise PluginUnknownError(
            f"the folder {folder} holds no plugin: it has no {PROJECT_FILE}",
            do="name the folder with the project file; a new plugin is made with: qent new",
        )
    project = read_project_table(file)
    name = str(project.get("name", "")).strip()
    if not name:
        raise PluginUnknownError(
            "the project has no name", where=str(file), do="set [project] name"
        )
    modules = [str(value) for value in entry_points(project).values()]
    if not modules:
        raise PluginUnknownError(
            f"'{name}' announces no plugin",
            where=str(file),
            do=f'add [project.entry-points."{ENTRY_POINT_GROUP}"] with {name} = '
            f'"{name.replace("-", "_")}.plugin"',
        )
    if len(modules) > 1:
        raise PluginUnknownError(
            f"'{name}' announces several plugin modules", where=str(file), do="keep one of them"
        )
    return PluginProject(
        folder=folder,
        name=name,
        version=str(project.get("version", "0")),
        summary=" ".join(str(project.get("description", "")).split()),
        module=modules[0],
        requirements=tuple(str(r) for r in project.get("dependencies", ())),
    )


def plugin_projects(root: Path) -> Iterator[PluginProject]:
    """Yields the plugins in the folder ``plugins`` of a clone, sorted by folder."""
    for file in sorted((root / "plugins").glob(f"*/{PROJECT_FILE}")):
        if entry_points(read_project_table(file)):
            yield read_project(file.parent)


def read_project_table(file: Path) -> dict[str, Any]:
    """Returns the table ``[project]`` of a project file.

    Raises:
        PluginUnknownError: It cannot be read.
    """
    import tomllib

    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PluginUnknownError(
            f"the project file cannot be read: {error}", where=str(file), do="repair it"
        ) from error
    project = document.get("project", {})
    return project if isinstance(project, dict) else {}


def entry_points(project: Mapping[str, Any]) -> dict[str, str]:
    """Returns the entry points of a project table in qent's group."""
    groups = project.get("entry-points", {})
    entries = groups.get(ENTRY_POINT_GROUP, {}) if isinstance(groups, Mapping) else {}
    return dict(entries) if isinstance(entries, Mapping) else {}


def requirement_name(requirement: str) -> str:
    """Returns the distribution that a requirement names.

    Example:
        >>> requirement_name("qent-core[models]>=0.1,<1")
        'qent-core'
    """
    import re

    name = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
    return canonical(name.group(1)) if name else ""
