"""``qent new``: a complete plugin with one working component, ready to be changed."""

from __future__ import annotations

from typing import Annotated

import typer

from qent_core.cli.listing import AsJson


def new(
    kind: Annotated[
        str,
        typer.Argument(
            metavar="KIND", help="state-family, channel, labeler, feature, model or study."
        ),
    ],
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the plugin, for example qent-tilted.")
    ],
    folder: Annotated[
        str, typer.Option("--dir", metavar="DIR", help="Where to make its folder.")
    ] = ".",
    as_json: AsJson = False,
) -> None:
    """Make a new plugin.

    It has one working component with a documented example, a record, a conformance test, a README
    and an experiment that runs. Change the formula and it is yours. It needs the package
    qent-testing.

    Example: qent new state-family qent-tilted
    """
    from pathlib import Path

    from qent_core.cli.output import print_json, print_lines
    from qent_core.errors import require_package

    require_package("qent-testing", purpose="making a plugin")
    from qent_testing.scaffold.generate import new_plugin

    home = new_plugin(kind, name, Path(folder))
    if as_json:
        files = sorted(str(f.relative_to(home)) for f in home.rglob("*") if f.is_file())
        print_json({"folder": str(home), "distribution": home.name, "files": files})
        return
    print_lines(
        f"made {home}",
        "",
        "next:",
        f"  qent install --editable {home}",
        f"  qent check {home.name}",
        f"  qent run {home}/experiment.toml",
    )
