"""Werner states, in the sense of Werner."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_core.api import (
    Probability,
    Spin,
    StateBatch,
    StateFamily,
    Uniform,
    Verdict,
    draw,
)
from qent_werner.closed_forms import WERNER_THRESHOLD, werner_negativity
from qent_werner.exact_columns import QUESTION, column_from_negativity
from qent_werner.spins import local_dimension
from qent_werner.twirl_mixtures import mixture_certificates

_UNDECIDED = 1e-12
"""How near the threshold the float64 matrix decides nothing."""


class WernerState(StateFamily):
    r"""Werner states $w\,P_-/\mathrm{tr}P_- + (1-w)\,P_+/\mathrm{tr}P_+$ of two spin-J systems.

    $P_\mp$ project on the antisymmetric and the symmetric vectors. These are the states invariant
    under every $U \otimes U$. They are separable exactly for $w \le 1/2$, whatever d is; the
    verdict on ``A|B`` is known except within 1e-12 of that weight. Werner, Phys. Rev. A 40, 4277
    (1989).

    Only for d = 2 are they the ``isotropic`` states up to a local unitary; much of the literature
    on spins calls those "Werner" for every d.

    Formula:
        $$\rho = w\,\frac{P_-}{d(d-1)/2} + (1-w)\,\frac{P_+}{d(d+1)/2}$$

        with the projectors $P_-$ and $P_+$ on the antisymmetric and the symmetric vectors of two
        systems of dimension d = 2J + 1. Separable exactly for $w \le 1/2$.

    Args:
        spin: Spin quantum number J of both parties; the local dimension is d = 2J + 1.
        weight: Weight w of the antisymmetric part, from 0 to 1.
        certify: Attach explicit mixtures of product vectors to the separable states.

    Example:
        >>> singlet = WernerState(weight=1.0).sample(1, np.random.default_rng(0))
        >>> singlet.array[0, 1:3, 1:3].tolist()
        [[0.5, -0.5], [-0.5, 0.5]]
    """

    spin: Spin = 0.5
    weight: Probability = Uniform(0.0, 1.0)
    certify: bool = False

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns density matrices ``(count, d*d, d*d)``, real, with the parameter ``weight``."""
        d = local_dimension(self.spin)
        weight = draw(self.weight, count, rng)
        known = np.where(weight > WERNER_THRESHOLD, Verdict.ENTANGLED, Verdict.SEPARABLE)
        known[np.abs(weight - WERNER_THRESHOLD) < _UNDECIDED] = Verdict.UNKNOWN
        # Weight of the maximally entangled state in the partial transpose.
        alpha = (1 - weight) / (d + 1) - weight / (d - 1)
        separable = known == Verdict.SEPARABLE
        return StateBatch(
            werner_matrices(weight, d),
            (d, d),
            parameters={"weight": weight},
            known={QUESTION: known},
            certificates=mixture_certificates(alpha, d, separable, werner=True)
            if self.certify
            else None,
            source="werner",
        )

    def exact(
        self, column: str, parameters: Mapping[str, NDArray[np.float64]]
    ) -> NDArray[np.float64] | None:
        r"""Returns $N = \max(0, (2w-1)/d)$ and what follows from it.

        Example:
            >>> WernerState().exact("concurrence[A|B]", {"weight": np.array([0.25, 1.0])})
            array([0., 1.])
        """
        if "weight" not in parameters:
            return None
        d = local_dimension(self.spin)
        return column_from_negativity(column, werner_negativity(parameters["weight"], d), d)

    def thresholds(self, question: str) -> dict[str, float]:
        """Returns the weight 1/2 for ``A|B``."""
        return {"weight": WERNER_THRESHOLD} if question == QUESTION else {}


def werner_matrices(weight: NDArray[np.float64], d: int) -> NDArray[np.float64]:
    r"""Returns Werner states $aI + bF$ with the swap F, as ``(n, d*d, d*d)`` real matrices.

    Args:
        weight: ``(n,)`` weights w of the antisymmetric part.
        d: Local dimension.
    """
    anti, sym = weight / (d * (d - 1)), (1 - weight) / (d * (d + 1))
    grid = np.arange(d * d).reshape(d, d)
    straight, swapped = grid.ravel(), grid.T.ravel()
    rho = np.zeros((len(weight), d * d, d * d))
    rho[:, straight, straight] += (sym + anti)[:, None]
    rho[:, straight, swapped] += (sym - anti)[:, None]
    return rho
