"""The tunable pure state zeta(theta) of two spin-J systems."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_core.api import (
    Angle,
    Spin,
    StateBatch,
    StateFamily,
    Uniform,
    Verdict,
    draw,
)
from qent_werner.closed_forms import zeta_entropy, zeta_negativity
from qent_werner.exact_columns import QUESTION, column_from_negativity
from qent_werner.spins import local_dimension

_SURE = 1e-9
"""|sin 2 theta| above which the float64 ket is entangled beyond doubt."""


class Zeta(StateFamily):
    r"""Pure states $\cos\theta\,|{-J},{-J}\rangle + \sin\theta\,|J,J\rangle$.

    Their Schmidt rank is 2 whatever J is, so they are maximally entangled only for J = 1/2: the
    normalised negativity $|\sin 2\theta|/(d-1)$ never exceeds $1/(d-1)$.

    The verdict on ``A|B`` is known: entangled where $|\sin 2\theta| > 10^{-9}$, separable where
    the sine or the cosine is exactly 0 (theta = 0), unknown in between (theta = pi/2 in floating
    point). Eq. 9 of Abd-Rabbou et al., arXiv:2507.12775.

    Args:
        spin: Spin quantum number J of both parties; the local dimension is d = 2J + 1.
        theta: Angle in radians.

    Example:
        >>> batch = Zeta(spin=1, theta=np.pi / 4).sample(2, np.random.default_rng(0))
        >>> batch.shape, batch.dims, batch.known["A|B"].tolist()
        ((2, 9), (3, 3), [1, 1])
    """

    spin: Spin = 0.5
    theta: Angle = Uniform(0.0, math.pi)

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns kets ``(count, d*d)``, real, with the parameter ``theta``."""
        d = local_dimension(self.spin)
        theta = draw(self.theta, count, rng)
        cosine, sine = np.cos(theta), np.sin(theta)
        kets = np.zeros((count, d * d))
        kets[:, 0], kets[:, -1] = cosine, sine
        known = np.full(count, Verdict.UNKNOWN, dtype=np.int8)
        known[np.abs(2 * cosine * sine) > _SURE] = Verdict.ENTANGLED
        known[(cosine == 0) | (sine == 0)] = Verdict.SEPARABLE
        return StateBatch(
            kets, (d, d), parameters={"theta": theta}, known={QUESTION: known}, source="zeta"
        )

    def exact(
        self, column: str, parameters: Mapping[str, NDArray[np.float64]]
    ) -> NDArray[np.float64] | None:
        r"""Returns $N = |\sin 2\theta|/2$ and what follows from it, or $h(\cos^2\theta)$ in bits.

        Example:
            >>> Zeta(spin=5).exact("normalized-negativity[A|B]", {"theta": np.array([np.pi / 4])})
            array([0.1])
        """
        if "theta" not in parameters:
            return None
        theta = parameters["theta"]
        if column == f"entanglement-entropy[{QUESTION}]":
            return zeta_entropy(theta)
        return column_from_negativity(column, zeta_negativity(theta), local_dimension(self.spin))

    def thresholds(self, question: str) -> dict[str, float]:
        """Returns nothing: these states are separable at isolated angles only."""
        return {}
