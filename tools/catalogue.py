"""The catalogue: a page per kind, each component with formula, parameters, sources and example.

The formula of a component is the section "Formula:" of its class's docstring or, without one, the
first formula there that says what something is. So a plugin of anybody brings its own.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from pathlib import Path
from typing import Any

import pictures

from qent_core.build import load_target
from qent_core.cli.snippet import toml_value
from qent_core.kinds import KINDS
from qent_core.parameter_docs import ParameterDoc, class_parameters
from qent_core.provider_index import read_index
from qent_core.registered import Component
from qent_core.registry import default_registry

_SAYS = re.compile(r"=|\\mapsto|\\to|\\le|\\ge|\\propto|\\rangle|\\otimes")
_PLACES = {"state-family": "state-families", "study": "studies"}


def place_of(kind: str) -> str:
    """Returns the page of a kind, below ``docs``."""
    return f"catalogue/{_PLACES.get(kind, kind + 's')}.md"


def components(root: Path) -> list[Component]:
    """Returns the components of the index, by kind and name."""
    registry = default_registry()
    lines = sorted(read_index(root / "registry.toml").provisions, key=lambda x: (x.kind, x.name))
    return [registry.resolve(f"{line.package}:{line.name}", line.kind) for line in lines]


def formula_of(target: Any) -> str:
    r"""Returns the formula of a class in TeX, without dollars; empty if it has none."""
    text = inspect.cleandoc(vars(target).get("__doc__") or "")
    own = re.search(r"^Formula:\n((?:[ ]+.*\n?)+)", text, re.MULTILINE)
    if own:
        return " ".join(own.group(1).split()).strip("$ ")
    prose = re.split(r"^(?:Args|Example|Raises|Attributes):$", text, flags=re.MULTILINE)[0]
    found = [
        block or inline
        for block, inline in re.findall(r"\$\$(.+?)\$\$|(?<!\$)\$([^$]+)\$", prose, re.DOTALL)
    ]
    says = [formula for formula in found if _SAYS.search(formula)]
    return " ".join(says[0].split()) if says else ""


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
        for component in found:
            if component.kind != kind.name:
                continue
            target = load_target(component)
            picture = (
                pictures.picture_of(component, target) if kind.name == "state-family" else None
            )
            if picture:
                written[f"images/catalogue/{component.name}.svg"] = picture
            lines += _entry(component, target, bool(picture))
        written[place_of(kind.name)] = "\n".join(lines)
    return written


def _entry(component: Component, target: Any, picture: bool) -> list[str]:
    spec, formula = component.spec, formula_of(target)
    lines = [f"## {component.name}\n", f"{_plain(spec.summary)}.\n"]
    if formula:
        lines.append(f"$$\n{formula}\n$$\n")
    if picture:
        lines.append(
            f"![{component.name}: purity and negativity](../images/catalogue/{component.name}.svg)"
            '{ width="360" }\n'
        )
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
