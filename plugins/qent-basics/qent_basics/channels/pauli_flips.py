"""Pauli errors on qubits: bit flip, phase flip and both at once."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np

from qent_basics.channels.local_noise import Drawn, EachParty
from qent_core.linalg import Array

_SIGNS = np.array([[1, -1], [-1, 1]], dtype=np.int8)
"""What conjugation with Pauli Z does to the four elements of a qubit's matrix."""


class _PauliFlip(EachParty):
    r"""The channel $\rho \mapsto (1-p)\,\rho + p\,\sigma\rho\sigma$ on each chosen qubit."""

    qubits_only: ClassVar[bool] = True

    def _noisy_party(self, rho: Array, drawn: Drawn) -> Array:
        strength = drawn["strength"]
        noisy: Array = (1 - strength) * rho + strength * self._conjugated(rho)
        return noisy

    @abstractmethod
    def _conjugated(self, rho: Array) -> Array:
        """Returns the Pauli matrix, applied from both sides to a qubit's two indices."""


class BitFlip(_PauliFlip):
    r"""Applies Pauli X to each chosen qubit with probability p: $(1-p)\,\rho + p\,X\rho X$.

    Two in a row have strength $p + q - 2pq$.

    Source: M. A. Nielsen and I. L. Chuang, Quantum Computation and Quantum Information, 8.3.3.

    Formula:
        $$\rho \mapsto (1-p)\,\rho + p\,X\rho X$$

        on each chosen qubit, with the Pauli matrix X.

    Example:
        >>> from qent_core.api import StateBatch
        >>> ground = StateBatch([[1, 0]], (2,))
        >>> flipped = BitFlip(strength=1).apply(ground, np.random.default_rng(0))
        >>> flipped.density()[0].diagonal()
        array([0., 1.])
    """

    channel_name: ClassVar[str] = "bit-flip"

    def _conjugated(self, rho: Array) -> Array:
        return rho[:, :, ::-1, :, :, ::-1]


class PhaseFlip(_PauliFlip):
    r"""Applies Pauli Z to each chosen qubit with probability p: $(1-p)\,\rho + p\,Z\rho Z$.

    It is dephasing of strength 2p up to p = 1/2, and undoes itself beyond: p = 1 is the unitary Z.
    Two in a row have strength $p + q - 2pq$.

    Source: M. A. Nielsen and I. L. Chuang, Quantum Computation and Quantum Information, 8.3.3.

    Formula:
        $$\rho \mapsto (1-p)\,\rho + p\,Z\rho Z$$

        on each chosen qubit, with the Pauli matrix Z.

    Example:
        >>> from qent_core.api import StateBatch
        >>> plus = StateBatch([[0.5**0.5, 0.5**0.5]], (2,))
        >>> noisy = PhaseFlip(strength=0.25).apply(plus, np.random.default_rng(0))
        >>> noisy.density()[0].round(3).tolist()
        [[0.5, 0.25], [0.25, 0.5]]
    """

    channel_name: ClassVar[str] = "phase-flip"

    def _conjugated(self, rho: Array) -> Array:
        signed: Array = rho * _signs()
        return signed


class BitPhaseFlip(_PauliFlip):
    r"""Applies Pauli Y to each chosen qubit with probability p: $(1-p)\,\rho + p\,Y\rho Y$.

    Real states stay real: $Y\rho Y = (XZ)\rho(XZ)^T$. Two in a row have strength $p + q - 2pq$.

    Source: M. A. Nielsen and I. L. Chuang, Quantum Computation and Quantum Information, 8.3.3.

    Formula:
        $$\rho \mapsto (1-p)\,\rho + p\,Y\rho Y$$

        on each chosen qubit, with the Pauli matrix Y.

    Example:
        >>> from qent_core.api import StateBatch
        >>> plus = StateBatch([[0.5**0.5, 0.5**0.5]], (2,))
        >>> noisy = BitPhaseFlip(strength=1).apply(plus, np.random.default_rng(0))
        >>> noisy.density()[0].round(3).tolist()
        [[0.5, -0.5], [-0.5, 0.5]]
    """

    channel_name: ClassVar[str] = "bit-phase-flip"

    def _conjugated(self, rho: Array) -> Array:
        signed: Array = rho[:, :, ::-1, :, :, ::-1] * _signs()
        return signed


def _signs() -> Array:
    return _SIGNS.reshape(1, 1, 2, 1, 1, 2, 1)
