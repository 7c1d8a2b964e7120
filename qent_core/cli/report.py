"""``qent report``: the page of a run, a study, a file of labels or a data set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qent_core.cli.listing import AsJson

if TYPE_CHECKING:
    from pathlib import Path


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
    else beside the file.

    Example: qent report runs/quickstart --open
    """
    from qent_core.cli.output import print_json, print_lines
    from qent_core.reports.remake import make_report

    file = make_report(path, out)
    if open_page:
        _open(file)
    if as_json:
        print_json({"path": path, "report": str(file)})
    else:
        print_lines(f"report  {file}")


def _open(file: Path) -> None:
    import webbrowser

    from qent_core.errors import ReportError

    if not webbrowser.open(file.resolve().as_uri()):
        raise ReportError(
            "no browser could be started; the page is written",
            where=str(file),
            do="open the file yourself, or set the variable BROWSER",
        )
