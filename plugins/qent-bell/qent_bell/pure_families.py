"""The three pure families that the dephasing study sends through noise."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_bell.closed_forms import psi1_concurrence, psi2_concurrence, pure_concurrence
from qent_core.api import Angle, StateBatch, StateFamily, Uniform, Verdict, draw

QUESTION = "A|B"
"""The only cut of two parties."""

_CIRCLE = Uniform(0.0, 2 * math.pi)
_SURE = 1e-9
"""Concurrence above which a float64 ket is entangled beyond doubt."""


class Psi1(StateFamily):
    r"""Two-basis states $\cos\frac\theta2|00\rangle + e^{i\varphi}\sin\frac\theta2|11\rangle$.

    The concurrence is $|\sin\theta|$; dephasing of strength p on both qubits makes it
    $(1-p)^2|\sin\theta|$, and depolarising noise $\max(0, (1-p)|\sin\theta| - p/2)$. Known to be
    entangled where $|\sin\theta| > 10^{-9}$.

    Source: Q. Liu et al., arXiv:2410.21504v2, Eqs. 12 and 15.

    Args:
        theta: Polar angle in radians.
        phi: Relative phase in radians.

    Example:
        >>> Psi1(theta=math.pi / 2, phi=0.0).sample(1, np.random.default_rng(0)).array.round(3)
        array([[0.707+0.j, 0.   +0.j, 0.   +0.j, 0.707+0.j]])
    """

    theta: Angle = _CIRCLE
    phi: Angle = _CIRCLE

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns kets ``(count, 4)`` with the parameters ``theta`` and ``phi``."""
        theta, phi = draw(self.theta, count, rng), draw(self.phi, count, rng)
        kets = np.zeros((count, 4), dtype=np.complex128)
        kets[:, 0] = np.cos(theta / 2)
        kets[:, 3] = np.sin(theta / 2) * np.exp(1j * phi)
        return _batch(kets, {"theta": theta, "phi": phi}, "psi1")

    def exact(
        self, column: str, parameters: Mapping[str, NDArray[np.float64]]
    ) -> NDArray[np.float64] | None:
        """Returns the concurrence or the negativity before noise.

        Example:
            >>> angles = {"theta": np.array([math.pi / 2]), "phi": np.zeros(1)}
            >>> Psi1().exact("negativity[A|B]", angles)
            array([0.5])
        """
        if "theta" not in parameters or _noisy(parameters):
            return None
        return _column(column, psi1_concurrence(parameters["theta"]))


class Psi2(StateFamily):
    r"""Special four-basis states, whose two branches carry opposite phases.

    $$|\psi\rangle = \bigl[\cos\tfrac\theta2\,|0\rangle(e^{-i\varphi}|0\rangle + |1\rangle) +
    \sin\tfrac\theta2\,|1\rangle(e^{i\varphi}|0\rangle + |1\rangle)\bigr]/\sqrt2$$

    The concurrence is $|\sin\theta\sin\varphi|$; after dephasing of strength p = 1 - q on both
    qubits it is $|\sin\theta|\max(0, q^2 + 2q|\sin\varphi| - 1)/2$. Known to be entangled where it
    exceeds $10^{-9}$ before noise.

    Source: Q. Liu et al., arXiv:2410.21504v2, Eqs. 14 and 16.

    Args:
        theta: Polar angle in radians.
        phi: Phase of the branches in radians.

    Example:
        >>> half = math.pi / 2
        >>> Psi2(theta=half, phi=half).sample(1, np.random.default_rng(0)).known["A|B"].tolist()
        [1]
    """

    theta: Angle = _CIRCLE
    phi: Angle = _CIRCLE

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns kets ``(count, 4)`` with the parameters ``theta`` and ``phi``."""
        theta, phi = draw(self.theta, count, rng), draw(self.phi, count, rng)
        cosine, sine = np.cos(theta / 2) / 2**0.5, np.sin(theta / 2) / 2**0.5
        phase = np.exp(1j * phi)
        kets = np.stack([cosine * phase.conj(), cosine, sine * phase, sine], axis=1)
        return _batch(kets, {"theta": theta, "phi": phi}, "psi2")

    def exact(
        self, column: str, parameters: Mapping[str, NDArray[np.float64]]
    ) -> NDArray[np.float64] | None:
        """Returns the concurrence or the negativity before noise."""
        if not {"theta", "phi"} <= {*parameters} or _noisy(parameters):
            return None
        return _column(column, psi2_concurrence(parameters["theta"], parameters["phi"]))


class Psi3(StateFamily):
    r"""General four-basis states, from six angles that need not be uniform on the sphere.

    $(\sin\alpha,\; \cos\alpha\sin\beta\,e^{i\varphi_1},\;
    \cos\alpha\cos\beta\sin\gamma\,e^{i\varphi_2},\;
    \cos\alpha\cos\beta\cos\gamma\,e^{i\varphi_3})$. With all angles uniform, as in the paper, the
    first amplitudes are larger on average than those of Haar-random states. Known to be entangled
    where the concurrence exceeds $10^{-9}$.

    Source: Q. Liu et al., arXiv:2410.21504v2, Eq. 17.

    Formula:
        $$|\psi\rangle = \sin\alpha\,|00\rangle + \cos\alpha\sin\beta\,e^{i\varphi_1}|01\rangle +
        \cos\alpha\cos\beta\,(\sin\gamma\,e^{i\varphi_2}|10\rangle +
        \cos\gamma\,e^{i\varphi_3}|11\rangle)$$

    Args:
        alpha: First angle in radians.
        beta: Second angle in radians.
        gamma: Third angle in radians.
        phi1: Phase of the second amplitude in radians.
        phi2: Phase of the third amplitude in radians.
        phi3: Phase of the fourth amplitude in radians.

    Example:
        >>> batch = Psi3().sample(3, np.random.default_rng(0))
        >>> bool(np.allclose(np.linalg.norm(batch.array, axis=1), 1))
        True
    """

    alpha: Angle = _CIRCLE
    beta: Angle = _CIRCLE
    gamma: Angle = _CIRCLE
    phi1: Angle = _CIRCLE
    phi2: Angle = _CIRCLE
    phi3: Angle = _CIRCLE

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns kets ``(count, 4)`` with the six angles as parameters."""
        drawn = {name: draw(getattr(self, name), count, rng) for name in type(self).model_fields}
        a, b, c = drawn["alpha"], drawn["beta"], drawn["gamma"]
        tail = np.cos(a) * np.cos(b)
        kets = np.stack(
            [
                np.sin(a) + 0j,
                np.cos(a) * np.sin(b) * np.exp(1j * drawn["phi1"]),
                tail * np.sin(c) * np.exp(1j * drawn["phi2"]),
                tail * np.cos(c) * np.exp(1j * drawn["phi3"]),
            ],
            axis=1,
        )
        return _batch(kets, drawn, "psi3")


def _batch(
    kets: NDArray[np.complex128], parameters: dict[str, NDArray[np.float64]], source: str
) -> StateBatch:
    known = np.full(len(kets), Verdict.UNKNOWN, dtype=np.int8)
    known[pure_concurrence(kets) > _SURE] = Verdict.ENTANGLED
    return StateBatch(kets, (2, 2), parameters=parameters, known={QUESTION: known}, source=source)


def _noisy(parameters: Mapping[str, NDArray[np.float64]]) -> bool:
    """Tells whether a channel has acted, which records its strength under a dotted name."""
    return any("." in name for name in parameters)


def _column(column: str, concurrence: NDArray[np.float64]) -> NDArray[np.float64] | None:
    if column == f"concurrence[{QUESTION}]":
        return concurrence
    # Of pure states of two qubits the negativity is half the concurrence.
    return concurrence / 2 if column == f"negativity[{QUESTION}]" else None
