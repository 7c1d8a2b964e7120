"""The design that all reports share: templates with one base, and what stands in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import qent_core
from qent_core.errors import ReportError
from qent_core.summary import Table
from qent_report.pictures import Picture

GENERATOR = '<meta name="generator" content="qent '
"""What every page carries; a file without it was made by somebody else and is not replaced."""


@dataclass(frozen=True)
class Grid:
    """A table of a report with the command that gives its numbers."""

    table: Table
    command: str = ""
    words: tuple[int, ...] = (0,)
    """Columns of words, which are set to the left."""


@dataclass(frozen=True)
class Section:
    """A heading with tables, pictures, or text that is shown as it is."""

    title: str
    grids: Sequence[Grid] = ()
    pictures: Sequence[Picture] = ()
    text: str = ""
    listing: str = ""
    note: str = ""


@dataclass(frozen=True)
class Page:
    """What a report says."""

    kind: str
    """Of what it is a report, in a word or two."""
    title: str
    lead: str = ""
    tiles: Sequence[tuple[str, str]] = ()
    """The numbers that a reader looks for first: what, how much."""
    sections: Sequence[Section] = ()
    commands: Sequence[tuple[str, str]] = ()
    """What a reader may want to do next, and the command for it."""
    facts: Sequence[tuple[str, str]] = ()
    """What it was made with."""
    references: Sequence[str] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What the template of one kind of report needs besides."""


def write_page(
    file: Path, page: Page, *, template: str = "report.html.j2", package: str = "qent_report"
) -> None:
    """Writes a page that loads nothing; it appears whole or not at all.

    Args:
        file: Where to. Only a page of qent is replaced.
        page: What it says.
        template: One that extends the common base.
        package: In whose folder ``templates`` it is.

    Raises:
        ReportError: Something else is there, or the place cannot be written.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, select_autoescape

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("qent_report")]),
        autoescape=select_autoescape(enabled_extensions=("html", "j2")),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template(template).render(
        page=page, version=qent_core.__version__, **page.extra
    )
    partial = file.with_name(f".{file.name}.partial")
    try:
        if file.exists() and GENERATOR not in file.read_text(encoding="utf-8", errors="replace"):
            raise ReportError(
                "there is a file in the way that is no report of qent",
                where=str(file),
                do="write the report elsewhere with --out",
            )
        partial.write_text(text, encoding="utf-8")
        partial.replace(file)
    except OSError as error:
        raise ReportError(
            f"the report cannot be written: {error.strerror or error}",
            where=str(file),
            do="write it elsewhere with --out",
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink()
