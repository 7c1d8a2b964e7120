"""Negativity and its two relatives, across any cut of any number of parties."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qent_basics.labelers.cuts import Questions, Side, label_cuts, side_dimensions
from qent_basics.measures.negativity import negativity, negativity_of_kets
from qent_core.api import Labeler, Labels, StateBatch

Reals = NDArray[np.float64]


class Negativity(Labeler):
    r"""Negativity $N = (\|\rho^T\|_1 - 1)/2$, the sum of the moduli of negative eigenvalues.

    $\rho^T$ is the partial transpose on one side of the cut. In $[0, (d-1)/2]$ with d the
    dimension of the smaller side; 0 exactly where the partial transpose is positive, which proves
    separability only for 2x2 and 2x3. For pure states $N = ((\sum_i s_i)^2 - 1)/2$ with Schmidt
    coefficients $s_i$.

    Columns ``negativity[A|B]``, one per cut.

    Source: G. Vidal and R. F. Werner, Phys. Rev. A 65, 032314 (2002).

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> Negativity().label(bell).values("negativity[A|B]").round(12)
        array([0.5])
    """

    questions: Questions = None

    def label(self, batch: StateBatch) -> Labels:
        """Returns one column per cut."""
        return _per_cut("negativity", self.questions, batch, lambda values, _: values)


class LogarithmicNegativity(Labeler):
    r"""Logarithmic negativity $E_N = \log_2 \|\rho^T\|_1 = \log_2(1 + 2N)$, in bits.

    $\rho^T$ is the partial transpose on one side of the cut, N the negativity. In $[0, \log_2 d]$
    with d the dimension of the smaller side; additive, and an upper bound on distillable
    entanglement.

    Columns ``logarithmic-negativity[A|B]``, one per cut.

    Sources: G. Vidal and R. F. Werner, Phys. Rev. A 65, 032314 (2002); M. B. Plenio, Phys. Rev.
    Lett. 95, 090503 (2005).

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> LogarithmicNegativity().label(bell).values("logarithmic-negativity[A|B]").round(12)
        array([1.])
    """

    questions: Questions = None

    def label(self, batch: StateBatch) -> Labels:
        """Returns one column per cut."""
        return _per_cut(
            "logarithmic-negativity",
            self.questions,
            batch,
            lambda values, _: np.log1p(2 * values) / np.log(2),
        )


class NormalizedNegativity(Labeler):
    r"""Negativity scaled to [0, 1]: $\hat N = 2N/(d-1)$ with d the dimension of the smaller side.

    N is the negativity. 1 for maximally entangled states of any dimension.

    Columns ``normalized-negativity[A|B]``, one per cut.

    Source: S. Lee, D. P. Chi, S. D. Oh and J. Kim, Phys. Rev. A 68, 062304 (2003).

    Example:
        >>> qutrits = StateBatch(np.eye(3).reshape(1, 9) / np.sqrt(3), dims=(3, 3))
        >>> NormalizedNegativity().label(qutrits).values("normalized-negativity[A|B]").round(12)
        array([1.])
    """

    questions: Questions = None

    def label(self, batch: StateBatch) -> Labels:
        """Returns one column per cut."""

        def scaled(values: Reals, smaller: int) -> Reals:
            # A side of dimension 1 is never entangled; rounding may pass the maximum.
            return np.minimum(2 * values / max(1, smaller - 1), 1.0)

        return _per_cut("normalized-negativity", self.questions, batch, scaled)


def _per_cut(
    name: str,
    questions: tuple[str, ...] | None,
    batch: StateBatch,
    scale: Callable[[Reals, int], Reals],
) -> Labels:
    measure = negativity_of_kets if batch.kind == "kets" else negativity

    def label(column: str, question: str, side: Side) -> Labels:
        values = measure(batch.array, batch.dims, side)
        smaller = min(side_dimensions(batch.dims, side))
        return Labels.measure(column, scale(values, smaller), question=question)

    return label_cuts(name, questions, batch, label)
