"""The classifier: entangled or separable from a few spin correlations."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.random import Generator, RandomState
from numpy.typing import ArrayLike, NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import column_or_1d, validate_data

from qent_bell.model import BellNetwork, fit_networks
from qent_core.api import ParameterInvalidError


class BellClassifier(ClassifierMixin, BellNetwork):  # type: ignore[misc]
    r"""A network with one hidden layer and a logistic output that tells two classes apart.

    By default it is trained as the paper's classifiers: binary cross-entropy, plain stochastic
    gradient descent at 0.01, batches of 32, 200 epochs, Glorot's first weights, single precision.
    ``recipe="modern"`` is ADAM with a falling rate, batches of 256 and scaled inputs: more accurate
    in a tenth of the steps. Gradients are written by hand and many models can share one pass over
    the data, see `qent_bell.together.fit_together`; ``engine="torch"`` trains the same by automatic
    differentiation, on any device of torch.

    Source: Q. Liu et al., arXiv:2410.21504v2, Sec. III.

    Formula:
        $$p = \sigma\bigl(w \cdot \mathrm{ReLU}(Wx+b) + c\bigr)$$

        with the logistic function $\sigma$ and trained W, b, w, c. For k features and the default
        layer of 15 these are $15k + 31$ numbers, 91 for the four correlations of CHSH.

    Args:
        hidden_layers: Sizes of the hidden layers.
        features: None for all columns, the number of first columns, or a list of columns.
        recipe: ``"paper"`` or ``"modern"``.
        learning_rate: Step size; None means the recipe's.
        batch_size: Rows per step; None means the recipe's.
        epochs: Passes over the data; None means the recipe's.
        engine: ``"numpy"`` or ``"torch"``.
        device: Where torch trains.
        random_state: Seed, NumPy generator, or None for fresh randomness.

    Attributes:
        classes_: The two class labels in ascending order.
        layers_: Weights ``(inputs, outputs)`` and biases of each layer.
        columns_: The columns it reads.
        loss_curve_: Loss on the first 4096 rows after each epoch.
        n_features_in_: Number of features seen in ``fit``.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> X = rng.uniform(-1, 1, (400, 2))
        >>> y = np.where(np.abs(X).sum(axis=1) > 1, "entangled", "separable")
        >>> model = BellClassifier(recipe="modern", batch_size=32, random_state=0).fit(X, y)
        >>> bool(model.score(X, y) > 0.95)
        True
    """

    def __init__(
        self,
        hidden_layers: tuple[int, ...] = (15,),
        features: int | list[int] | None = None,
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
        self.recipe = recipe
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.epochs = epochs
        self.engine = engine
        self.device = device
        self.random_state = random_state

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns fast settings for the conformance kit, which fits a model a hundred times."""
        return [{"recipe": "modern", "batch_size": 32, "epochs": 40, "learning_rate": 0.01}]

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Trains the network.

        Args:
            X: Features, ``(n, features)``.
            y: Labels of two classes, ``(n,)``.

        Raises:
            ValueError: A parameter or the data do not fit, or the loss is no longer finite.
        """
        fit_networks([self], X, y)
        return self

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:
        """Returns the probability of each class, ``(n, 2)``, in the order of ``classes_``."""
        outputs = self.predict_outputs(X)
        second = 1 / (1 + np.exp(-np.clip(outputs, -700, 700)))
        return np.stack([1 - second, second], axis=1)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Returns the likelier class of each row, ``(n,)``."""
        second = self.predict_outputs(X) > 0
        chosen: NDArray[Any] = self.classes_[second.astype(np.intp)]
        return chosen

    def _loss(self) -> str:
        return "cross-entropy"

    def _numbers(self, X: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
        rows, labels = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(labels)
        classes, numbers = np.unique(column_or_1d(labels, warn=True), return_inverse=True)
        kind = type_of_target(labels)
        if len(classes) != 2:
            raise ParameterInvalidError(
                f"all rows belong to one class, {classes.tolist()[0]!r}"
                if len(classes) == 1
                else f"Only binary classification is supported. The type of the target is {kind}.",
                where=f"{type(self).__name__}.fit",
                do="give examples of two classes",
            )
        self.classes_ = classes
        return rows, numbers.astype(np.float64)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags
