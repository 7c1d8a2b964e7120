"""From pydantic's report of what is wrong with parameters to a sentence for a physicist."""

from __future__ import annotations

import reprlib
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from qent_core.errors import ParameterInvalidError, QentError
from qent_core.kinds import word_for
from qent_core.names import counted, listed, nearest
from qent_core.parameter_docs import class_parameters
from qent_core.registered import Component


def explained(
    error: ValidationError, target: type[BaseModel], component: Component, where: str = ""
) -> ParameterInvalidError:
    """Returns the error that names each refused parameter, its value and its bounds.

    Args:
        error: What pydantic found.
        target: The class that refused the parameters.
        component: The component it implements.
        where: File and table of the parameters; the names are appended.
    """
    subject = f"the {word_for(component.kind)} '{component.name}'"
    accepted = sorted(target.model_fields)
    grouped: dict[str, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        grouped.setdefault(str(detail["loc"][0]) if detail["loc"] else "", []).append(detail)
    bounds = {doc.name: doc.bounds for doc in class_parameters(target)}
    sentences, hints = [], []
    for name, details in grouped.items():
        kind = details[0]["type"]
        if kind == "extra_forbidden":
            sentences.append(f"has no parameter '{name}'")
            hints += [f"did you mean '{near}'?" for near in nearest(name, accepted, count=1)]
        elif kind == "missing" and len(details[0]["loc"]) == 1:
            sentences.append(f"needs the parameter '{name}'")
        else:
            said = listed(dict.fromkeys(_said(detail) for detail in details), "or")
            value = _value(details[0])
            shown = f"'{name}' = {value}" if name else "these parameters together"
            allowed = f" ({bounds[name]})" if _bounded(details) and bounds.get(name) else ""
            sentences.append(f"refuses {shown}: {said}{allowed}")
    hints.append(f"See: qent show {component.name}")
    if len(sentences) == 1:
        what = f"{subject} {sentences[0]}"
    else:
        found = counted(len(sentences), "wrong parameter")
        what = f"{subject} has {found}:\n" + "\n".join(f"    it {line}" for line in sentences)
    names = ", ".join(name for name in grouped if name)
    return ParameterInvalidError(
        what, where=f"{where} {names}".strip() if where else "", do=" ".join(hints)
    )


def _said(detail: ErrorDetails) -> str:
    """Returns what pydantic says about one value, as "must ..."."""
    cause: Any = detail.get("ctx", {}).get("error")
    if isinstance(cause, QentError):
        return f"{cause.what}; {cause.do}" if cause.do else cause.what
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    message = message.replace("Input should be", "must be").replace("Input should", "must")
    inner = [str(step) for step in detail["loc"][1:] if isinstance(step, int)]
    return f"{message} (entry {', '.join(inner)})" if inner else message


def _value(detail: ErrorDetails) -> str:
    shortened = reprlib.Repr()
    shortened.maxstring = shortened.maxother = 60
    return shortened.repr(detail["input"])


def _bounded(details: list[ErrorDetails]) -> bool:
    kinds = ("greater_than", "less_than")
    return any(detail["type"].startswith(kinds) for detail in details)
