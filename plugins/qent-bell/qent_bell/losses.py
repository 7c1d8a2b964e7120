"""Losses: what the error of an output is, and its derivative."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Single = NDArray[np.float32]


@dataclass(frozen=True)
class Loss:
    """A loss per row.

    Example:
        >>> z = np.zeros((1, 2, 1), dtype=np.float32)
        >>> LOSSES["cross-entropy"].error(z, np.array([[0.0], [1.0]])).ravel().tolist()
        [0.5, -0.5]
    """

    value: Callable[[Single, Single], Single]
    """Losses of outputs ``(K, rows, 1)`` and targets ``(rows, 1)``."""
    error: Callable[[Single, Single], Single]
    """Their derivatives with respect to the outputs, which are overwritten."""


def _logistic(outputs: Single) -> Single:
    np.negative(outputs, out=outputs)
    np.exp(outputs, out=outputs)
    np.add(outputs, 1, out=outputs)
    return np.reciprocal(outputs, out=outputs)


def _cross_entropy(outputs: Single, targets: Single) -> Single:
    overshoot = np.maximum(outputs, 0) - outputs * targets
    return np.asarray(overshoot + np.log1p(np.exp(-np.abs(outputs))))


def _cross_entropy_error(outputs: Single, targets: Single) -> Single:
    probability = _logistic(outputs)
    return np.subtract(probability, targets, out=probability)


def _squared(outputs: Single, targets: Single) -> Single:
    return np.asarray((outputs - targets) ** 2)


def _squared_error(outputs: Single, targets: Single) -> Single:
    np.subtract(outputs, targets, out=outputs)
    return np.multiply(outputs, 2, out=outputs)


def _logistic_squared(outputs: Single, targets: Single) -> Single:
    return _squared(_logistic(outputs.copy()), targets)


def _logistic_squared_error(outputs: Single, targets: Single) -> Single:
    value = _logistic(outputs)
    return np.asarray(2 * (value - targets) * value * (1 - value))


LOSSES = {
    "cross-entropy": Loss(_cross_entropy, _cross_entropy_error),
    "squared": Loss(_squared, _squared_error),
    "logistic-squared": Loss(_logistic_squared, _logistic_squared_error),
}
"""Binary cross-entropy of a logistic output; squares of a linear, and of a logistic output."""
