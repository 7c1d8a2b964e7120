"""A search with Optuna over features and a model; needs: pip install optuna.

Run it with: python examples/optuna_search.py [TRIALS]
"""

import sys

import numpy as np
import optuna
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from qent_core.api import component, label_states

trials = int(sys.argv[1]) if len(sys.argv) > 1 else 20
states = component("induced", environment=4).sample(600, np.random.default_rng(4))
# Of two qubits the criterion decides every state.
y = label_states(states, ["ppt"]).column("ppt[A|B]").values


def objective(trial: optuna.Trial) -> float:
    """Returns the cross-validated accuracy of one choice."""
    features = trial.suggest_categorical("features", ["density-vector", "pauli-correlations"])
    model = ExtraTreesClassifier(
        n_estimators=trial.suggest_int("trees", 10, 60),
        min_samples_leaf=trial.suggest_int("leaf", 1, 8),
        random_state=0,
    )
    return cross_val_score(make_pipeline(component(features), model), states, y, cv=3).mean()


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=1))
study.optimize(objective, n_trials=trials)
print(f"best accuracy {study.best_value:.3f} with {study.best_params}")
