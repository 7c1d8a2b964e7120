"""Breuer's and Hall's states: rotationally symmetric, with an exact border of separability."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.random import Generator
from pydantic import Field, field_validator

from qent_core.api import Distribution, Probability, Uniform, Verdict, draw
from qent_core.linalg import Array
from qent_pptes.family import Parameters, PptFamily
from qent_pptes.standard_form import UNDECIDED, StandardForm
from qent_pptes.white_noise import NoiseLimits, surviving_negativity


class BreuerHall(PptFamily):
    r"""A singlet mixed with the symmetric states of two systems of even dimension d >= 4.

    $$\rho = \lambda |\psi_0\rangle\langle\psi_0| + (1-\lambda) \frac{2}{d(d+1)} P_S,$$

    where $P_S$ projects on the symmetric vectors and $|\psi_0\rangle = (1 \otimes V)|\Phi_+\rangle$
    with an antisymmetric unitary V is the singlet of two spins (d-1)/2: $V|k\rangle = (-1)^k
    |d-1-k\rangle$. PPT exactly for $\lambda \le 1/(d+2)$.

    Verdict on ``A|B``: SEPARABLE at $\lambda = 0$, ENTANGLED for every $\lambda > 0$ (Breuer, Phys.
    Rev. Lett. 97, 080501, 2006; Hall, J. Phys. A 39, 14119, 2006). With white noise p it is known
    too: SEPARABLE exactly for $p \ge \lambda d/(1+\lambda d)$. Proof: states, noise and $\psi_0$
    are invariant under all $U \otimes U$ with $UVU^T = V$; averaging over these maps a product
    $|e,f\rangle$ to the state of the same kind with $\langle F\rangle = |\langle e|f\rangle|^2 = u$
    and $d\langle\psi_0|\cdot|\psi_0\rangle = |\langle Ve^*|f\rangle|^2 = v$. Since $Ve^* \perp e$,
    exactly the points of the triangle $u, v \ge 0$, $u + v \le 1$ occur, so an invariant state is
    separable if and only if it lies in the triangle (they are determined by u and v). Here
    $u + v = (1-p)(1-2\lambda+d\lambda) + 2p/d$; u, v >= 0 where u + v <= 1. The side u + v = 1 is
    the Breuer-Hall witness $\frac2d P_A - |\psi_0\rangle\langle\psi_0|$.

    Example:
        >>> family = BreuerHall(lam=0.1)
        >>> batch = family.sample(1, np.random.default_rng(0))
        >>> batch.dims, batch.known["A|B"].tolist(), family.thresholds("A|B")
        ((4, 4), [1], {'white_noise': 0.2857..., 'lam': 0.0})
    """

    name: ClassVar[str] = "breuer-hall"

    d: int = Field(default=4, ge=4, le=16, description="Dimension of each party, even.")
    lam: Probability | None = Field(
        default=None,
        description="Weight of the singlet; left out: uniform where the state is PPT, "
        "from 0 to 1/(d + 2).",
    )

    @field_validator("d")
    @classmethod
    def _even(cls, d: int) -> int:
        if d % 2:
            raise ValueError("must be even: 4, 6, 8, ...")
        return d

    @property
    def weight(self) -> float | Distribution:
        """The law of the singlet's weight."""
        return Uniform(0.0, 1 / (self.d + 2)) if self.lam is None else self.lam

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns the states with the parameter ``lam``."""
        lam, d = draw(self.weight, count, rng), self.d
        swap = np.eye(d * d).reshape(d, d, d, d).swapaxes(0, 1).reshape(d * d, d * d)
        symmetric = (np.eye(d * d) + swap) / (d * (d + 1))
        singlet = np.zeros((d, d))
        singlet[np.arange(d), d - 1 - np.arange(d)] = (-1.0) ** np.arange(d) / d**0.5
        pure = np.outer(singlet, singlet)
        weight = lam[:, None, None]
        verdicts = np.where(lam > UNDECIDED, Verdict.ENTANGLED, Verdict.UNKNOWN)
        verdicts[lam == 0] = Verdict.SEPARABLE
        return StandardForm(
            states=weight * pure + (1 - weight) * symmetric,
            dims=(d, d),
            parameters={"lam": lam},
            verdicts={"A|B": verdicts.astype(np.int8)},
        )

    def noise_limits(self, form: StandardForm) -> NoiseLimits:
        """Returns the exact border."""
        border = {"A|B": _border(form.parameters["lam"], self.d)}
        return NoiseLimits(entangled_below=border, separable_from=border)

    def standard_negativity(self, question: str, parameters: Parameters) -> Array | None:
        r"""Returns the closed form from the spectrum of the partial transpose.

        On $|\Phi_+\rangle$ it is $(1-2\lambda)/d$; besides, $\pm\lambda/d + (1-\lambda)/(d(d+1))$,
        the lower sign $d(d+1)/2 - 1$ times.
        """
        if "lam" not in parameters:
            return None
        lam, noise, d = parameters["lam"], parameters["white_noise"], self.d
        single = surviving_negativity((1 - 2 * lam) / d, noise, d * d)
        many = surviving_negativity((1 - lam) / (d * (d + 1)) - lam / d, noise, d * d)
        return np.asarray(single + (d * (d - 1) // 2 - 1) * many)

    def thresholds(self, question: str) -> dict[str, float]:
        """Returns where separability ends: the noise for fixed ``lam``, and the other way round."""
        found: dict[str, float] = {}
        if question != "A|B":
            return found
        if not isinstance(self.weight, Distribution):
            found["white_noise"] = float(_border(np.asarray(self.weight), self.d))
        if not isinstance(self.white_noise, Distribution) and self.white_noise < 1:
            found["lam"] = self.white_noise / (self.d * (1 - self.white_noise))
        return found


def _border(lam: Array, d: int) -> Array:
    return np.asarray(lam * d / (1 + lam * d))
