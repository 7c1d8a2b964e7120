"""Controls as elements of the page, and where they stand."""

from __future__ import annotations

from html import escape
from typing import Any

import marimo as mo

from qent_core.api import QentError
from qent_core.registry import Registry
from qent_explore.controls import CHOICE, SLIDER, SWITCH, Control, controls_of


def titles(registry: Registry, kind: str) -> dict[str, str]:
    """Returns what stands in a menu to the name of the component; ambiguous names are qualified.

    Args:
        registry: What is installed.
        kind: Kind of component.
    """
    components = registry.components(kind)
    names = [component.name for component in components]
    return {
        (name := c.name if names.count(c.name) == 1 else c.qualified_name): name
        for c in sorted(components, key=lambda component: component.name)
    }


def component_controls(
    registry: Registry, name: str, kind: str
) -> tuple[tuple[Control, ...], QentError | None]:
    """Returns the controls of a component, and what is wrong with it.

    Args:
        registry: What is installed.
        name: Of the component; empty for none.
        kind: Its kind.
    """
    if not name:
        return (), None
    try:
        return controls_of(registry.resolve(name, kind)), None
    except QentError as error:
        return (), error


def widgets(controls: tuple[Control, ...]) -> Any:
    """Returns one element of the page per control, as a dictionary of them."""
    return mo.ui.dictionary({control.name: _widget(control) for control in controls})


def panel(
    family: tuple[Any, tuple[Control, ...], Any],
    channel: tuple[Any, tuple[Control, ...], Any],
    others: tuple[Any, ...],
    shown: str,
) -> str:
    """Returns the page: controls at the left, on a narrow screen above, what they show beside.

    Args:
        family: The menu of families, the controls of the chosen one, and their elements.
        channel: The same of the channels.
        others: Elements that every family has.
        shown: HTML of the observation.
    """
    rows = [*_rows(*family), *_rows(*channel), *((element, "") for element in others)]
    controls = "".join(
        f'<div class="control">{element}{_hint(description)}</div>' for element, description in rows
    )
    return (
        '<div class="explorer"><form class="controls" onsubmit="return false">'
        f"<h1>qent explore</h1>{controls}</form><div class='shown'>{shown}</div></div>"
    )


def _rows(menu: Any, controls: tuple[Control, ...], elements: Any) -> list[tuple[Any, str]]:
    described = ((elements.elements[c.name], c.description) for c in controls)
    return [(menu, ""), *described]


def _hint(description: str) -> str:
    return f'<p class="hint">{escape(description)}</p>' if description else ""


def _widget(control: Control) -> Any:
    label = escape(control.name)
    if control.kind == SLIDER:
        return mo.ui.slider(
            control.low,
            control.high,
            control.step,
            control.value,
            label=label,
            include_input=True,
            full_width=True,
        )
    if control.kind == CHOICE:
        return mo.ui.dropdown(control.options, control.value, label=label, full_width=True)
    if control.kind == SWITCH:
        return mo.ui.checkbox(control.value, label=label)
    return mo.ui.text(str(control.value), label=label, full_width=True)
