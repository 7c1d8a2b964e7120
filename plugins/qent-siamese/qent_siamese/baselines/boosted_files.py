"""Saving and loading boosted trees by skops; trees are checked before they are walked."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from skops import io

from qent_siamese.models.parameters import check_parameters
from qent_siamese.models.persistence import check_empty, reading

Model = TypeVar("Model")

_FILE = "model.skops"
_TREE = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"


def save(model: Any, folder: Path) -> None:
    """Writes a fitted model into an existing, empty folder.

    Raises:
        ModelFileError: The folder does not exist or is not empty.
    """
    check_empty(folder)
    io.dump(model, folder / _FILE)


def load(kind: type[Model], folder: Path) -> Model:
    """Reads a model of class ``kind``.

    Raises:
        ModelFileError: The file is missing, damaged, or holds what is not trusted.
    """
    with reading(folder):
        trusted = {f"{kind.__module__}.{kind.__qualname__}", _TREE}
        strange = sorted(set(io.get_untrusted_types(file=folder / _FILE)) - trusted)
        if strange:
            raise ValueError(f"it holds types that are not trusted: {', '.join(strange)}")
        model: Any = io.load(folder / _FILE, trusted=sorted(trusted))
        if type(model) is not kind:
            raise ValueError(f"the file holds a {type(model).__name__}, not a {kind.__name__}")
        check_parameters(model.get_params(deep=False), kind.__name__)
        for booster in model.boosters_.values():
            if isinstance(booster, HistGradientBoostingClassifier):
                _check_trees(booster)
            elif not isinstance(booster, float):
                raise ValueError(f"a {type(booster).__name__} stands where a classifier should")
    return model  # type: ignore[no-any-return]


def _check_trees(booster: HistGradientBoostingClassifier) -> None:
    """Refuses trees that would read outside of their arrays, or never end."""
    for trees in booster._predictors:
        for tree in trees:
            nodes = tree.nodes
            inner = nodes[nodes["is_leaf"] == 0]
            here = np.flatnonzero(nodes["is_leaf"] == 0)
            for side in ("left", "right"):
                if (inner[side] <= here).any() or (inner[side] >= len(nodes)).any():
                    raise ValueError("a tree is no tree")
            if (inner["feature_idx"] >= booster.n_features_in_).any() or (
                inner["feature_idx"] < 0
            ).any():
                raise ValueError("a tree asks for features that do not exist")
            if not len(nodes) or nodes["is_categorical"].any():
                raise ValueError("a tree is empty or asks for categories, of which there are none")
