"""What a learner of the ensemble is: the contract its four parts share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Targets = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Task:
    """What is learnt: real numbers or one class out of several.

    Example:
        >>> Task("regression", 2).width, Task("classification", 2).width
        (2, 1)
        >>> Task("classification", 3).width
        3
    """

    kind: Literal["regression", "classification"]
    size: int
    """Number of targets of a regression, number of classes of a classification."""

    @property
    def is_classification(self) -> bool:
        """True if classes are learnt."""
        return self.kind == "classification"

    @property
    def width(self) -> int:
        """Columns of a prediction; of two classes one probability says it all."""
        return 1 if self.is_classification and self.size == 2 else self.size

    def columns(self, probabilities: Floats) -> Floats:
        """Reduces one probability per class to the columns of a prediction."""
        return probabilities[:, 1:] if self.width < self.size else probabilities


class Learner(Protocol):
    """Anything that can be fitted, asked, and turned into bytes that are safe to read back.

    Targets are ``(n, size)`` floats in a regression and ``(n,)`` class numbers from 0 in a
    classification; some classes may be absent from the rows a learner sees.
    """

    def fit(self, X: Floats, y: Targets, task: Task, seed: int) -> Self:
        """Fits to ``X`` of shape ``(n, features)``; equal seeds give equal bits."""

    def predict(self, X: Floats) -> Floats:
        """Returns ``(n, task.width)``: target values or class probabilities, as float64."""

    def to_bytes(self) -> bytes:
        """Returns the fitted learner in a format that holds data only, never code."""

    def restore(self, data: bytes, task: Task, features: int) -> Self:
        """Reads what `to_bytes` wrote.

        Raises:
            ValueError: The data do not describe a learner of this task and number of features.
        """
