"""``qent doctor``: is everything well, and if not, what to do."""

from __future__ import annotations

from typing import Annotated

import typer

from qent_core.cli.listing import AsJson


def doctor(
    as_json: AsJson = False,
    traces: Annotated[
        bool, typer.Option("--traceback", help="Show where each broken plugin broke.")
    ] = False,
) -> None:
    """Check the installation.

    Versions, broken plugins with the reason and the remedy, packages that are missing, names that
    two plugins provide. The exit code is 3 if something is broken.

    Example: qent doctor --traceback
    """
    from dataclasses import asdict

    from qent_core.cli.listing import plugin_facts
    from qent_core.cli.output import bold, columns, print_json, print_lines
    from qent_core.diagnosis import diagnose, versions
    from qent_core.registry import Registry

    # Strictness would stop at the first broken plugin; the doctor wants to see them all.
    registry = Registry.load(strict=False)
    findings = diagnose(registry)
    healthy = not any(finding.level == "broken" for finding in findings)
    if as_json:
        print_json(
            {
                "healthy": healthy,
                "versions": versions(),
                "plugins": [plugin_facts(plugin) for plugin in registry.plugins],
                "findings": [asdict(finding) for finding in findings],
            }
        )
    else:
        print_lines(bold("Versions"), *columns(list(versions().items())), "")
        rows = [(p.distribution, p.version, p.state.value) for p in registry.plugins]
        print_lines(bold("Plugins"), *(columns(rows) if rows else ["  none"]), "")
        for finding in findings:
            print_lines(bold(f"{finding.level}: {finding.subject}"), f"  what: {finding.what}")
            if finding.do:
                print_lines(f"  do:   {finding.do}")
            if traces and finding.traceback:
                print_lines(*(f"    {line}" for line in finding.traceback.splitlines()))
            print_lines("")
        print_lines("all is well" if healthy else "something is broken")
    if not healthy:
        raise typer.Exit(3)
