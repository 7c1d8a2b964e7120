"""The registry: every component by name, from plugins, local files and scripts.

It loads plugins through phases A and B only: names and records are known, nothing heavy is
imported. Two providers of one name both stay; which of them a bare name means must be said.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, TypeVar, overload

from qent_core import discovery
from qent_core.discovery import DiscoveredPlugin
from qent_core.kinds import KINDS, parse_kind
from qent_core.loading import load_plugin
from qent_core.plugin_info import PluginInfo, PluginState, disabled
from qent_core.registered import Component, LocalSource
from qent_core.registration import (
    Key,
    gathered_elsewhere,
    key_of,
    script_component,
    script_components,
)
from qent_core.resolution import candidates, choose, unknown
from qent_core.selection import Selection, select

__all__ = [
    "Component",
    "LocalSource",
    "PluginInfo",
    "PluginState",
    "Registry",
    "default_registry",
]

C = TypeVar("C")


class Registry:
    """Names to components.

    Args:
        selection: Which plugins may be loaded.
        prefer: Which distribution to take for a name that several provide.
        strict: Raise at the first broken plugin instead of listing it.

    Use `Registry.load` or `default_registry` to make one.
    """

    def __init__(
        self,
        selection: Selection,
        *,
        prefer: Mapping[str, str] | None = None,
        strict: bool = False,
    ) -> None:
        self.selection = selection
        self.prefer: dict[str, str] = dict(prefer or {})
        self._strict = strict
        self._plugins: dict[DiscoveredPlugin, PluginInfo] = {}
        self._added: dict[Key, Component] = {}
        self._load(discovery.discover())

    @classmethod
    def load(
        cls,
        *,
        disable: Iterable[str] = (),
        only: Iterable[str] | None = None,
        prefer: Mapping[str, str] | None = None,
        strict: bool | None = None,
    ) -> Registry:
        """Loads the records of the installed plugins.

        Args:
            disable: Distributions to leave alone; ``QENT_DISABLE`` replaces it if set.
            only: The only distributions to load, None for all; ``QENT_PLUGINS`` replaces it.
            prefer: Which distribution to take for a name that several provide.
            strict: Raise at the first broken plugin; by default if ``QENT_STRICT=1``.

        Raises:
            PluginBrokenError: A plugin is broken and ``strict`` holds.
        """
        if strict is None:
            strict = os.environ.get("QENT_STRICT", "") not in ("", "0")
        return cls(select(disable, only), prefer=prefer, strict=strict)

    @property
    def plugins(self) -> tuple[PluginInfo, ...]:
        """Every installed plugin, whatever its state, sorted by distribution."""
        return tuple(self._plugins.values())

    @property
    def broken(self) -> tuple[PluginInfo, ...]:
        """The broken plugins."""
        return tuple(p for p in self._plugins.values() if p.state is PluginState.BROKEN)

    def components(self, kind: str | None = None) -> tuple[Component, ...]:
        """Returns the components of one kind, or all, sorted by kind, name and provider."""
        wanted = parse_kind(kind) if kind else None
        everything = [
            Component(spec=spec, distribution=plugin.distribution, version=plugin.version)
            for plugin in self._plugins.values()
            for spec in plugin.provides
        ]
        everything += {**script_components(), **self._added}.values()
        order = list(KINDS)
        return tuple(
            sorted(
                (c for c in everything if wanted in (None, c.kind)),
                key=lambda c: (order.index(c.kind), c.name, c.distribution),
            )
        )

    def resolve(self, name: str, kind: str | None = None, *, where: str = "") -> Component:
        """Returns the component that a name means.

        Args:
            name: A bare name, or ``"distribution:name"``.
            kind: The kind asked for; None looks through all kinds.
            where: Where the name was written, for the error: file, table and key.

        Raises:
            ComponentUnknownError: No active plugin provides it.
            ComponentAmbiguousError: Several provide it.
            PluginBrokenError: The plugin known to provide it is installed but broken.
        """
        wanted = parse_kind(kind) if kind else None
        found = candidates(self.components(), name, wanted)
        if not found:
            # It may have been installed since this process began, for example from a notebook.
            self.refresh()
            found = candidates(self.components(), name, wanted)
        if not found:
            raise unknown(name, wanted, self.components(), self.plugins, where=where)
        return choose(found, name, self.prefer, where=where)

    def refresh(self) -> None:
        """Looks for plugins installed, removed or repaired since, and loads those."""
        self._load(discovery.refresh())

    def add(self, component: Component) -> None:
        """Adds a component without a plugin; its namesake from the same provider is replaced."""
        self._added[key_of(component)] = component

    @overload
    def register(
        self,
        implementation: C,
        /,
        *,
        name: str | None = None,
        kind: str | None = None,
        **facts: Any,
    ) -> C: ...

    @overload
    def register(
        self, /, *, name: str | None = None, kind: str | None = None, **facts: Any
    ) -> Callable[[C], C]: ...

    def register(
        self,
        implementation: Any = None,
        /,
        *,
        name: str | None = None,
        kind: str | None = None,
        **facts: Any,
    ) -> Any:
        """Registers a class or a record with this registry alone; also a decorator.

        `qent_core.api.register` does the same for every registry and describes the arguments.
        """
        if implementation is None:
            return lambda later: self.register(later, name=name, kind=kind, **facts)
        component = script_component(implementation, name=name, kind=kind, **facts)
        if not gathered_elsewhere(component):
            self.add(component)
        return implementation

    def _load(self, found: Iterable[DiscoveredPlugin]) -> None:
        before, self._plugins = self._plugins, {}
        for plugin in found:
            known = before.get(plugin)
            if known is not None and known.state is not PluginState.BROKEN:
                self._plugins[plugin] = known
                continue
            refusal = self.selection.refusal(plugin.distribution)
            self._plugins[plugin] = (
                disabled(plugin, refusal, self.selection.remedy(plugin.distribution))
                if refusal
                else load_plugin(plugin, strict=self._strict)
            )


@cache
def default_registry() -> Registry:
    """Returns the registry of this process: every installed plugin that is not switched off."""
    return Registry.load()
