"""The meta-learner: CatBoost on the predictions of the base learners."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import numpy as np
from catboost import CatBoost, Pool  # type: ignore[import-untyped]
from scipy.special import expit, softmax

from qent_stacking.learner import Floats, Targets, Task

_DEEPEST = 16


@dataclass
class MetaLearner:
    """Gradient-boosted symmetric trees that combine what the base learners say.

    If the base learners say the same about every row, there is nothing to combine: the answer is
    then the mean target, or the share of each class.

    CatBoost's own binary format is not read, because damaged bytes make CatBoost crash: the model
    is kept as checked JSON, and already the one that is used after `fit` went through it, so that
    a reloaded one gives the same bits.

    Example:
        >>> import numpy as np
        >>> truth = np.linspace(0.0, 1.0, 300)[:, None]
        >>> opinions = np.hstack([truth + 0.01, 0.5 * truth])
        >>> meta = MetaLearner(iterations=200).fit(opinions, truth, Task("regression", 1), seed=0)
        >>> bool(np.abs(meta.predict(opinions) - truth).max() < 0.05)
        True
    """

    iterations: int = 500
    depth: int = 6
    learning_rate: float | None = None
    threads: int = 2
    model: CatBoost | None = field(init=False, repr=False, default=None)
    document: dict[str, Any] = field(init=False, repr=False)
    task: Task = field(init=False, repr=False)

    def fit(self, X: Floats, y: Targets, task: Task, seed: int) -> Self:
        """Fits to the base learners' predictions ``X``; see `Learner.fit`."""
        self.task, self.model = task, None
        # CatBoost holds features in single precision and refuses to see nothing but constants.
        if not np.any(np.ptp(X.astype(np.float32), axis=0)):
            self.document = {"constant": _mean_answer(y, task).tolist()}
            return self
        settings: dict[str, Any] = {
            "loss_function": _loss(task),
            "iterations": self.iterations,
            "depth": self.depth,
            "random_seed": seed,
            "thread_count": self.threads,
            "allow_const_label": True,
            "allow_writing_files": False,
            "logging_level": "Silent",
        }
        if self.learning_rate is not None:
            settings["learning_rate"] = self.learning_rate
        trained = CatBoost(settings)
        trained.fit(Pool(X, label=y, thread_count=self.threads))
        with TemporaryDirectory() as folder:
            path = Path(folder, "model.json")
            trained.save_model(str(path), format="json")
            return self.restore(path.read_bytes(), task, X.shape[1])

    def predict(self, X: Floats) -> Floats:
        """Combines the base learners' predictions ``X``; see `Learner.predict`."""
        if self.model is None:
            return np.tile(np.array(self.document["constant"]), (len(X), 1))
        raw = self.model.predict(X, prediction_type="RawFormulaVal", thread_count=1)
        values: Floats = raw.reshape(len(X), self.task.width)
        if self.task.is_classification:
            values = expit(values) if self.task.size == 2 else softmax(values, axis=1)
        return values

    def to_bytes(self) -> bytes:
        """Returns the model in CatBoost's own JSON format."""
        return json.dumps(self.document, allow_nan=False).encode()

    def restore(self, data: bytes, task: Task, features: int) -> Self:
        """Reads a model; see `Learner.restore`."""
        stored = json.loads(data)
        self.task, self.model = task, None
        if "constant" in stored:
            self.document = {"constant": _reals(stored["constant"], task.width)}
            return self
        self.document = _checked_document(stored, task, features)
        with TemporaryDirectory() as folder:
            path = Path(folder, "model.json")
            path.write_bytes(self.to_bytes())
            self.model = CatBoost()
            self.model.load_model(str(path), format="json")
        return self


def _checked_document(stored: dict[str, Any], task: Task, features: int) -> dict[str, Any]:
    """Rebuilds CatBoost's description of a model from checked numbers alone."""
    told = stored["features_info"]["float_features"]
    if len(told) != features:
        raise ValueError("the meta-learner combines another number of predictions")
    borders = [_reals(feature["borders"]) for feature in told]
    if any(any(a >= b for a, b in pairwise(own)) for own in borders):
        raise ValueError("the meta-learner's borders are not in ascending order")
    starts = [0, *accumulate(len(own) for own in borders)]

    def split(told: dict[str, Any]) -> dict[str, Any]:
        feature, border = told["float_feature_index"], told["border"]
        if type(feature) is not int or not 0 <= feature < features:
            raise ValueError("the meta-learner asks for an unknown prediction")
        return {
            "border": border,
            "float_feature_index": feature,
            "split_index": starts[feature] + borders[feature].index(border),
            "split_type": "FloatFeature",
        }

    def tree(told: dict[str, Any]) -> dict[str, Any]:
        splits = [split(one) for one in told["splits"]]
        if len(splits) > _DEEPEST:
            raise ValueError("a tree of the meta-learner is too deep")
        leaves = 2 ** len(splits)
        return {
            "leaf_values": _reals(told["leaf_values"], task.width * leaves),
            "leaf_weights": _reals(told["leaf_weights"], leaves),
            "splits": splits,
        }

    scale, bias = stored["scale_and_bias"]
    return {
        "features_info": {
            "float_features": [
                {
                    "borders": own,
                    "feature_id": "",
                    "feature_index": i,
                    "flat_feature_index": i,
                    "has_nans": False,
                    "nan_value_treatment": "AsIs",
                }
                for i, own in enumerate(borders)
            ]
        },
        "model_info": {},
        "oblivious_trees": [tree(one) for one in stored["oblivious_trees"]],
        "scale_and_bias": [_reals([scale], 1)[0], _reals(bias, task.width)],
    }


def _reals(values: Any, count: int | None = None) -> list[float]:
    """Returns a list of finite numbers, of a given length if there is one."""
    if not isinstance(values, list) or (count is not None and len(values) != count):
        raise ValueError("a list of the meta-learner has the wrong length")
    if not all(type(v) in (int, float) and isfinite(v) for v in values):
        raise ValueError("the meta-learner holds something that is no finite number")
    return values


def _loss(task: Task) -> str:
    """Returns CatBoost's name for the loss of a task."""
    if task.is_classification:
        return "Logloss" if task.size == 2 else "MultiClass"
    return "RMSE" if task.size == 1 else "MultiRMSE"


def _mean_answer(y: Targets, task: Task) -> Floats:
    """Returns the ``(width,)`` best answer when nothing distinguishes the rows."""
    if not task.is_classification:
        mean: Floats = y.mean(axis=0, dtype=np.float64)
        return mean
    shares: Floats = np.bincount(y, minlength=task.size) / len(y)
    return task.columns(shares[None]).ravel()
