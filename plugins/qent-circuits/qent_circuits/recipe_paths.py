"""Where the recipes of this plugin are.

A recipe is an experiment for a data set, a TOML file in the folder ``recipes``. The entry point
group ``qent.recipes`` names that folder, so that ``qent generate NAME`` finds it.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable


def recipe_names() -> tuple[str, ...]:
    """Returns the names of all recipes.

    Example:
        >>> "verified" in recipe_names()
        True
    """
    found = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


def recipe_path(name: str) -> Traversable:
    """Returns the TOML file of a recipe.

    Raises:
        LookupError: There is no recipe of this name.

    Example:
        >>> recipe_path("test-pure").read_text().splitlines()[0]
        '# Pure test states: 15 000 separable, 15 000 entangled.'
    """
    if name not in recipe_names():
        near = get_close_matches(name, recipe_names(), n=1)
        hint = f" did you mean '{near[0]}'?" if near else ""
        raise LookupError(f"there is no recipe '{name}';{hint} known: {', '.join(recipe_names())}")
    return _folder() / f"{name}.toml"


def _folder() -> Traversable:
    return files("qent_circuits") / "recipes"
