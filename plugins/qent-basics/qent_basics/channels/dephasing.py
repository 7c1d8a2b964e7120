"""Dephasing noise: parties lose their coherence, not their populations."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from qent_basics.channels.local_noise import Drawn, LocalNoise
from qent_core.linalg import Array, Dims


class Dephasing(LocalNoise):
    r"""Shrinks the coherences of each chosen party by the factor 1 - p.

    Matrix elements that are off-diagonal in h of the parties are multiplied by $(1-p)^h$; at p = 1
    only populations are left. Kraus operators on one party: $\sqrt{1-p}\,I$ and
    $\sqrt p\,|j\rangle\langle j|$ for each level j. Two in a row have strength $1 - (1-p)(1-q)$; on
    a qubit, it is a phase flip of probability p/2.

    Source: M. A. Nielsen and I. L. Chuang, Quantum Computation and Quantum Information, 8.3.6.

    Formula:
        $$\rho_{ij} \mapsto (1-p)^{h(i,j)}\,\rho_{ij}$$

        where $h(i,j)$ counts the chosen parties whose levels differ in the basis states i and j.

    Example:
        >>> from qent_core.api import StateBatch
        >>> bell = StateBatch([[2**-0.5, 0, 0, 2**-0.5]], (2, 2))
        >>> noisy = Dephasing(strength=0.5).apply(bell, np.random.default_rng(0))
        >>> float(noisy.density()[0, 0, 3].round(6))
        0.125
    """

    channel_name: ClassVar[str] = "dephasing"

    def _noisy(self, rho: Array, dims: Dims, parties: tuple[int, ...], drawn: Drawn) -> Array:
        return dephased(rho, dims, parties, drawn["strength"])


def dephased(rho: Array, dims: Dims, parties: tuple[int, ...], strength: Array) -> Array:
    """Returns states ``(n, D, D)`` with their coherences shrunk by 1 - p per party that differs.

    Args:
        rho: ``(n, D, D)`` states.
        dims: Local dimensions.
        parties: Parties that the noise acts on.
        strength: p of each state, n numbers in any shape.
    """
    factors = (1 - strength.reshape(-1, 1)) ** np.arange(len(parties) + 1)
    noisy: Array = rho * factors.astype(strength.dtype)[:, differing_parties(dims, parties)]
    return noisy


def differing_parties(dims: Dims, parties: tuple[int, ...]) -> NDArray[np.intp]:
    """Returns the ``(D, D)`` number of chosen parties in which row and column differ.

    Example:
        >>> differing_parties((2, 2), (0, 1))[0].tolist()
        [0, 1, 1, 2]
    """
    size = math.prod(dims)
    digits = np.unravel_index(np.arange(size), dims)
    count = np.zeros((size, size), dtype=np.intp)
    for party in parties:
        count += digits[party][:, None] != digits[party][None, :]
    return count
