"""What the tests of the stacking ensembles share: small settings and small data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray


@pytest.fixture(scope="session")
def tiny() -> dict[str, Any]:
    """Settings for a fit in a fraction of a second."""
    return {
        "folds": 2,
        "nn_hidden_layers": (16, 8),
        "nn_epochs": 4,
        "nn_learning_rate": 0.02,
        "et_trees": 5,
        "xgb_rounds": 10,
        "xgb_learning_rate": 0.3,
        "cb_iterations": 20,
        "cb_depth": 3,
        "cb_learning_rate": 0.3,
        "threads": 1,
        "random_state": 7,
    }


def isotropic_qutrits(count: int, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Entries (count, 81) of depolarised isotropic states and their normalised negativities."""
    rng = np.random.default_rng(seed)
    a = rng.uniform(0.0, 1.0, count) * (1.0 - rng.uniform(0.0, 0.3, count))
    phi = np.eye(3).ravel() / np.sqrt(3.0)
    states = a[:, None, None] * np.outer(phi, phi) + (1 - a)[:, None, None] * np.eye(9) / 9
    return states.reshape(count, 81), np.maximum(0.0, (4.0 * a - 1.0) / 3.0)


@pytest.fixture(scope="session")
def isotropic() -> tuple[NDArray[Any], NDArray[Any]]:
    """Twelve hundred isotropic states, drawn once."""
    return isotropic_qutrits(1200, seed=1)


@pytest.fixture(scope="session")
def noise() -> tuple[NDArray[Any], NDArray[Any]]:
    """Features and a target that have nothing to do with each other."""
    rng = np.random.default_rng(2)
    return rng.normal(size=(600, 4)), rng.normal(size=600)
