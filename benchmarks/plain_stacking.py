"""The stacking ensemble as a researcher writes it: scikit-learn's, with the same learners.

Sizes, rates, folds and stopping are the defaults of qent's ensemble. The network is scikit-learn's
perceptron, which has no falling step sizes; its batches are as small as qent's for so few states.
"""

from __future__ import annotations

from typing import Any


def ensemble() -> Any:
    """Returns an estimator that is not fitted yet."""
    from catboost import CatBoostRegressor
    from sklearn.ensemble import ExtraTreesRegressor, StackingRegressor
    from sklearn.model_selection import KFold
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from xgboost import XGBRegressor

    network = MLPRegressor(
        hidden_layer_sizes=(128, 64, 32), max_iter=30, batch_size=25, learning_rate_init=3e-3,
        early_stopping=True, validation_fraction=0.1, n_iter_no_change=10, tol=0.0, random_state=0,
    )  # fmt: skip
    trees = ExtraTreesRegressor(60, min_samples_leaf=3e-4, n_jobs=1, random_state=0)
    boosting = XGBRegressor(
        n_estimators=300, max_depth=6, learning_rate=0.1, tree_method="hist", n_jobs=1,
        random_state=0,
    )  # fmt: skip
    combined = CatBoostRegressor(
        iterations=500, depth=6, random_seed=0, thread_count=1, allow_writing_files=False,
        verbose=False,
    )  # fmt: skip
    return StackingRegressor(
        [("nn", make_pipeline(StandardScaler(), network)), ("et", trees), ("xgb", boosting)],
        combined,
        cv=KFold(5, shuffle=True, random_state=0),
        n_jobs=1,
    )
