"""What a check looks at: a plugin, or one of its components with instances ready to be tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from qent_core.build import build, load_target
from qent_core.discovery import DiscoveredPlugin
from qent_core.plugin_info import PluginInfo
from qent_core.records import ComponentSpec
from qent_core.registered import Component
from qent_testing.checks import CheckFailedError, require

SETTINGS = "conformance_parameters"
"""Class method of a component that returns the parameter sets to try it with.

Without it a component is tried with its defaults. It is for parameters without a default, for
settings that make a slow component fast, and for more than one corner: each set is tried.
"""


class Subject:
    """A plugin, or one of its components.

    Args:
        plugin: What the metadata says.
        info: What loading gave.
        spec: The component's record; None for the plugin as a whole.
    """

    def __init__(
        self, plugin: DiscoveredPlugin, info: PluginInfo, spec: ComponentSpec | None = None
    ) -> None:
        self.plugin = plugin
        self.info = info
        self._spec = spec
        self._remembered: dict[str, Any] = {}

    @property
    def spec(self) -> Any:
        """The component's record, of the class that belongs to its kind."""
        require(self._spec is not None, "this check needs a component")
        return self._spec

    @property
    def kind(self) -> str:
        """The component's kind."""
        return str(self.spec.kind)

    @property
    def package(self) -> str:
        """Top-level package of the plugin module."""
        return self.plugin.module.partition(":")[0].partition(".")[0]

    @cached_property
    def component(self) -> Component:
        """The component as the registry would hold it."""
        return Component(
            spec=self.spec,
            distribution=self.plugin.distribution,
            version=self.plugin.version,
        )

    @cached_property
    def target(self) -> Any:
        """The class that implements the component."""
        return load_target(self.component)

    @cached_property
    def settings(self) -> tuple[Mapping[str, Any], ...]:
        """The parameter sets to try; one empty set means the defaults."""
        offered = getattr(self.target, SETTINGS, None)
        if offered is None:
            return ({},)
        sets = tuple(offered())
        if not sets or not all(isinstance(entry, Mapping) for entry in sets):
            raise CheckFailedError(
                f"{self.target.__name__}.{SETTINGS}() must return a list of dictionaries, "
                "at least one"
            )
        return sets

    def instances(self) -> list[Any]:
        """Returns a fresh instance for each parameter set."""
        return [build(self.component, entry) for entry in self.settings]

    def remembered(self, key: str, work: Callable[[], Any]) -> Any:
        """Returns what some work gives; it is done once and shared by checks that need it."""
        if key not in self._remembered:
            self._remembered[key] = work()
        return self._remembered[key]

    def said(self, index: int) -> str:
        """Returns a hint at which parameter set is meant, for a message."""
        chosen = self.settings[index]
        return f" with {dict(chosen)}" if chosen else ""
