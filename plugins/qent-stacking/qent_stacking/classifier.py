"""The stacking ensemble for verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from qent_core.errors import ParameterInvalidError
from qent_stacking.learner import Floats, Targets, Task
from qent_stacking.stack import Stack


class StackingEnsembleClassifier(ClassifierMixin, Stack):  # type: ignore[misc]
    r"""Predicts verdicts with a neural network, extra trees and XGBoost under CatBoost.

    The same ensemble as `StackingEnsemble` with cross-entropy in place of the squared error and
    class probabilities in place of values.

    Source: M. Y. Abd-Rabbou et al., arXiv:2507.12775 (2025), for the ensemble; they predict
    values only.

    Formula:
        $$p = \mathrm{CB}\bigl(\mathrm{NN}(x),\ \mathrm{ET}(x),\ \mathrm{XGB}(x)\bigr)$$

        with a neural network NN of layers 128 - 64 - 32, extremely randomised trees ET, boosted
        trees XGB, and CatBoost CB, which sees their class probabilities and not x.

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
        classes_: Class labels in ascending order.
        base_learners_: Fitted base learners by name.
        meta_learner_: Fitted meta-learner.
        out_of_fold_scores_: Accuracy of each base learner on rows it had not seen.
        varying_features_: Indices of the features that varied in ``fit``; others are ignored.
        n_features_in_: Number of features seen in ``fit``.

    Example:
        >>> import numpy as np
        >>> rng = np.random.default_rng(0)
        >>> alpha = rng.uniform(size=(300, 1))
        >>> verdict = np.where(alpha[:, 0] > 0.25, "entangled", "separable")
        >>> model = StackingEnsembleClassifier(
        ...     folds=2, nn_epochs=15, et_trees=20, xgb_rounds=30, cb_iterations=100, random_state=0
        ... )
        >>> model = model.fit(alpha[:200], verdict[:200])
        >>> bool(model.score(alpha[200:], verdict[200:]) > 0.95)
        True
        >>> print(model.predict([[0.1], [0.9]]))
        ['separable' 'entangled']
    """

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Fits the ensemble.

        Args:
            X: Features, ``(n, features)``.
            y: Class labels, ``(n,)``.

        Raises:
            ValueError: A parameter is out of range, there are too few rows, fewer than two
                classes, or a feature is NaN, infinite or beyond single precision.
        """
        rows, labels = validate_data(self, X, y, dtype=(np.float64, np.float32))
        check_classification_targets(labels)
        self._check_fit_arguments(rows)
        self.classes_, numbers = np.unique(column_or_1d(labels, warn=True), return_inverse=True)
        if len(self.classes_) < 2:
            raise ParameterInvalidError(
                f"all rows belong to one class, {self.classes_.tolist()[0]!r}",
                where=f"{type(self).__name__}.fit",
                do="give examples of at least two classes",
            )
        self._fit_learners(rows, numbers, Task("classification", len(self.classes_)))
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Returns the likeliest class of each row, ``(n,)``."""
        check_is_fitted(self)
        return self._labels(self._ask(X))

    def predict_proba(self, X: ArrayLike) -> Floats:
        """Returns the probability of each class, ``(n, classes)``, in the order of ``classes_``."""
        check_is_fitted(self)
        return _all_classes(self._ask(X))

    def base_predictions(self, X: ArrayLike) -> dict[str, NDArray[Any]]:
        """Returns the class each base learner finds likeliest, ``(n,)`` by name."""
        return {name: self._labels(values) for name, values in self._ask_base_learners(X).items()}

    def base_probabilities(self, X: ArrayLike) -> dict[str, Floats]:
        """Returns each base learner's class probabilities, ``(n, classes)`` by name."""
        return {name: _all_classes(values) for name, values in self._ask_base_learners(X).items()}

    def _labels(self, values: Floats) -> NDArray[Any]:
        labels: NDArray[Any] = self.classes_[_all_classes(values).argmax(axis=1)]
        return labels

    def _scores(self, y: Targets, predictions: Mapping[str, Floats]) -> dict[str, float]:
        return {
            name: float(accuracy_score(y, _all_classes(values).argmax(axis=1)))
            for name, values in predictions.items()
        }


def _all_classes(values: Floats) -> Floats:
    """Returns one column per class; of two classes only the second's was kept."""
    return values if values.shape[1] > 1 else np.hstack([1 - values, values])
