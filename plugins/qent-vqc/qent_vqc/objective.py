"""The loss of a data set and its gradient: exact, by parameter shift, or by finite differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qent_vqc.backends import Backend
from qent_vqc.expressions import evaluate
from qent_vqc.optimizers import Vector
from qent_vqc.simulator import Simulator

GRADIENTS = ("auto", "exact", "parameter-shift", "finite-difference")
Cost = Callable[[Tensor, Tensor], Tensor]


class Objective:
    """The mean cost of labelled samples.

    Args:
        simulator: Simulator of the program.
        cost: Probabilities and class numbers to a cost per sample.
        X: ``(n, features)``.
        y: ``(n,)`` class numbers.
        outcomes: Class of every outcome.
        classes: Number of classes.
        backend: None for the exact simulator with gradients, else where circuits run.
        gradient: ``"exact"``, ``"parameter-shift"`` or ``"finite-difference"``.
        difference: Step of the finite differences, which are forward differences.
    """

    def __init__(
        self,
        simulator: Simulator,
        cost: Cost,
        X: NDArray[np.float64],
        y: NDArray[np.int64],
        outcomes: NDArray[np.int64],
        classes: int,
        *,
        backend: Backend | None = None,
        gradient: str = "exact",
        difference: float = 1e-6,
    ) -> None:
        self._simulator, self._cost, self._backend = simulator, cost, backend
        self._X, self._y = X, torch.as_tensor(y)
        self._groups = torch.eye(classes, dtype=torch.float64)[torch.as_tensor(outcomes)]
        self._gradient, self._difference = gradient, difference
        self._direct = backend is None
        self._start = simulator.before_weights(X) if self._direct else torch.empty(0)
        self._everything = np.arange(len(X))
        self.keep_kets = False
        """Whether the kets of the last exact gradient are kept, for `kets` at the same weights."""
        self._kept: list[Tensor] = []
        self._kept_at: Vector | None = None

    def kets(self, weights: Vector) -> NDArray[np.complex128]:
        """Returns the final kets of all samples, ``(n, D)``."""
        if self._kept_at is not None and np.array_equal(self._kept_at, weights):
            kept: NDArray[np.complex128] = torch.cat(self._kept).numpy()
            return kept
        parts = []
        with torch.no_grad():
            for rows in self._simulator.chunks(len(self._X)):
                parts.append(self._finish(rows, torch.as_tensor(weights)).numpy())
        return np.concatenate(parts)

    def loss(self, weights: Vector, rows: NDArray[np.intp] | None = None) -> float:
        """Returns the mean cost of all samples, or of some."""
        chosen = self._everything if rows is None else rows
        if not self._direct:
            found = torch.as_tensor(self._sampled(weights, chosen))
            return float(self._costs(found, chosen).mean())
        total = 0.0
        with torch.no_grad():
            for part in self._parts(rows):
                kets = self._finish(part, torch.as_tensor(weights))
                total += float(self._costs(self._grouped(kets), part).sum())
        return total / len(chosen)

    def loss_and_gradient(
        self, weights: Vector, rows: NDArray[np.intp] | None = None
    ) -> tuple[float, Vector]:
        """Returns the mean cost and its gradient."""
        if self._gradient == "finite-difference":
            return self._differences(weights, rows)
        if self._gradient == "parameter-shift":
            return self._shifted(weights, rows)
        count = len(self._X) if rows is None else len(rows)
        variable = torch.tensor(weights, requires_grad=True)
        total = 0.0
        keep = self.keep_kets and rows is None
        self._kept, self._kept_at = [], weights.copy() if keep else None
        for part in self._parts(rows):
            kets = self._finish(part, variable)
            if keep:
                self._kept.append(kets.detach())
            loss = self._costs(self._grouped(kets), part).sum() / count
            loss.backward()
            total += float(loss.detach())
        gradient = variable.grad
        return total, np.zeros_like(weights) if gradient is None else gradient.numpy()

    def _finish(self, rows: slice | NDArray[np.intp], weights: Tensor) -> Tensor:
        return self._simulator.finish(self._start[rows], self._X[rows], weights)

    def _grouped(self, kets: Tensor) -> Tensor:
        # Written out: the gradient of a complex modulus costs several times as much.
        return torch.view_as_real(kets).square().sum(dim=2) @ self._groups

    def _costs(self, probabilities: Tensor, rows: slice | NDArray[np.intp]) -> Tensor:
        return self._cost(probabilities, self._y[rows])

    def _parts(self, rows: NDArray[np.intp] | None) -> list[slice] | list[NDArray[np.intp]]:
        chunks = self._simulator.chunks(len(self._X) if rows is None else len(rows))
        return chunks if rows is None else [rows[chunk] for chunk in chunks]

    def _sampled(self, weights: Vector, rows: NDArray[np.intp]) -> NDArray[np.float64]:
        assert self._backend is not None
        table = self._simulator.program.angle_table(self._X[rows], weights)
        return self._backend.probabilities(table)

    def _differences(self, weights: Vector, rows: NDArray[np.intp] | None) -> tuple[float, Vector]:
        centre = self.loss(weights, rows)
        gradient = np.empty_like(weights)
        for number in range(len(weights)):
            moved = weights.copy()
            moved[number] += self._difference
            gradient[number] = (self.loss(moved, rows) - centre) / self._difference
        return centre, gradient

    def _shifted(self, weights: Vector, rows: NDArray[np.intp] | None) -> tuple[float, Vector]:
        r"""Shifts each angle that holds a weight by $\pm\pi/2$, wherever it occurs.

        Every parametrised gate of a program has a generator with two eigenvalues that differ by
        one, so $\partial P/\partial a = (P(a + \pi/2) - P(a - \pi/2))/2$ is exact. What an angle
        owes to the weights is left to automatic differentiation.
        """
        program = self._simulator.program
        chosen = self._everything if rows is None else rows
        X, probabilities = self._X[chosen], self._from_angles
        table = program.angle_table(X, weights)
        centre = torch.tensor(probabilities(table), requires_grad=True)
        loss = self._costs(centre, chosen).mean()
        loss.backward()
        assert centre.grad is not None
        slope = centre.grad.numpy()
        variable = torch.tensor(weights, requires_grad=True)
        through = torch.zeros((), dtype=torch.float64)
        data = torch.as_tensor(X.T)
        for number in program.angles_with("weight"):
            sides = []
            for sign in (1, -1):
                moved = table.copy()
                moved[:, number] += sign * np.pi / 2
                sides.append(probabilities(moved))
            change = (slope * (sides[0] - sides[1]) / 2).sum(axis=1)
            angle = evaluate(program.angles[number], data, variable)
            through = through + (torch.as_tensor(change) * angle).sum()
        through.backward()
        gradient = variable.grad
        slopes = np.zeros_like(weights) if gradient is None else gradient.numpy()
        return float(loss.detach()), slopes

    def _from_angles(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        if self._backend is not None:
            return self._backend.probabilities(table)
        parts = [
            np.abs(self._simulator.from_angles(table[rows])) ** 2 @ self._groups.numpy()
            for rows in self._simulator.chunks(len(table))
        ]
        return np.concatenate(parts)
