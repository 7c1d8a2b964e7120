"""The stacking ensemble for measures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from qent_core.errors import ParameterInvalidError
from qent_stacking.learner import Floats, Targets, Task
from qent_stacking.scaling import Scaling, largest_size
from qent_stacking.stack import LARGEST, Stack


class StackingEnsemble(RegressorMixin, Stack):  # type: ignore[misc]
    r"""Predicts measures with a neural network, extra trees and XGBoost under CatBoost.

    The base learners are fitted on all folds but one and asked about the one left out; CatBoost
    learns from these out-of-fold predictions how to combine them; then the base learners are
    fitted again on all rows. Everything follows from ``random_state`` bit by bit on one machine
    type, whatever its load.

    Source: M. Y. Abd-Rabbou et al., arXiv:2507.12775 (2025), who name the four learners. The
    network's layers, the folds and the sizes below are not given there; they are ours.

    Formula:
        $$\hat y = \mathrm{CB}\bigl(\mathrm{NN}(x),\ \mathrm{ET}(x),\ \mathrm{XGB}(x)\bigr)$$

        with a neural network NN of layers 128 - 64 - 32, extremely randomised trees ET, boosted
        trees XGB, and CatBoost CB, which sees their predictions and not x.

    Args:
        folds: Number of folds for the out-of-fold predictions.
        nn_hidden_layers: Sizes of the neural network's hidden layers.
        nn_epochs: Most epochs it is trained for.
        nn_batch_size: Largest batch; small sets are cut into at least 16 batches.
        nn_learning_rate: First step size of Adam; it falls to 0 along half a cosine.
        nn_patience: Epochs without a better held-out loss before training stops.
        nn_validation_fraction: Share of the rows held out for that; 0 means no early stopping.
        nn_symmetry: ``"none"``; or, for real kets of two equal parties, whose d*d coefficients are
            the features, ``"invariants"`` (a network on numbers that local rotations leave
            alone) or ``"augmentation"`` (every batch turned by random local rotations).
        et_trees: Number of extremely randomised trees.
        et_max_depth: Their largest depth, or None.
        et_max_leaf_nodes: Their largest number of leaves, or None.
        et_min_samples_leaf: Least number (int) or share (float) of the rows in a leaf. A share
            bounds the size of a saved model whatever the number of rows.
        et_max_features: Features compared at each split, as in scikit-learn; a share is a share
            of the features that vary.
        xgb_rounds: Number of boosting rounds of XGBoost.
        xgb_max_depth: Depth of its trees.
        xgb_learning_rate: Its learning rate.
        cb_iterations: Number of trees of the meta-learner.
        cb_depth: Depth of its trees.
        cb_learning_rate: Its learning rate, or None to let CatBoost choose.
        meta_features: What the meta-learner learns from: predictions ``"out-of-fold"``, or
            ``"in-sample"``, for the very rows the base learners were fitted on, which teaches it to
            trust the one that memorises best.
        threads: Most threads of a tree learner; a fixed number, not that of the cores, because
            the last bits may depend on it. XGBoost uses one up to four million entries of the
            feature matrix, the neural network always.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        base_learners_: Fitted base learners by name.
        meta_learner_: Fitted meta-learner.
        out_of_fold_scores_: $R^2$ of each base learner on rows it had not seen.
        varying_features_: Indices of the features that varied in ``fit``; others are ignored.
        n_features_in_: Number of features seen in ``fit``.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> alpha = rng.uniform(size=(300, 1))
        >>> negativity = np.maximum(0.0, (4 * alpha[:, 0] - 1) / 3)
        >>> model = StackingEnsemble(
        ...     folds=2, nn_epochs=15, et_trees=20, xgb_rounds=30, cb_iterations=100, random_state=0
        ... )
        >>> model = model.fit(alpha[:200], negativity[:200])
        >>> bool(model.score(alpha[200:], negativity[200:]) > 0.99)
        True
        >>> sorted(model.base_predictions(alpha[200:]))
        ['extra-trees', 'neural-network', 'xgboost']
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Fits the ensemble.

        Args:
            X: Features, ``(n, features)``.
            y: Target ``(n,)`` or targets ``(n, k)``.

        Raises:
            ValueError: A parameter is out of range, there are too few rows, or a number is NaN,
                infinite or beyond single precision.
        """
        rows, targets = validate_data(
            self, X, y, dtype=(np.float64, np.float32), multi_output=True, y_numeric=True
        )
        self._check_fit_arguments(rows)
        targets = np.asarray(targets, dtype=np.float64)
        if largest_size(targets) > LARGEST:
            raise ParameterInvalidError(
                "a target is beyond the range of single precision",
                where=f"{type(self).__name__}, y",
                do="rescale the targets",
            )
        self._flat = targets.ndim == 1
        table = targets.reshape(len(targets), -1)
        # Tree learners compare gains with absolute thresholds and would leave small negativities
        # alone. One change of units for all folds tells no learner anything about a single row.
        self._units = Scaling.of(table)
        self._fit_learners(rows, self._units.apply(table), Task("regression", table.shape[1]))
        return self

    def predict(self, X: ArrayLike) -> Floats:
        """Returns predictions of the shape of ``y`` in ``fit``: ``(n,)`` or ``(n, k)``."""
        check_is_fitted(self)
        return self._shaped(self._ask(X))

    def base_predictions(self, X: ArrayLike) -> dict[str, Floats]:
        """Returns each base learner's own prediction, by name, shaped as in `predict`."""
        return {name: self._shaped(values) for name, values in self._ask_base_learners(X).items()}

    def _shaped(self, values: Floats) -> Floats:
        values = self._units.undo(values)
        return values[:, 0] if self._flat else values

    def _scores(self, y: Targets, predictions: Mapping[str, Floats]) -> dict[str, float]:
        return {name: float(r2_score(y, values)) for name, values in predictions.items()}

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
