"""Which installed plugins may be imported: switched off by distribution name, before any import.

Each setting is taken from the first place that has it: command-line flag, environment, TOML. The
command line hands its flags on through the environment, so that worker processes see them too.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass

from qent_core.names import canonical

DISABLE_VARIABLE = "QENT_DISABLE"
"""Environment: names of distributions to leave alone, joined by commas."""

ONLY_VARIABLE = "QENT_PLUGINS"
"""Environment: the only distributions to load, joined by commas; set but empty means none."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A choice among the installed plugins."""

    disabled: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    """The only distributions allowed; None allows all."""
    disabled_by: str = "[plugins] disable"
    only_by: str = "[plugins] only"

    def refusal(self, distribution: str) -> str:
        """Returns why a distribution is left alone, or nothing if it may be loaded.

        Example:
            >>> Selection(disabled=frozenset({"qent-x"})).refusal("qent_x")
            'it is switched off by [plugins] disable'
        """
        name = canonical(distribution)
        if name in self.disabled:
            return f"it is switched off by {self.disabled_by}"
        if self.only is not None and name not in self.only:
            return f"it is not among the plugins that {self.only_by} allows"
        return ""

    def remedy(self, distribution: str) -> str:
        """Returns what a user does to allow a distribution again."""
        if canonical(distribution) in self.disabled:
            return f"take {distribution} out of {self.disabled_by}"
        return f"add {distribution} to {self.only_by}"

    @property
    def named(self) -> frozenset[str]:
        """Every distribution the choice names."""
        return self.disabled | (self.only or frozenset())


def select(disable: Iterable[str] = (), only: Iterable[str] | None = None) -> Selection:
    """Returns the choice in force.

    Args:
        disable: Distributions to leave alone, from ``[plugins] disable``.
        only: The only distributions to load, from ``[plugins] only``; None means all.

    Returns:
        The choice, in which a variable of the environment replaces the argument it stands for.
    """
    disable_text = os.environ.get(DISABLE_VARIABLE)
    only_text = os.environ.get(ONLY_VARIABLE)
    if disable_text is not None:
        disable = disable_text.split(",")
    if only_text is not None:
        only = only_text.split(",")
    return Selection(
        disabled=_canonical_set(disable),
        only=None if only is None else _canonical_set(only),
        disabled_by="[plugins] disable" if disable_text is None else DISABLE_VARIABLE,
        only_by="[plugins] only" if only_text is None else ONLY_VARIABLE,
    )


def _canonical_set(names: Iterable[str]) -> frozenset[str]:
    return frozenset(canonical(name) for name in names if name.strip())
