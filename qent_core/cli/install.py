"""``qent install`` and ``qent uninstall``: pip or uv as a child process; no plugin is imported."""

from __future__ import annotations

from typing import Annotated

import typer

from qent_core.cli.listing import AsJson

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only print the command.")]


def install(
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DIST]...", help="Distributions or plugin folders."),
    ] = None,
    manifest: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="Take the plugins of an earlier run."),
    ] = None,
    editable: Annotated[
        bool, typer.Option("--editable", "-e", help="Install folders in place.")
    ] = False,
    upgrade: Annotated[bool, typer.Option("--upgrade", "-U", help="Take newer versions.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Install plugins.

    pip, or uv where there is no pip, runs as a child process with this interpreter. It works while
    another plugin is broken.

    Example: qent install qent-werner --from runs/quickstart/manifest.json
    """
    from pathlib import Path

    from qent_core.installing import install_command, targets_from

    wanted = [*(targets or ()), *(targets_from(Path(manifest)) if manifest else ())]
    command = install_command(wanted, editable=editable, upgrade=upgrade)
    _carry_out(command, dry_run, as_json, "installed. What there is now: qent plugins")


def uninstall(
    names: Annotated[list[str], typer.Argument(metavar="DIST...", help="Installed plugins.")],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Remove plugins.

    Only plugins of qent are removed, broken ones too; what they needed stays.

    Example: qent uninstall qent-werner --dry-run
    """
    from qent_core.installing import uninstall_command

    _carry_out(uninstall_command(names), dry_run, as_json, "removed")


def _carry_out(command: list[str], dry_run: bool, as_json: bool, done: str) -> None:
    from shlex import join

    from qent_core.cli.interruption import Remains, remains_are
    from qent_core.cli.output import print_json, print_lines
    from qent_core.installing import run_installer

    if not dry_run:
        remains_are(lambda: Remains("see with qent plugins what there is now"))
        run_installer(command)
    if as_json:
        print_json({"command": command, "done": not dry_run})
    else:
        print_lines(join(command) if dry_run else done)
