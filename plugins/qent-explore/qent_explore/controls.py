"""From the parameters of a component to what a page needs to set them: bounds, steps, words."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qent_core.api import Distribution, Normal, ParameterInvalidError, Spin
from qent_core.build import load_target
from qent_core.parameter_docs import parameters_of
from qent_core.registered import Component

SLIDER, CHOICE, SWITCH, TEXT = "slider", "choice", "switch", "text"

_STEPS = 200
"""Positions of a slider over a continuous parameter."""
_SIZES = 6
"""Whole-numbered parameters are mostly sizes: a slider goes this many steps beyond the default."""
_HALF_INTEGER = Spin.__metadata__[1]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Control:
    """One parameter as a page shows it."""

    name: str
    kind: str
    """``"slider"``, ``"choice"``, ``"switch"`` or ``"text"``."""
    value: Any
    """What it shows at first."""
    low: float = 0.0
    high: float = 1.0
    step: float = 0.005
    options: tuple[str, ...] = ()
    description: str = ""
    whole: bool = False
    """Whether the slider stands for whole numbers."""
    optional: bool = True
    """Whether it may be left out where it is not moved; not where the default is a distribution."""


def controls_of(component: Component) -> tuple[Control, ...]:
    """Returns a control for every parameter of a family or channel, from its pydantic model.

    A number with bounds is a slider over them; without bounds, over the support of its default
    distribution. A distribution starts at the middle of its support: the page shows one state. What
    is no number, choice or truth value is text, written as in TOML; empty text leaves it out.

    Args:
        component: What the registry knows about it.

    Raises:
        ComponentBrokenError: Its implementation cannot be imported.

    Example:
        >>> from qent_core.registry import default_registry
        >>> controls = controls_of(default_registry().resolve("horodecki-alpha", "state-family"))
        >>> [(c.name, c.low, c.high, c.value) for c in controls if c.name == "alpha"]
        [('alpha', 0.0, 5.0, 2.5)]
    """
    target: Any = load_target(component)
    described = {doc.name: doc.description for doc in parameters_of(component)}
    schema = target.model_json_schema().get("properties", {})
    defaults = target.model_construct()
    return tuple(
        _control(
            name,
            schema.get(name, {}),
            getattr(defaults, name, None),
            described.get(name, ""),
            half=_HALF_INTEGER in field.metadata,
        )
        for name, field in target.model_fields.items()
    )


def parameters_from(controls: tuple[Control, ...], shown: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the parameters of a component from what a page shows.

    What was not moved is left out: some parameters go with certain values of others only.

    Args:
        controls: Of the component.
        shown: Name of the parameter to the value of its control.

    Raises:
        ParameterInvalidError: A text is not TOML.

    Example:
        >>> dims = Control("dims", TEXT, "[2, 2]")
        >>> parameters_from((dims,), {"dims": "[2, 3]"})
        {'dims': [2, 3]}
    """
    found: dict[str, Any] = {}
    for control in controls:
        value = shown.get(control.name, control.value)
        if control.optional and value == control.value:
            continue
        if control.kind == TEXT:
            text = str(value or "").strip()
            if text:
                found[control.name] = _toml(control.name, text)
        elif control.kind == SLIDER:
            found[control.name] = round(value) if control.whole else float(value)
        else:
            found[control.name] = value
    return found


def _control(
    name: str, schema: Mapping[str, Any], default: Any, description: str, *, half: bool
) -> Control:
    variants = [variant for variant in schema.get("anyOf", [schema]) if variant]
    kinds = {variant.get("type", "") for variant in variants}
    options = tuple(
        option
        for variant in variants
        for option in variant.get("enum", [variant["const"]] if "const" in variant else [])
    )
    if isinstance(default, bool):
        return Control(name, SWITCH, default, description=description)
    if options and default in options and kinds == {"string"}:
        return Control(name, CHOICE, default, options=options, description=description)
    number = next((v for v in variants if v.get("type") in ("number", "integer")), None)
    # Where nothing stands for something, only text can say so.
    if number is not None and default is not None and "null" not in kinds:
        whole = number["type"] == "integer"
        return _slider(name, number, default, description, whole=whole, half=half)
    return Control(name, TEXT, _written(default), description=description)


def _slider(
    name: str,
    schema: Mapping[str, Any],
    default: Any,
    description: str,
    *,
    whole: bool,
    half: bool,
) -> Control:
    value = _middle(default)
    low, high = _support(default)
    low, high = float(schema.get("minimum", low)), float(schema.get("maximum", high))
    if whole or half:
        step = 1.0 if whole else 0.5
        high = min(high, value + _SIZES * step)
        return Control(name, SLIDER, value, low, high, step, description=description, whole=whole)
    if not low < high:
        low, high = min(low, value - 1.0), max(high, value + 1.0)
    step = (high - low) / _STEPS
    start = value if isinstance(default, float | int) else low + step * round((value - low) / step)
    fixed = not isinstance(default, Distribution) and start == value
    return Control(name, SLIDER, start, low, high, step, description=description, optional=fixed)


def _middle(default: Any) -> float:
    if isinstance(default, Normal):
        return default.arguments()[0] or default.arguments()[1] / 2
    if isinstance(default, Distribution):
        low, high = default.support()
        return (low + high) / 2
    return float(default)


def _support(default: Any) -> tuple[float, float]:
    if isinstance(default, Normal):
        mean, deviation = default.arguments()
        return mean - 3 * deviation, mean + 3 * deviation
    low, high = default.support() if isinstance(default, Distribution) else (default, default)
    if not (math.isfinite(low) and math.isfinite(high)):
        return 0.0, 1.0
    # A number without any bound: room on both sides.
    return (low, high) if low < high else (low, max(1.0, 4.0 * high))


def _written(default: Any) -> str:
    from pydantic import BaseModel

    from qent_core.cli.snippet import toml_value

    if default is None or type(default).__name__ == "PydanticUndefinedType":
        return ""
    if isinstance(default, BaseModel):
        default = default.model_dump(mode="json", exclude_none=True)
    if isinstance(default, Distribution):
        default = {default.keyword: default.arguments()}
    return toml_value(default)


def _toml(name: str, text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        raise ParameterInvalidError(
            f"'{text}' is no value as TOML writes it",
            where=name,
            do='write, for example, [2, 3] or "A|BC" or 0.5',
        ) from error
