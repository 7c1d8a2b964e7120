"""Pure Haar-random states of qubits, drawn as the paper draws them."""

from __future__ import annotations

from numpy.random import Generator

from qent_circuits.haar import haar_kets
from qent_circuits.settings import Qubits
from qent_core.api import StateBatch, StateFamily


class HaarKet(StateFamily):
    r"""Haar-random kets of qubits, $\sum_i \sqrt{y_i/\sum_j y_j}\, e^{i\gamma_i} |i\rangle$.

    The y are $-\log x$ of uniform x, the phases uniform, which is exactly the Haar measure
    (Pawlowski and Krawczyk, arXiv:2210.07410, Eq. A3). Almost all of them are entangled in every
    cut, but no verdict holds by construction.

    Args:
        qubits: Number of qubits.

    Example:
        >>> import numpy as np
        >>> HaarKet(qubits=2).sample(5, np.random.default_rng(0)).shape
        (5, 4)
    """

    qubits: Qubits = 3

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns kets ``(count, 2**qubits)``."""
        kets = haar_kets((count, 2**self.qubits), rng)
        return StateBatch(kets, (2,) * self.qubits, source="haar-ket")
