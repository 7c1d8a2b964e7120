"""Training as a researcher writes it in an afternoon: plain torch loops, the yardstick of ours.

Same architectures, batches, optimisers and numbers of steps as qent's models.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import reduce
from itertools import permutations
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from benchmarks.inputs import Array


def convolutional() -> nn.Module:
    """Returns the convolutional network of arXiv:2210.07410 for three qubits and three cuts."""
    layers: list[nn.Module] = []
    for before, after in ((2, 32), (32, 128), (128, 256)):
        layers += [nn.Conv2d(before, after, 2), nn.ReLU()]
    layers.append(nn.Flatten())
    for before in (256 * 25, 128, 128, 128, 128):
        layers += [nn.Linear(before, 128), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(128, 3))


def train_cnn(rho: Array, y: Array, *, epochs: int, siamese: bool) -> float:
    """Trains the network with Adam on batches of 128 and returns the share of waiting for data.

    Args:
        rho: ``(n, 8, 8)`` states; a tenth is held out and looked at after each epoch.
        y: ``(n, 3)`` verdicts on the cuts A|BC, B|AC, C|AB.
        epochs: Passes over the data.
        siamese: Whether a rotated and a permuted copy of each state take part.
    """
    inputs = torch.tensor(np.stack([rho.real, rho.imag], axis=1), dtype=torch.float32)
    targets = torch.tensor(y, dtype=torch.float32)
    held = len(rho) // 10
    loader = DataLoader(TensorDataset(inputs[held:], targets[held:]), batch_size=128, shuffle=True)
    network = convolutional()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    criterion = nn.BCEWithLogitsLoss()
    rng = np.random.default_rng(0)
    waited, began = 0.0, time.perf_counter()
    for _ in range(epochs):
        network.train()
        rows = iter(loader)
        while True:
            start = time.perf_counter()
            batch = next(rows, None)
            waited += time.perf_counter() - start
            if batch is None:
                break
            x, wanted = batch
            optimizer.zero_grad()
            logits = network(x)
            loss = criterion(logits, wanted)
            if siamese:
                loss = loss + 0.5 * symmetry(network, x, logits.sigmoid(), rng)
            loss.backward()
            optimizer.step()
        network.eval()
        with torch.no_grad():
            criterion(network(inputs[:held]), targets[:held])
    return waited / (time.perf_counter() - began)


def symmetry(network: nn.Module, x: torch.Tensor, p: torch.Tensor, rng: Any) -> torch.Tensor:
    """Returns the mean disagreement with a locally rotated copy and with a permuted one."""
    rho = x[:, 0].numpy() + 1j * x[:, 1].numpy()
    turned = []
    for state in rho:
        u = reduce(np.kron, [gate(rng) @ gate(rng) for _ in range(3)])
        turned.append(u @ state @ u.conj().T)
    order = list(permutations(range(3)))[rng.integers(1, 6)]
    tensor = rho.reshape(-1, *[2] * 6)
    axes = (0, *[1 + k for k in order], *[4 + k for k in order])
    swapped = tensor.transpose(axes).reshape(rho.shape)
    q, r = (network(image(copy)).sigmoid() for copy in (np.array(turned), swapped))
    return (p - q).abs().mean() + (p[:, list(order)] - r).abs().mean()


def image(rho: Array) -> torch.Tensor:
    """Returns states as images of two channels."""
    return torch.tensor(np.stack([rho.real, rho.imag], axis=1), dtype=torch.float32)


def gate(rng: Any) -> Array:
    """Returns a one-qubit gate with random angles."""
    theta, phi, lam = rng.uniform(0, 2 * np.pi, 3)
    c, s = np.cos(theta / 2), np.sin(theta / 2)
    return np.array(
        [[c, -np.exp(1j * lam) * s], [np.exp(1j * phi) * s, np.exp(1j * (phi + lam)) * c]]
    )


def train_perceptrons(X: Array, y: Array, subsets: Sequence[list[int]], *, epochs: int) -> None:
    """Trains one small network per subset of the columns, one after the other.

    Fifteen hidden units, plain gradient descent at 0.01 on batches of 32, as in arXiv:2410.21504.
    """
    rows, targets = torch.tensor(X, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
    criterion = nn.BCEWithLogitsLoss()
    for columns in subsets:
        network = nn.Sequential(nn.Linear(len(columns), 15), nn.ReLU(), nn.Linear(15, 1))
        optimizer = torch.optim.SGD(network.parameters(), lr=0.01)
        chosen = rows[:, columns]
        for _ in range(epochs):
            for batch in torch.randperm(len(chosen)).split(32):
                optimizer.zero_grad()
                criterion(network(chosen[batch])[:, 0], targets[batch]).backward()
                optimizer.step()
