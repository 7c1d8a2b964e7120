"""A piece of TOML for a component, ready to paste into an experiment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from qent_core.kinds import KINDS
from qent_core.parameter_docs import ParameterDoc
from qent_core.registered import Component


def toml_snippet(component: Component, parameters: Sequence[ParameterDoc]) -> str:
    """Returns the TOML table that uses a component with its defaults.

    What has no default, or none that TOML can hold, stands in a comment.
    """
    table = KINDS[component.kind].table
    if not table:
        return ""
    lines = [table, f"use = {toml_value(component.name)}"]
    if component.kind == "state-family":
        lines.append("count = 1000")
    for doc in parameters:
        if doc.required:
            lines.append(f"# {doc.name} =    # required: {_meaning(doc)}")
        elif doc.default is None:
            lines.append(f"# {doc.name} =    # {_meaning(doc)}")
        else:
            lines.append(f"{doc.name} = {toml_value(doc.default)}")
    return "\n".join(lines)


def toml_value(value: Any) -> str:
    """Returns a value as TOML writes it on one line.

    Example:
        >>> print(toml_value({"uniform": [0.0, 0.3]}))
        { uniform = [0.0, 0.3] }
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A JSON string is a TOML basic string.
        return json.dumps(value)
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key} = {toml_value(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return repr(value)


def _meaning(doc: ParameterDoc) -> str:
    return ", ".join(part for part in (doc.type, doc.bounds) if part)
