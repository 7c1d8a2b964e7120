"""Saving and loading a model as JSON and safetensors: data and no code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator, RandomState
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from sklearn.base import BaseEstimator
from torch import Tensor

from qent_core.api import ModelFileError

_FORMAT = "qent-siamese 1"
_DESCRIPTION, _WEIGHTS = "model.json", "weights.safetensors"


def save(model: Any, kept: Mapping[str, Any], weights: Mapping[str, Tensor], folder: Path) -> None:
    """Writes a fitted model into an existing, empty folder.

    Raises:
        ModelFileError: The folder does not exist or is not empty.
    """
    check_empty(folder)
    data = save_tensors({name: tensor.contiguous().cpu() for name, tensor in weights.items()})
    content = {
        "format": _FORMAT,
        "estimator": type(model).__name__,
        "parameters": {k: plain(v) for k, v in model.get_params(deep=False).items()},
        "kept": dict(kept),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    text = json.dumps({"content": content, "sha256": _digest(content)}, indent=1, allow_nan=False)
    (folder / _WEIGHTS).write_bytes(data)
    (folder / _DESCRIPTION).write_text(text + "\n", encoding="utf-8")


def read(folder: Path, kind: str) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Returns what a folder holds, after checking that nothing was changed.

    Raises:
        ValueError: It was, or it holds another estimator.
    """
    outer = json.loads((folder / _DESCRIPTION).read_bytes())
    content: dict[str, Any] = outer["content"]
    if outer["sha256"] != _digest(content):
        raise ValueError(f"{_DESCRIPTION} was changed after it was written")
    if content["format"] != _FORMAT or content["estimator"] != kind:
        raise ValueError(f"the folder holds a {content['estimator']}, not a {kind}")
    data = (folder / _WEIGHTS).read_bytes()
    if hashlib.sha256(data).hexdigest() != content["sha256"]:
        raise ValueError(f"{_WEIGHTS} was changed after it was written")
    return content, load_tensors(data)


def parameters_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the constructor's parameters; a device is found anew on the machine that reads."""
    parameters = dict(content["parameters"])
    return parameters | ({"device": "auto"} if "device" in parameters else {})


@contextmanager
def reading(folder: Path) -> Iterator[None]:
    """Turns whatever goes wrong while a model is read into one clear error.

    Raises:
        ModelFileError: Something did.
    """
    try:
        yield
    # Damaged bytes fail in more ways than can be listed.
    except Exception as error:
        raise ModelFileError(
            f"the saved model cannot be read: {error or type(error).__name__}",
            where=str(folder),
            do="train the model again, or take a fresh copy of its folder",
        ) from error


def check_empty(folder: Path) -> None:
    """Refuses a folder that does not exist or is not empty.

    Raises:
        ModelFileError: It does not, or is not.
    """
    if not folder.is_dir() or any(folder.iterdir()):
        raise ModelFileError(
            "a model is saved into an existing, empty folder",
            where=str(folder),
            do="make a new folder and save there",
        )


def plain(value: Any) -> Any:
    """Returns a parameter as JSON knows it; live random generators and models are not kept."""
    if isinstance(value, RandomState | Generator | BaseEstimator):
        return None
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
