"""What the classifier and the regressor share: fitting, asking, saving and loading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from qent_bell import persistence
from qent_bell.networks import Layer, Networks, glorot_layers, outputs_of
from qent_bell.parameters import check_parameters, read_columns, root_seed
from qent_bell.training import RECIPES, Recipe, train
from qent_core.api import ParameterInvalidError

_ROWS_AT_ONCE = 2**15


class BellNetwork(BaseEstimator):  # type: ignore[misc]
    """A small perceptron; see `BellClassifier` for the parameters."""

    layers_: list[Layer]
    columns_: NDArray[np.intp]
    centre_: NDArray[np.float64]
    spread_: NDArray[np.float64]
    loss_curve_: NDArray[np.float64]

    alone: ClassVar[tuple[str, ...]] = ("features", "random_state")
    """Parameters in which models may differ that are fitted together."""

    def predict_outputs(self, X: ArrayLike) -> NDArray[np.float64]:
        """Returns the outputs before any activation, ``(n,)``, in double precision."""
        check_is_fitted(self, "layers_")
        rows = validate_data(self, X, dtype=np.float64, reset=False)
        values = np.empty(len(rows))
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            piece = slice(start, start + _ROWS_AT_ONCE)
            read = (rows[piece][:, self.columns_] - self.centre_) / self.spread_
            values[piece] = outputs_of(self.layers_, read)
        return values

    def save(self, folder: Path) -> None:
        """Writes the fitted model into an existing, empty folder: JSON and safetensors.

        The tensors have the names and shapes of a ``torch.nn.Sequential``, see
        `qent_bell.torch_engine.module_of`.

        Raises:
            sklearn.exceptions.NotFittedError: There is nothing to save yet.
            ModelFileError: The folder does not exist or is not empty.
        """
        check_is_fitted(self, "layers_")
        persistence.save(self, Path(folder))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Reads a model that `save` wrote; it predicts the very same bits.

        Raises:
            ModelFileError: A file is missing, was changed, or does not describe such a model.
        """
        return persistence.load(cls, Path(folder))

    def recipe_in_use(self) -> Recipe:
        """Returns how it is trained: the recipe with what was set beside it."""
        given = {
            name: getattr(self, name)
            for name in ("learning_rate", "batch_size", "epochs")
            if getattr(self, name) is not None
        }
        return replace(RECIPES[self.recipe], **given)

    def _loss(self) -> str:
        raise NotImplementedError

    def _numbers(self, X: ArrayLike, y: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
        """Returns checked rows, and targets as numbers."""
        raise NotImplementedError


def fit_networks(models: Sequence[BellNetwork], X: ArrayLike, y: ArrayLike) -> None:
    """Fits models of one kind that differ in ``features`` and ``random_state`` alone.

    Args:
        models: At least one.
        X: Features, ``(n, features)``.
        y: Targets, ``(n,)``.

    Raises:
        ParameterInvalidError: A parameter does not fit, or a loss is no longer finite.
    """
    first, who = models[0], type(models[0]).__name__
    rows, targets = first._numbers(X, y)
    for model in models:
        check_parameters(model.get_params(deep=False), type(model).__name__)
        if model is not first:
            model._numbers(X, y)
        model.columns_ = read_columns(model.features, rows.shape[1], who)
    recipe, seeds = first.recipe_in_use(), [root_seed(model.random_state) for model in models]
    centre, spread = np.zeros(rows.shape[1]), np.ones(rows.shape[1])
    if recipe.standardise:
        centre, spread = rows.mean(axis=0), rows.std(axis=0)
        spread[spread == 0] = 1.0
        rows = (rows - centre) / spread
    layers = [
        glorot_layers(len(model.columns_), first.hidden_layers, seed)
        for model, seed in zip(models, seeds, strict=True)
    ]
    where = f"{who}.fit"
    if first.engine == "torch":
        trained, curve = _with_torch(models, layers, rows, targets, recipe, seeds[0], where)
    else:
        columns = [model.columns_ for model in models]
        networks = Networks(columns, rows.shape[1], first.hidden_layers)
        for net, start in enumerate(layers):
            networks.start(net, start)
        curve = train(networks, rows, targets, first._loss(), recipe, seeds[0], where)
        trained = [networks.layers(net) for net in range(len(models))]
    for net, model in enumerate(models):
        model.layers_, model.loss_curve_ = trained[net], curve[:, net]
        model.centre_, model.spread_ = centre[model.columns_], spread[model.columns_]


def check_alike(models: Sequence[BellNetwork]) -> None:
    """Refuses models that cannot be fitted together.

    Raises:
        ParameterInvalidError: There is none, or two differ in more than they may.
    """
    if not models or not all(type(model) is type(models[0]) for model in models):
        raise ParameterInvalidError(
            "models that are fitted together must be of one kind, and at least one",
            where="fit_together",
            do="give a list of classifiers, or one of regressors",
        )
    reference = models[0].get_params(deep=False)
    for model in models[1:]:
        for name, value in model.get_params(deep=False).items():
            if name in model.alone or _same(value, reference[name]):
                continue
            raise ParameterInvalidError(
                f"two models differ in {name}: {reference[name]!r} and {value!r}",
                where="fit_together",
                do=f"only {' and '.join(model.alone)} may differ",
            )


def _same(one: Any, two: Any) -> bool:
    as_lists = [list(value) if isinstance(value, tuple | list) else value for value in (one, two)]
    return bool(as_lists[0] == as_lists[1])


def _with_torch(
    models: Sequence[BellNetwork],
    layers: list[list[Layer]],
    rows: NDArray[Any],
    targets: NDArray[Any],
    recipe: Recipe,
    order: int,
    where: str,
) -> tuple[list[list[Layer]], NDArray[np.float64]]:
    from qent_bell.torch_engine import train_with_torch

    done = [
        train_with_torch(
            start,
            rows[:, model.columns_],
            targets,
            model._loss(),
            recipe,
            order,
            device=model.device,
            where=where,
        )
        for model, start in zip(models, layers, strict=True)
    ]
    return [trained for trained, _ in done], np.stack([curve for _, curve in done], axis=1)
