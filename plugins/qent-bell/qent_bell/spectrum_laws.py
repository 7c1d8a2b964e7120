"""Laws of the eigenvalues of random mixed states."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

Array = NDArray[np.float64]


class _Law(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Dirichlet(_Law):
    r"""Density $\propto \prod_i \lambda_i^{c-1}$ on the simplex; c = 1 is uniform.

    Example:
        >>> Dirichlet(concentration=1.0).draw(2, 4, np.random.default_rng(0)).shape
        (2, 4)
    """

    law: Literal["dirichlet"] = "dirichlet"
    concentration: float = Field(default=0.875, gt=0, description="Exponent c; small is sharp.")

    def draw(self, count: int, size: int, rng: Generator) -> Array:
        """Returns ``(count, size)`` eigenvalues that sum to 1."""
        return rng.dirichlet(np.full(size, self.concentration), count)


class Largest(_Law):
    r"""$\lambda_1$ uniform between two bounds, the others share the rest by a Dirichlet law.

    Example:
        >>> law = Largest(low=0.5, high=0.5)
        >>> law.draw(3, 4, np.random.default_rng(0))[:, 0].tolist()
        [0.5, 0.5, 0.5]
    """

    law: Literal["largest"] = "largest"
    low: float = Field(default=0.386, ge=0, le=1, description="Least first eigenvalue.")
    high: float = Field(default=0.666, ge=0, le=1, description="Greatest first eigenvalue.")
    rest: float | None = Field(
        default=1.0, gt=0, description="Concentration of the others; None: they are equal."
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low must not exceed high, got {self.low:g} and {self.high:g}")
        return self

    def draw(self, count: int, size: int, rng: Generator) -> Array:
        """Returns ``(count, size)`` eigenvalues that sum to 1."""
        first = rng.uniform(self.low, self.high, (count, 1))
        if self.rest is None or size == 1:
            others = np.full((count, size - 1), 1 / max(1, size - 1))
        else:
            others = rng.dirichlet(np.full(size - 1, self.rest), count)
        return np.hstack([first if size > 1 else np.ones_like(first), (1 - first) * others])


class PowersOfUniforms(_Law):
    r"""$\lambda_i \propto x_i^k$ with $x_i$ uniform in [0, 1].

    Example:
        >>> PowersOfUniforms().draw(1, 4, np.random.default_rng(0)).sum().round(12)
        np.float64(1.0)
    """

    law: Literal["powers"] = "powers"
    power: float = Field(default=1.0, gt=0, description="Exponent k.")

    def draw(self, count: int, size: int, rng: Generator) -> Array:
        """Returns ``(count, size)`` eigenvalues that sum to 1."""
        powers = (1 - rng.random((count, size))) ** self.power
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))


class HilbertSchmidtSpectrum(_Law):
    r"""Eigenvalues of $GG^\dagger/\mathrm{tr}\,GG^\dagger$, G square complex Gaussian.

    Example:
        >>> HilbertSchmidtSpectrum().draw(2, 4, np.random.default_rng(0)).shape
        (2, 4)
    """

    law: Literal["hilbert-schmidt"] = "hilbert-schmidt"

    def draw(self, count: int, size: int, rng: Generator) -> Array:
        """Returns ``(count, size)`` eigenvalues that sum to 1, in ascending order."""
        factor = rng.standard_normal((count, size, 2 * size)).view(np.complex128)
        squares = np.linalg.svd(factor, compute_uv=False)[:, ::-1] ** 2
        return np.asarray(squares / squares.sum(axis=1, keepdims=True))


Spectrum = Annotated[
    Dirichlet | Largest | PowersOfUniforms | HilbertSchmidtSpectrum, Field(discriminator="law")
]
"""Any of the laws, told apart by ``law``."""
