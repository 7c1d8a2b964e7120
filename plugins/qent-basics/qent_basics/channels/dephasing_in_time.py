"""Dephasing that goes on in time: rate and time instead of a strength."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from qent_basics.channels.dephasing import dephased
from qent_basics.channels.local_noise import Drawn, noisy_batch, recorded
from qent_basics.channels.parties import chosen_parties
from qent_core.api import Channel, Parties, StateBatch, Uniform, Varying, Within, draw
from qent_core.linalg import Array, Dims

NotNegative = Annotated[Varying, Within(low=0.0)]
"""A number, or a distribution of numbers, from 0 on."""


class DephasingInTime(Channel):
    r"""Dephasing for a time t at the rate $\Gamma$: the strength is $p = 1 - e^{-\Gamma t}$.

    The solution of the master equation
    $\dot\rho = \Gamma \sum_k \big(\sum_j P^{(k)}_j \rho P^{(k)}_j - \rho\big)$ with $P^{(k)}_j$ the
    projector on level j of party k: matrix elements that are off-diagonal in h of the parties decay
    as $e^{-h\Gamma t}$, so that $1/\Gamma$ is the dephasing time $T_2$ of each party. One time
    after the other adds up. Only the product $\Gamma t$ matters; with the rate 1 times are in units
    of $1/\Gamma$. Time 0 is the identity.

    Rate, time and the resulting strength of each state are recorded. Verdicts and certificates are
    carried as by ``dephasing``.

    Sources: Q. Liu, A. Qiao and J.-T. Shen, arXiv:2410.21504, section II; M. A. Nielsen and I. L.
    Chuang, Quantum Computation and Quantum Information, 8.3.6.

    Example:
        >>> bell = StateBatch([[2**-0.5, 0, 0, 2**-0.5]], (2, 2))
        >>> noisy = DephasingInTime(rate=2, time=0.25).apply(bell, np.random.default_rng(0))
        >>> bool(np.isclose(2 * noisy.density()[0, 0, 3], np.exp(-2 * 2 * 0.25)))
        True
    """

    channel_name: ClassVar[str] = "dephasing-in-time"

    rate: NotNegative = Field(
        default=1.0, description="Rate of dephasing of each party, per unit of time."
    )
    time: NotNegative = Field(default=Uniform(0.0, 1.0), description="For how long it goes on.")
    parties: Parties | None = Field(
        default=None, description="Parties it acts on, counted from 0; left out: all."
    )

    def apply(self, batch: StateBatch, rng: Generator) -> StateBatch:
        """Returns the states after the time, with rate, time and strength of each recorded."""
        parties = chosen_parties(self.parties, batch, self.channel_name)
        rate, time = draw(self.rate, len(batch), rng), draw(self.time, len(batch), rng)
        drawn = {"rate": rate, "time": time, "strength": strength_after(rate, time)}
        result = batch
        if self.rate != 0.0 and self.time != 0.0:
            result = noisy_batch(batch, drawn, parties, _dephased)
        return recorded(result, self.channel_name, drawn)


def _dephased(rho: Array, dims: Dims, parties: tuple[int, ...], drawn: Drawn) -> Array:
    return dephased(rho, dims, parties, drawn["strength"])


def strength_after(rate: NDArray[np.float64], time: NDArray[np.float64]) -> NDArray[np.float64]:
    r"""Returns $1 - e^{-\Gamma t}$, accurate for short times too.

    Example:
        >>> strength_after(np.array([1.0, 1.0]), np.array([0.0, np.log(2)]))
        array([0. , 0.5])
    """
    with np.errstate(over="ignore"):  # an infinite exponent means what it says: nothing is left
        strength: NDArray[np.float64] = -np.expm1(-rate * time)
    return np.abs(strength)  # no negative zeros
