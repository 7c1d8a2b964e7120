"""Which packages a module needs, read from its source and from what it imports of its package."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from importlib.util import find_spec, resolve_name

from qent_core.names import canonical
from qent_core.requirements import pip_name

WITH_THE_CORE = frozenset(
    {"qent_core", "numpy", "scipy", "pydantic", "pydantic_core", "pluggy", "packaging"}
    | {"threadpoolctl", "typer", "rich", "tomlkit", "typing_extensions"}
)
"""What is always there, because qent-core needs it."""


def needed_packages(module: str) -> dict[str, str]:
    """Returns top-level packages that a module needs, each with the module that imports it.

    Modules of the same package are followed. Imports for type checkers only, and those whose
    failure is caught, do not count.
    """
    package = module.partition(".")[0]
    needed: dict[str, str] = {}
    waiting, seen = [module], {module}
    while waiting:
        current = waiting.pop()
        for name in _imports(current):
            top = name.partition(".")[0]
            if top == package:
                if name not in seen and _source(name) is not None:
                    seen.add(name)
                    waiting.append(name)
            elif top not in sys.stdlib_module_names and top not in WITH_THE_CORE:
                needed.setdefault(top, current)
    return needed


def is_declared(module: str, distribution: str) -> bool:
    """Tells whether a distribution's metadata requires what provides a top-level package."""
    declared = _declared(distribution)
    if canonical(pip_name(module)) in declared:
        return True
    providers = {canonical(name) for name in _providers().get(module, ())}
    return bool(providers & declared)


@cache
def _providers() -> dict[str, list[str]]:
    return dict(packages_distributions())


def _declared(distribution: str) -> set[str]:
    """Returns what a distribution requires, with what the extras of qent-core bring."""
    from packaging.requirements import Requirement

    try:
        wanted = [Requirement(text) for text in requires(distribution) or ()]
    except PackageNotFoundError:
        return set()
    wanted = [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
    names = {canonical(requirement.name) for requirement in wanted}
    extras = {e for r in wanted if canonical(r.name) == "qent-core" for e in r.extras}
    if extras:
        for text in requires("qent-core") or ():
            requirement = Requirement(text)
            if requirement.marker is not None and any(
                requirement.marker.evaluate({"extra": extra}) for extra in extras
            ):
                names.add(canonical(requirement.name))
    return names


def _source(module: str) -> str | None:
    try:
        spec = find_spec(module)
    except (ImportError, ValueError, AttributeError):
        return None
    return spec.origin if spec is not None and (spec.origin or "").endswith(".py") else None


def _imports(module: str) -> Iterator[str]:
    file = _source(module)
    if file is None:
        return
    with open(file, "rb") as stream:
        tree = ast.parse(stream.read())
    is_package = file.endswith("__init__.py")
    parent = module if is_package else module.rpartition(".")[0]
    for node in _relevant(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = resolve_name("." * node.level + (node.module or ""), parent)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _relevant(tree: ast.AST) -> Iterator[ast.AST]:
    """Walks a tree without the branches that need not succeed at run time."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from (inner for other in node.orelse for inner in [other, *_relevant(other)])
            continue
        if isinstance(node, ast.Try) and any("ImportError" in ast.dump(h) for h in node.handlers):
            continue
        yield node
        yield from _relevant(node)
