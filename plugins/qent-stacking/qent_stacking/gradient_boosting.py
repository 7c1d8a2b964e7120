"""The gradient-boosted trees among the base learners, from XGBoost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
import xgboost

from qent_stacking.learner import Floats, Targets, Task

_REAL_ARRAYS = ("split_conditions", "base_weights", "loss_changes", "sum_hessian")
_EMPTY_ARRAYS = ("categories", "categories_nodes", "categories_segments", "categories_sizes")
_NO_CHILD, _NO_PARENT = -1, 2**31 - 1
_ENTRIES_PER_THREAD = 2**22
_LARGEST = float(np.finfo(np.float32).max)


@dataclass
class GradientBoosting:
    """Trees grown one after the other, each on what the earlier ones left over.

    Example:
        >>> import numpy as np
        >>> x = np.linspace(-1.0, 1.0, 200)[:, None]
        >>> boosting = GradientBoosting(rounds=100).fit(x, x**2, Task("regression", 1), seed=0)
        >>> bool(np.abs(boosting.predict(x) - x**2).max() < 0.1)
        True
    """

    rounds: int = 300
    max_depth: int = 6
    learning_rate: float = 0.1
    threads: int = 2
    booster: Any = field(init=False, repr=False)
    task: Task = field(init=False, repr=False)

    def fit(self, X: Floats, y: Targets, task: Task, seed: int) -> Self:
        """Boosts for ``rounds`` rounds; see `Learner.fit`."""
        self.task = task
        # XGBoost's threads meet several times per level of every tree. Without much to do in
        # between, they wait for each other, on a busy machine for tens of times as long.
        threads = min(self.threads, 1 + X.size // _ENTRIES_PER_THREAD)
        settings = {
            **_objective(task),
            "tree_method": "hist",
            "max_depth": self.max_depth,
            "learning_rate": self.learning_rate,
            "nthread": threads,
            "seed": seed,
            "verbosity": 0,
        }
        data = xgboost.DMatrix(X, label=y, nthread=threads)
        self.booster = xgboost.train(settings, data, num_boost_round=self.rounds)
        self.booster.set_param({"nthread": 1})
        return self

    def predict(self, X: Floats) -> Floats:
        """Adds up the trees; see `Learner.predict`."""
        raw = self.booster.predict(xgboost.DMatrix(X, nthread=1))
        values: Floats = raw.reshape(len(X), self.task.width).astype(np.float64)
        return values

    def to_bytes(self) -> bytes:
        """Returns the booster in XGBoost's own JSON format, single precision to the last bit."""
        return bytes(self.booster.save_raw("json"))

    def restore(self, data: bytes, task: Task, features: int) -> Self:
        """Reads a booster; see `Learner.restore`.

        XGBoost itself trusts what it reads: a child outside a tree's arrays makes it crash. Only
        numbers that were checked here reach it, in a document of its own making.
        """
        told = json.loads(data)["learner"]["gradient_booster"]["model"]
        groups = 1 if task.is_classification and task.size == 2 else task.size
        count = len(told["trees"])
        turns = [i % groups for i in range(count)]
        if not count or count % groups or told["tree_info"] != turns:
            raise ValueError("the number of boosted trees does not fit the task")
        document = _blank_document(task, features)
        model = document["learner"]["gradient_booster"]["model"]
        model["trees"] = [_checked_tree(tree, i, features) for i, tree in enumerate(told["trees"])]
        model["gbtree_model_param"]["num_trees"] = str(count)
        model["tree_info"] = turns
        model["iteration_indptr"] = list(range(0, count + 1, groups))
        self.booster = xgboost.Booster()
        self.booster.load_model(bytearray(json.dumps(document, allow_nan=False).encode()))
        self.booster.set_param({"nthread": 1, "verbosity": 0})
        self.task = task
        return self


def _blank_document(task: Task, features: int) -> dict[str, Any]:
    """Returns how the installed XGBoost describes a booster for this task, to be filled."""
    labels = np.zeros((1, 1 if task.is_classification else task.size))
    booster = xgboost.train(
        {**_objective(task), "nthread": 1, "verbosity": 0},
        xgboost.DMatrix(np.zeros((1, features)), label=labels, nthread=1),
        num_boost_round=1,
    )
    document: dict[str, Any] = json.loads(bytes(booster.save_raw("json")))
    return document


def _checked_tree(tree: dict[str, Any], number: int, features: int) -> dict[str, Any]:
    """Rebuilds one tree from checked arrays: every path goes forward and ends in a leaf."""
    whole = ("left_children", "right_children", "parents", "split_indices", "default_left")
    arrays = {name: np.asarray(tree[name]) for name in (*whole, *_REAL_ARRAYS)}
    count = len(arrays["left_children"])
    if tree["tree_param"]["num_feature"] != str(features):
        raise ValueError("the boosted trees have another number of features")
    for name, array in arrays.items():
        if array.shape != (count,) or array.dtype.kind not in ("i" if name in whole else "if"):
            raise ValueError(f"the array {name} of a boosted tree is malformed")
        if not np.isfinite(array).all() or np.abs(array).max(initial=0) > _LARGEST:
            raise ValueError(f"the array {name} of a boosted tree is out of range")
    left, right, parents = arrays["left_children"], arrays["right_children"], arrays["parents"]
    inner = np.flatnonzero(left != _NO_CHILD)
    both = np.concatenate([left[inner], right[inner]])
    sound = (
        count > 0
        and parents[0] == _NO_PARENT
        and np.array_equal(left == _NO_CHILD, right == _NO_CHILD)
        and np.array_equal(np.sort(both), np.arange(1, count))
        and np.all(both > np.tile(inner, 2))
        and np.array_equal(parents[both], np.tile(inner, 2))
        and np.all((arrays["split_indices"] >= 0) & (arrays["split_indices"] < features))
        and np.all((arrays["default_left"] == 0) | (arrays["default_left"] == 1))
    )
    if not sound:
        raise ValueError("a boosted tree is malformed")
    return {
        "id": number,
        "tree_param": {
            "num_deleted": "0",
            "num_feature": str(features),
            "num_nodes": str(count),
            "size_leaf_vector": "1",
        },
        "split_type": [0] * count,
        **{name: [] for name in _EMPTY_ARRAYS},
        **{name: array.tolist() for name, array in arrays.items()},
    }


def _objective(task: Task) -> dict[str, Any]:
    """Returns XGBoost's settings for a task; the starting point is fixed, never estimated."""
    if not task.is_classification:
        return {"objective": "reg:squarederror", "base_score": 0.0}
    if task.size == 2:
        return {"objective": "binary:logistic", "base_score": 0.5}
    return {"objective": "multi:softprob", "num_class": task.size, "base_score": 0.5}
