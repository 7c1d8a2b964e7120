"""Mixed states drawn from the Hilbert-Schmidt, the induced and the Bures measure."""

from __future__ import annotations

import math

from numpy.random import Generator
from pydantic import Field

from qent_basics.random_matrices import bures_states, induced_states
from qent_core.api import LocalDims, StateBatch, StateFamily


class HilbertSchmidt(StateFamily):
    r"""Mixed states from the flat measure, that of the Hilbert-Schmidt distance.

    $\rho = GG^\dagger / \mathrm{tr}\,GG^\dagger$ with G a complex Gaussian matrix of shape
    ``(D, D)``. The flat measure on *real* states needs G real of shape ``(D, D + 1)``: a square one
    gives another law. Of two-qubit states, 8/33 are separable; of real ones, 29/64.

    States: density matrices ``(n, D, D)``, complex or real.

    Source: K. Życzkowski and H.-J. Sommers, J. Phys. A 34, 7111 (2001).

    Example:
        >>> import numpy as np
        >>> HilbertSchmidt().sample(3, np.random.default_rng(0))
        <StateBatch of 3 density, dims=(2, 2)>
    """

    dims: LocalDims = Field(default=(2, 2), description="Local dimensions, one per party.")
    real: bool = Field(default=False, description="Draw real states, flat among real states.")

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` density matrices."""
        size = math.prod(self.dims)
        environment = size + 1 if self.real else size
        states = induced_states(count, size, environment, rng, real=self.real)
        return StateBatch(states, self.dims, source="hilbert-schmidt")


class Induced(StateFamily):
    r"""Mixed states from the measure that an environment of dimension K induces.

    $\rho = GG^\dagger / \mathrm{tr}\,GG^\dagger$ with G a Gaussian matrix of shape ``(D, K)``: the
    reduced states of Haar-random pure states of the system and the environment. Their rank is
    min(D, K), their mean purity $(D+K)/(DK+1)$ (complex) or $(D+K+1)/(DK+2)$ (real). K = D gives
    the Hilbert-Schmidt measure; for real states K = D + 1 does.

    States: density matrices ``(n, D, D)``, complex or real.

    Source: K. Życzkowski and H.-J. Sommers, J. Phys. A 34, 7111 (2001).

    Example:
        >>> import numpy as np
        >>> rho = Induced(environment=1).sample(2, np.random.default_rng(0)).density()
        >>> np.linalg.matrix_rank(rho).tolist()
        [1, 1]
    """

    dims: LocalDims = Field(default=(2, 2), description="Local dimensions, one per party.")
    environment: int = Field(default=4, ge=1, description="Dimension K of the environment.")
    real: bool = Field(default=False, description="Draw a real Gaussian matrix: real states.")

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` density matrices."""
        size = math.prod(self.dims)
        states = induced_states(count, size, self.environment, rng, real=self.real)
        return StateBatch(states, self.dims, source="induced")


class Bures(StateFamily):
    r"""Mixed states from the Bures measure.

    $\rho \propto (1+U) G G^\dagger (1+U^\dagger)$ with G a complex Gaussian matrix of shape
    ``(D, D)`` and U a Haar-random unitary. Of two-qubit states, 25/341 are separable.

    States: complex density matrices ``(n, D, D)``.

    Source: V. A. Osipov, H.-J. Sommers and K. Życzkowski, J. Phys. A 43, 055302 (2010).

    Example:
        >>> import numpy as np
        >>> Bures(dims=(2, 3)).sample(3, np.random.default_rng(0)).shape
        (3, 6, 6)
    """

    dims: LocalDims = Field(default=(2, 2), description="Local dimensions, one per party.")

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` density matrices."""
        states = bures_states(count, math.prod(self.dims), rng)
        return StateBatch(states, self.dims, source="bures")
