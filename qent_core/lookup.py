"""Components of any installed plugin, by name and without importing the plugin."""

from __future__ import annotations

from typing import Any

from qent_core.build import build
from qent_core.registry import default_registry


def component(name: str, kind: str | None = None, /, **parameters: Any) -> Any:
    """Returns an instance of a component of any installed plugin.

    Args:
        name: Its name, as users write it after ``use =``.
        kind: Its kind, where one name has several.
        parameters: Its parameters.

    Raises:
        ComponentUnknownError: No plugin provides it; the message says which to install.
        ParameterInvalidError: It refuses a parameter.
    """
    return build(default_registry().resolve(name, kind), parameters)
