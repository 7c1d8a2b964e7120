"""Mixtures of the four Bell states."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field, field_validator

from qent_basics.random_matrices import simplex_weights
from qent_core.api import StateBatch, StateFamily, Verdict
from qent_core.linalg import projectors

BELL_STATES = ("phi_plus", "phi_minus", "psi_plus", "psi_minus")
"""The order of the Bell states, and the names of the parameters that record their weights."""

_KETS = np.array([[1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0], [0, 1, -1, 0]]) / 2**0.5


class BellDiagonal(StateFamily):
    r"""Bell-diagonal states $\sum_i p_i |B_i\rangle\langle B_i|$ of two qubits.

    The Bell states are, in this order, $\Phi^\pm = (|00\rangle \pm |11\rangle)/\sqrt2$ and
    $\Psi^\pm = (|01\rangle \pm |10\rangle)/\sqrt2$. The weights are uniform on the simplex, so a
    half of the states is separable, or given. The state is entangled exactly if the largest weight
    exceeds 1/2; then the negativity is $p_{max} - 1/2$ and the concurrence twice that.

    States: real density matrices ``(n, 4, 4)``; the weights are recorded as the parameters
    phi_plus, phi_minus, psi_plus and psi_minus.

    Source: R. Horodecki and M. Horodecki, Phys. Rev. A 54, 1838 (1996).

    Example:
        >>> family = BellDiagonal(weights=(0.7, 0.1, 0.1, 0.1))
        >>> batch = family.sample(1, np.random.default_rng(0))
        >>> int(batch.known["A|B"][0]), batch.density()[0].round(2).diagonal().tolist()
        (1, [0.4, 0.1, 0.1, 0.4])
    """

    weights: tuple[float, float, float, float] | None = Field(
        default=None,
        description="Weights of phi+, phi-, psi+, psi-, adding up to 1; random if left out.",
    )

    @field_validator("weights")
    @classmethod
    def _are_probabilities(
        cls, weights: tuple[float, float, float, float] | None
    ) -> tuple[float, float, float, float] | None:
        if weights is None:
            return None
        if min(weights) < 0:
            raise ValueError(f"must not be negative, got {list(weights)}")
        if abs(math.fsum(weights) - 1) > 1e-9:
            raise ValueError(f"must add up to 1, not to {math.fsum(weights):.12g}")
        return weights

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` density matrices."""
        if self.weights is None:
            weights = simplex_weights(count, 4, rng)
        else:
            # fsum keeps weights that add up to 1 as they are: a weight of 1/2 stays at 1/2.
            weights = np.tile(np.asarray(self.weights) / math.fsum(self.weights), (count, 1))
        states = np.einsum("ni,iab->nab", weights, _doubled_projectors()) / 2
        entangled = weights.max(axis=1) > 0.5
        return StateBatch(
            states,
            (2, 2),
            parameters={name: weights[:, i].copy() for i, name in enumerate(BELL_STATES)},
            known={"A|B": np.where(entangled, Verdict.ENTANGLED, Verdict.SEPARABLE)},
            source="bell-diagonal",
        )

    def exact(
        self, column: str, parameters: Mapping[str, NDArray[np.float64]]
    ) -> NDArray[np.float64] | None:
        """Returns the negativity or the concurrence of the states with these weights.

        Example:
            >>> weights = dict(zip(BELL_STATES, np.array([[0.7], [0.3], [0.0], [0.0]])))
            >>> BellDiagonal().exact("negativity[A|B]", weights).round(12)
            array([0.2])
        """
        if not set(BELL_STATES) <= set(parameters):
            return None
        largest = np.max([parameters[name] for name in BELL_STATES], axis=0)
        excess: NDArray[np.float64] = np.maximum(0.0, largest - 0.5)
        if column == "negativity[A|B]":
            return excess
        return 2 * excess if column.split("[", maxsplit=1)[0] == "concurrence" else None


def _doubled_projectors() -> NDArray[np.float64]:
    """Twice the Bell projectors: entries 0 and ±1, so that no rounding enters."""
    doubled: NDArray[np.float64] = np.rint(2 * projectors(_KETS))
    return doubled
