"""Saving and loading the classifier: numbers as safetensors, all else as JSON, never code."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.random import Generator, RandomState
from qiskit import QuantumCircuit
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from qent_core.api import ModelFileError
from qent_vqc.parameters import check_parameters
from qent_vqc.program_files import program_from_json, program_to_json

if TYPE_CHECKING:
    from qent_vqc.classifier import VQCClassifier

Model = TypeVar("Model", bound="VQCClassifier")

_FORMAT = "qent-vqc 1"
_DESCRIPTION, _NUMBERS = "model.json", "weights.safetensors"
_NOT_KEPT = ("primitive", "pass_manager", "circuit", "feature_map", "ansatz", "initial_weights")


def save(model: VQCClassifier, folder: Path) -> None:
    """Writes a fitted classifier into an existing, empty folder.

    Raises:
        ModelFileError: The folder does not exist or is not empty, or the classes are neither text
            nor numbers.
    """
    if not folder.is_dir() or any(folder.iterdir()):
        raise ModelFileError(
            "a model is saved into an existing, empty folder",
            where=str(folder),
            do="make a new folder and save there",
        )
    data = save_tensors(
        {
            "weights": np.asarray(model.weights_, dtype=np.float64),
            "initial_weights": np.asarray(model.initial_weights_, dtype=np.float64),
            "loss_curve": np.asarray(model.loss_curve_, dtype=np.float64),
        }
    )
    parameters = model.get_params(deep=False)
    names = getattr(model, "feature_names_in_", None)
    content = {
        "format": _FORMAT,
        "parameters": {k: _plain(v) for k, v in parameters.items() if k not in _NOT_KEPT},
        "parts": {
            k: parameters[k] if isinstance(parameters[k], str) else None
            for k in ("feature_map", "ansatz")
        },
        "own_circuit": not all(isinstance(parameters[k], str) for k in ("feature_map", "ansatz"))
        or parameters["circuit"] is not None,
        "program": program_to_json(model.program_),
        "features": int(model.n_features_in_),
        "feature_names": None if names is None else [str(name) for name in names],
        "classes": _classes_to_json(model.classes_),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    text = json.dumps({"content": content, "sha256": _digest(content)}, indent=1, allow_nan=False)
    (folder / _NUMBERS).write_bytes(data)
    (folder / _DESCRIPTION).write_text(text + "\n", encoding="utf-8")


def load(kind: type[Model], folder: Path) -> Model:
    """Reads a classifier.

    Raises:
        ModelFileError: A file is missing, was changed, or does not describe a classifier.
    """
    try:
        model: Model = _restore(kind, folder)
        return model
    # Damaged bytes fail in more ways than can be listed.
    except Exception as error:
        raise ModelFileError(
            f"the saved model cannot be read: {error or type(error).__name__}",
            where=str(folder),
            do="train the model again, or take a fresh copy of its folder",
        ) from error


def _restore(kind: type[Any], folder: Path) -> Any:
    outer = json.loads((folder / _DESCRIPTION).read_bytes())
    content = outer["content"]
    if outer["sha256"] != _digest(content) or content["format"] != _FORMAT:
        raise ValueError(f"{_DESCRIPTION} was changed after it was written")
    data = (folder / _NUMBERS).read_bytes()
    if hashlib.sha256(data).hexdigest() != content["sha256"]:
        raise ValueError(f"{_NUMBERS} was changed after it was written")
    numbers = load_tensors(data)
    program = program_from_json(content["program"])
    parameters = dict(content["parameters"])
    if set(parameters) & set(_NOT_KEPT):
        raise ValueError("the parameters hold what is never saved")
    model = kind(**parameters)
    if content["own_circuit"]:
        model.circuit, x, w = program.to_model_circuit()
        model.data_parameters, model.weight_parameters = x.name, (w.name if len(w) else ())
    else:
        parts = content["parts"]
        model.feature_map, model.ansatz = parts["feature_map"], parts["ansatz"]
    check_parameters(model.get_params(deep=False))
    for name in ("weights", "initial_weights"):
        if numbers[name].shape != (program.weights,) or not np.isfinite(numbers[name]).all():
            raise ValueError(f"the {name.replace('_', ' ')} do not fit the circuit")
    model.weights_, model.initial_weights_ = numbers["weights"], numbers["initial_weights"]
    model.loss_curve_ = numbers["loss_curve"].tolist()
    model.n_iter_ = len(model.loss_curve_) - 1
    model.n_features_in_ = int(content["features"])
    if program.features != model.n_features_in_:
        raise ValueError("the circuit does not fit the features")
    if content["feature_names"] is not None:
        model.feature_names_in_ = np.array(content["feature_names"], dtype=object)
    model.classes_ = _classes_from_json(content["classes"])
    model.program_ = program
    model._connect(None)
    return model


def _digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Returns a parameter as JSON knows it; a live random generator is not kept."""
    if isinstance(value, RandomState | Generator | QuantumCircuit):
        return None
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, str | int | float):
        return value
    return [getattr(item, "name", item) for item in value]


def _classes_to_json(classes: Any) -> dict[str, Any]:
    kind = "O" if classes.dtype.kind == "O" else classes.dtype.str
    if classes.dtype.kind not in "OUiufb" or (
        kind == "O" and not all(isinstance(label, str) for label in classes)
    ):
        raise ModelFileError(
            "class labels can be saved if they are all text or all numbers",
            do="rename the classes before fitting",
        )
    return {"dtype": kind, "values": classes.tolist()}


def _classes_from_json(stored: dict[str, Any]) -> Any:
    dtype, values = np.dtype(stored["dtype"]), stored["values"]
    good = all(isinstance(v, str | int) or (type(v) is float and math.isfinite(v)) for v in values)
    if dtype.kind not in "OUiufb" or not good or len(values) < 2:
        raise ValueError("the class labels are neither text nor numbers")
    return np.array(values, dtype=dtype)
