"""The catalogue: a page per kind, each component with formula, picture, parameters and sources.

Its formula comes from the docstring of its class, see ``definitions``.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from pathlib import Path
from typing import Any

import pictures
from definitions import definition_of

from qent_core.build import load_target
from qent_core.cli.snippet import toml_value
from qent_core.kinds import KINDS
from qent_core.parameter_docs import ParameterDoc, class_parameters
from qent_core.provider_index import read_index
from qent_core.registered import Component
from qent_core.registry import default_registry

_PLACES = {"state-family": "state-families", "study": "studies"}
_MEASURES = (
    "Pictures are computed from the components themselves, at random states from a fixed seed. The "
    r"negativity is $(\|\rho^T\|_1 - 1)/2$"
)
_LEGENDS = {
    "state-family": _MEASURES
    + r" and the dashed line $(\|R\|_1 - 1)/2$ with the realigned state R: "
    "above 0, either proves entanglement, and for pure states they are equal. The strip below an "
    "axis tells what is known: separable, PPT-entangled, NPT (the partial transpose has a negative "
    "eigenvalue, so it is entangled), or open. A histogram gives the share of states in each of 40 "
    "intervals; states of negativity 0 are left out of it, and their share is named as PPT.",
    "channel": _MEASURES
    + r", here of the Bell state $(|00\rangle + |11\rangle)/\sqrt2$ or the GHZ state "
    r"$(|000\rangle + |111\rangle)/\sqrt2$ after the channel has acted on all of it, or on what is "
    r"named. A histogram gives the share of states, $|0\rangle$ before, in each of 40 intervals.",
}


def place_of(kind: str) -> str:
    """Returns the page of a kind, below ``docs``."""
    return f"catalogue/{_PLACES.get(kind, kind + 's')}.md"


def components(root: Path) -> list[Component]:
    """Returns the components of the index, by kind and name."""
    registry = default_registry()
    lines = sorted(read_index(root / "registry.toml").provisions, key=lambda x: (x.kind, x.name))
    return [registry.resolve(f"{line.package}:{line.name}", line.kind) for line in lines]


def catalogue(root: Path, note: str) -> dict[str, str]:
    """Returns path below ``docs`` to text, of the pages and of the pictures."""
    written: dict[str, str] = {}
    found = components(root)
    for kind in KINDS.values():
        title = kind.plural.capitalize()
        lines = [f"# Catalogue: {kind.plural}\n", note]
        contract = "../plugins/" + place_of(kind.name).removeprefix("catalogue/")
        lines.append(
            f"{title} of the plugins of this repository. The [contract]({contract}) says what they "
            "do and what is checked; their Python interface stands in the "
            "[reference](../reference.md#components).\n"
        )
        lines += [_LEGENDS[kind.name] + "\n"] if kind.name in _LEGENDS else []
        for component in found:
            if component.kind != kind.name:
                continue
            target = load_target(component)
            picture, shows = pictures.picture_of(component) or ("", "")
            if picture:
                written[f"images/catalogue/{component.name}.svg"] = picture
            lines += _entry(component, target, shows)
        written[place_of(kind.name)] = "\n".join(lines)
    return written


def _entry(component: Component, target: Any, shows: str) -> list[str]:
    spec, definition = component.spec, definition_of(target)
    lines = [f"## {component.name}\n", f"{_plain(spec.summary)}.\n"]
    if definition:
        lines.append(definition + "\n")
    if shows:
        place = f"../images/catalogue/{component.name}.svg"
        lines.append(f'![{component.name}: {_plain(shows)}]({place}){{ width="420" }}\n')
    rows = [_row(doc) for doc in class_parameters(target)] if component.kind != "study" else []
    if rows:
        lines += ["| parameter | type | default | bounds | meaning |", "|---|---|---|---|---|"]
        lines += [*rows, ""]
    example = _example(target)
    if component.kind == "study":
        lines.append(f"```console\n$ qent reproduce {component.name} --scale smoke\n```\n")
    elif example:
        lines.append(f"```pycon\n{example}\n```\n")
    lines += [f"* {_plain(reference.text())}" for reference in spec.references]
    lines.append(f"* `{spec.target}`, plugin `{component.distribution}`\n")
    return lines


def _row(doc: ParameterDoc) -> str:
    default = "required" if doc.required else "" if doc.default is None else toml_value(doc.default)
    shown = f"`{default}`" if default and not doc.required else default
    bounds = f"`{doc.bounds}`" if doc.bounds else ""
    cells = [f"`{doc.name}`", doc.type, shown, bounds, doc.description.replace("``", "`")]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _example(target: Any) -> str:
    text = inspect.cleandoc(vars(target).get("__doc__") or "")
    found = re.search(r"^Example:\n((?:[ ]+.*\n?|\n)+)", text, re.MULTILINE)
    return textwrap.dedent(found.group(1)).strip() if found else ""


def _plain(text: str) -> str:
    """Returns plain text as Markdown that says the same."""
    return re.sub(r"([\\`*_$<|\[\]])", r"\\\1", text)
