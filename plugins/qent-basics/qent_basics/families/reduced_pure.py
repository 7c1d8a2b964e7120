"""What is left of random pure states when some of their parties are traced out."""

from __future__ import annotations

import math

from numpy.random import Generator
from pydantic import Field

from qent_basics.random_matrices import induced_states
from qent_core.api import LocalDims, StateBatch, StateFamily


class ReducedPure(StateFamily):
    r"""Reduced states of Haar-random pure states of the parties and an environment of parties.

    $\rho = \mathrm{tr}_E |\psi\rangle\langle\psi|$, where $|\psi\rangle$ is uniform on the sphere
    of the parties ``dims``, which are kept in this order, and the parties ``environment``, which
    are traced out. The law depends on the environment's total dimension alone: it is that of
    `Induced`, said in parties. The pure states themselves are never formed as projectors.

    States: density matrices ``(n, D, D)``, complex or real.

    Source: D. N. Page, Phys. Rev. Lett. 71, 1291 (1993).

    Example:
        >>> import numpy as np
        >>> ReducedPure(dims=(2, 2), environment=(2,)).sample(3, np.random.default_rng(0)).shape
        (3, 4, 4)
    """

    dims: LocalDims = Field(default=(2, 2), description="Local dimensions of the parties kept.")
    environment: LocalDims = Field(
        default=(2,), description="Local dimensions of the parties traced out."
    )
    real: bool = Field(default=False, description="Draw real amplitudes (orthogonal ensemble).")

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` density matrices."""
        states = induced_states(
            count, math.prod(self.dims), math.prod(self.environment), rng, real=self.real
        )
        return StateBatch(states, self.dims, source="reduced-pure")
