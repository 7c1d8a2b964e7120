"""Phase A of the plugin host: which plugins are installed, from package metadata alone.

Nothing of a plugin is imported here, and no damaged metadata of any installed package can stop it.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from importlib.metadata import Distribution, EntryPoint

from qent_core.hooks import ENTRY_POINT_GROUP
from qent_core.names import canonical, listed

_GROUP = re.compile(r"^qent\.v(\d+)$")
_VALUE = re.compile(r"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(\s*:\s*[A-Za-z_][\w.]*)?$")
_REQUIREMENT = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_API = int(ENTRY_POINT_GROUP.rpartition(".v")[2])

NO_NAME = "(no name)"
"""Stands for the name of a distribution whose metadata has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredPlugin:
    """What the metadata of an installed distribution says about its plugin."""

    distribution: str
    version: str
    module: str
    """Value of its entry point, for example ``"qent_basics.plugin"``."""
    summary: str = ""
    core_requirement: str = ""
    """Its requirement on qent-core as written in its metadata, for example ``"qent-core<1"``."""
    problem: str = ""
    """Why it must not be imported; empty if it may be."""
    remedy: str = ""
    entry_point: EntryPoint | None = field(default=None, compare=False, repr=False)


@cache
def discover() -> tuple[DiscoveredPlugin, ...]:
    """Returns the installed plugins by name; the metadata is read once per process.

    `refresh` makes the next call read it again.
    """
    found: dict[str, DiscoveredPlugin] = {}
    # One distribution at a time, because `metadata.entry_points()` as a whole raises when the
    # entry points of any single installed package cannot be parsed.
    for distribution in metadata.distributions():
        plugin = _plugin_of(distribution)
        if plugin is not None:
            named = plugin.distribution != NO_NAME
            key = canonical(plugin.distribution) if named else f"{NO_NAME} {plugin.module}"
            # A distribution may lie on the path twice; Python imports from the first place.
            found.setdefault(key, plugin)
    return tuple(found[key] for key in sorted(found))


def refresh() -> tuple[DiscoveredPlugin, ...]:
    """Reads the metadata again, for example after an installation from a notebook."""
    importlib.invalidate_caches()
    discover.cache_clear()
    return discover()


def _plugin_of(distribution: Distribution) -> DiscoveredPlugin | None:
    try:
        text = distribution.read_text("entry_points.txt")
    except Exception:  # damaged files of strangers are none of our business
        return None
    if not text or "qent.v" not in text:
        return None
    try:
        entries = [entry for entry in distribution.entry_points if _GROUP.match(entry.group)]
    except Exception as error:
        return _described(
            distribution,
            None,
            problem=f"its entry_points.txt cannot be read ({type(error).__name__}: {error})",
        )
    if not entries:
        return None
    ours = [entry for entry in entries if entry.group == ENTRY_POINT_GROUP]
    if not ours:
        return _for_another_api(distribution, entries)
    if len(ours) > 1:
        values = listed(entry.value for entry in ours)
        return _described(
            distribution,
            ours[0],
            problem=f"it announces several plugin modules ({values}); a distribution has one",
            remedy="its authors should yield every record from one module",
        )
    if not _VALUE.match(ours[0].value.strip()):
        return _described(
            distribution, ours[0], problem=f"its entry point '{ours[0].value}' names no module"
        )
    return _described(distribution, ours[0])


def _for_another_api(distribution: Distribution, entries: list[EntryPoint]) -> DiscoveredPlugin:
    newest = max(entries, key=lambda entry: int(entry.group.rpartition(".v")[2]))
    version = int(newest.group.rpartition(".v")[2])
    name = _field(distribution, "Name") or newest.value
    outdated = "qent-core" if version > _API else name
    return _described(
        distribution,
        newest,
        problem=f"it was made for version {version} of the plugin API, this qent-core has {_API}",
        remedy=f"pip install --upgrade {outdated}",
    )


def _described(
    distribution: Distribution, entry: EntryPoint | None, *, problem: str = "", remedy: str = ""
) -> DiscoveredPlugin:
    name = _field(distribution, "Name")
    if not name and not problem:
        problem = "its installed metadata is damaged: it has no name"
        remedy = "remove its folder from site-packages and install it again"
    if problem and not remedy:
        remedy = f"pip install --force-reinstall --no-deps {name or 'the plugin'}"
    return DiscoveredPlugin(
        distribution=name or NO_NAME,
        version=_field(distribution, "Version") or "unknown",
        module=entry.value.strip() if entry else "",
        summary=_field(distribution, "Summary"),
        core_requirement=_core_requirement(distribution),
        problem=problem,
        remedy=remedy,
        entry_point=entry,
    )


def _field(distribution: Distribution, name: str) -> str:
    try:
        values = distribution.metadata.get_all(name)
    except Exception:  # no METADATA file at all, or not one that can be decoded
        return ""
    return str(values[0]).strip() if values else ""


def _core_requirement(distribution: Distribution) -> str:
    try:
        requirements = distribution.requires or []
    except Exception:
        return ""
    for requirement in requirements:
        name = _REQUIREMENT.match(requirement)
        if name and canonical(name.group(1)) == "qent-core":
            return str(requirement).partition(";")[0].strip()
    return ""
