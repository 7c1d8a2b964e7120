"""A pure state of two spin-J systems in white noise: isotropic states, and random relatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import ValidationInfo, field_validator

from qent_core.api import (
    Distribution,
    Spin,
    StateBatch,
    StateFamily,
    Uniform,
    Varying,
    Verdict,
    Within,
    draw,
)
from qent_werner.closed_forms import (
    isotropic_negativity,
    isotropic_threshold,
    noisy_pure_excess,
    noisy_pure_negativity,
    schmidt_coefficients,
    white_noise_range,
)
from qent_werner.exact_columns import QUESTION, column_from_negativity
from qent_werner.spins import local_dimension
from qent_werner.twirl_mixtures import mixture_certificates

_UNDECIDED = 1e-12
"""How near the threshold the float64 matrix decides nothing."""


class Isotropic(StateFamily):
    r"""States $\alpha|\phi\rangle\langle\phi| + (1-\alpha) I/d^2$ of two spin-J systems.

    With the maximally entangled $|\phi\rangle = d^{-1/2} \sum_m |mm\rangle$ these are the
    isotropic states, invariant under every $U \otimes U^*$. They are separable exactly for
    $\alpha \le 1/(d+1)$ (M. and P. Horodecki, Phys. Rev. A 59, 4206, 1999). Abd-Rabbou et al.,
    arXiv:2507.12775, Eq. 10, call them "Werner"; Werner's own states are another family for
    d > 2, here called ``werner``, and the same up to a local unitary for d = 2 only.

    With ``phi = "random-real"``, the other reading of that equation, every state has a $\phi$ of
    its own with real Gaussian coefficients. Such a state is separable exactly where its partial
    transpose is positive, $\alpha s_1 s_2 \le (1-\alpha)/d^2$ with the two largest Schmidt
    coefficients (Vidal and Tarrach, Phys. Rev. A 59, 141, 1999).

    Either way the verdict on ``A|B`` is known except within 1e-12 of the threshold. White noise
    of strength p turns alpha into alpha (1 - p) and leaves the family otherwise unchanged.

    Args:
        spin: Spin quantum number J of both parties; the local dimension is d = 2J + 1.
        alpha: Weight of the pure state, from -1/(d*d - 1) to 1.
        phi: The pure state: maximally entangled, or random and real, one per state.
        certify: Attach explicit mixtures of product vectors to the separable states (of the
            maximally entangled phi).

    Example:
        >>> batch = Isotropic(spin=1, alpha=0.2).sample(1, np.random.default_rng(0))
        >>> batch.shape, batch.is_real, batch.known["A|B"].tolist()
        ((1, 9, 9), True, [0])
    """

    spin: Spin = 0.5
    alpha: Varying = Uniform(0.0, 1.0)
    phi: Literal["maximally-entangled", "random-real"] = "maximally-entangled"
    certify: bool = False

    @field_validator("alpha")
    @classmethod
    def _physical(cls, alpha: float | Distribution, info: ValidationInfo) -> float | Distribution:
        if "spin" not in info.data:
            return alpha
        spin = info.data["spin"]
        low, high = white_noise_range(local_dimension(spin))
        try:
            Within(low, high).check(alpha)
        except ValueError as error:
            raise ValueError(f"{error}, or no state results (spin {spin:g})") from None
        return alpha

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns density matrices ``(count, d*d, d*d)``, real, with the parameter ``alpha``.

        With ``phi = "random-real"`` the Schmidt coefficients of each phi are parameters too,
        ``schmidt-1`` (the largest) to ``schmidt-d``.
        """
        d = local_dimension(self.spin)
        alpha = draw(self.alpha, count, rng)
        parameters = {"alpha": alpha}
        if self.phi == "maximally-entangled":
            rho = isotropic_matrices(alpha, d)
            excess = alpha - isotropic_threshold(d)
        else:
            kets = rng.standard_normal((count, d * d))
            kets /= np.linalg.norm(kets, axis=1, keepdims=True)
            schmidt = schmidt_coefficients(kets.reshape(count, d, d))
            rho = noisy_pure_matrices(alpha, kets)
            excess = noisy_pure_excess(alpha, schmidt)
            parameters |= dict(zip(_schmidt_names(d), schmidt.T, strict=True))
        known = np.where(excess > 0, Verdict.ENTANGLED, Verdict.SEPARABLE)
        known[np.abs(excess) < _UNDECIDED] = Verdict.UNKNOWN
        certificates = None
        if self.certify and self.phi == "maximally-entangled":
            certificates = mixture_certificates(alpha, d, known == Verdict.SEPARABLE)
        return StateBatch(
            rho,
            (d, d),
            parameters=parameters,
            known={QUESTION: known},
            certificates=certificates,
            source="isotropic",
        )

    def exact(
        self, column: str, parameters: Mapping[str, NDArray[np.float64]]
    ) -> NDArray[np.float64] | None:
        r"""Returns the closed form of a negativity or, for d = 2, of the concurrence.

        $N = \max(0, \tfrac{d-1}{2d}((d+1)\alpha - 1))$ for the maximally entangled phi and
        $N = \sum_{i<j} \max(0, \alpha s_i s_j - (1-\alpha)/d^2)$ for random ones.

        Example:
            >>> Isotropic(spin=1).exact("negativity[A|B]", {"alpha": np.array([0.2, 1.0])})
            array([0., 1.])
        """
        d = local_dimension(self.spin)
        random = self.phi == "random-real"
        names = ["alpha", *(_schmidt_names(d) if random else ())]
        if not all(name in parameters for name in names):
            return None
        alpha = parameters["alpha"]
        if random:
            schmidt = np.stack([parameters[name] for name in names[1:]], axis=-1)
            negativity = noisy_pure_negativity(alpha, schmidt)
        else:
            negativity = isotropic_negativity(alpha, d)
        return column_from_negativity(column, negativity, d)

    def thresholds(self, question: str) -> dict[str, float]:
        """Returns alpha = 1/(d+1) for ``A|B``; with random phi every state has its own."""
        if question != QUESTION or self.phi != "maximally-entangled":
            return {}
        return {"alpha": isotropic_threshold(local_dimension(self.spin))}


def isotropic_matrices(alpha: NDArray[np.float64], d: int) -> NDArray[np.float64]:
    """Returns isotropic states as ``(n, d*d, d*d)`` real matrices.

    Args:
        alpha: ``(n,)`` weights of the maximally entangled state.
        d: Local dimension.
    """
    rho = _white_noise(alpha, d)
    equal = np.arange(d) * (d + 1)
    rho[:, equal[:, None], equal] += (alpha / d)[:, None, None]
    return rho


def noisy_pure_matrices(
    alpha: NDArray[np.float64], kets: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Returns ``(n, d*d, d*d)`` mixtures of real kets ``(n, d*d)`` with white noise."""
    rho = (alpha[:, None] * kets)[:, :, None] * kets[:, None, :]
    diagonal = np.arange(kets.shape[1])
    rho[:, diagonal, diagonal] += ((1 - alpha) / kets.shape[1])[:, None]
    return np.asarray(rho)


def _white_noise(alpha: NDArray[np.float64], d: int) -> NDArray[np.float64]:
    rho = np.zeros((len(alpha), d * d, d * d))
    diagonal = np.arange(d * d)
    rho[:, diagonal, diagonal] = ((1 - alpha) / d**2)[:, None]
    return rho


def _schmidt_names(d: int) -> list[str]:
    return [f"schmidt-{number}" for number in range(1, d + 1)]
