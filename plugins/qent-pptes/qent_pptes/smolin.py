"""Smolin's four-qubit state: bound entangled, unlocked by joining two parties."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.random import Generator

from qent_core.api import Verdict, cuts, full_separability
from qent_core.linalg import Array
from qent_pptes.family import CertifiedFamily, Parameters
from qent_pptes.product_mixture import ProductMixture
from qent_pptes.standard_form import StandardForm, repeated, with_implications
from qent_pptes.white_noise import NoiseLimits

_BELL = np.array([[1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0], [0, 1, -1, 0]]) / 2**0.5

_LIMIT = 2 / 3
"""White noise from which the state is fully separable."""


class Smolin(CertifiedFamily):
    r"""Smolin's state of four qubits, optionally with white noise p.

    $$\rho = \frac14 \sum_{i=0}^3 |B_i\rangle\langle B_i|_{AB} \otimes |B_i\rangle\langle B_i|_{CD}
    = \frac1{16}\Big(1 + \sum_{i=x,y,z} \sigma_i^{\otimes 4}\Big),$$

    with the four Bell states $B_i$; the second form shows that it is the same for every pairing.

    Verdicts (Smolin, Phys. Rev. A 63, 032306, 2001):

    * ``AB|CD``, ``AC|BD``, ``AD|BC``, and therefore ``biseparable``: SEPARABLE, by the definition;
    * one party against three, and therefore ``A|B|C|D``: ENTANGLED. With white noise p the least
      eigenvalue of the partial transpose is $(1 - 3(1-p))/16$, fourfold: negative for p < 2/3. For
      p >= 2/3 fully SEPARABLE: $1 + v\sum_i\sigma_i^{\otimes 4}$ with v = 1 - p <= 1/3 is a mixture
      of the $1 + \sigma_i^{\otimes 4}$, each diagonal in a product basis, and of 1 (Augusiak and
      Horodecki, Phys. Rev. A 73, 012318, 2006).

    Example:
        >>> batch = Smolin().sample(1, np.random.default_rng(0))
        >>> [int(batch.known[cut][0]) for cut in ("A|BCD", "AB|CD", "A|B|C|D", "biseparable")]
        [1, 0, 1, 0]
    """

    name: ClassVar[str] = "smolin"

    @property
    def parties(self) -> int:
        """Number of parties."""
        return 4

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns ``count`` times the same state."""
        pairs = [cut for cut in cuts(4) if len(cut.split("|")[0]) == 2]
        proven = {
            **dict.fromkeys(cuts(4), Verdict.ENTANGLED),
            **dict.fromkeys(pairs, Verdict.SEPARABLE),
        }
        mixture = ProductMixture.same_for(np.arange(count), np.full(4, 0.25), (_BELL, _BELL))
        kets = np.einsum("ki,kj->kij", _BELL, _BELL).reshape(4, 16)
        return StandardForm(
            states=repeated(kets.T @ kets / 4, count),
            dims=(2, 2, 2, 2),
            verdicts=with_implications(proven, 4, count),
            mixtures=dict.fromkeys(pairs, (mixture,)) if self.certify else {},
        )

    def noise_limits(self, form: StandardForm) -> NoiseLimits:
        """Returns 2/3 for one party against three and for full separability."""
        limit = np.full(len(form.states), _LIMIT)
        single = {cut: limit for cut in cuts(4) if cut.index("|") == 1}
        return NoiseLimits(
            entangled_below=single, separable_from={**single, full_separability(4): limit}
        )

    def standard_negativity(self, question: str, parameters: Parameters) -> Array | None:
        """Returns max(0, (2 - 3p)/4) for one party against three, else 0."""
        noise = parameters["white_noise"]
        return np.maximum(0.0, (2 - 3 * noise) / 4) if question[1] == "|" else 0 * noise

    def thresholds(self, question: str) -> dict[str, float]:
        """Returns white noise 2/3 for one party against three and for full separability."""
        exact = (question in cuts(4) and question[1] == "|") or question == full_separability(4)
        return {"white_noise": _LIMIT} if exact else {}
