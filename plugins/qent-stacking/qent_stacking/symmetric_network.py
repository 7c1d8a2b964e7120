"""Neural networks that know that local rotations change no entanglement, as base learners."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Self

from qent_stacking.coefficient_shape import matrix_shape
from qent_stacking.learner import Floats, Learner, Targets, Task
from qent_stacking.neural_network import NeuralNetwork
from qent_stacking.rotation_invariants import Invariants, invariant_count, invariants

Symmetry = Literal["none", "invariants", "augmentation"]


@dataclass
class InvariantNetwork:
    """A small network on numbers that local rotations leave alone: the symmetry is built in.

    Example:
        >>> import numpy as np
        >>> C = np.random.default_rng(0).normal(size=(600, 4))
        >>> C /= np.linalg.norm(C, axis=1, keepdims=True)
        >>> negativity = np.abs(C[:, :1] * C[:, 3:] - C[:, 1:2] * C[:, 2:3])
        >>> network = InvariantNetwork(NeuralNetwork(hidden_layers=(16,), epochs=40))
        >>> network = network.fit(C, negativity, Task("regression", 1), seed=0)
        >>> bool(np.abs(network.predict(C) - negativity).mean() < 0.02)
        True
    """

    network: NeuralNetwork = field(default_factory=NeuralNetwork)
    kind: Invariants = "log-determinants"
    party_a: int | None = None
    shape: tuple[int, int] = field(init=False, repr=False)

    def fit(self, X: Floats, y: Targets, task: Task, seed: int) -> Self:
        """Trains the network; see `Learner.fit`."""
        self.shape = matrix_shape(X.shape[1], self.party_a, "InvariantNetwork.fit")
        self.network.fit(self._invariants(X), y, task, seed)
        return self

    def predict(self, X: Floats) -> Floats:
        """Evaluates the network; see `Learner.predict`."""
        return self.network.predict(self._invariants(X))

    def to_bytes(self) -> bytes:
        """Returns the network's weights and scaling as safetensors."""
        return self.network.to_bytes()

    def restore(self, data: bytes, task: Task, features: int) -> Self:
        """Reads weights and scaling; see `Learner.restore`."""
        self.shape = matrix_shape(features, self.party_a, "InvariantNetwork.restore")
        self.network.restore(data, task, invariant_count(self.shape, self.kind))
        return self

    def _invariants(self, X: Floats) -> Floats:
        return invariants(X.reshape(len(X), *self.shape), self.kind)


def network_with(symmetry: Symmetry, network: NeuralNetwork, party_a: int | None = None) -> Learner:
    """Returns a network as it is, on invariants, or trained on randomly rotated rows."""
    if symmetry == "invariants":
        return InvariantNetwork(network, party_a=party_a)
    network.rotate = symmetry == "augmentation"
    network.party_a = party_a
    return network
