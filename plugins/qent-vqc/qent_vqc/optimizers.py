"""Optimisers whose inner state can be watched: ADAM, SGD and L-BFGS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Vector = NDArray[np.float64]
OPTIMIZERS = ("adam", "sgd", "l-bfgs")


class Optimizer(Protocol):
    """An optimiser that moves step by step."""

    def step(self, weights: Vector, gradient: Vector) -> Vector:
        """Returns the next weights."""

    def state(self) -> Mapping[str, Vector]:
        """Returns what it remembers, by name."""


@dataclass
class Adam:
    r"""ADAM with bias correction; the defaults are those of the blog.

    $m_t = \beta_1 m_{t-1} + (1-\beta_1) g_t$, $v_t = \beta_2 v_{t-1} + (1-\beta_2) g_t^2$,
    $\theta_t = \theta_{t-1} - \eta\,\frac{\sqrt{1-\beta_2^t}}{1-\beta_1^t}
    \frac{m_t}{\sqrt{v_t} + \epsilon}$.

    Source: D. P. Kingma and J. Ba, arXiv:1412.6980, end of section 2.

    Example:
        >>> adam = Adam(learning_rate=0.1)
        >>> print(adam.step(np.array([1.0]), np.array([4.0])).round(6))
        [0.9]
    """

    learning_rate: float = 1e-3
    beta1: float = 0.9
    beta2: float = 0.99
    epsilon: float = 1e-10
    time: int = 0
    first_moment: Vector = field(default_factory=lambda: np.zeros(0))
    second_moment: Vector = field(default_factory=lambda: np.zeros(0))

    def step(self, weights: Vector, gradient: Vector) -> Vector:
        """Returns the next weights."""
        if not self.time:
            self.first_moment = np.zeros_like(weights)
            self.second_moment = np.zeros_like(weights)
        first = self.beta1 * self.first_moment + (1 - self.beta1) * gradient
        second = self.beta2 * self.second_moment + (1 - self.beta2) * gradient**2
        return self.moved(weights, first, second)

    def moved(self, weights: Vector, first: Vector, second: Vector) -> Vector:
        """Returns the next weights for given moments, which are kept as the state."""
        self.time += 1
        self.first_moment, self.second_moment = first, second
        corrected = np.sqrt(1 - self.beta2**self.time) / (1 - self.beta1**self.time)
        change: Vector = self.learning_rate * corrected * first / (np.sqrt(second) + self.epsilon)
        return weights - change

    def state(self) -> Mapping[str, Vector]:
        """Returns first and second moment."""
        return {"first_moment": self.first_moment, "second_moment": self.second_moment}


@dataclass
class Sgd:
    """Plain gradient descent, ``w - rate * gradient``.

    Example:
        >>> print(Sgd(learning_rate=0.1).step(np.array([1.0]), np.array([4.0])))
        [0.6]
    """

    learning_rate: float = 1e-2

    def step(self, weights: Vector, gradient: Vector) -> Vector:
        """Returns the next weights."""
        return weights - self.learning_rate * gradient

    def state(self) -> Mapping[str, Vector]:
        """Returns nothing: it has no memory."""
        return {}


def l_bfgs(
    objective: Callable[[Vector], tuple[float, Vector]],
    weights: Vector,
    iterations: int,
    observe: Callable[[Vector, float], None],
) -> Vector:
    """Minimises with SciPy's L-BFGS-B and reports every iteration.

    Args:
        objective: Weights to loss and gradient.
        weights: Where to start.
        iterations: Most iterations.
        observe: Called with weights and loss after each iteration.

    Example:
        >>> found = l_bfgs(lambda w: (float(w @ w), 2 * w), np.ones(2), 9, lambda w, loss: None)
        >>> print(abs(found).max() < 1e-6)
        True
    """

    def callback(intermediate_result: object) -> None:
        observe(intermediate_result.x.copy(), float(intermediate_result.fun))  # type: ignore[attr-defined]

    result = minimize(
        objective,
        weights,
        jac=True,
        method="L-BFGS-B",
        callback=callback,
        options={"maxiter": iterations},
    )
    found: Vector = np.asarray(result.x, dtype=np.float64)
    return found
