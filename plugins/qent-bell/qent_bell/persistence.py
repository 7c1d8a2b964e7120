"""Saving and loading a model: numbers as safetensors, all else as JSON, never code."""

from __future__ import annotations

import hashlib
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.random import Generator, RandomState
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from qent_bell.parameters import check_parameters, read_columns
from qent_core.api import ModelFileError

if TYPE_CHECKING:
    from qent_bell.model import BellNetwork

Model = TypeVar("Model", bound="BellNetwork")

_FORMAT = "qent-bell 1"
_DESCRIPTION, _NUMBERS = "model.json", "network.safetensors"


def save(model: BellNetwork, folder: Path) -> None:
    """Writes a fitted model into an existing, empty folder.

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
    tensors = {
        "columns": np.asarray(model.columns_, dtype=np.int64),
        "centre": np.asarray(model.centre_, dtype=np.float64),
        "spread": np.asarray(model.spread_, dtype=np.float64),
        "loss_curve": np.asarray(model.loss_curve_, dtype=np.float64),
    }
    for number, (weights, biases) in enumerate(model.layers_):
        # As torch names and lays them out: a linear layer, then a ReLU without weights.
        tensors[f"{2 * number}.weight"] = np.ascontiguousarray(weights.T)
        tensors[f"{2 * number}.bias"] = np.ascontiguousarray(biases)
    data = save_tensors(tensors)
    names = getattr(model, "feature_names_in_", None)
    classes = getattr(model, "classes_", None)
    content = {
        "format": _FORMAT,
        "estimator": type(model).__name__,
        "parameters": {name: _plain(v) for name, v in model.get_params(deep=False).items()},
        "features": int(model.n_features_in_),
        "feature_names": None if names is None else [str(name) for name in names],
        "classes": None if classes is None else _classes_to_json(classes),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    text = json.dumps({"content": content, "sha256": _digest(content)}, indent=1, allow_nan=False)
    (folder / _NUMBERS).write_bytes(data)
    (folder / _DESCRIPTION).write_text(text + "\n", encoding="utf-8")


def load(kind: type[Model], folder: Path) -> Model:
    """Reads a model of class ``kind``.

    Raises:
        ModelFileError: A file is missing, was changed, or does not describe such a model.
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
    if content["estimator"] != kind.__name__:
        raise ValueError(f"the folder holds a {content['estimator']}, not a {kind.__name__}")
    data = (folder / _NUMBERS).read_bytes()
    if hashlib.sha256(data).hexdigest() != content["sha256"]:
        raise ValueError(f"{_NUMBERS} was changed after it was written")
    numbers = load_tensors(data)
    if not all(np.isfinite(values).all() for values in numbers.values()):
        raise ValueError("the network's numbers are not all finite")
    parameters = dict(content["parameters"])
    parameters["hidden_layers"] = tuple(parameters["hidden_layers"])
    check_parameters(parameters, kind.__name__)
    model = kind(**parameters)
    features = int(content["features"])
    model.columns_ = read_columns(model.features, features, kind.__name__)
    if not np.array_equal(numbers["columns"], model.columns_):
        raise ValueError("the columns do not fit the parameters")
    sizes = (len(model.columns_), *model.hidden_layers, 1)
    model.layers_ = []
    for number in range(len(sizes) - 1):
        weights, biases = numbers[f"{2 * number}.weight"].T, numbers[f"{2 * number}.bias"]
        fits = (
            weights.shape == sizes[number : number + 2] and biases.shape == sizes[number + 1 :][:1]
        )
        if not fits or weights.dtype != np.float32 or biases.dtype != np.float32:
            raise ValueError(f"layer {number + 1} does not fit the parameters")
        # As it was laid out when it was trained, because products depend on that in the last bit.
        model.layers_.append((np.ascontiguousarray(weights), biases))
    model.centre_, model.spread_ = numbers["centre"], numbers["spread"]
    if not model.centre_.shape == model.spread_.shape == model.columns_.shape:
        raise ValueError("the scaling does not fit the features")
    model.loss_curve_, model.n_features_in_ = numbers["loss_curve"], features
    if content["feature_names"] is not None:
        model.feature_names_in_ = np.array(content["feature_names"], dtype=object)
    if hasattr(kind, "predict_proba"):
        model.classes_ = _classes_from_json(content["classes"])
    return model


def _digest(content: dict[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Returns a parameter as JSON knows it; a live random generator is not kept."""
    if isinstance(value, RandomState | Generator):
        return None
    if isinstance(value, np.generic):
        return value.item()
    if value is None or isinstance(value, str | int | float):
        return value
    return [int(item) for item in value]


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
    if dtype.kind not in "OUiufb" or not good or len(values) != 2:
        raise ValueError("the class labels are neither text nor numbers")
    return np.array(values, dtype=dtype)
