"""What can be said about the parameters of a component: type, default, bounds, meaning."""

from __future__ import annotations

import inspect
import math
import re
import types
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from qent_core.registered import Component


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterDoc:
    """One parameter of a component."""

    name: str
    type: str
    """Its type in words, for example ``"number or distribution"``."""
    required: bool
    default: Any = None
    """Its default in the form TOML has it; None if it is required or has no TOML form."""
    bounds: str = ""
    """For example ``"0 <= strength <= 1"``."""
    description: str = ""


def parameters_of(component: Component) -> list[ParameterDoc]:
    """Returns the parameters of a component; this imports its implementation.

    Raises:
        ComponentBrokenError: The implementation cannot be imported or is not what it claims.
    """
    from qent_core.build import load_target

    return class_parameters(load_target(component))


def is_pydantic(target: type) -> bool:
    """Tells whether a class is a pydantic model."""
    return hasattr(target, "model_validate") and hasattr(target, "model_fields")


def class_parameters(target: Any) -> list[ParameterDoc]:
    """Returns the parameters of a pydantic model or of a scikit-learn estimator."""
    described = described_arguments(inspect.getdoc(target) or "")
    return (
        _model_parameters(target, described)
        if is_pydantic(target)
        else _signature_parameters(target, described)
    )


def described_arguments(docstring: str) -> dict[str, str]:
    r"""Returns what the sections "Args", "Attributes" and "Parameters" of a docstring say.

    Example:
        >>> described_arguments("A thing.\n\nArgs:\n    width: How wide\n        it is.\n")
        {'width': 'How wide it is.'}
    """
    found: dict[str, str] = {}
    name, indent, inside = "", 0, False
    for line in docstring.splitlines():
        depth = len(line) - len(line.lstrip())
        if line.strip() and depth == 0:
            inside = line.strip() in ("Args:", "Attributes:", "Parameters:")
            name = ""
        elif inside and line.strip():
            head = re.match(r"(\w+)(?: \([^)]*\))?: *(.*)", line.strip())
            if head and (not name or depth <= indent):
                name, indent = head.group(1), depth
                found[name] = head.group(2)
            elif name:
                found[name] = f"{found[name]} {line.strip()}".strip()
    return found


def _model_parameters(target: Any, described: dict[str, str]) -> list[ParameterDoc]:
    # Built without validation, so that parameters without a default do not stand in the way.
    defaults = target.model_construct().model_dump(mode="json", warnings=False)
    return [
        ParameterDoc(
            name=name,
            type=type_words(field.annotation),
            required=field.is_required(),
            default=None if field.is_required() else defaults.get(name),
            bounds=_bounds(name, field.metadata),
            description=(field.description or described.get(name, "")).strip(),
        )
        for name, field in target.model_fields.items()
    ]


def _signature_parameters(target: type, described: dict[str, str]) -> list[ParameterDoc]:
    found = []
    hints = _hints(target)
    for name, parameter in inspect.signature(target).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        required = parameter.default is parameter.empty
        default = None if required else parameter.default
        plain = isinstance(default, bool | int | float | str | list | tuple | dict)
        hint = hints.get(name, parameter.annotation)
        found.append(
            ParameterDoc(
                name=name,
                type="" if hint is parameter.empty else type_words(hint),
                required=required,
                default=list(default) if isinstance(default, tuple) else default if plain else None,
                description=described.get(name, ""),
            )
        )
    return found


def _hints(target: type) -> dict[str, Any]:
    """Returns the annotations of a constructor, as types where their names can be found."""
    try:
        return get_type_hints(target.__init__)  # type: ignore[misc]
    except Exception:  # names that only a type checker imports, or no annotations at all
        return {}


def type_words(annotation: Any) -> str:
    """Returns a type in words.

    Example:
        >>> type_words(tuple[int, ...]), type_words(float | None), type_words(Literal["a", "b"])
        ('list of integers', 'number or nothing', "'a' or 'b'")
    """
    plain = {int: "integer", float: "number", str: "text", bool: "true or false"}
    if isinstance(annotation, str):
        return annotation
    if annotation in (None, types.NoneType):
        return "nothing"
    if annotation in plain:
        return plain[annotation]
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return type_words(arguments[0])
    if origin is Literal:
        return " or ".join(repr(value) for value in arguments)
    if origin in (Union, types.UnionType):
        return " or ".join(dict.fromkeys(type_words(argument) for argument in arguments))
    if origin in (list, tuple, set, frozenset) or getattr(origin, "__name__", "") == "Sequence":
        inner = dict.fromkeys(type_words(item) for item in arguments if item is not Ellipsis)
        return "list of " + " or ".join(_plural(word) for word in inner)
    if origin is not None:
        return type_words(origin)
    name = getattr(annotation, "__name__", str(annotation))
    return {"dict": "table", "Distribution": "distribution", "Any": "anything"}.get(name, name)


def _plural(words: str) -> str:
    if words.startswith("list of "):
        return "lists of " + words.removeprefix("list of ")
    return words if " " in words or not words.isalpha() or words == "text" else words + "s"


def _bounds(name: str, metadata: Iterable[Any]) -> str:
    """Returns the bounds among a field's metadata, those of pydantic and of qent's `Within`."""
    lower = upper = ""
    extra = []
    for item in metadata:
        low, high = getattr(item, "low", None), getattr(item, "high", None)
        if isinstance(low, int | float) and math.isfinite(low):
            lower = f"{low:g} <= "
        if isinstance(high, int | float) and math.isfinite(high):
            upper = f" <= {high:g}"
        for sign, key in (("<=", "ge"), ("<", "gt")):
            if isinstance(value := getattr(item, key, None), int | float):
                lower = f"{value:g} {sign} "
        for sign, key in (("<=", "le"), ("<", "lt")):
            if isinstance(value := getattr(item, key, None), int | float):
                upper = f" {sign} {value:g}"
        if isinstance(length := getattr(item, "min_length", None), int):
            extra.append(f"at least {length} entries" if length != 1 else "not empty")
        if isinstance(length := getattr(item, "max_length", None), int):
            extra.append(f"at most {length} entries")
    span = f"{lower}{name}{upper}" if lower or upper else ""
    return ", ".join([span, *extra] if span else extra)
