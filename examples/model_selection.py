"""Features and models of qent in scikit-learn's own tools: Pipeline, GridSearchCV, cross_val_score.

A StateBatch is X. Run it with: python examples/model_selection.py [STATES]
"""

import sys

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline

from qent_core.api import component, label_states

count = int(sys.argv[1]) if len(sys.argv) > 1 else 1500
states = component("isotropic").sample(count, np.random.default_rng(3))
y = label_states(states, ["negativity"]).values("negativity[A|B]")

search = GridSearchCV(
    Pipeline([("features", component("density-vector")), ("model", RidgeCV())]),
    {
        # A step of a pipeline is searched like any other parameter.
        "features": [component("density-vector"), component("pauli-correlations")],
        "model": [ExtraTreesRegressor(50, random_state=0), RidgeCV()],
    },
    cv=3,
)
search.fit(states, y)
for setting, r2 in zip(
    search.cv_results_["params"], search.cv_results_["mean_test_score"], strict=True
):
    print(f"{type(setting['features']).__name__} + {type(setting['model']).__name__}: R² {r2:.4f}")
print(f"best: {search.best_params_}")

stacked = Pipeline(
    [
        ("features", component("density-vector")),
        ("model", component("stacking", "model", folds=2, nn_epochs=10, cb_iterations=300)),
    ]
)
scores = cross_val_score(stacked, states, y, cv=2)
print(f"stacking, cross-validated: R² {scores.mean():.4f}")
