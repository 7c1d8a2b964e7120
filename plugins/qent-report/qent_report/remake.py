"""From a path to its report: what is it, and where does its page go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qent_core.errors import QentError, ReportError
from qent_core.run_folder import INCOMPLETE_SUFFIX, RunFolder, read_run_folder, reseal
from qent_report.run_report import REPORT, write_run_report

_WRITE = "qent run, qent label --out, qent generate and qent reproduce write what has a report"
_KINDS = "the folder of a run or a study, a file of labels, or a data set"


def make_report(path: str, out: str | Path | None = None) -> Path:
    """Makes the report of a run folder, a file of labels or a data set again.

    Of a study it is `qent_studies.remake.make_study_page`.

    Args:
        path: What to report on; of a data set also the URL of any fsspec store.
        out: Where to write the page. By default it goes into the folder of a run, and beside a
            file of labels or a data set.

    Returns:
        Where the page is.

    Raises:
        ReportError: It is none of these, or the page cannot be written.
        RunFolderError: The folder is incomplete or was changed.
        DatasetError: The data set cannot be read.
        StateFileError: The file holds no labels.
    """
    place = Path(path)
    target = Path(out) if out is not None else None
    if "://" in path or (place / "zarr.json").is_file() or place.suffix == ".zarr":
        return _dataset_report(path, target)
    if place.is_file() and place.suffix == ".npz":
        from qent_report.label_report import write_label_report

        target = target or place.with_suffix(".report.html")
        write_label_report(place, target)
        return target
    if place.is_file():
        raise ReportError(
            "there is no report on a file of this kind",
            where=path,
            do=f"name {_KINDS}; {_WRITE}",
        )
    marked = place.with_name(place.name + INCOMPLETE_SUFFIX)
    if not place.is_dir() and not marked.is_dir():
        raise ReportError("there is nothing of this name", where=path, do=f"name {_KINDS}")
    return remade(place, target, REPORT, write_run_report)


def remade(
    place: Path,
    target: Path | None,
    name: str,
    write: Callable[[Path, Any, Path], None],
) -> Path:
    """Makes the page of a sealed folder again; returns where it is.

    Args:
        place: The folder.
        target: Where to write the page; by default into the folder, which is sealed again.
        name: Name of the page in the folder.
        write: Writes it, given the folder, its manifest and the file.

    Raises:
        ReportError: The folder holds something else, or the page cannot be written.
        RunFolderError: The folder is incomplete or was changed.
    """
    # The page itself may be gone, or older than this version: it is what is made again.
    folder = read_run_folder(place, but=(name,))
    file = target or place / name
    try:
        write(folder.path, folder.manifest, file)
    except QentError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, OSError) as error:
        raise _foreign(folder, error) from error
    if target is None:
        reseal(folder, name)
    return file


def _foreign(folder: RunFolder, error: Exception) -> ReportError:
    return ReportError(
        f"the folder is not one that this version of qent can report on: "
        f"{type(error).__name__}: {error}",
        where=str(folder.path),
        do=f"name {_KINDS}; if it is one, run it again",
    )


def _dataset_report(path: str, target: Path | None) -> Path:
    from qent_core.errors import require_module

    require_module("zarr", extra="data", purpose="reading a data set")
    from qent_report.dataset_report import write_dataset_report

    if target is None and "://" in path:
        raise ReportError(
            "the report of a data set elsewhere needs a place on this machine",
            where=path,
            do="add, for example, --out report.html",
        )
    if target is None:
        place = Path(path.rstrip("/"))
        target = place.with_name(place.name.removesuffix(".zarr") + ".report.html")
    write_dataset_report(path, target)
    return target
