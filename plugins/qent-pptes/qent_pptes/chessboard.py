"""Bruß and Peres's chessboard states of two qutrits."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.random import Generator
from pydantic import Field, field_validator

from qent_core.api import Distribution, Normal, ParameterInvalidError, Varying, Verdict, draw
from qent_pptes.family import PptFamily
from qent_pptes.standard_form import StandardForm

_CLEAR = 1e-6
"""How large, relative to the others, the quantities of the proof must be."""


class Chessboard(PptFamily):
    r"""Chessboard states: six real parameters, rank four, equal to their partial transpose.

    $\rho = \sum_{j=1}^4 |V_j\rangle\langle V_j|$, normalised, with (rows party A, columns party B)

    $$V_1 = \begin{pmatrix} m&0&s\\0&n&0\\0&0&0 \end{pmatrix}\quad
    V_2 = \begin{pmatrix} 0&a&0\\b&0&c\\0&0&0 \end{pmatrix}\quad
    V_3 = \begin{pmatrix} n&0&0\\0&-m&0\\t&0&0 \end{pmatrix}\quad
    V_4 = \begin{pmatrix} 0&b&0\\-a&0&0\\0&d&0 \end{pmatrix}$$

    and $s = ac/n$, $t = ad/m$, which makes $\rho^{T_A} = \rho$, so that the state is PPT.

    Verdict on ``A|B``: ENTANGLED if a, b, c, d, m, n do not vanish and $mn \ne ab$, because then no
    product vector is in the range (range criterion; Bruß and Peres, Phys. Rev. A 61, 030301, 2000).
    Proof: let $\alpha V_1 + \beta V_2 + \gamma V_3 + \delta V_4$ have rank one. Its minors give
    $\beta\delta = 0$ and $\alpha\gamma = 0$. If $\alpha \ne 0$, then $\delta = 0$, $\beta \ne 0$,
    $\alpha^2 mn = \beta^2 ab$ and $\beta^2 ac = \alpha^2 sn = \alpha^2 ac$, hence mn = ab. If
    $\gamma \ne 0$, then $\beta = 0$, $\delta \ne 0$ and nd = bt, hence mn = ab again. If both
    vanish, ab = 0. Near those exceptions (a quantity of the proof below 1e-6 of the others), and
    with any white noise outside the separable ball, the verdict is UNKNOWN.

    Example:
        >>> batch = Chessboard(a=1, b=2, c=1, d=1, m=1, n=1).sample(1, np.random.default_rng(0))
        >>> batch.known["A|B"].tolist(), np.linalg.matrix_rank(batch.array).tolist()
        ([1], [4])
    """

    name: ClassVar[str] = "chessboard"

    a: Varying = Field(default=Normal(0.0, 1.0), description="First parameter, real.")
    b: Varying = Field(default=Normal(0.0, 1.0), description="Second parameter, real.")
    c: Varying = Field(default=Normal(0.0, 1.0), description="Third parameter, real.")
    d: Varying = Field(default=Normal(0.0, 1.0), description="Fourth parameter, real.")
    m: Varying = Field(default=Normal(0.0, 1.0), description="Fifth parameter, real, not 0.")
    n: Varying = Field(default=Normal(0.0, 1.0), description="Sixth parameter, real, not 0.")

    @field_validator("m", "n")
    @classmethod
    def _not_zero(cls, value: float | Distribution) -> float | Distribution:
        if value == 0:
            raise ValueError("must not be 0")
        return value

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns the states with the six parameters.

        Raises:
            ParameterInvalidError: m or n was drawn as 0.
        """
        names = ("a", "b", "c", "d", "m", "n")
        drawn = {name: draw(getattr(self, name), count, rng) for name in names}
        a, b, c, d, m, n = drawn.values()
        if not (m.all() and n.all()):
            raise ParameterInvalidError(
                "m and n of a chessboard state must not be 0",
                where=f"state {int(np.flatnonzero((m == 0) | (n == 0))[0])}",
                do="draw them from a distribution without 0",
            )
        s, t = a * c / n, a * d / m
        kets = np.zeros((count, 4, 9))
        kets[:, 0, 0], kets[:, 0, 2], kets[:, 0, 4] = m, s, n
        kets[:, 1, 1], kets[:, 1, 3], kets[:, 1, 5] = a, b, c
        kets[:, 2, 0], kets[:, 2, 4], kets[:, 2, 6] = n, -m, t
        kets[:, 3, 1], kets[:, 3, 3], kets[:, 3, 7] = b, -a, d
        kets /= np.linalg.norm(kets, axis=(1, 2), keepdims=True)
        sizes = np.abs(np.stack([*drawn.values(), s, t], axis=1))
        smallest, largest = sizes.min(axis=1), sizes.max(axis=1)
        crossing = np.abs(m * n - a * b) > _CLEAR * (np.abs(m * n) + np.abs(a * b))
        clear = (smallest > _CLEAR * largest) & crossing
        return StandardForm(
            states=kets.swapaxes(1, 2) @ kets,
            dims=(3, 3),
            parameters=drawn,
            verdicts={"A|B": np.where(clear, Verdict.ENTANGLED, Verdict.UNKNOWN).astype(np.int8)},
        )
