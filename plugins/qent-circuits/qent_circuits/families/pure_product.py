"""Pure product states: circuits of one-qubit gates only, or Kronecker products of Haar kets."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from qent_circuits.members import Members
from qent_circuits.pure_kets import qubit_kets
from qent_circuits.settings import PoolSize, Qubits, Source
from qent_circuits.verdicts import separable_everywhere
from qent_core.api import StateBatch, StateFamily
from qent_core.linalg import tensor


class PureProduct(StateFamily):
    r"""Products $\bigotimes_q |\psi_q\rangle$ of random one-qubit kets: pure and fully separable.

    ``source = "circuit"`` is a circuit of one-qubit gates only, two consecutive U on every qubit
    of |0...0>; ``"haar"`` takes the qubits from the Haar measure (Pawlowski and Krawczyk,
    arXiv:2210.07410, Appendices 1 and 3). With uniform angles the first is not Haar-distributed.

    Args:
        qubits: Number of qubits.
        source: Random gates or the Haar measure.
        pool_size: One-qubit kets in the pool that 1000 consecutive states share, as in the
            authors' code, which has 3000; 0 draws every ket afresh.

    Example:
        >>> import numpy as np
        >>> batch = PureProduct().sample(2, np.random.default_rng(0))
        >>> batch.kind, batch.dims, batch.known["A|B|C"].tolist()
        ('kets', (2, 2, 2), [0, 0])
    """

    qubits: Qubits = 3
    source: Source = "circuit"
    pool_size: PoolSize = 0

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [{}, {"source": "haar", "qubits": 2, "pool_size": 50}]

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns kets ``(count, 2**qubits)``."""
        members = Members.prepare(
            lambda number, rng: (qubit_kets(self.source, number, rng),),
            count,
            self.pool_size,
            rng,
            copies=self.qubits,
        )
        kets = tensor(*members.draw(members.pool_of(count), (), rng))
        known = separable_everywhere(count, self.qubits)
        return StateBatch(kets, (2,) * self.qubits, known=known, source="pure-product")
