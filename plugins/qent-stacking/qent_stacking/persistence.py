"""Saving and loading an ensemble as a folder that holds data and no code.

``model.json`` describes the ensemble and holds the SHA-256 of every other file and of itself.
A checksum finds accidents; that a stranger's folder can do no harm rests on the formats, none of
which can name code to run, and on the checks each part makes before a library sees it.
"""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.random import Generator, RandomState
from numpy.typing import NDArray

from qent_core.errors import ModelFileError
from qent_stacking.learner import Task
from qent_stacking.parameters import check_parameters
from qent_stacking.scaling import Scaling

if TYPE_CHECKING:
    from qent_stacking.stack import Stack

StackKind = TypeVar("StackKind", bound="Stack")

_FORMAT = "qent-stacking 1"
_DESCRIPTION = "model.json"
_BASE_FILES = {
    "neural-network": "neural-network.safetensors",
    "extra-trees": "extra-trees.skops",
    "xgboost": "xgboost.json",
}
_META_FILE = "catboost.json"
_LIBRARIES = ("qent-stacking", "numpy", "scikit-learn", "xgboost", "catboost", "torch")


def save(ensemble: Stack, folder: Path) -> None:
    """Writes a fitted ensemble into an existing, empty folder.

    Raises:
        ModelFileError: The folder does not exist or is not empty.
    """
    if not folder.is_dir() or any(folder.iterdir()):
        raise ModelFileError(
            "a model is saved into an existing, empty folder",
            where=str(folder),
            do="make a new folder and save there",
        )
    parts = {_BASE_FILES[name]: part.to_bytes() for name, part in ensemble.base_learners_.items()}
    parts[_META_FILE] = ensemble.meta_learner_.to_bytes()
    for name, data in parts.items():
        (folder / name).write_bytes(data)
    task, classes = ensemble._task, getattr(ensemble, "classes_", None)
    names = getattr(ensemble, "feature_names_in_", None)
    content = {
        "format": _FORMAT,
        "estimator": type(ensemble).__name__,
        "parameters": {k: _plain(v) for k, v in ensemble.get_params(deep=False).items()},
        "task": [task.kind, task.size],
        "flat": getattr(ensemble, "_flat", None),
        "units": ensemble._units.to_texts() if hasattr(ensemble, "_units") else None,
        "features": int(ensemble.n_features_in_),
        "varying_features": ensemble.varying_features_.tolist(),
        "feature_names": None if names is None else [str(name) for name in names],
        "classes": None if classes is None else _classes_to_json(classes),
        "out_of_fold_scores": ensemble.out_of_fold_scores_,
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in parts.items()},
    }
    text = json.dumps({"content": content, "sha256": _digest(content)}, indent=2, allow_nan=False)
    (folder / _DESCRIPTION).write_text(text + "\n", encoding="utf-8")


def load(kind: type[StackKind], folder: Path) -> StackKind:
    """Reads an ensemble of class ``kind``.

    Raises:
        ModelFileError: A file is missing, was changed, or holds anything that is not trusted.
    """
    try:
        content = _read_description(folder)
        if content["estimator"] != kind.__name__:
            raise ValueError(f"the folder holds a {content['estimator']}, not a {kind.__name__}")
        return _restore(kind, content, folder)
    # Damaged bytes make the four libraries fail in ways that only they can list.
    except Exception as error:
        raise ModelFileError(
            f"the saved model cannot be read: {error or type(error).__name__}",
            where=str(folder),
            do="train the model again, or take a fresh copy of its folder",
        ) from error


def _restore(kind: type[StackKind], content: dict[str, Any], folder: Path) -> StackKind:
    parameters = content["parameters"]
    if isinstance(parameters["nn_hidden_layers"], list):
        parameters["nn_hidden_layers"] = tuple(parameters["nn_hidden_layers"])
    ensemble = kind(**parameters)
    check_parameters(ensemble.get_params(deep=False), kind.__name__)
    task, features = Task(content["task"][0], int(content["task"][1])), int(content["features"])
    varying = np.array(content["varying_features"], dtype=np.intp)
    if varying.ndim != 1 or not len(varying) or varying.min() < 0 or varying.max() >= features:
        raise ValueError("the varying features are not among the features")
    if content["classes"] is not None:
        ensemble.classes_ = _classes_from_json(content["classes"])
        if len(ensemble.classes_) != task.size:
            raise ValueError("the classes do not fit the task")
    if task.is_classification != hasattr(ensemble, "classes_") or task.size < 1:
        raise ValueError("the classes do not fit the task")
    fresh = ensemble._base_learners()
    ensemble.base_learners_ = {
        name: fresh[name]().restore(_read_part(folder, file, content), task, len(varying))
        for name, file in _BASE_FILES.items()
    }
    ensemble.meta_learner_ = ensemble._meta_learner().restore(
        _read_part(folder, _META_FILE, content), task, task.width * len(_BASE_FILES)
    )
    ensemble._task = task
    if not task.is_classification:
        ensemble._flat = bool(content["flat"])
        ensemble._units = Scaling.from_texts(content["units"], task.size)
    ensemble.n_features_in_, ensemble.varying_features_ = features, varying
    if content["feature_names"] is not None:
        ensemble.feature_names_in_ = np.array(content["feature_names"], dtype=object)
    ensemble.out_of_fold_scores_ = dict(content["out_of_fold_scores"])
    _try_out(ensemble, task, len(varying))
    return ensemble


def _try_out(ensemble: Stack, task: Task, features: int) -> None:
    """Makes one prediction, so that parts which do not fit together fail here and not later."""
    row = np.zeros((1, features))
    said = [learner.predict(row) for learner in ensemble.base_learners_.values()]
    answer = ensemble.meta_learner_.predict(np.hstack(said))
    if any(values.shape != (1, task.width) for values in (*said, answer)):
        raise ValueError("the parts of the model do not fit together")


def _read_description(folder: Path) -> dict[str, Any]:
    path = folder / _DESCRIPTION
    if not path.is_file():
        raise ValueError(f"{_DESCRIPTION} is missing")
    outer = json.loads(path.read_bytes())
    content: dict[str, Any] = outer["content"]
    if outer["sha256"] != _digest(content):
        raise ValueError(f"{_DESCRIPTION} was changed after it was written")
    if content["format"] != _FORMAT:
        raise ValueError(f"the format is {content['format']!r}, known is {_FORMAT!r}")
    return content


def _read_part(folder: Path, name: str, content: dict[str, Any]) -> bytes:
    path = folder / name
    if not path.is_file():
        raise ValueError(f"{name} is missing")
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != content["files"][name]:
        raise ValueError(f"{name} was changed after it was written")
    return data


def _digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Returns a parameter as JSON knows it; a live random generator is not kept."""
    if isinstance(value, RandomState | Generator):
        return None
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _classes_to_json(classes: NDArray[Any]) -> dict[str, Any]:
    kind = "O" if classes.dtype.kind == "O" else classes.dtype.str
    if classes.dtype.kind not in "OUiufb" or (
        kind == "O" and not all(isinstance(label, str) for label in classes)
    ):
        raise ModelFileError(
            "class labels can be saved if they are all text or all numbers",
            do="rename the classes before fitting",
        )
    return {"dtype": kind, "values": classes.tolist()}


def _classes_from_json(stored: dict[str, Any]) -> NDArray[Any]:
    dtype = np.dtype(stored["dtype"])
    if dtype.kind not in "OUiufb" or not all(
        isinstance(value, str | int | float) for value in stored["values"]
    ):
        raise ValueError("the class labels are neither text nor numbers")
    return np.array(stored["values"], dtype=dtype)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "not installed as a distribution"
