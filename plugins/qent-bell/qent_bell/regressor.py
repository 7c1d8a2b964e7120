"""The regressor: concurrence, or another measure, from a few spin correlations."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.random import Generator, RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin
from sklearn.utils.validation import validate_data

from qent_bell.model import BellNetwork, fit_networks


class BellRegressor(RegressorMixin, BellNetwork):  # type: ignore[misc]
    r"""A network of three hidden layers that predicts a measure.

    By default it is trained as the paper's regressors: layers of 100, 50 and 50, mean squared error
    (our reading, the paper names no loss), plain stochastic gradient descent at 0.01, batches of
    32, 200 epochs. See `BellClassifier` for recipes and engines.

    Source: Q. Liu et al., arXiv:2410.21504v2, Sec. IV.

    Formula:
        $$\hat y = L_4\,\mathrm{ReLU}\,L_3\,\mathrm{ReLU}\,L_2\,\mathrm{ReLU}\,L_1\,x$$

        with affine maps $L_i$. Layers k - 100 - 50 - 50 - 1, in all $100k + 7751$ trained numbers
        for k features.

    Args:
        hidden_layers: Sizes of the hidden layers.
        features: None for all columns, the number of first columns, or a list of columns.
        output: ``"linear"``, or ``"logistic"`` to keep predictions between 0 and 1.
        recipe: ``"paper"`` or ``"modern"``.
        learning_rate: Step size; None means the recipe's.
        batch_size: Rows per step; None means the recipe's.
        epochs: Passes over the data; None means the recipe's.
        engine: ``"numpy"`` or ``"torch"``.
        device: Where torch trains.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        layers_: Weights ``(inputs, outputs)`` and biases of each layer.
        columns_: The columns it reads.
        loss_curve_: Loss on the first 4096 rows after each epoch.
        n_features_in_: Number of features seen in ``fit``.

    Example:
        >>> X = np.random.default_rng(0).uniform(-1, 1, (400, 2))
        >>> y = np.hypot(X[:, 0], X[:, 1])
        >>> model = BellRegressor(recipe="modern", batch_size=32, random_state=0).fit(X, y)
        >>> bool(model.score(X, y) > 0.99)
        True
    """

    def __init__(
        self,
        hidden_layers: tuple[int, ...] = (100, 50, 50),
        features: int | list[int] | None = None,
        output: str = "linear",
        recipe: str = "paper",
        learning_rate: float | None = None,
        batch_size: int | None = None,
        epochs: int | None = None,
        engine: str = "numpy",
        device: str = "cpu",
        random_state: int | RandomState | Generator | None = None,
    ) -> None:
        self.hidden_layers = hidden_layers
        self.features = features
        self.output = output
        self.recipe = recipe
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.engine = engine
        self.device = device
        self.random_state = random_state

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns settings that stand targets of any size, and are fast."""
        return [{"recipe": "modern", "hidden_layers": (20, 10), "batch_size": 32}]

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Trains the network.

        Args:
            X: Features, ``(n, features)``.
            y: Values of the measure, ``(n,)``.

        Raises:
            ValueError: A parameter or the data do not fit, or the loss is no longer finite.
        """
        fit_networks([self], X, y)
        return self

    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """Returns the predicted values, ``(n,)``."""
        outputs = self.predict_outputs(X)
        if self.output == "logistic":
            return np.asarray(1 / (1 + np.exp(-np.clip(outputs, -700, 700))))
        return outputs

    def _loss(self) -> str:
        return "squared" if self.output == "linear" else "logistic-squared"

    def _numbers(self, X: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
        rows, targets = validate_data(self, X, y, dtype=np.float64, y_numeric=True)
        return rows, np.asarray(targets, dtype=np.float64)
