"""Fitting many models in one pass over the data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from numpy.typing import ArrayLike

from qent_bell.model import BellNetwork, check_alike, fit_networks

Model = TypeVar("Model", bound=BellNetwork)


def fit_together(models: Sequence[Model], X: ArrayLike, y: ArrayLike) -> list[Model]:
    """Fits models that differ in ``features`` and ``random_state`` alone, in one pass.

    All see the same batches, in the order that the first model's ``random_state`` decides; models
    with the same ``random_state`` come out as if each were fitted alone. Fifteen subsets of the
    features cost about as much as three.

    Args:
        models: Classifiers or regressors.
        X: Features, ``(n, features)``.
        y: Targets, ``(n,)``.

    Returns:
        The same models, fitted.

    Raises:
        ParameterInvalidError: They differ in more, or one of them cannot be fitted.

    Example:
        >>> import numpy as np
        >>> from qent_bell.regressor import BellRegressor
        >>> X = np.random.default_rng(0).uniform(-1, 1, (200, 3))
        >>> models = [BellRegressor((8,), features=k, random_state=1) for k in (1, 2, 3)]
        >>> [round(m.score(X, X.sum(axis=1)), 1) for m in fit_together(models, X, X.sum(axis=1))]
        [0.3, 0.6, 1.0]
    """
    check_alike(models)
    fit_networks(models, X, y)
    return list(models)
