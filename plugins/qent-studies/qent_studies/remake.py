"""The page of a finished study, made again from its folder."""

from __future__ import annotations

from pathlib import Path

from qent_core.errors import ReportError
from qent_core.run_folder import MANIFEST
from qent_report.remake import remade
from qent_studies.page import REPORT, write_study_page


def make_study_page(path: str | Path, out: str | Path | None = None) -> Path:
    """Makes the page of a study again, without computing anything.

    Args:
        path: The folder of the study.
        out: Where to write the page; by default into the folder.

    Returns:
        Where the page is.

    Raises:
        ReportError: The study is not finished, or the page cannot be written.
        RunFolderError: The folder was changed.
    """
    place = Path(path)
    if not (place / MANIFEST).is_file():
        raise ReportError(
            "this study is not finished",
            where=str(place),
            do="repeat the command that began it; it goes on where it stopped",
        )
    return remade(place, Path(out) if out is not None else None, REPORT, write_study_page)
