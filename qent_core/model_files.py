"""Saving and loading models and feature extractors without pickle.

A component with ``save(folder)`` and a class method ``load(folder)`` keeps its own formats; any
other scikit-learn estimator goes through skops. What skops may build when it reads is limited to
scikit-learn's and NumPy's own types and the one class the experiment names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qent_core.errors import ModelFileError, require_module

_SKOPS_FILE = "estimator.skops"


def save_estimator(estimator: Any, folder: Path) -> None:
    """Writes a fitted estimator into an empty folder.

    Raises:
        ModelFileError: skops cannot store it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if hasattr(estimator, "save"):
        estimator.save(folder)
        return
    require_module("skops", extra="models", purpose="saving a model")
    from skops import io

    try:
        io.dump(estimator, folder / _SKOPS_FILE)
    except Exception as error:
        raise ModelFileError(
            f"{type(estimator).__name__} cannot be stored without pickle: {error}",
            do="give the class save(folder) and load(folder) methods",
        ) from error


def load_estimator(kind: type, folder: Path) -> Any:
    """Returns the fitted estimator in a folder.

    Args:
        kind: The class it must be an instance of.
        folder: Where `save_estimator` wrote it.

    Raises:
        ModelFileError: Files are missing or broken, hold types that are not trusted, or hold
            another class.
    """
    if not folder.is_dir():
        raise ModelFileError("the model's folder is missing", where=str(folder))
    if hasattr(kind, "load"):
        estimator = kind.load(folder)
    else:
        estimator = _load_skops(kind, folder / _SKOPS_FILE)
    if not isinstance(estimator, kind):
        raise ModelFileError(
            f"the file holds a {type(estimator).__name__}, not a {kind.__name__}",
            where=str(folder),
        )
    return estimator


def _load_skops(kind: type, path: Path) -> Any:
    require_module("skops", extra="models", purpose="loading a model")
    from skops import io

    trusted = f"{kind.__module__}.{kind.__qualname__}"
    try:
        strange = sorted(set(io.get_untrusted_types(file=path)) - {trusted})
        if not strange:
            return io.load(path, trusted=[trusted])
    except Exception as error:
        raise ModelFileError(
            f"the model file cannot be read: {type(error).__name__}: {error}",
            where=str(path),
            do="make the run again; models are only read as they were written",
        ) from error
    raise ModelFileError(
        f"the model file holds types that are not trusted: {', '.join(strange)}",
        where=str(path),
        do="do not use this folder unless you know who made it",
    )
