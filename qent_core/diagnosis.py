"""What is wrong with this installation, and what to do about it. It must survive anything."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from qent_core import __version__
from qent_core.hooks import ENTRY_POINT_GROUP
from qent_core.kinds import word_for
from qent_core.names import canonical, counted, listed
from qent_core.plugin_info import PluginInfo, PluginState
from qent_core.provider_index import provider_index
from qent_core.registry import Registry
from qent_core.requirements import missing_modules, pip_name

Level = Literal["broken", "warning", "note"]

_LIBRARIES = ("numpy", "scipy", "pydantic", "scikit-learn", "torch", "typer", "rich", "pluggy")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a user should know."""

    level: Level
    subject: str
    """The plugin or component concerned."""
    what: str
    do: str = ""
    traceback: str = ""


def versions() -> dict[str, str]:
    """Returns the versions that matter in a report; nothing is imported to find them."""
    found = {
        "qent-core": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "interpreter": sys.executable,
    }
    for name in _LIBRARIES:
        try:
            found[name] = str(metadata.version(name))
        except Exception:  # absent, or damaged metadata
            found[name] = "not installed"
    return found


def diagnose(registry: Registry) -> tuple[Finding, ...]:
    """Returns everything that is wrong or worth knowing, the worst first."""
    checks: tuple[Callable[[Registry], Iterable[Finding]], ...] = (
        _broken_plugins,
        _core_mismatches,
        _missing_requirements,
        _stale_installations,
        _unannounced_projects,
        _ambiguous_names,
        _unknown_selections,
        _disabled_plugins,
        _index_problem,
    )
    found: list[Finding] = []
    for check in checks:
        try:
            found += check(registry)
        except Exception as error:  # the doctor must not fall ill
            found.append(
                Finding(
                    level="warning",
                    subject="qent doctor",
                    what=f"a check could not be made: {type(error).__name__}: {error}",
                )
            )
    order: list[Level] = ["broken", "warning", "note"]
    return tuple(sorted(found, key=lambda finding: order.index(finding.level)))


def _broken_plugins(registry: Registry) -> Iterator[Finding]:
    for plugin in registry.broken:
        yield Finding(
            level="broken",
            subject=plugin.label,
            what=plugin.reason,
            do=plugin.remedy,
            traceback=plugin.traceback,
        )


def _core_mismatches(registry: Registry) -> Iterator[Finding]:
    from packaging.requirements import InvalidRequirement, Requirement

    for plugin in registry.plugins:
        if not plugin.core_requirement or plugin.state is PluginState.DISABLED:
            continue
        try:
            fits = Requirement(plugin.core_requirement).specifier.contains(
                __version__, prereleases=True
            )
        except InvalidRequirement:
            continue
        if not fits:
            yield Finding(
                level="broken",
                subject=plugin.label,
                what=f"it needs {plugin.core_requirement}, installed is qent-core {__version__}",
                do=f"pip install --upgrade {plugin.distribution} qent-core",
            )


def _missing_requirements(registry: Registry) -> Iterator[Finding]:
    missing: dict[tuple[str, str], list[str]] = {}
    for component in registry.components():
        for module in missing_modules(component.spec):
            missing.setdefault((component.provider, module), []).append(component.name)
    for (provider, module), names in missing.items():
        yield Finding(
            level="broken",
            subject=provider,
            what=f"{listed(names)} {'needs' if len(names) == 1 else 'need'} {module}, "
            "which is not installed",
            do=f"pip install {pip_name(module)}",
        )


def _stale_installations(registry: Registry) -> Iterator[Finding]:
    """Compares the project file of an editable plugin with the metadata of its installation."""
    import tomllib

    for plugin in registry.plugins:
        project = _project_file(plugin)
        if project is None:
            continue
        declared = tomllib.loads(project.read_text("utf-8")).get("project", {})
        entries = declared.get("entry-points", {}).get(ENTRY_POINT_GROUP, {})
        modules = [str(value) for value in entries.values()]
        if modules and plugin.module not in modules:
            yield Finding(
                level="warning",
                subject=plugin.label,
                what=f"its project file names the plugin module {listed(modules)}, the "
                f"installation has {plugin.module}",
                do=f"pip install -e {project.parent}",
            )


def _unannounced_projects(registry: Registry) -> Iterator[Finding]:
    """Finds editable installations made before their project file got its entry point."""
    import tomllib

    found = {canonical(plugin.distribution) for plugin in registry.plugins}
    for distribution in metadata.distributions():
        project = _origin(distribution)
        if project is None or canonical(str(distribution.name or "")) in found:
            continue
        declared = tomllib.loads(project.read_text("utf-8")).get("project", {})
        if declared.get("entry-points", {}).get(ENTRY_POINT_GROUP):
            yield Finding(
                level="warning",
                subject=str(distribution.name),
                what="its project file announces a plugin, its installation is older and does not",
                do=f"pip install -e {project.parent}",
            )


def _project_file(plugin: PluginInfo) -> Path | None:
    """Returns the project file that an editable installation was made from."""
    try:
        return _origin(metadata.distribution(plugin.distribution))
    except Exception:  # metadata of any quality
        return None


def _origin(distribution: metadata.Distribution) -> Path | None:
    """Returns the project file that an editable distribution was installed from."""
    from urllib.parse import unquote, urlsplit

    try:
        text = distribution.read_text("direct_url.json")
        origin = json.loads(text) if text else {}
        if not origin.get("dir_info", {}).get("editable"):
            return None
        path = unquote(urlsplit(origin["url"]).path)
        # file:///C:/plugin has a slash in front of the drive.
        folder = Path(path[1:] if path[2:3] == ":" else path)
        project = folder / "pyproject.toml"
        return project if project.is_file() else None
    except Exception:  # metadata of any quality
        return None


def _ambiguous_names(registry: Registry) -> Iterator[Finding]:
    providers: dict[tuple[str, str], list[str]] = {}
    for component in registry.components():
        providers.setdefault((component.kind, component.name), []).append(component.distribution)
    for (kind, name), names in providers.items():
        if len(names) > 1 and name not in registry.prefer:
            yield Finding(
                level="warning",
                subject=f"{word_for(kind)} '{name}'",
                what=f"{counted(len(names), 'plugin')} provide it: {listed(names)}",
                do=f"write '{names[0]}:{name}', or set under [prefer] {name} = \"{names[0]}\"",
            )


def _unknown_selections(registry: Registry) -> Iterator[Finding]:
    installed = {canonical(plugin.distribution) for plugin in registry.plugins}
    selection = registry.selection
    for name in sorted(selection.named - installed):
        source = selection.disabled_by if name in selection.disabled else selection.only_by
        yield Finding(
            level="warning",
            subject=name,
            what=f"{source} names it, but no such plugin is installed",
            do=f"correct {source}, or install it",
        )


def _disabled_plugins(registry: Registry) -> Iterator[Finding]:
    for plugin in registry.plugins:
        if plugin.state is PluginState.DISABLED:
            yield Finding(level="note", subject=plugin.label, what=plugin.reason, do=plugin.remedy)


def _index_problem(registry: Registry) -> Iterator[Finding]:
    problem = provider_index().problem
    if problem:
        yield Finding(
            level="note",
            subject="registry.toml",
            what=f"the index of known plugins cannot be read: {problem}",
            do="pip install --force-reinstall --no-deps qent-core",
        )
