"""Recipes: experiments for data sets that plugins bring along, by name.

A plugin puts TOML files into a package of its own and names that package in its metadata:

    [project.entry-points."qent.recipes"]
    qent-circuits = "qent_circuits.recipes"

A recipe is called like its file without ``.toml``. Its comment lines at the top, or else
``run.description``, say what it is.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import metadata, resources

from qent_core.errors import ComponentAmbiguousError, ComponentUnknownError
from qent_core.names import canonical, listed, nearest
from qent_core.selection import select

GROUP = "qent.recipes"
"""Entry point group of packages with recipes."""


@dataclass(frozen=True)
class Recipe:
    """One experiment that a plugin brings along."""

    name: str
    distribution: str
    version: str
    text: str
    """Its TOML."""

    @property
    def qualified_name(self) -> str:
        """The name that stays unique when another plugin has a recipe of this name."""
        return f"{self.distribution}:{self.name}"

    @property
    def summary(self) -> str:
        """One line that says what it is."""
        first = self.text.lstrip().splitlines()[0] if self.text.strip() else ""
        if first.startswith("#"):
            return first.lstrip("# ").strip()
        try:
            return str(tomllib.loads(self.text).get("run", {}).get("description", ""))
        except tomllib.TOMLDecodeError:
            return ""


@dataclass(frozen=True)
class BrokenRecipes:
    """A package with recipes that cannot be read."""

    distribution: str
    reason: str


def installed_recipes() -> tuple[tuple[Recipe, ...], tuple[BrokenRecipes, ...]]:
    """Returns the recipes of all plugins that are not switched off, and the packages that fail."""
    selection = select()
    found: dict[tuple[str, str], Recipe] = {}
    broken = []
    # One distribution at a time: damaged metadata of one must not hide the recipes of others.
    for distribution in metadata.distributions():
        try:
            entries = [entry for entry in distribution.entry_points if entry.group == GROUP]
            name, version = str(distribution.metadata["Name"]), distribution.version
        except Exception:  # what is wrong with it, qent doctor says
            continue
        if not entries or selection.refusal(name):
            continue
        try:
            for entry in entries:
                for recipe in _in_package(entry.value.strip(), name, version):
                    found.setdefault((canonical(name), recipe.name), recipe)
        except Exception as error:  # an import may raise anything
            broken.append(BrokenRecipes(name, f"{type(error).__name__}: {error}"))
    ordered = sorted(found.values(), key=lambda recipe: (recipe.name, recipe.distribution))
    return tuple(ordered), tuple(broken)


def find_recipe(name: str) -> Recipe:
    """Returns a recipe by its name, bare or as ``distribution:name``.

    Raises:
        ComponentUnknownError: There is none of this name; near names are suggested.
        ComponentAmbiguousError: Two plugins have one.
    """
    recipes, broken = installed_recipes()
    distribution, _, bare = name.rpartition(":")
    found = [
        recipe
        for recipe in recipes
        if recipe.name == bare
        and (not distribution or canonical(recipe.distribution) == canonical(distribution))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise ComponentAmbiguousError(
            f"{listed(f'{r.distribution} {r.version}' for r in found)} have a recipe '{bare}'",
            where=name,
            do=f"say which: {listed((r.qualified_name for r in found), 'or')}",
        )
    near = nearest(bare, (recipe.name for recipe in recipes))
    hint = f"did you mean {listed(map(repr, near), 'or')}? " if near else ""
    failed = listed(f"{b.distribution} ({b.reason})" for b in broken)
    also = f" Recipes of {failed} cannot be read." if broken else ""
    raise ComponentUnknownError(
        f"there is no recipe '{name}', and no such file",
        where=name,
        do=f"{hint}List the recipes with: qent generate --list; a file ends in .toml.{also}",
    )


def _in_package(package: str, distribution: str, version: str) -> list[Recipe]:
    return [
        Recipe(
            item.name.removesuffix(".toml"), distribution, version, item.read_text(encoding="utf-8")
        )
        for item in resources.files(package).iterdir()
        if item.name.endswith(".toml") and item.is_file()
    ]
