"""What both ensembles share: three base learners of different nature under one meta-learner."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.random import Generator, RandomState
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from qent_core.api import stream, track
from qent_core.errors import ParameterInvalidError
from qent_stacking import persistence
from qent_stacking.coefficient_shape import matrix_shape
from qent_stacking.extra_trees import ExtraTrees
from qent_stacking.gradient_boosting import GradientBoosting
from qent_stacking.learner import Floats, Learner, Targets, Task
from qent_stacking.meta_learner import MetaLearner
from qent_stacking.neural_network import NeuralNetwork
from qent_stacking.out_of_fold import assign_folds, out_of_fold_predictions
from qent_stacking.parameters import check_parameters, root_seed
from qent_stacking.scaling import Scaling, largest_size
from qent_stacking.symmetric_network import Symmetry, network_with

LARGEST = float(np.finfo(np.float32).max)


class Stack(BaseEstimator, ABC):  # type: ignore[misc]
    """Fitting, asking, saving and loading; see `StackingEnsemble` for the parameters."""

    def __init__(
        self,
        folds: int = 5,
        nn_hidden_layers: tuple[int, ...] = (128, 64, 32),
        nn_epochs: int = 30,
        nn_batch_size: int = 512,
        nn_learning_rate: float = 3e-3,
        nn_patience: int = 10,
        nn_validation_fraction: float = 0.1,
        nn_symmetry: Symmetry = "none",
        et_trees: int = 60,
        et_max_depth: int | None = None,
        et_max_leaf_nodes: int | None = None,
        et_min_samples_leaf: int | float = 3e-4,
        et_max_features: int | float | str = 1.0,
        xgb_rounds: int = 300,
        xgb_max_depth: int = 6,
        xgb_learning_rate: float = 0.1,
        cb_iterations: int = 500,
        cb_depth: int = 6,
        cb_learning_rate: float | None = None,
        meta_features: Literal["out-of-fold", "in-sample"] = "out-of-fold",
        threads: int = 2,
        random_state: int | RandomState | Generator | None = None,
    ) -> None:
        self.folds = folds
        self.nn_hidden_layers = nn_hidden_layers
        self.nn_epochs = nn_epochs
        self.nn_batch_size = nn_batch_size
        self.nn_learning_rate = nn_learning_rate
        self.nn_patience = nn_patience
        self.nn_validation_fraction = nn_validation_fraction
        self.nn_symmetry = nn_symmetry
        self.et_trees = et_trees
        self.et_max_depth = et_max_depth
        self.et_max_leaf_nodes = et_max_leaf_nodes
        self.et_min_samples_leaf = et_min_samples_leaf
        self.et_max_features = et_max_features
        self.xgb_rounds = xgb_rounds
        self.xgb_max_depth = xgb_max_depth
        self.xgb_learning_rate = xgb_learning_rate
        self.cb_iterations = cb_iterations
        self.cb_depth = cb_depth
        self.cb_learning_rate = cb_learning_rate
        self.meta_features = meta_features
        self.threads = threads
        self.random_state = random_state

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings with which a fit takes a moment, for tests that make hundreds."""
        return [
            {
                "folds": 2,
                "nn_hidden_layers": [8],
                "nn_epochs": 1,
                "nn_learning_rate": 0.05,
                "et_trees": 3,
                "xgb_rounds": 5,
                "xgb_learning_rate": 0.5,
                "cb_iterations": 20,
                "cb_depth": 2,
                "cb_learning_rate": 0.3,
                "threads": 1,
            }
        ]

    def save(self, folder: Path) -> None:
        """Writes the fitted ensemble into an existing, empty folder.

        Every part is stored in a format that holds data and no code: the neural network as
        safetensors, the extra trees through skops, XGBoost and CatBoost in their own JSON formats.

        Raises:
            sklearn.exceptions.NotFittedError: There is nothing to save yet.
            ModelFileError: The folder does not exist or is not empty.
        """
        check_is_fitted(self)
        persistence.save(self, Path(folder))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads an ensemble that `save` wrote; it predicts the very same bits.

        Raises:
            ModelFileError: A file is missing, was changed, or holds anything that is not trusted.
        """
        return persistence.load(cls, Path(folder))

    @abstractmethod
    def _scores(self, y: Targets, predictions: Mapping[str, Floats]) -> dict[str, float]:
        """Returns how well each learner predicted rows it had not seen."""

    def _base_learners(self) -> dict[str, Callable[[], Learner]]:
        return {
            "neural-network": self._neural_network,
            "extra-trees": partial(
                ExtraTrees,
                trees=self.et_trees,
                max_depth=self.et_max_depth,
                max_leaf_nodes=self.et_max_leaf_nodes,
                min_samples_leaf=self.et_min_samples_leaf,
                max_features=self.et_max_features,
                threads=self.threads,
            ),
            "xgboost": partial(
                GradientBoosting,
                rounds=self.xgb_rounds,
                max_depth=self.xgb_max_depth,
                learning_rate=self.xgb_learning_rate,
                threads=self.threads,
            ),
        }

    def _neural_network(self) -> Learner:
        network = NeuralNetwork(
            hidden_layers=tuple(self.nn_hidden_layers),
            epochs=self.nn_epochs,
            batch_size=self.nn_batch_size,
            learning_rate=self.nn_learning_rate,
            patience=self.nn_patience,
            validation_fraction=self.nn_validation_fraction,
        )
        return network_with(self.nn_symmetry, network)

    def _meta_learner(self) -> MetaLearner:
        return MetaLearner(
            iterations=self.cb_iterations,
            depth=self.cb_depth,
            learning_rate=self.cb_learning_rate,
            threads=self.threads,
        )

    def _check_fit_arguments(self, X: Floats) -> None:
        kind = type(self).__name__
        check_parameters(self.get_params(deep=False), kind)
        self._check_range(X)
        if len(X) < 2 * self.folds:
            raise ParameterInvalidError(
                f"{self.folds} folds need at least {2 * self.folds} rows, got n_samples={len(X)}",
                where=f"{kind}.fit",
                do="give more states, or set folds to a smaller number",
            )

    def _check_range(self, X: Floats) -> None:
        largest = largest_size(X)
        if largest > LARGEST:
            raise ParameterInvalidError(
                f"a feature reaches {largest:.3g}, beyond the range of single precision",
                where=f"{type(self).__name__}, X",
                do="rescale the features: the trees hold them in single precision",
            )

    def _fit_learners(self, X: Floats, y: Targets, task: Task) -> None:
        """Fits base learners on folds, the meta-learner on what they said, the former again."""
        root = root_seed(self.random_state)

        def seed_of(name: str, fold: int) -> int:
            return int(stream(root, "stacking", name, fold).integers(2**31 - 1))

        varying = np.flatnonzero(Scaling.of(X).spread)
        if self.nn_symmetry != "none":
            # A rotation needs all coefficients, also those that happen to vanish.
            matrix_shape(X.shape[1], None, f"{type(self).__name__}.fit, nn_symmetry")
            varying = np.arange(X.shape[1])
        # Most entries of a density matrix may vanish by symmetry: without them all learners are
        # faster. If nothing varies, one column keeps them going.
        self.varying_features_ = varying if len(varying) else np.arange(1)
        X = X[:, self.varying_features_]
        learners = self._base_learners()
        seen = {name: np.empty((len(X), task.width)) for name in learners}
        fold = assign_folds(y, task, self.folds, stream(root, "stacking", "folds"))
        with track("stacking ensemble", total=len(learners) * (self.folds + 1) + 1) as step:
            for name, number, held, values in out_of_fold_predictions(
                learners, X, y, task, fold, seed_of
            ):
                seen[name][held] = self._checked(name, values)
                step(1, f"fold {number + 1}/{self.folds}: {name}")
            fitted = {}
            for name, make in learners.items():
                fitted[name] = make().fit(X, y, task, seed_of(name, self.folds))
                step(1, f"all rows: {name}")
            shown = seen
            if self.meta_features == "in-sample":
                shown = {name: learner.predict(X) for name, learner in fitted.items()}
            meta = self._meta_learner()
            meta.fit(np.hstack(list(shown.values())), y, task, seed_of("catboost", 0))
            step(1, "meta-learner: catboost")
        self._task = task
        self.base_learners_ = fitted
        self.meta_learner_ = meta
        self.out_of_fold_scores_ = self._scores(y, seen)

    def _checked(self, name: str, values: Floats) -> Floats:
        if not np.isfinite(values).all():
            raise ParameterInvalidError(
                f"the base learner {name} diverged: its predictions are not finite",
                where=f"{type(self).__name__}.fit",
                do="lower nn_learning_rate, or rescale the targets",
            )
        return values

    def _ask_base_learners(self, X: ArrayLike) -> dict[str, Floats]:
        check_is_fitted(self)
        rows = validate_data(self, X, reset=False, dtype=(np.float64, np.float32))
        self._check_range(rows)
        rows = rows[:, self.varying_features_]
        return {name: learner.predict(rows) for name, learner in self.base_learners_.items()}

    def _ask(self, X: ArrayLike) -> Floats:
        return self.meta_learner_.predict(np.hstack(list(self._ask_base_learners(X).values())))
