"""Pure products of real one-qubit kets from a grid, locally rotated."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from qent_circuits.blocks import local_layer
from qent_circuits.settings import Qubits
from qent_circuits.simulation import apply_local_unitaries
from qent_circuits.verdicts import separable_everywhere
from qent_core.api import StateBatch, StateFamily
from qent_core.linalg import tensor

_GRID_STEPS = 100


class RealGridProduct(StateFamily):
    r"""Products of $a|0\rangle + \sqrt{1-a^2}|1\rangle$ with a on the grid 0, 0.01, ..., 1.

    Two consecutive U with uniform angles then act on every qubit. One of the separable groups that
    the authors' separability autoencoder learns from (Krawczyk, Pawlowski, Maska and Roszak,
    arXiv:2307.11091; the recipe is in their code).

    Formula:
        $$|\psi\rangle = \bigotimes_q V_qU_q \bigl(a_q|0\rangle +
        \sqrt{1-a_q^2}\,|1\rangle\bigr), \quad a_q \in \{0, 0.01, \dots, 1\}$$

        The gates U, V have uniform random angles, each its own.

    Args:
        qubits: Number of qubits.

    Example:
        >>> RealGridProduct().sample(2, np.random.default_rng(0)).known["biseparable"].tolist()
        [0, 0]
    """

    qubits: Qubits = 3

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns kets ``(count, 2**qubits)``."""
        a = rng.integers(_GRID_STEPS + 1, size=(count, self.qubits)) / _GRID_STEPS
        local = np.stack([a, np.sqrt(1 - a**2)], axis=-1).astype(np.complex128)
        kets = tensor(*(local[:, qubit] for qubit in range(self.qubits)))
        layer = local_layer(count, self.qubits, 2, rng)
        turned = apply_local_unitaries(kets, layer.product(np.arange(count), slice(self.qubits)))
        known = separable_everywhere(count, self.qubits)
        return StateBatch(turned, (2,) * self.qubits, known=known, source="real-grid-product")
