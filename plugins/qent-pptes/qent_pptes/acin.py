"""Acín's PPT states of three qubits: separable across every cut, and yet not fully separable."""

from __future__ import annotations

from typing import Annotated, ClassVar

import numpy as np
from numpy.random import Generator
from pydantic import Field

from qent_core.api import LogUniform, Varying, Verdict, Within, cuts, draw
from qent_core.linalg import Array
from qent_pptes.family import CertifiedFamily
from qent_pptes.product_mixture import ProductMixture
from qent_pptes.standard_form import StandardForm, with_implications
from qent_pptes.white_noise import Floats, NoiseLimits

Positive = Annotated[Varying, Within(1e-3, 1e3)]

_SAME = 1e-13
"""How near 1 the ratio ab/c counts as 1: the exact state is then within 1e-12."""
_DIFFERENT = 1e-9
"""How far from 1 it must be for the entanglement to stand above rounding."""


class Acin(CertifiedFamily):
    r"""Acín, Bruß, Lewenstein and Sanpera's three-qubit states with positive partial transposes.

    $$n\rho = |000\rangle\langle 111| + |111\rangle\langle 000| +
    \mathrm{diag}(1, a, b, c, 1/c, 1/b, 1/a, 1), \quad n = 2 + a + \tfrac1a + b + \tfrac1b + c +
    \tfrac1c.$$

    Verdicts:

    * every cut, and therefore ``biseparable``: SEPARABLE. With $\omega = e^{2\pi i/3}$ the part of
      $n\rho$ that holds the coherence is for A|BC the even mixture, k = 0, 1, 2, of
      $(|0\rangle + c^{-1/2}\omega^k|1\rangle)(|00\rangle + c^{1/2}\omega^{-k}|11\rangle)$; the rest
      is diagonal. For B|AC put 1/b, for C|AB 1/a in place of c.
    * ``A|B|C``: SEPARABLE for ab = c, as the even mixture over i, j of $(|0\rangle +
      c^{-1/2}\omega^i|1\rangle)(|0\rangle + b^{1/2}\omega^j|1\rangle)(|0\rangle +
      a^{1/2}\omega^{-i-j}|1\rangle)$. Otherwise ENTANGLED (Acín et al., Phys. Rev. Lett. 87,
      040401, 2001), because a fully separable state has $|\rho_{000,111}|^4$ at most
      $\rho_{001}\rho_{010}\rho_{100}\rho_{111}$ and at most
      $\rho_{000}\rho_{011}\rho_{101}\rho_{110}$ (Gühne and Seevinck, New J. Phys. 12, 053002,
      2010), here ab/c and c/(ab) against 1. In float64: SEPARABLE if ab/c is 1 within 1e-13,
      UNKNOWN within 1e-9.
    * white noise: SEPARABLE stays; ``A|B|C`` stays ENTANGLED as long as one of those two bounds is
      violated.

    Example:
        >>> batch = Acin(a=3, b=0.2, c=40).sample(1, np.random.default_rng(0))
        >>> {question: int(verdict[0]) for question, verdict in batch.known.items()}
        {'A|BC': 0, 'B|AC': 0, 'C|AB': 0, 'A|B|C': 1, 'biseparable': 0}
    """

    name: ClassVar[str] = "acin"

    a: Positive = Field(default=LogUniform(0.01, 100.0), description="Weight of |001>.")
    b: Positive = Field(default=LogUniform(0.01, 100.0), description="Weight of |010>.")
    c: Positive = Field(default=LogUniform(0.01, 100.0), description="Weight of |011>.")

    @property
    def parties(self) -> int:
        """Number of parties."""
        return 3

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns the states with the parameters ``a``, ``b`` and ``c``."""
        a, b, c = (draw(value, count, rng) for value in (self.a, self.b, self.c))
        one = np.ones(count)
        diagonal = np.stack([one, a, b, c, 1 / c, 1 / b, 1 / a, one], axis=1)
        norm = diagonal.sum(axis=1)
        diagonal /= norm[:, None]
        states = np.zeros((count, 8, 8))
        states[:, np.arange(8), np.arange(8)] = diagonal
        states[:, 0, 7] = states[:, 7, 0] = 1 / norm
        distance = np.abs(a * b / c - 1)
        fully = np.where(distance > _DIFFERENT, Verdict.ENTANGLED, Verdict.UNKNOWN)
        fully[distance <= _SAME] = Verdict.SEPARABLE
        separable = np.full(count, Verdict.SEPARABLE, np.int8)
        proven = {**dict.fromkeys(cuts(3), separable), "A|B|C": fully}
        return StandardForm(
            states=states,
            dims=(2, 2, 2),
            parameters={"a": a, "b": b, "c": c},
            verdicts=with_implications(proven, 3, count),
            mixtures=self._mixtures(a, b, c, diagonal, norm, distance) if self.certify else {},
        )

    def _mixtures(
        self, a: Array, b: Array, c: Array, diagonal: Array, norm: Array, distance: Array
    ) -> dict[str, tuple[ProductMixture, ...]]:
        return {
            "A|BC": (_cut_mixture(diagonal, norm, 1 / c, 0),),
            "B|AC": (_cut_mixture(diagonal, norm, b, 1),),
            "C|AB": (_cut_mixture(diagonal, norm, a, 2),),
            "A|B|C": (_full_mixture(a, b, norm, np.flatnonzero(distance <= _SAME)),),
        }

    def noise_limits(self, form: StandardForm) -> NoiseLimits:
        """Returns the noise at which the last of the two violated bounds is met."""
        diagonal = np.einsum("nii->ni", form.states)
        norm = 1 / diagonal[:, 0]
        first = _excess_noise(diagonal[:, [1, 2, 4, 7]] * norm[:, None])
        second = _excess_noise(diagonal[:, [0, 3, 5, 6]] * norm[:, None])
        extra = np.maximum(first, second)
        return NoiseLimits(entangled_below={"A|B|C": 8 * extra / (norm + 8 * extra)})


def _cut_mixture(diagonal: Array, norm: Array, weight: Array, party: int) -> ProductMixture:
    """Returns the mixture across the cut of one party; see the class for ``weight``."""
    count = len(diagonal)
    turn = np.exp(2j * np.pi / 3 * np.arange(3))
    root = np.sqrt(weight)[:, None]
    one = np.zeros((count, 7, 2), complex)
    other = np.zeros((count, 7, 4), complex)
    one[:, :3, 0] = other[:, :3, 0] = 1
    one[:, :3, 1] = root * turn
    other[:, :3, 3] = turn.conj() / root
    weights = np.empty((count, 7))
    weights[:, :3] = 1 / (3 * norm)[:, None]
    # What the three vectors leave of the diagonal: the levels where the other two parties differ.
    place = 3
    for level in range(8):
        bits = [(level >> 2) & 1, (level >> 1) & 1, level & 1]
        mine = bits.pop(party)
        if bits[0] != bits[1]:
            one[:, place, mine] = other[:, place, 2 * bits[0] + bits[1]] = 1
            weights[:, place] = diagonal[:, level]
            place += 1
    # Blocks are ordered by their first party: A comes first in every cut.
    factors = (one, other) if party == 0 else (other, one)
    return ProductMixture.of_all(weights, factors)


def _full_mixture(a: Array, b: Array, norm: Array, rows: Array) -> ProductMixture:
    turn = np.exp(2j * np.pi / 3 * np.arange(3))
    phases = (np.repeat(turn, 3), np.tile(turn, 3), np.outer(turn, turn).conj().ravel())
    # c := ab, so that the mixture is that of an exactly fully separable state.
    sizes = (1 / (a * b)[rows], b[rows], a[rows])
    factors = []
    for phase, size in zip(phases, sizes, strict=True):
        vectors = np.ones((len(rows), 9, 2), complex)
        vectors[:, :, 1] = np.sqrt(size)[:, None] * phase
        factors.append(vectors)
    weights = np.repeat(1 / (9 * norm[rows])[:, None], 9, axis=1)
    return ProductMixture(rows, weights, tuple(factors))


def _excess_noise(factors: Array) -> Floats:
    r"""Returns x with $\prod_i (f_i + x) = 1$, or 0 if the product is not below 1 at x = 0."""
    low, high = np.zeros(len(factors)), np.ones(len(factors))
    for _ in range(60):
        middle = (low + high) / 2
        inside = (factors + middle[:, None]).prod(axis=1) < 1
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    return np.asarray(low)
