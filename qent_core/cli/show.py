"""``qent show``: one component with its parameters, references and a piece of TOML to paste."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qent_core.cli.listing import AsJson, component_names

if TYPE_CHECKING:
    from qent_core.errors import ComponentBrokenError
    from qent_core.parameter_docs import ParameterDoc
    from qent_core.registry import Component


def show(
    name: Annotated[
        str,
        typer.Argument(
            help="A component, as NAME or DISTRIBUTION:NAME.", autocompletion=component_names
        ),
    ],
    kind: Annotated[
        str | None, typer.Option("--kind", help="Its kind, where kinds share a name.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show one component.

    Its parameters with types, bounds and defaults, its references, who provides it, and a piece of
    TOML to paste into an experiment.

    Example: qent show isotropic
    """
    from qent_core.build import load_target
    from qent_core.cli.output import print_json, print_lines
    from qent_core.errors import ComponentBrokenError
    from qent_core.parameter_docs import class_parameters
    from qent_core.registry import default_registry

    component = default_registry().resolve(name, kind)
    parameters: list[ParameterDoc] = []
    broken: ComponentBrokenError | None = None
    target: Any = None
    try:
        target = load_target(component)
        parameters = class_parameters(target)
    except ComponentBrokenError as error:
        # The record still says a lot; what the class would add is missing, and why is said last.
        broken = error
    if as_json:
        print_json(_document(component, target, parameters, broken))
    else:
        print_lines(*_page(component, target, parameters, broken is None))
    if broken is not None:
        from qent_core.cli.failures import print_error

        print_error(broken)
        raise typer.Exit(broken.exit_code)


def _document(
    component: Component,
    target: Any,
    parameters: list[ParameterDoc],
    broken: ComponentBrokenError | None,
) -> dict[str, Any]:
    from dataclasses import asdict

    from qent_core.cli.failures import error_facts
    from qent_core.cli.listing import component_facts
    from qent_core.cli.snippet import toml_snippet
    from qent_core.parameter_docs import is_pydantic

    document = {
        **component_facts(component),
        "documentation": _documentation(target),
        "parameters": [asdict(doc) for doc in parameters],
        "references": [
            {**asdict(ref), "text": ref.text(), "bibtex": ref.bibtex()}
            for ref in component.spec.references
        ],
        "toml": toml_snippet(component, parameters),
        "schema": target.model_json_schema() if target and is_pydantic(target) else None,
    }
    if broken is not None:
        document["error"] = error_facts(broken)
    return document


def _page(
    component: Component, target: Any, parameters: list[ParameterDoc], whole: bool
) -> list[str]:
    from qent_core.cli.output import bold, columns, wrapped
    from qent_core.cli.snippet import toml_snippet
    from qent_core.kinds import word_for

    spec = component.spec
    lines = [f"{bold(component.name)}: {spec.summary}", ""]
    rows = [
        ("kind", word_for(component.kind)),
        ("provided by", f"{component.provider} ({component.origin})"),
        ("implemented in", spec.target),
        *_requirement_row(component),
        *_fact_rows(component),
    ]
    lines += columns(rows)
    documentation = _documentation(target)
    if documentation:
        lines += ["", *documentation.splitlines()]
    if whole:
        lines += ["", bold("Parameters")]
        lines += _parameter_lines(parameters) or ["  none"]
    if spec.references:
        lines += ["", bold("References")]
        for ref in spec.references:
            lines += wrapped(f"[{ref.key}] {ref.text()}", indent=2, hanging=4)
    snippet = toml_snippet(component, parameters)
    if whole and snippet:
        lines += ["", bold("To use it"), *(f"  {line}" for line in snippet.splitlines())]
    elif component.kind == "study":
        lines += ["", bold("To use it"), f"  qent reproduce {component.name}"]
    return lines


def _requirement_row(component: Component) -> list[tuple[str, str]]:
    from qent_core.requirements import is_installed

    needs = [
        module if is_installed(module) else f"{module} (not installed)"
        for module in component.spec.requires
    ]
    return [("needs", ", ".join(needs))] if needs else []


def _fact_rows(component: Component) -> list[tuple[str, str]]:
    from qent_core.cli.listing import component_facts

    rows = []
    for name, value in component_facts(component)["facts"].items():
        if value is None or value is False or value == ():
            continue
        if value is True:
            shown = "yes"
        elif isinstance(value, tuple):
            shown = (" x " if name == "dims" else ", ").join(map(str, value))
        else:
            shown = str(value)
        rows.append((name.replace("_", " "), shown))
    return rows


def _parameter_lines(parameters: list[ParameterDoc]) -> list[str]:
    from qent_core.cli.output import columns, wrapped
    from qent_core.cli.snippet import toml_value

    rows = []
    for doc in parameters:
        default = "" if doc.default is None else f"default {toml_value(doc.default)}"
        rows.append((doc.name, doc.type, "required" if doc.required else default, doc.bounds))
    lines = []
    for doc, line in zip(parameters, columns(rows), strict=True):
        lines.append(line)
        if doc.description:
            lines += wrapped(doc.description, indent=6)
    return lines


def _documentation(target: Any) -> str:
    """Returns the docstring of a class without the sections that are shown otherwise."""
    if target is None:
        return ""
    from inspect import cleandoc

    text = cleandoc(vars(target).get("__doc__") or "")
    kept: list[str] = []
    skipping = False
    for line in text.splitlines():
        if line and not line[0].isspace():
            skipping = line.strip() in ("Args:", "Attributes:", "Parameters:", "Example:")
        if not skipping:
            kept.append(line)
    return "\n".join(kept).strip()
