"""Horodecki's two families of two qutrits."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from numpy.random import Generator
from pydantic import Field

from qent_core.api import Probability, Uniform, Varying, Verdict, Within, draw
from qent_core.linalg import Array
from qent_pptes.family import CertifiedFamily, Parameters
from qent_pptes.product_mixture import ProductMixture
from qent_pptes.standard_form import UNDECIDED, StandardForm, between, with_implications
from qent_pptes.white_noise import NoiseLimits, npt_limit, surviving_negativity

_EQUAL = np.array([0, 4, 8])
"""Indices of |00>, |11>, |22>."""
_UP, _DOWN = np.array([1, 5, 6]), np.array([3, 7, 2])
"""Indices of |01>, |12>, |20> and of |10>, |21>, |02>."""


class Horodecki3x3(CertifiedFamily):
    r"""P. Horodecki's PPT-entangled states of two qutrits.

    $(8a+1)\rho_a$ has the diagonal $a, a, a, a, a, a, \frac{1+a}{2}, a, \frac{1+a}{2}$ in the
    basis $|00\rangle, |01\rangle, \dots, |22\rangle$, $a$ wherever two of $|00\rangle, |11\rangle,
    |22\rangle$ meet, and $\frac12\sqrt{1-a^2}$ where $|20\rangle$ and $|22\rangle$ meet. The
    partial transpose is positive for every a.

    Verdict on ``A|B``: ENTANGLED for 0 < a < 1, because no product vector $|e,f\rangle$ in the
    range of $\rho$ has $|e,f^*\rangle$ in the range of $\rho^{T_B}$ (P. Horodecki, Phys. Lett. A
    232, 333, 1997); SEPARABLE at both ends. At a = 0 the state is a pure product, at a = 1

    $$\rho_1 = \frac1{7} \sum_{s=0}^{6} |v_s v_s^*\rangle\langle v_s v_s^*|, \qquad
    \sqrt3\,v_s = |0\rangle + e^{2\pi i s/7} |1\rangle + e^{6\pi i s/7} |2\rangle,$$

    since 0, 1, 3 have different differences modulo 7. Under white noise nothing is claimed until
    the state is inside the separable ball.

    Formula:
        $$(8a+1)\,\rho_a = a\,|\psi\rangle\langle\psi| + a \sum_{jk} |jk\rangle\langle jk| +
        |2\varphi\rangle\langle2\varphi|, \quad jk = 01, 02, 10, 12, 21$$

        with $|\psi\rangle = |00\rangle + |11\rangle + |22\rangle$ and $\sqrt2\,|\varphi\rangle =
        \sqrt{1+a}\,|0\rangle + \sqrt{1-a}\,|2\rangle$.

    Example:
        >>> batch = Horodecki3x3(a=0.5).sample(1, np.random.default_rng(0))
        >>> batch.known["A|B"].tolist(), float(batch.array[0, 6, 8].round(6))
        ([1], 0.086603)
    """

    name: ClassVar[str] = "horodecki-3x3"

    a: Probability = Field(
        default=Uniform(0.0, 1.0), description="Horodecki's parameter, from 0 to 1."
    )

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns the states with the parameter ``a``."""
        a = draw(self.a, count, rng)
        states = np.zeros((count, 9, 9))
        diagonal = np.arange(9)
        states[:, diagonal, diagonal] = a[:, None]
        states[:, _EQUAL[:, None], _EQUAL] = a[:, None, None]
        states[:, 6, 6] = states[:, 8, 8] = (1 + a) / 2
        states[:, 6, 8] = states[:, 8, 6] = np.sqrt((1 - a) * (1 + a)) / 2
        states /= (8 * a + 1)[:, None, None]
        last = np.array([[0, 0, 1.0]])
        mixtures = (
            ProductMixture.same_for(
                np.flatnonzero(a == 0), np.ones(1), (last, np.array([[1, 0, 1]]) / 2**0.5)
            ),
            ProductMixture.same_for(np.flatnonzero(a == 1), np.full(7, 1 / 63), _phases()),
        )
        return StandardForm(
            states=states,
            dims=(3, 3),
            parameters={"a": a},
            verdicts={"A|B": between(a, 0.0, 1.0)},
            mixtures={"A|B": mixtures} if self.certify else {},
        )


class HorodeckiAlpha(CertifiedFamily):
    r"""The one-parameter family of two qutrits that is separable, PPT-entangled, then NPT.

    $$\sigma_\alpha = \frac27 |\Psi_+\rangle\langle\Psi_+| + \frac\alpha7 \sigma_+
    + \frac{5-\alpha}7 \sigma_-,$$

    with $\Psi_+$ maximally entangled, $\sigma_+$ the even mixture of $|01\rangle, |12\rangle,
    |20\rangle$ and $\sigma_-$ that of $|10\rangle, |21\rangle, |02\rangle$. Exchanging the parties
    exchanges $\alpha$ and $5-\alpha$.

    Verdict on ``A|B`` (P., M. and R. Horodecki, Phys. Rev. Lett. 82, 1056, 1999): SEPARABLE for
    2 <= alpha <= 3, ENTANGLED outside; PPT for 1 <= alpha <= 4. With $m = \min(\alpha, 5-\alpha)$:

    * separable for m >= 2: 6/7 of the separable state ``horodecki-3x3`` has at a = 1, which holds
      all the coherence and takes 2/21 of each diagonal element; the rest is diagonal;
    * entangled for m < 2: the Choi map gives the witness $W = \sum_i |ii\rangle\langle ii| + P -
      \sum_{i \ne j} |ii\rangle\langle jj|$, P the projector on the three vectors of the smaller
      part, with $\mathrm{tr}(W\sigma_\alpha) = (m-2)/7$ (Choi, Linear Algebra Appl. 12, 95, 1975);
    * white noise p: still entangled for $p/(1-p) < 3(2-m)/14$ by the same witness, since
      $\mathrm{tr}\,W/9 = 2/3$, or as long as the partial transpose is negative; separable for
      $p/(1-p) \ge 3(2-m)/7$ by the same decomposition. UNKNOWN between the two.

    Example:
        >>> family = HorodeckiAlpha(alpha={"values": [2.5, 3.5, 4.5]})
        >>> batch = family.sample(3, np.random.default_rng(0))
        >>> batch.known["A|B"].tolist()
        [0, 1, 1]
        >>> family.exact("negativity[A|B]", batch.parameters).round(4).tolist()
        [0.0, 0.0, 0.0469]
    """

    name: ClassVar[str] = "horodecki-alpha"

    alpha: Annotated[Varying, Within(0.0, 5.0)] = Field(
        default=Uniform(0.0, 5.0), description="The parameter, from 0 to 5."
    )

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns the states with the parameter ``alpha``."""
        alpha = draw(self.alpha, count, rng)
        states = np.zeros((count, 9, 9))
        states[:, _EQUAL[:, None], _EQUAL] = 2 / 21
        states[:, _UP, _UP] = (alpha / 21)[:, None]
        states[:, _DOWN, _DOWN] = ((5 - alpha) / 21)[:, None]
        excess = np.minimum(alpha, 5 - alpha) - 2
        verdicts = np.where(excess >= 0, Verdict.SEPARABLE, Verdict.ENTANGLED)
        verdicts[(excess < 0) & (excess > -UNDECIDED)] = Verdict.UNKNOWN
        mixture = _separable_mixture(alpha, np.flatnonzero(excess >= 0))
        return StandardForm(
            states=states,
            dims=(3, 3),
            parameters={"alpha": alpha},
            verdicts=with_implications({"A|B": verdicts}, 2, count),
            mixtures={"A|B": (mixture,)} if self.certify else {},
        )

    def noise_limits(self, form: StandardForm) -> NoiseLimits:
        """Returns the limits of the Choi witness, the partial transpose and the decomposition."""
        alpha = form.parameters["alpha"]
        lack = 3 * np.maximum(0.0, 2 - np.minimum(alpha, 5 - alpha)) / 7
        witness, separable = lack / (2 + lack), lack / (1 + lack)
        npt = npt_limit(_lowest(alpha), 9)
        return NoiseLimits(
            entangled_below={"A|B": np.maximum(witness, npt)}, separable_from={"A|B": separable}
        )

    def standard_negativity(self, question: str, parameters: Parameters) -> Array | None:
        r"""Returns three times the negative part of the block of $|01\rangle, |10\rangle$."""
        if "alpha" not in parameters:
            return None
        lowest = _lowest(parameters["alpha"])
        return 3 * surviving_negativity(lowest, parameters["white_noise"], 9)

    def thresholds(self, question: str) -> dict[str, float]:
        """Returns alpha = 3 for ``A|B``, where PPT entanglement begins (it ends at 2 as well)."""
        return {"alpha": 3.0} if question == "A|B" and self.white_noise == 0 else {}


def _lowest(alpha: Array) -> Array:
    return np.asarray(5 - np.sqrt((2 * alpha - 5) ** 2 + 16)) / 42


def _phases() -> tuple[Array, Array]:
    first = np.exp(2j * np.pi / 7 * np.outer(np.arange(7), [0, 1, 3]))
    return first, first.conj()


def _separable_mixture(alpha: Array, rows: Array) -> ProductMixture:
    first, second = _phases()
    corners = np.concatenate([_UP, _DOWN])
    left, right = np.eye(3)[corners // 3], np.eye(3)[corners % 3]
    weights = np.zeros((len(rows), 13))
    weights[:, :7] = 2 / 147
    weights[:, 7:10] = (alpha[rows, None] - 2) / 21
    weights[:, 10:] = (3 - alpha[rows, None]) / 21
    shared = ProductMixture.same_for(
        rows, np.zeros(13), (np.concatenate([first, left]), np.concatenate([second, right]))
    )
    return ProductMixture(shared.rows, weights, shared.factors)
