"""``qent registry sync``: the index of known plugins, from the records of a clone."""

from __future__ import annotations

from typing import Annotated

import typer

from qent_core.cli.light import LightCommand, LightGroup
from qent_core.cli.listing import AsJson

app = typer.Typer(
    name="registry",
    cls=LightGroup,
    help="Keep the index of known plugins.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.callback()
def registry() -> None:
    """Keep the index of known plugins."""


@app.command("sync", cls=LightCommand)
def sync(
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail if it is out of date.")
    ] = False,
    root: Annotated[
        str, typer.Option("--root", metavar="DIR", help="The clone; default: where you are.")
    ] = ".",
    as_json: AsJson = False,
) -> None:
    """Write registry.toml from the plugins.

    Every plugin in the folder plugins of a clone is asked for its records. With --check the file is
    compared and left as it is; the exit code is 1 if it differs.

    Example: qent registry sync --check
    """
    from pathlib import Path

    from qent_core.cli.output import print_json, print_lines
    from qent_core.index.sync import INDEX_FILE, check_synced, find_root
    from qent_core.index.sync import sync as write

    home = find_root(Path(root))
    changed = False
    if check:
        check_synced(home)
    else:
        changed = write(home)
    if as_json:
        print_json({"file": str(home / INDEX_FILE), "changed": changed, "in_sync": True})
    elif changed:
        print_lines(f"wrote {home / INDEX_FILE}")
    else:
        print_lines(f"{home / INDEX_FILE} is up to date")
