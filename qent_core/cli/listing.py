"""``qent list`` and ``qent plugins``: what there is, without importing any of it.

The shell's completion of names asks here too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from qent_core.plugin_info import PluginInfo
    from qent_core.registry import Component, Registry

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def list_components(
    kind: Annotated[
        str | None, typer.Option("--kind", help="Only this kind, for example labeler.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the components.

    State families, channels, labelers, features, models and studies, with the plugin that provides
    each. Nothing heavy is imported.

    Example: qent list --kind labeler
    """
    from collections import Counter

    from qent_core.cli.output import bold, columns, print_json, print_lines
    from qent_core.kinds import KINDS
    from qent_core.names import counted
    from qent_core.registry import default_registry

    registry = default_registry()
    components = registry.components(kind)
    providers = Counter((component.kind, component.name) for component in components)
    if as_json:
        entries = [
            {**component_facts(c), "ambiguous": providers[c.kind, c.name] > 1} for c in components
        ]
        print_json({"components": entries, "broken": [p.distribution for p in registry.broken]})
        return
    for entry in KINDS.values():
        rows = [
            (
                c.qualified_name if providers[c.kind, c.name] > 1 else c.name,
                c.distribution,
                c.spec.summary,
            )
            for c in components
            if c.kind == entry.name
        ]
        if rows:
            print_lines(bold(entry.plural.capitalize()), *columns(rows), "")
    if not components and not kind:
        print_lines("no component is installed. The standard ones: pip install qent-basics")
        print_lines(*_footer(registry))
        return
    sources = counted(len({component.distribution for component in components}), "plugin")
    print_lines(f"{counted(len(components), 'component')} from {sources}. More: qent show NAME")
    print_lines(*_footer(registry))


def list_plugins(as_json: AsJson = False) -> None:
    """List the installed plugins.

    Their versions, whether each is active, disabled or broken, what it provides, and how long it
    takes to load.

    Example: qent plugins --json
    """
    from qent_core.cli.output import bold, columns, print_json, print_lines
    from qent_core.registry import default_registry

    registry = default_registry()
    if as_json:
        print_json({"plugins": [plugin_facts(plugin) for plugin in registry.plugins]})
        return
    if not registry.plugins:
        print_lines("no plugins are installed. The standard ones: pip install qent-basics")
        return
    rows = [
        (p.distribution, p.version, p.state.value, f"{1000 * p.load_seconds:.1f} ms", _offer(p))
        for p in registry.plugins
    ]
    header = ("Plugin", "Version", "State", "Load", "Provides")
    first, *rest = columns([header, *rows], indent=0)
    print_lines(bold(first), *rest, *_footer(registry))


def component_facts(component: Component) -> dict[str, Any]:
    """Returns what the record of a component says, for JSON."""
    from dataclasses import fields

    spec = component.spec
    common = {"name", "target", "summary", "references", "requires"}
    facts = {f.name: getattr(spec, f.name) for f in fields(spec) if f.name not in common}
    return {
        "name": spec.name,
        "kind": spec.kind,
        "summary": spec.summary,
        "distribution": component.distribution,
        "version": component.version,
        "origin": component.origin,
        "target": spec.target,
        "requires": spec.requires,
        "facts": facts,
    }


def plugin_facts(plugin: PluginInfo) -> dict[str, Any]:
    """Returns what is known about a plugin, for JSON."""
    return {
        "distribution": plugin.distribution,
        "version": plugin.version,
        "module": plugin.module,
        "state": plugin.state.value,
        "summary": plugin.summary,
        "provides": [{"kind": spec.kind, "name": spec.name} for spec in plugin.provides],
        "reason": plugin.reason,
        "remedy": plugin.remedy,
        "load_seconds": round(plugin.load_seconds, 6),
    }


def _offer(plugin: PluginInfo) -> str:
    from qent_core.kinds import KINDS
    from qent_core.names import counted

    if plugin.reason:
        return plugin.reason
    kinds = [spec.kind for spec in plugin.provides]
    return ", ".join(
        counted(kinds.count(kind.name), kind.word, kind.plural)
        for kind in KINDS.values()
        if kind.name in kinds
    )


def _footer(registry: Registry) -> list[str]:
    """Returns the line that says plugins are broken, if any are."""
    from qent_core.names import counted, listed

    broken = registry.broken
    if not broken:
        return []
    verb = "is" if len(broken) == 1 else "are"
    names = listed(plugin.distribution for plugin in broken)
    return [f"{counted(len(broken), 'plugin')} {verb} broken: {names}. See: qent doctor"]


def component_names(incomplete: str) -> list[str]:
    """Returns the names of components that begin so."""
    return _names(None, incomplete)


def labeler_names(incomplete: str) -> list[str]:
    """Returns the names of labelers that begin so."""
    return _names("labeler", incomplete)


def study_names(incomplete: str) -> list[str]:
    """Returns the names of studies that begin so."""
    return _names("study", incomplete)


def _names(kind: str | None, incomplete: str) -> list[str]:
    from qent_core.registry import default_registry

    names = {component.name for component in default_registry().components(kind)}
    return sorted(name for name in names if name.startswith(incomplete))
