"""From a name to one component, or to an error that says what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qent_core.errors import (
    ComponentAmbiguousError,
    ComponentUnknownError,
    PluginBrokenError,
    QentError,
)
from qent_core.kinds import KINDS, word_for
from qent_core.names import canonical, listed, nearest
from qent_core.plugin_info import PluginInfo, PluginState
from qent_core.provider_index import ProviderIndex, Provision, provider_index
from qent_core.registered import Component

_NEXT_LINE = "\n" + " " * len("  do:    ")
"""Keeps hints in line with the first one, below the word "do"."""


def split_name(name: str) -> tuple[str, str]:
    """Returns the distribution and the bare name of ``"dist:name"``; the former may be empty.

    Example:
        >>> split_name("qent-werner:isotropic"), split_name("isotropic")
        (('qent-werner', 'isotropic'), ('', 'isotropic'))
    """
    distribution, _, bare = name.strip().rpartition(":")
    return distribution.strip(), bare.strip()


def candidates(
    components: Sequence[Component], name: str, kind: str | None
) -> tuple[Component, ...]:
    """Returns every component that a name, bare or qualified, can mean."""
    distribution, bare = split_name(name)
    return tuple(
        component
        for component in components
        if component.name == bare
        and kind in (None, component.kind)
        and (not distribution or canonical(component.distribution) == canonical(distribution))
    )


def choose(
    found: Sequence[Component], name: str, prefer: Mapping[str, str], *, where: str = ""
) -> Component:
    """Returns the one component meant among several of one name.

    Args:
        found: One or more components of that name.
        name: The name as the user wrote it.
        prefer: Which distribution to take for a name that several provide.
        where: Where the name was written.

    Raises:
        ComponentAmbiguousError: Several remain.
    """
    if len(found) == 1:
        return found[0]
    bare = split_name(name)[1]
    preferred = prefer.get(bare, "")
    chosen = [c for c in found if preferred and canonical(c.distribution) == canonical(preferred)]
    if len(chosen) == 1:
        return chosen[0]
    kinds = sorted({component.kind for component in found}, key=list(KINDS).index)
    if len(kinds) > 1:
        raise ComponentAmbiguousError(
            f"'{bare}' is the name of {listed(_a(kind) for kind in kinds)}",
            where=where,
            do="say which with --kind " + listed(kinds, "or"),
        )
    providers = listed(component.provider for component in found)
    missing = f"; [prefer] names {preferred}, which does not provide it" if preferred else ""
    qualified = listed((f"'{component.qualified_name}'" for component in found), "or")
    raise ComponentAmbiguousError(
        f"{len(found)} plugins provide the {word_for(kinds[0])} '{bare}': {providers}{missing}",
        where=where,
        do=f'write {qualified}, or set under [prefer] {bare} = "{found[0].distribution}"',
    )


def unknown(
    name: str,
    kind: str | None,
    components: Sequence[Component],
    plugins: Sequence[PluginInfo],
    *,
    where: str = "",
) -> QentError:
    """Returns the error for a name that no active plugin provides.

    It suggests near names first, then the package known to provide the name, then broken plugins.
    """
    distribution, bare = split_name(name)
    index = provider_index()
    known = _known_providers(index, distribution, bare, kind)
    state_of = {canonical(plugin.distribution): plugin for plugin in plugins}
    for provision in known:
        plugin = state_of.get(canonical(provision.package))
        if plugin is not None and plugin.state is PluginState.BROKEN:
            return PluginBrokenError(
                f"the {word_for(provision.kind)} '{bare}' comes from {plugin.label}, "
                f"which is broken: {plugin.reason}",
                where=where,
                do=f"{plugin.remedy}{_NEXT_LINE}The whole story: qent doctor",
            )
    what = f"no {word_for(kind)} is called '{bare}'"
    if distribution:
        what = f"{distribution} provides no {word_for(kind)} called '{bare}'"
    hints = [
        *_near_names(bare, kind, components),
        *_elsewhere(bare, kind, distribution, components),
        *(_installation(provision, state_of) for provision in known),
    ]
    if not hints:
        hints += _near_in_index(bare, kind, index, state_of)
    hints += _broken_suspects(plugins, index)
    option = f" --kind {kind}" if kind else ""
    hints.append(f"List them all with: qent list{option}")
    return ComponentUnknownError(what, where=where, do=_NEXT_LINE.join(hints))


def _a(kind: str) -> str:
    return f"a {word_for(kind)}"


def _known_providers(
    index: ProviderIndex, distribution: str, bare: str, kind: str | None
) -> list[Provision]:
    return [
        provision
        for provision in index.providers(bare, kind)
        if not distribution or canonical(provision.package) == canonical(distribution)
    ]


def _near_names(bare: str, kind: str | None, components: Sequence[Component]) -> list[str]:
    of_kind = {c.name: c for c in components if kind in (None, c.kind) and c.name != bare}
    near = nearest(bare, of_kind)
    if not near:
        return []
    named = listed((f"'{name}' ({of_kind[name].distribution})" for name in near), "or")
    return [f"did you mean {named}?"]


def _elsewhere(
    bare: str, kind: str | None, distribution: str, components: Sequence[Component]
) -> list[str]:
    """Says where a component of exactly this name exists after all."""
    hints = []
    for other in (c for c in components if c.name == bare):
        if other.kind != kind and kind is not None:
            hints.append(f"'{bare}' is a {word_for(other.kind)} ({other.distribution})")
        elif distribution:
            hints.append(f"it is provided by {other.distribution}: '{other.qualified_name}'")
    return hints


def _installation(provision: Provision, state_of: Mapping[str, PluginInfo]) -> str:
    package = provision.package
    plugin = state_of.get(canonical(package))
    if plugin is None:
        what = f"'{provision.name}' is provided by {package}, which is not installed"
        return f"{what}: pip install {package}"
    if plugin.state is PluginState.DISABLED:
        return f"'{provision.name}' is provided by {package}, but {plugin.reason}"
    return (
        f"{plugin.label} does not provide '{provision.name}', another version does: "
        f"pip install --upgrade {package}"
    )


def _near_in_index(
    bare: str, kind: str | None, index: ProviderIndex, state_of: Mapping[str, PluginInfo]
) -> list[str]:
    away = {
        provision.name: provision
        for provision in index.provisions
        if kind in (None, provision.kind) and canonical(provision.package) not in state_of
    }
    return [
        f"did you mean '{name}'? It is provided by {away[name].package}, which is not "
        f"installed: pip install {away[name].package}"
        for name in nearest(bare, away, count=1)
    ]


def _broken_suspects(plugins: Sequence[PluginInfo], index: ProviderIndex) -> list[str]:
    """Names broken plugins the index knows nothing about: any of them might provide the name."""
    indexed = {canonical(package) for package in index.packages}
    suspects = [
        plugin.distribution
        for plugin in plugins
        if plugin.state is PluginState.BROKEN and canonical(plugin.distribution) not in indexed
    ]
    if not suspects:
        return []
    return [f"It may come from {listed(suspects, 'or')}, which is broken: see qent doctor"]
