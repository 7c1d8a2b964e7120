"""Training all networks of a stack in one pass over the data, with gradients written by hand."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from qent_bell.losses import LOSSES, Loss
from qent_bell.networks import Networks, Passes, Single
from qent_bell.optimizers import Adam, Optimizer, Sgd
from qent_core.api import ParameterInvalidError, stream, track

WATCHED = 4096
"""Rows on which the loss is followed, once per epoch."""


@dataclass(frozen=True)
class Recipe:
    """How networks are trained."""

    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int
    cosine: bool = False
    """Let the learning rate fall to zero along half a cosine."""
    standardise: bool = False
    """Give inputs mean 0 and variance 1 first."""

    def rate(self, progress: float) -> float:
        """Returns the learning rate after a share of the training.

        Example:
            >>> round(RECIPES["modern"].rate(0.5), 6), RECIPES["paper"].rate(0.5)
            (0.0015, 0.01)
        """
        if not self.cosine:
            return self.learning_rate
        return self.learning_rate * (1 + math.cos(math.pi * progress)) / 2


RECIPES = {
    "paper": Recipe("sgd", 0.01, 32, 200),
    "modern": Recipe("adam", 0.003, 256, 60, cosine=True, standardise=True),
}
"""The paper's settings, and ADAM with a falling rate, larger batches and scaled inputs."""


def train(
    networks: Networks,
    rows: NDArray[np.float64],
    targets: NDArray[np.float64],
    loss: str,
    recipe: Recipe,
    seed: int,
    where: str = "",
) -> NDArray[np.float64]:
    """Trains all networks on the same batches, in single precision.

    Args:
        networks: With their first weights; changed in place.
        rows: ``(n, features)`` inputs.
        targets: ``(n,)`` targets.
        loss: A key of `LOSSES`.
        recipe: How to train.
        seed: Decides the order of the rows, anew for each epoch.
        where: Who trains, for the message.

    Returns:
        ``(epochs, K)`` losses on the first rows after each epoch.

    Raises:
        ParameterInvalidError: A loss is no longer a finite number.
    """
    function = LOSSES[loss]
    table = np.ones((len(rows), networks.features + 1), dtype=np.float32)
    # Matrices this small lose by a second thread, and sums must not depend on their number. What is
    # beyond single precision becomes infinite, and is reported as such below.
    with (
        threadpool_limits(limits=1, user_api="blas"),
        np.errstate(over="ignore", invalid="ignore", divide="ignore"),
    ):
        table[:, :-1] = rows
        goals = targets.astype(np.float32)[:, None]
        gradient = np.zeros_like(networks.vector)
        optimizer: Optimizer = Adam(gradient.size) if recipe.optimizer == "adam" else Sgd()
        watched = Passes(networks, gradient, min(len(rows), WATCHED))
        curve = np.empty((recipe.epochs, networks.number))
        orders = epoch_orders(len(rows), seed)
        stepper = _Stepper(networks, gradient, optimizer, function, recipe, len(rows))
        with track(f"{networks.number} networks", total=recipe.epochs) as report:
            for epoch in range(recipe.epochs):
                stepper.epoch(table, goals, next(orders))
                seen = watched.forward(table[:WATCHED])
                losses = function.value(seen, goals[:WATCHED]).mean(axis=(1, 2), dtype=np.float64)
                if not np.isfinite(losses).all():
                    net = int(np.flatnonzero(~np.isfinite(losses))[0])
                    raise loss_not_finite(len(networks.columns[net]), epoch, recipe, where)
                curve[epoch] = losses
                report(detail=f"loss {losses.mean():.4f}")
    return curve


def epoch_orders(count: int, seed: int) -> Iterator[NDArray[np.intp]]:
    """Yields the order of the rows in one epoch after the other.

    Example:
        >>> sorted(next(epoch_orders(3, seed=1)).tolist())
        [0, 1, 2]
    """
    rng = stream(seed, "bell", "order")
    while True:
        yield rng.permutation(count)


def loss_not_finite(inputs: int, epoch: int, recipe: Recipe, where: str) -> ParameterInvalidError:
    """Returns the error that training has diverged."""
    return ParameterInvalidError(
        f"the loss of the network on {inputs} features is no longer a finite number after epoch "
        f"{epoch + 1}",
        where=where,
        do=f"lower learning_rate, which is {recipe.learning_rate:g}, or scale the data",
    )


class _Stepper:
    """Goes through shuffled rows in batches."""

    def __init__(
        self,
        networks: Networks,
        gradient: Single,
        optimizer: Optimizer,
        loss: Loss,
        recipe: Recipe,
        count: int,
    ) -> None:
        self.networks, self.gradient, self.optimizer = networks, gradient, optimizer
        self.loss, self.recipe = loss, recipe
        self.batch = min(recipe.batch_size, count)
        whole, left = divmod(count, self.batch)
        self.full = Passes(networks, gradient, self.batch)
        self.last = Passes(networks, gradient, left) if left else None
        self.steps = recipe.epochs * (whole + bool(left))
        self.done = 0
        self.table = np.empty((count, networks.features + 1), dtype=np.float32)
        self.goals = np.empty((count, 1), dtype=np.float32)

    def epoch(self, table: Single, goals: Single, order: NDArray[np.intp]) -> None:
        np.take(table, order, axis=0, out=self.table, mode="clip")
        np.take(goals, order, axis=0, out=self.goals, mode="clip")
        end = len(order) - len(order) % self.batch
        parts = end // self.batch
        tables = self.table[:end].reshape(parts, self.batch, -1)
        for rows, wanted in zip(tables, self.goals[:end].reshape(parts, -1, 1), strict=True):
            self._step(self.full, rows, wanted)
        if self.last is not None:
            self._step(self.last, self.table[end:], self.goals[end:])

    def _step(self, passes: Passes, rows: Single, wanted: Single) -> None:
        error = self.loss.error(passes.forward(rows), wanted)
        passes.backward(rows, error)
        rate = self.recipe.rate(self.done / self.steps)
        self.optimizer.step(self.networks.vector, self.gradient, rate, len(rows))
        self.done += 1
