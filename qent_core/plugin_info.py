"""What the host knows about one installed plugin after it tried to load it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qent_core.discovery import DiscoveredPlugin
from qent_core.records import ComponentSpec


class PluginState(StrEnum):
    """Whether the components of a plugin can be used."""

    ACTIVE = "active"
    DISABLED = "disabled"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """One installed plugin: its state, and why."""

    distribution: str
    version: str
    module: str
    """The module its entry point names."""
    state: PluginState
    summary: str = ""
    provides: tuple[ComponentSpec, ...] = ()
    """Its records, sorted; empty unless it is active."""
    reason: str = ""
    """Why it is disabled or broken, one sentence."""
    remedy: str = ""
    """What to do about it."""
    traceback: str = ""
    """Where it broke, for its authors."""
    load_seconds: float = 0.0
    core_requirement: str = ""

    @property
    def label(self) -> str:
        """Name and version for a sentence."""
        return f"{self.distribution} {self.version}"


def disabled(found: DiscoveredPlugin, reason: str, remedy: str) -> PluginInfo:
    """Returns what is known about a plugin that is switched off; nothing of it is imported."""
    return PluginInfo(
        distribution=found.distribution,
        version=found.version,
        module=found.module,
        state=PluginState.DISABLED,
        summary=found.summary,
        reason=reason,
        remedy=remedy,
        core_requirement=found.core_requirement,
    )
