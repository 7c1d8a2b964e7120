"""The neural network among the base learners: a small fully connected network in torch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from typing import Self

import numpy as np
import torch
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor, nn

from qent_stacking.coefficient_shape import matrix_shape
from qent_stacking.learner import Floats, Targets, Task
from qent_stacking.local_rotations import rotated
from qent_stacking.scaling import Scaling

_LEAST_STEPS_PER_EPOCH = 16
_ROWS_AT_ONCE = 4096


@contextmanager
def one_torch_thread() -> Iterator[None]:
    """Runs torch on one thread and restores the caller's setting.

    The order of summation, hence the last bits, depends on the number of threads. One is enough:
    layers this small gain little from a second, and lose much on a busy machine, where threads
    wait for each other after every operation.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@dataclass
class NeuralNetwork:
    """A multilayer perceptron with ReLU between its layers, trained with Adam.

    Inputs are standardised here, targets by the ensemble. A held-out share of the rows decides
    when to stop: the weights of the best epoch are kept. The learning rate falls to zero along
    half a cosine. With ``rotate`` the rows are coefficients of kets, and every batch is turned by a
    fresh pair of random orthogonal rotations of the two parties, of which A has ``party_a``
    dimensions (as many as B if None).

    Example:
        >>> import numpy as np
        >>> x = np.linspace(-1.0, 1.0, 200)[:, None]
        >>> network = NeuralNetwork(hidden_layers=(16,), epochs=40, learning_rate=2e-2)
        >>> network = network.fit(x, x**2, Task("regression", 1), seed=0)
        >>> bool(np.abs(network.predict(x) - x**2).mean() < 0.05)
        True
    """

    hidden_layers: tuple[int, ...] = (128, 64, 32)
    epochs: int = 30
    batch_size: int = 512
    learning_rate: float = 3e-3
    patience: int = 10
    validation_fraction: float = 0.1
    rotate: bool = False
    party_a: int | None = None
    network: nn.Sequential = field(init=False, repr=False)
    inputs: Scaling = field(init=False, repr=False)
    task: Task = field(init=False, repr=False)

    def fit(self, X: Floats, y: Targets, task: Task, seed: int) -> Self:
        """Trains the network; see `Learner.fit`."""
        self.task = task
        self.inputs = _common_scaling(X) if self.rotate else Scaling.of(X)
        rows = torch.from_numpy(self.inputs.apply(X).astype(np.float32))
        targets = torch.from_numpy(y.astype(np.int64 if task.is_classification else np.float32))
        # A generator of its own: the global stream of torch belongs to the caller.
        generator = torch.Generator().manual_seed(seed)
        sizes = (X.shape[1], *self.hidden_layers, task.size)
        with one_torch_thread():
            self.network = _train(self, _initialised(sizes, generator), rows, targets, generator)
        return self

    def predict(self, X: Floats) -> Floats:
        """Evaluates the network in double precision; see `Learner.predict`."""
        chunks = []
        with one_torch_thread(), torch.inference_mode():
            for start in range(0, len(X), _ROWS_AT_ONCE):
                scaled = self.inputs.apply(X[start : start + _ROWS_AT_ONCE]).astype(np.float64)
                out = self.network(torch.from_numpy(scaled))
                chunks.append((out.softmax(1) if self.task.is_classification else out).numpy())
        raw = np.concatenate(chunks)
        return self.task.columns(raw) if self.task.is_classification else raw

    def to_bytes(self) -> bytes:
        """Returns weights and scaling as safetensors."""
        tensors = {f"network.{k}": v.contiguous() for k, v in self.network.state_dict().items()}
        tensors["inputs.mean"] = torch.from_numpy(self.inputs.mean)
        tensors["inputs.spread"] = torch.from_numpy(self.inputs.spread)
        data: bytes = save_tensors(tensors)
        return data

    def restore(self, data: bytes, task: Task, features: int) -> Self:
        """Reads weights and scaling; see `Learner.restore`."""
        tensors = load_tensors(data)
        if any(t.dtype != torch.float64 or not bool(t.isfinite().all()) for t in tensors.values()):
            raise ValueError("the network's numbers are not all finite doubles")
        mean, spread = (tensors.pop(f"inputs.{name}").numpy() for name in ("mean", "spread"))
        if mean.shape != (features,) or spread.shape != (features,):
            raise ValueError("the network takes another number of features")
        self.task, self.inputs = task, Scaling(mean, spread)
        # On the meta device nothing is allocated before the shapes are known to fit.
        network = _layers((features, *self.hidden_layers, task.size), device="meta")
        weights = {name.removeprefix("network."): tensor for name, tensor in tensors.items()}
        network.load_state_dict(weights, assign=True)
        self.network = network
        return self


def _common_scaling(X: Floats) -> Scaling:
    """Returns one scale for all columns: only then a rotation of the scaled rows is a rotation."""
    size = float(np.sqrt(np.mean(np.square(X, dtype=np.float64)))) or 1.0
    return Scaling(np.zeros(X.shape[1]), np.full(X.shape[1], size))


def _layers(sizes: tuple[int, ...], device: str = "cpu") -> nn.Sequential:
    """Builds layers with uninitialised weights, which draws no random number."""
    layers: list[nn.Module] = []
    for before, after in pairwise(sizes):
        layers += [nn.utils.skip_init(nn.Linear, before, after, device=device), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def _initialised(sizes: tuple[int, ...], generator: torch.Generator) -> nn.Sequential:
    """Builds layers with He's initial weights, drawn from ``generator`` alone."""
    network = _layers(sizes)
    for layer in network:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu", generator=generator)
            nn.init.zeros_(layer.bias)
    return network


def _train(
    settings: NeuralNetwork,
    network: nn.Sequential,
    rows: Tensor,
    targets: Tensor,
    generator: torch.Generator,
) -> nn.Sequential:
    """Trains until the held-out loss has not fallen for ``patience`` epochs."""
    order = torch.randperm(len(rows), generator=generator)
    held, used = order.tensor_split([int(settings.validation_fraction * len(rows))])
    # A few hundred states would give one step per epoch: cut small sets into more batches.
    batch = min(settings.batch_size, ceil(len(used) / _LEAST_STEPS_PER_EPOCH))
    loss_of = nn.CrossEntropyLoss() if settings.task.is_classification else nn.MSELoss()
    adam = torch.optim.Adam(network.parameters(), lr=settings.learning_rate, fused=True)
    steps = settings.epochs * ceil(len(used) / batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(adam, T_max=steps)
    shape = None
    if settings.rotate:
        shape = matrix_shape(rows.shape[1], settings.party_a, "NeuralNetwork.fit")
    best_loss, best_weights, stale = float("inf"), None, 0
    for _ in range(settings.epochs):
        for chosen in used[torch.randperm(len(used), generator=generator)].split(batch):
            adam.zero_grad()
            batch_rows = rows[chosen]
            if shape is not None:
                batch_rows = rotated(batch_rows, shape[0], generator)
            loss_of(network(batch_rows), targets[chosen]).backward()
            adam.step()
            schedule.step()
        if not len(held):
            continue
        with torch.inference_mode():
            loss = float(loss_of(network(rows[held]), targets[held]))
        if loss < best_loss:
            best_loss, stale = loss, 0
            best_weights = {name: w.detach().clone() for name, w in network.state_dict().items()}
        else:
            stale += 1
            if stale >= settings.patience:
                break
    if best_weights is not None:
        network.load_state_dict(best_weights)
    return network.double()
