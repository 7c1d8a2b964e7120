"""Amplitude damping: parties lose excitations to a cold, or a warm, environment."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from pydantic import Field

from qent_basics.channels.local_noise import Drawn, EachParty
from qent_core.api import Probability
from qent_core.linalg import Array


class AmplitudeDamping(EachParty):
    r"""Each excitation of each chosen party is lost with probability p.

    For a qubit, the Kraus operators are $\mathrm{diag}(1, \sqrt{1-p})$ and
    $\sqrt p\,|0\rangle\langle1|$. A qudit is a mode with at most d - 1 photons, each lost
    independently: losing l of them has the Kraus operator
    $A_l = \sum_{j \ge l} \sqrt{\binom{j}{l} (1-p)^{j-l} p^l}\; |j-l\rangle\langle j|$. Level j
    thus comes down the ladder step by step. Two in a row have strength $1 - (1-p)(1-q)$; p = 1
    leaves the ground state.

    Source: I. L. Chuang, D. W. Leung and Y. Yamamoto, Phys. Rev. A 56, 1114 (1997).

    Formula:
        $$\rho \mapsto \sum_{l=0}^{d-1} A_l\,\rho\,A_l^\dagger, \quad A_l = \sum_{j \ge l}
        \sqrt{\binom jl (1-p)^{j-l}p^l}\;|j-l\rangle\langle j|$$

        on each chosen party; $A_l$ loses l of its excitations. For a qubit, $A_0 =
        \mathrm{diag}(1, \sqrt{1-p})$ and $A_1 = \sqrt p\,|0\rangle\langle1|$.

    Example:
        >>> from qent_core.api import StateBatch
        >>> excited = StateBatch([[0, 1]], (2,))
        >>> damped = AmplitudeDamping(strength=0.25).apply(excited, np.random.default_rng(0))
        >>> damped.density()[0].diagonal()
        array([0.25, 0.75])
    """

    channel_name: ClassVar[str] = "amplitude-damping"

    def _noisy_party(self, rho: Array, drawn: Drawn) -> Array:
        strength = drawn["strength"].reshape(-1, 1)
        size = rho.shape[2]
        noisy = np.zeros_like(rho)
        for lost in range(size):
            left = np.arange(size - lost)
            ways = np.array([math.comb(level + lost, lost) for level in left])
            chance = ways * (1 - strength) ** left * strength**lost
            amplitude = np.sqrt(chance).astype(strength.dtype)
            rows = amplitude[:, None, :, None, None, None, None]
            columns = amplitude[:, None, None, None, None, :, None]
            noisy[:, :, : size - lost, :, :, : size - lost] += (
                rows * columns * rho[:, :, lost:, :, :, lost:]
            )
        return noisy


class GeneralizedAmplitudeDamping(EachParty):
    r"""Relaxes each chosen qubit towards a thermal state.

    With p the strength and e the excited population of the thermal state, the Kraus operators are
    $\sqrt{1-e}\,\mathrm{diag}(1, \sqrt{1-p})$, $\sqrt{(1-e)\,p}\,|0\rangle\langle1|$,
    $\sqrt e\,\mathrm{diag}(\sqrt{1-p}, 1)$ and $\sqrt{e\,p}\,|1\rangle\langle0|$. Populations move
    to $(1-e, e)$ by the fraction p, coherences shrink by $\sqrt{1-p}$; e = 0 is amplitude damping.

    Source: A. Fujiwara, Phys. Rev. A 70, 012317 (2004).

    Formula:
        $$\rho \mapsto \sum_{k=1}^4 K_k\,\rho\,K_k^\dagger, \quad \begin{array}{ll}
        K_1 = \sqrt{1-e}\,\mathrm{diag}(1, \sqrt{1-p}) & K_2 =
        \sqrt{(1-e)\,p}\;|0\rangle\langle1| \\ K_3 = \sqrt e\,\mathrm{diag}(\sqrt{1-p}, 1) &
        K_4 = \sqrt{e\,p}\;|1\rangle\langle0| \end{array}$$

        on each chosen qubit, with p the strength and e the excited population of the thermal
        state.

    Example:
        >>> from qent_core.api import StateBatch
        >>> warm = GeneralizedAmplitudeDamping(strength=1, excited=0.25)
        >>> ground = StateBatch([[1.0, 0.0]], (2,))
        >>> warm.apply(ground, np.random.default_rng(0)).density()[0].diagonal()
        array([0.75, 0.25])
    """

    channel_name: ClassVar[str] = "generalized-amplitude-damping"
    qubits_only: ClassVar[bool] = True
    varying: ClassVar[tuple[str, ...]] = ("strength", "excited")

    excited: Probability = Field(
        default=0.5, description="Excited population of the thermal state, 0 (cold) to 1."
    )

    def _noisy_party(self, rho: Array, drawn: Drawn) -> Array:
        strength, excited = (drawn[name][:, :, 0, :, :, 0] for name in self.varying)
        ground, upper = rho[:, :, 0, :, :, 0], rho[:, :, 1, :, :, 1]
        gained = strength * ((1 - excited) * upper - excited * ground)
        noisy: Array = np.sqrt(1 - drawn["strength"]) * rho
        noisy[:, :, 0, :, :, 0] = ground + gained
        noisy[:, :, 1, :, :, 1] = upper - gained
        return noisy
