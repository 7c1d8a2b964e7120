"""What a check is, and the list of all of them.

A check is a function of a `Subject` that raises if something is wrong; the message says what and
what to do. Its docstring is its page in the documentation.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qent_testing.subject import Subject

PLUGIN = "plugin"
"""In the place of a kind: the check is about the plugin as a whole."""

WORKING_KINDS = ("state-family", "channel", "labeler", "feature", "model")
"""The kinds that turn something into something; a study orchestrates them."""

_MODULES = (
    "plugin_checks",
    "component_checks",
    "behaviour_checks",
    "family_checks",
    "channel_checks",
    "labeler_checks",
    "feature_checks",
    "model_checks",
    "study_checks",
)

Function = Callable[["Subject"], None]


class CheckFailedError(AssertionError):
    """A plugin does not hold what a check asks for."""


class NotApplicableError(Exception):
    """A check has nothing to look at for this component."""


def require(condition: object, message: str) -> None:
    """Raises `CheckFailedError` with the message unless the condition holds."""
    if not condition:
        raise CheckFailedError(message)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold."""

    name: str
    kinds: tuple[str, ...]
    """The kinds it applies to, or ``("plugin",)``."""
    needs: tuple[str, ...]
    """Checks without which this one says nothing; if one of them fails, this one is skipped."""
    function: Function

    @property
    def summary(self) -> str:
        """What must hold, in one line."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def explanation(self) -> str:
        """The docstring: what must hold, why, and what to do."""
        return inspect.getdoc(self.function) or ""


_found: dict[str, Check] = {}


def check(*kinds: str, needs: tuple[str, ...] = ()) -> Callable[[Function], Function]:
    """Adds a function to the list of checks, under its own name."""

    def added(function: Function) -> Function:
        _found[function.__name__] = Check(function.__name__, kinds, needs, function)
        return function

    return added


@cache
def all_checks() -> tuple[Check, ...]:
    """Returns every check, in the order in which they run.

    Example:
        >>> [check.name for check in all_checks()][:2]
        ['check_entry_point', 'check_hooks']
    """
    for module in _MODULES:
        import_module(f"qent_testing.{module}")
    # By file and line: the order in which a reader meets them, whoever imported what first.
    order = {f"qent_testing.{module}": number for number, module in enumerate(_MODULES)}
    return tuple(
        sorted(
            _found.values(),
            key=lambda c: (order[c.function.__module__], c.function.__code__.co_firstlineno),
        )
    )
