"""Entanglement of pure states: entropy across cuts, and the Meyer-Wallach average."""

from __future__ import annotations

import numpy as np  # noqa: F401 - the examples use it

from qent_basics.labelers.cuts import (
    Questions,
    Side,
    label_cuts,
    require_kets,
    require_qubits,
)
from qent_basics.measures.entropies import entanglement_entropy, meyer_wallach
from qent_core.api import Labeler, Labels, StateBatch


class EntanglementEntropy(Labeler):
    r"""Von Neumann entropy of the reduced state of pure states across cuts, in bits.

    $S = -\sum_i s_i^2\log_2 s_i^2$ with Schmidt coefficients $s_i$; in $[0, \log_2 d]$ with d the
    dimension of the smaller side. For mixed states it would not measure entanglement, so density
    matrices are refused.

    Columns ``entanglement-entropy[A|B]``, one per cut.

    Source: C. H. Bennett, H. J. Bernstein, S. Popescu and B. Schumacher, Phys. Rev. A 53, 2046
    (1996).

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> EntanglementEntropy().label(bell).values("entanglement-entropy[A|B]").round(12)
        array([1.])
    """

    questions: Questions = None

    def label(self, batch: StateBatch) -> Labels:
        """Returns one column per cut."""
        require_kets(batch, "entanglement entropy")

        def label(column: str, question: str, side: Side) -> Labels:
            values = entanglement_entropy(batch.array, batch.dims, side)
            return Labels.measure(column, values, question=question)

        return label_cuts("entanglement-entropy", self.questions, batch, label)


class MeyerWallach(Labeler):
    r"""Meyer-Wallach measure $Q = 2(1 - \frac{1}{N}\sum_k \mathrm{tr}\,\rho_k^2)$ of N qubits.

    $\rho_k$ is the reduced state of qubit k. In [0, 1]: 0 for product states, 1 where every qubit
    is maximally mixed; the square of the concurrence for two qubits.

    Column ``meyer-wallach``.

    Sources: D. A. Meyer and N. R. Wallach, J. Math. Phys. 43, 4273 (2002); G. K. Brennen, Quantum
    Inf. Comput. 3, 619 (2003).

    Example:
        >>> ghz = StateBatch([[1, 0, 0, 0, 0, 0, 0, 1]] / np.sqrt(2), dims=(2, 2, 2))
        >>> MeyerWallach().label(ghz).values("meyer-wallach").round(12)
        array([1.])
    """

    def label(self, batch: StateBatch) -> Labels:
        """Returns one column."""
        require_qubits(batch, "the Meyer-Wallach measure")
        require_kets(batch, "the Meyer-Wallach measure")
        return Labels.measure("meyer-wallach", meyer_wallach(batch.array, batch.dims))
