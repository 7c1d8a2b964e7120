"""``qent explore``: a local page to move parameters and watch what is proved."""

from __future__ import annotations

from typing import Annotated

import typer


def explore(
    family: Annotated[
        str | None, typer.Option("--family", metavar="NAME", help="The family to begin with.")
    ] = None,
    port: Annotated[
        str, typer.Option("--port", metavar="N", help="Where to listen; 0 takes a free port.")
    ] = "7368",
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Do not open the page, print its address only.")
    ] = False,
    models: Annotated[
        list[str] | None,
        typer.Option(
            "--model", metavar="RUN", help="A run folder whose model is asked; may be repeated."
        ),
    ] = None,
) -> None:
    """Move a family's parameters and watch verdicts, measures and models.

    A page on this machine alone (127.0.0.1): verdicts with their certificates, measures, the
    spectrum of the partial transpose, correlations, and what trained models say. It needs the
    package qent-explore.

    Example: qent explore --family werner --model runs/quickstart
    """
    from importlib import import_module
    from importlib.util import find_spec

    from qent_core.cli.values import whole_number
    from qent_core.errors import ExplorerError

    number = whole_number(port, "--port", least=0)
    missing = [name for name in ("qent_explore", "marimo", "uvicorn") if find_spec(name) is None]
    if missing:
        raise ExplorerError(
            f"the explorer is not installed: there is no {missing[0]}",
            do="pip install qent-explore",
        )
    server = import_module("qent_explore.server")
    server.serve(family=family, port=number, browser=not no_browser, models=tuple(models or ()))
