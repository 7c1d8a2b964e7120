"""Depolarizing noise: on the whole state, or on each party."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from qent_basics.channels.local_noise import Drawn, EachParty
from qent_core.api import Parties
from qent_core.linalg import Array, Dims


class Depolarizing(EachParty):
    r"""Mixes in white noise: $\rho \mapsto (1-p)\,\rho + p\,I/D$.

    With ``parties`` it acts on each of them separately,
    $\rho \mapsto (1-p)\,\rho + p\,\mathrm{tr}_k\rho \otimes I/d_k$. The strength p is the weight of
    the noise (Qiskit's convention), not the probability of a Pauli error. Two in a row have
    strength $1 - (1-p)(1-q)$.

    Either form keeps SEPARABLE, for every question: white noise is itself fully separable.

    Source: C. King, IEEE Trans. Inf. Theory 49, 221 (2003).

    Example:
        >>> from qent_core.api import StateBatch
        >>> bell = StateBatch([[2**-0.5, 0, 0, 2**-0.5]], (2, 2))
        >>> noisy = Depolarizing(strength=0.4).apply(bell, np.random.default_rng(0))
        >>> noisy.density()[0].round(2).tolist()[0]
        [0.4, 0.0, 0.0, 0.3]
        >>> noisy.parameters["depolarizing.strength"]
        array([0.4])
    """

    channel_name: ClassVar[str] = "depolarizing"

    parties: Parties | None = Field(
        default=None,
        description="Parties it acts on one by one, counted from 0; left out: the whole state.",
    )

    @property
    def _is_white_noise(self) -> bool:
        return self.parties is None

    def _noisy(self, rho: Array, dims: Dims, parties: tuple[int, ...], drawn: Drawn) -> Array:
        if self.parties is not None:
            return super()._noisy(rho, dims, parties, drawn)
        strength = drawn["strength"].reshape(-1, 1, 1)
        size = rho.shape[1]
        trace = np.einsum("nii->n", rho)[:, None]
        noisy: Array = (1 - strength) * rho
        diagonal = np.einsum("nii->ni", noisy)
        diagonal += strength[:, 0] / size * trace
        return noisy

    def _noisy_party(self, rho: Array, drawn: Drawn) -> Array:
        strength = drawn["strength"]
        size = rho.shape[2]
        reduced = np.einsum("naibcid->nabcd", rho)
        noise = strength[:, :, 0, :, :, 0] / size * reduced
        noisy: Array = (1 - strength) * rho
        for level in range(size):
            noisy[:, :, level, :, :, level] += noise
        return noisy
