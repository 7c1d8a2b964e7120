"""The same training in torch, by automatic differentiation, on any device torch knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from qent_bell.networks import Layer
from qent_bell.training import WATCHED, Recipe, epoch_orders, loss_not_finite
from qent_core.api import ParameterInvalidError, track


def module_of(layers: Sequence[Layer]) -> nn.Sequential:
    """Returns the layers of a fitted model as a torch module, for inputs as the layers take them.

    A model of the recipe ``modern`` scales its inputs first, by ``centre_`` and ``spread_``.

    Example:
        >>> from qent_bell.networks import glorot_layers
        >>> module_of(glorot_layers(4, (15,), seed=1))(torch.zeros(1, 4)).shape
        torch.Size([1, 1])
    """
    parts: list[nn.Module] = []
    for weights, biases in layers:
        linear = nn.utils.skip_init(nn.Linear, *weights.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weights.T.copy()))
            linear.bias.copy_(torch.from_numpy(biases.copy()))
        parts += [linear, nn.ReLU()]
    return nn.Sequential(*parts[:-1])


def layers_of(module: nn.Sequential) -> list[Layer]:
    """Returns the weights of a module as `module_of` takes them."""
    linears = [part for part in module if isinstance(part, nn.Linear)]
    return [
        (part.weight.detach().cpu().numpy().T.copy(), part.bias.detach().cpu().numpy().copy())
        for part in linears
    ]


def train_with_torch(
    layers: Sequence[Layer],
    rows: NDArray[np.float64],
    targets: NDArray[np.float64],
    loss: str,
    recipe: Recipe,
    seed: int,
    *,
    device: str = "cpu",
    where: str = "",
) -> tuple[list[Layer], NDArray[np.float64]]:
    """Trains one network as `qent_bell.training.train` does, with the same batches.

    Args:
        layers: First weights.
        rows: ``(n, inputs)``.
        targets: ``(n,)``.
        loss: A key of `qent_bell.losses.LOSSES`.
        recipe: How to train.
        seed: Decides the order of the rows.
        device: Where to train.
        where: Who trains, for the message.

    Returns:
        The trained weights, and the loss after each epoch.

    Raises:
        ParameterInvalidError: There is no such device, or the loss is no longer finite.
    """
    try:
        module = module_of(layers).to(device)
        table = torch.tensor(rows, dtype=torch.float32).to(device)
        goals = torch.tensor(targets, dtype=torch.float32).to(device)
    except (RuntimeError, AssertionError) as error:
        raise ParameterInvalidError(
            f"torch cannot use the device '{device}': {str(error).splitlines()[0]}",
            where=where,
            do="set device to 'cpu'",
        ) from error
    kind = torch.optim.Adam if recipe.optimizer == "adam" else torch.optim.SGD
    optimizer = kind(module.parameters(), lr=recipe.learning_rate)
    orders, curve = epoch_orders(len(rows), seed), np.empty(recipe.epochs)
    batch = min(recipe.batch_size, len(rows))
    steps, done = recipe.epochs * -(-len(rows) // batch), 0
    with _one_thread(), track("network in torch", total=recipe.epochs) as report:
        for epoch in range(recipe.epochs):
            order = torch.from_numpy(next(orders)).to(device)
            for chosen in order.split(batch):
                optimizer.param_groups[0]["lr"] = recipe.rate(done / steps)
                optimizer.zero_grad()
                _loss(loss, module(table[chosen])[:, 0], goals[chosen]).backward()
                optimizer.step()
                done += 1
            with torch.no_grad():
                watched = _loss(loss, module(table[:WATCHED])[:, 0], goals[:WATCHED])
            curve[epoch] = float(watched)
            if not np.isfinite(curve[epoch]):
                raise loss_not_finite(rows.shape[1], epoch, recipe, where)
            report(detail=f"loss {curve[epoch]:.4f}")
    return layers_of(module), curve


@contextmanager
def _one_thread() -> Iterator[None]:
    """Keeps torch to one thread, so that sums do not depend on the machine, and restores it."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _loss(name: str, outputs: Tensor, goals: Tensor) -> Tensor:
    if name == "cross-entropy":
        return nn.functional.binary_cross_entropy_with_logits(outputs, goals)
    if name == "logistic-squared":
        outputs = outputs.sigmoid()
    return nn.functional.mse_loss(outputs, goals)
