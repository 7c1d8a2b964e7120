"""Concurrence of two qubits and the entanglement of formation that follows from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_basics.labelers.cuts import require_two_qubits
from qent_basics.measures.concurrence import concurrence, concurrence_of_kets
from qent_basics.measures.entropies import entanglement_of_formation
from qent_core.api import Labeler, Labels, StateBatch, column_name

_CUT = "A|B"


class Concurrence(Labeler):
    r"""Concurrence $C = \max(0, \lambda_1 - \lambda_2 - \lambda_3 - \lambda_4)$ of two qubits.

    $\lambda_i$ are the decreasing square roots of the eigenvalues of $\rho\tilde\rho$ with
    $\tilde\rho = (Y\otimes Y)\rho^*(Y\otimes Y)$; $C = 2|c_1c_4 - c_2c_3|$ for pure states. In
    [0, 1]; positive exactly for entangled states.

    Column ``concurrence[A|B]``.

    Source: W. K. Wootters, Phys. Rev. Lett. 80, 2245 (1998).

    Example:
        >>> states = StateBatch([[0.6, 0, 0, 0.8], [1, 0, 0, 0]], dims=(2, 2))
        >>> Concurrence().label(states).values("concurrence[A|B]").round(12)
        array([0.96, 0.  ])
    """

    def label(self, batch: StateBatch) -> Labels:
        """Returns one column."""
        values = _concurrence(batch, "concurrence")
        return Labels.measure(column_name("concurrence", _CUT), values, question=_CUT)


class EntanglementOfFormation(Labeler):
    r"""Entanglement of formation of two qubits, $E = h((1 + \sqrt{1 - C^2})/2)$, in bits.

    h is the binary entropy and C the concurrence. In [0, 1].

    Column ``entanglement-of-formation[A|B]``.

    Source: W. K. Wootters, Phys. Rev. Lett. 80, 2245 (1998).

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> EntanglementOfFormation().label(bell).values("entanglement-of-formation[A|B]").round(9)
        array([1.])
    """

    def label(self, batch: StateBatch) -> Labels:
        """Returns one column."""
        values = entanglement_of_formation(_concurrence(batch, "entanglement of formation"))
        column = column_name("entanglement-of-formation", _CUT)
        return Labels.measure(column, values, question=_CUT)


def _concurrence(batch: StateBatch, what: str) -> NDArray[np.float64]:
    require_two_qubits(batch, what)
    if batch.kind == "kets":
        return concurrence_of_kets(batch.array)
    return concurrence(batch.array)
