"""Many small perceptrons that read columns of one table, as arrays that compute side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qent_core.api import stream

Single = NDArray[np.float32]
Layer = tuple[Single, Single]
"""Weights ``(inputs, outputs)`` and biases ``(outputs,)`` of one layer of one network."""


class Networks:
    r"""K networks with ReLU layers of the same sizes and one output each.

    The first layer of all of them is one matrix product: the table has a column of ones at its end,
    its weights are ``(features + 1, K * hidden)``, and a mask keeps the weights of columns that a
    network does not read at zero. Deeper layers are stacks of matrices. All weights are views into
    one vector, and so are all gradients, so that an optimiser is a few operations on vectors.

    Args:
        columns: For each network the columns of the table that it reads.
        features: Number of columns of the table, that of ones not counted.
        hidden: Sizes of the hidden layers.

    Example:
        >>> networks = Networks([np.arange(1), np.arange(2)], features=2, hidden=(3,))
        >>> networks.first.shape, networks.vector.size
        ((3, 6), 26)
    """

    def __init__(
        self, columns: Sequence[NDArray[np.intp]], features: int, hidden: Sequence[int]
    ) -> None:
        self.columns, self.features = list(columns), features
        self.hidden = tuple(hidden)
        self.number = len(self.columns)
        deeper = [*pairwise((*self.hidden, 1))]
        wide = self.number * self.hidden[0]
        size = (features + 1) * wide + self.number * sum(a * b + b for a, b in deeper)
        self._deeper = deeper
        self.vector: Single = np.zeros(size, dtype=np.float32)
        self.first, self.rest = self.views(self.vector)
        mask = np.zeros((features + 1, self.number, self.hidden[0]), dtype=np.float32)
        mask[features] = 1
        for net, chosen in enumerate(self.columns):
            mask[chosen, net] = 1
        self.mask: Single = mask.reshape(features + 1, wide)

    def views(self, vector: Single) -> tuple[Single, list[Layer]]:
        """Returns the first layer ``(features + 1, K * hidden)`` and the stacks behind it."""
        wide = self.number * self.hidden[0]
        at = (self.features + 1) * wide
        first, rest = vector[:at].reshape(self.features + 1, wide), []
        for inputs, outputs in self._deeper:
            shapes = ((self.number, inputs, outputs), (self.number, 1, outputs))
            pair = []
            for shape in shapes:
                end = at + math.prod(shape)
                pair.append(vector[at:end].reshape(shape))
                at = end
            rest.append((pair[0], pair[1]))
        return first, rest

    def start(self, net: int, layers: Sequence[Layer]) -> None:
        """Sets the weights of one network."""
        stacked = self.first.reshape(self.features + 1, self.number, self.hidden[0])
        (weights, biases), *deeper = layers
        stacked[self.columns[net], net] = weights
        stacked[self.features, net] = biases
        for (stack, shifts), (weights, biases) in zip(self.rest, deeper, strict=True):
            stack[net], shifts[net, 0] = weights, biases

    def layers(self, net: int) -> list[Layer]:
        """Returns a copy of the weights of one network."""
        stacked = self.first.reshape(self.features + 1, self.number, self.hidden[0])
        first = (stacked[self.columns[net], net].copy(), stacked[self.features, net].copy())
        return [first, *((stack[net].copy(), shifts[net, 0].copy()) for stack, shifts in self.rest)]


class Passes:
    """Forward and backward passes for a fixed number of rows, in buffers that are used again.

    Args:
        networks: Whose weights are read.
        gradient: A vector like theirs, into which gradients are written.
        rows: Number of rows.
    """

    def __init__(self, networks: Networks, gradient: Single, rows: int) -> None:
        self.networks = networks
        self._first, self._rest = networks.views(gradient)
        number, hidden = networks.number, networks.hidden
        self._wide = np.empty((rows, number * hidden[0]), dtype=np.float32)
        self._wide_error = np.empty_like(self._wide)
        self._wide_on = np.empty(self._wide.shape, dtype=bool)

        def stacked(wide: Single) -> Single:
            return wide.reshape(rows, number, hidden[0]).transpose(1, 0, 2)

        shapes = [(number, rows, size) for size in (*hidden[1:], 1)]
        deep = [np.empty(shape, dtype=np.float32) for shape in shapes]
        self._values = [stacked(self._wide), *deep]
        self._errors = [stacked(self._wide_error), *(np.empty_like(v) for v in deep[:-1])]
        self._on = [np.empty(v.shape, dtype=bool) for v in deep[:-1]]
        self._ones = np.ones((1, rows), dtype=np.float32)

    def forward(self, table: Single) -> Single:
        """Returns the outputs before any activation, ``(K, rows, 1)``, in a buffer."""
        np.matmul(table, self.networks.first, out=self._wide)
        _rectify(self._wide, self._wide_on)
        last = len(self.networks.rest) - 1
        for layer, (weights, biases) in enumerate(self.networks.rest):
            values = self._values[layer + 1]
            np.matmul(self._values[layer], weights, out=values)
            np.add(values, biases, out=values)
            if layer < last:
                _rectify(values, self._on[layer])
        return self._values[-1]

    def backward(self, table: Single, error: Single) -> None:
        """Writes the gradients of the sum over rows.

        Args:
            table: The rows of the last `forward`.
            error: ``(K, rows, 1)`` derivatives of the loss of each row.
        """
        for layer in reversed(range(len(self.networks.rest))):
            weights = self.networks.rest[layer][0]
            into, shift = self._rest[layer]
            inputs, before = self._values[layer], self._errors[layer]
            np.matmul(inputs.transpose(0, 2, 1), error, out=into)
            np.matmul(self._ones, error, out=shift)
            if weights.shape[2] == 1:
                np.multiply(error, weights.transpose(0, 2, 1), out=before)
            else:
                np.matmul(error, weights.transpose(0, 2, 1), out=before)
            if layer:
                np.multiply(before, self._on[layer - 1], out=before)
            error = before
        np.multiply(self._wide_error, self._wide_on, out=self._wide_error)
        np.matmul(table.T, self._wide_error, out=self._first)
        np.multiply(self._first, self.networks.mask, out=self._first)


def _rectify(values: Single, positive: NDArray[np.bool_]) -> None:
    """Sets what is not positive to zero, and says which are positive."""
    np.greater(values, 0, out=positive)
    # Twice as fast as a maximum with 0, and the mask serves the way back.
    np.multiply(values, positive, out=values)


def glorot_layers(inputs: int, hidden: Sequence[int], seed: int) -> list[Layer]:
    r"""Returns first weights uniform within $\pm\sqrt{6/(\text{inputs}+\text{outputs})}$.

    Biases are zero. A network of one size draws the same numbers wherever it is trained.

    Source: X. Glorot and Y. Bengio, AISTATS 9, 249 (2010).

    Example:
        >>> [weights.shape for weights, _ in glorot_layers(4, (15,), seed=1)]
        [(4, 15), (15, 1)]
    """
    rng = stream(seed, "bell", "weights", inputs)
    layers = []
    for before, after in pairwise((inputs, *hidden, 1)):
        bound = math.sqrt(6 / (before + after))
        weights = rng.uniform(-bound, bound, (before, after)).astype(np.float32)
        layers.append((weights, np.zeros(after, dtype=np.float32)))
    return layers


def outputs_of(layers: Sequence[Layer], rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns the outputs ``(n,)`` of one network in double precision, before any activation.

    Example:
        >>> outputs_of(glorot_layers(2, (3,), seed=1), np.zeros((2, 2))).tolist()
        [0.0, 0.0]
    """
    values = rows
    for number, (weights, biases) in enumerate(layers):
        values = values @ weights.astype(np.float64) + biases
        if number < len(layers) - 1:
            values = np.maximum(values, 0)
    return np.asarray(values[:, 0])
