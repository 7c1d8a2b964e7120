"""Optimisers on one vector of weights."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Single = NDArray[np.float32]


class Optimizer(Protocol):
    """Changes weights by gradients."""

    def step(self, weights: Single, gradient: Single, rate: float, rows: int) -> None:
        """Moves the weights in place.

        Args:
            weights: All weights.
            gradient: Of the sum of the losses of all rows; it may be overwritten.
            rate: Learning rate.
            rows: Number of rows; the loss is their mean.
        """


class Sgd:
    """Plain stochastic gradient descent.

    Example:
        >>> weights = np.ones(1, dtype=np.float32)
        >>> Sgd().step(weights, np.ones(1, dtype=np.float32), 0.25, 1)
        >>> weights.tolist()
        [0.75]
    """

    def step(self, weights: Single, gradient: Single, rate: float, rows: int) -> None:
        """Subtracts the gradient times the rate."""
        np.multiply(gradient, np.float32(rate / rows), out=gradient)
        np.subtract(weights, gradient, out=weights)


class Adam:
    """ADAM with the usual constants (Kingma and Ba, arXiv:1412.6980).

    Example:
        >>> weights, gradient = np.ones(1, dtype=np.float32), np.ones(1, dtype=np.float32)
        >>> Adam(1).step(weights, gradient, 0.25, 1)
        >>> round(float(weights[0]), 6)
        0.75
    """

    def __init__(self, size: int, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self.beta1, self.beta2, self.epsilon = beta1, beta2, 1e-8
        self.first = np.zeros(size, dtype=np.float32)
        self.second = np.zeros(size, dtype=np.float32)
        self.steps = 0

    def step(self, weights: Single, gradient: Single, rate: float, rows: int) -> None:
        """Moves along the first moment, scaled by the root of the second."""
        self.steps += 1
        gradient *= np.float32(1 / rows)
        self.first *= np.float32(self.beta1)
        self.first += np.float32(1 - self.beta1) * gradient
        self.second *= np.float32(self.beta2)
        np.multiply(gradient, gradient, out=gradient)
        gradient *= np.float32(1 - self.beta2)
        self.second += gradient
        root = math.sqrt(1 - self.beta2**self.steps)
        np.sqrt(self.second, out=gradient)
        gradient += np.float32(self.epsilon * root)
        np.divide(self.first, gradient, out=gradient)
        gradient *= np.float32(rate * root / (1 - self.beta1**self.steps))
        np.subtract(weights, gradient, out=weights)
