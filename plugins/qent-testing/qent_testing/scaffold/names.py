"""The names of a new plugin, made from one word, and the refusal of words that won't do."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from dataclasses import dataclass

from qent_core.errors import ScaffoldRefusedError
from qent_core.names import canonical

_PREFIX = "qent-"
_COMPONENT = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OWN = {"qent-core", "qent-explore", "qent-report", "qent-studies", "qent-testing"}
"""Distributions of qent that are no plugins, so that no index lists them."""
_RESERVED = {"plugin", "core", "tests"}


@dataclass(frozen=True, slots=True)
class ScaffoldNames:
    """Every name that a new plugin needs."""

    distribution: str
    """For example ``qent-tilted-bell``."""

    @property
    def component(self) -> str:
        """The name users write after ``use =``: ``tilted-bell``."""
        return self.distribution.removeprefix(_PREFIX)

    @property
    def package(self) -> str:
        """The package to import: ``qent_tilted_bell``."""
        return self.distribution.replace("-", "_")

    @property
    def module(self) -> str:
        """The module of the component: ``tilted_bell``."""
        return self.component.replace("-", "_")

    @property
    def class_name(self) -> str:
        """The class of the component: ``TiltedBell``."""
        return "".join(word.capitalize() for word in self.component.split("-"))


def scaffold_names(name: str) -> ScaffoldNames:
    """Returns the names of a new plugin.

    Args:
        name: A distribution name; ``qent-`` is put in front if it is missing.

    Raises:
        ScaffoldRefusedError: It is no name that a distribution, a package and a component can have.

    Example:
        >>> names = scaffold_names("Tilted_Bell")
        >>> names.distribution, names.package, names.class_name
        ('qent-tilted-bell', 'qent_tilted_bell', 'TiltedBell')
    """
    spelt = canonical(name)
    component = spelt.removeprefix(_PREFIX)
    if not _COMPONENT.fullmatch(component):
        raise ScaffoldRefusedError(
            f"'{name}' is no name for a plugin",
            do="use letters, digits and hyphens, beginning with a letter, such as qent-tilted-bell",
        )
    if keyword.iskeyword(component) or component in _RESERVED:
        raise ScaffoldRefusedError(
            f"'{component}' has a meaning of its own and cannot name a plugin",
            do="choose a name that says which states, channel or model it brings",
        )
    return ScaffoldNames(_PREFIX + component)


def refuse_taken(names: ScaffoldNames, kind: str) -> None:
    """Refuses a name that a distribution or a component of this kind already has.

    What is installed and what the index of known plugins lists both count; nothing is imported.

    Raises:
        ScaffoldRefusedError: The name is taken.
    """
    from importlib.metadata import distributions

    from qent_core.provider_index import provider_index

    index = provider_index()
    installed = {canonical(str(found.name or "")) for found in distributions()}
    where = "installed" if names.distribution in installed else "known"
    _refuse(
        names.distribution,
        {*installed, *map(canonical, index.packages), *_OWN},
        f"a distribution called '{names.distribution}' is already {where}",
    )
    providers = index.providers(names.component, kind)
    if providers:
        raise ScaffoldRefusedError(
            f"the name '{names.component}' is taken: {providers[0].package} provides it",
            do="choose another name; users would have to write DISTRIBUTION:NAME",
        )


def _refuse(name: str, taken: Iterable[str], what: str) -> None:
    if name in set(taken):
        raise ScaffoldRefusedError(what, do="choose another name; see: qent plugins, qent search")
