"""Random local rotations as the paper's circuits and tests have them: two U per qubit."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from pydantic import Field

from qent_circuits.blocks import local_layer
from qent_circuits.programs import LocalLayer
from qent_core.api import Channel, DimensionsMismatchError, Probability, StateBatch, draw
from qent_core.linalg import apply_local


class LocalU2(Channel):
    r"""Two consecutive random gates U on every qubit of every state, all angles uniform.

    $\rho \mapsto (U_1 \otimes U_2 \otimes \dots)\,\rho\,(U_1 \otimes U_2 \otimes \dots)^\dagger$
    with $U_k = U(\theta', \phi', \lambda')\,U(\theta, \phi, \lambda)$: how the authors of
    arXiv:2210.07410 randomise their PPT-entangled test states and rotate states while training
    their Siamese network. Not Haar-distributed. Every verdict is kept; certificates are dropped.

    Formula:
        $$\rho \mapsto (U_1 \otimes U_2 \otimes \dots)\,\rho\,(U_1 \otimes U_2 \otimes
        \dots)^\dagger, \quad U_k = U(\theta', \phi', \lambda')\,U(\theta, \phi, \lambda)$$

        with $U(\theta,\phi,\lambda) = \begin{pmatrix} \cos\frac\theta2 &
        -e^{i\lambda}\sin\frac\theta2 \\ e^{i\phi}\sin\frac\theta2 &
        e^{i(\phi+\lambda)}\cos\frac\theta2 \end{pmatrix}$ and all angles uniform on $[0, 2\pi)$.

    Args:
        strength: Chance that a state is rotated at all.

    Example:
        >>> bell = StateBatch([[2**-0.5, 0, 0, 2**-0.5]], (2, 2), known={"A|B": [1]})
        >>> turned = LocalU2().apply(bell, np.random.default_rng(0))
        >>> turned.kind, int(turned.known["A|B"][0])
        ('kets', 1)
    """

    strength: Probability = Field(default=1.0)

    def apply(self, batch: StateBatch, rng: Generator) -> StateBatch:
        """Returns the rotated states.

        Raises:
            DimensionsMismatchError: A party is no qubit.
        """
        if set(batch.dims) != {2}:
            raise DimensionsMismatchError(
                f"local-u2 rotates qubits, the states have dims {batch.dims}",
                do="use random-local-unitary for other dimensions",
            )
        count, qubits = len(batch), batch.parties
        chosen = rng.random(count) < draw(self.strength, count, rng)
        layer = local_layer(count, qubits, 2, rng)
        layer = LocalLayer(layer.angles, layer.acts & chosen[:, None, None])
        unitaries = layer.product(np.arange(count), slice(qubits))
        turned = apply_local(batch.array, batch.dims, [unitaries[:, k] for k in range(qubits)])
        return batch.replaced(turned, known=batch.known)
