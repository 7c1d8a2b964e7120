"""Pages to look at: ``qent report`` makes one from files, ``qent explore`` serves a live one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qent_core.cli.listing import AsJson

if TYPE_CHECKING:
    from pathlib import Path

_STUDY = "study.json"
"""A folder with this file is that of a study."""


def report(
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH", help="The folder of a run or study, a file of labels, or a data set."
        ),
    ],
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="FILE.html", help="Where to write the page."),
    ] = None,
    open_page: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a report, and open it.

    One HTML page that loads nothing: tables, figures, commands, versions and references. It is made
    again from the files, without computing anything; for a run or a study it goes into the folder,
    else beside the file. It needs the package qent-report, for a study qent-studies.

    Example: qent report runs/quickstart --open
    """
    from qent_core.cli.output import print_json, print_lines

    file = _made(path, out)
    if open_page:
        _open(file)
    if as_json:
        print_json({"path": path, "report": str(file)})
    else:
        print_lines(f"report  {file}")


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
    """Explore a family in a local page.

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


def _made(path: str, out: str | None) -> Path:
    from pathlib import Path

    from qent_core.errors import require_package

    if (Path(path) / _STUDY).is_file():
        require_package("qent-studies", purpose="the page of a study")
        from qent_studies.remake import make_study_page

        return make_study_page(path, out)
    require_package("qent-report", purpose="a report")
    from qent_report.remake import make_report

    return make_report(path, out)


def _open(file: Path) -> None:
    import webbrowser

    from qent_core.errors import ReportError

    if not webbrowser.open(file.resolve().as_uri()):
        raise ReportError(
            "no browser could be started; the page is written",
            where=str(file),
            do="open the file yourself, or set the variable BROWSER",
        )
