"""Three-qubit states of a chosen class: one representative under random invertible local maps."""

from __future__ import annotations

from typing import Literal, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field, model_validator

from qent_core.api import BISEPARABLE, StateBatch, StateFamily, Verdict
from qent_core.linalg import Array, apply_local

CUTS = ("A|BC", "B|AC", "C|AB")
QUESTIONS = (*CUTS, "A|B|C", BISEPARABLE)
"""The five questions about three qubits."""

_EXCITED = {"product": (0,), "w": (1, 2, 4), "ghz": (0, 7)}
"""Basis states that the representatives consist of, in equal parts."""

_WITH_PARTNER = {"A|BC": (0, 3), "B|AC": (0, 5), "C|AB": (0, 6)}
"""The same for a Bell pair of the other two qubits."""


class Slocc(StateFamily):
    r"""Kets $(A \otimes B \otimes C)|\phi\rangle$, normalised, of three qubits of one class.

    $|\phi\rangle$ is a representative: the product $|000\rangle$, a Bell pair beside a single qubit
    (biseparable), W or GHZ. A, B and C are invertible, so that the class is kept: two pure states
    can be turned into each other by stochastic local operations and classical communication
    (SLOCC) exactly if they are related in this way. Every pure state of three qubits belongs to
    one of these classes.

    The operators are random complex matrices with independent Gaussian entries (Ginibre), given
    that their condition number is at most ``condition``; 1 leaves local unitaries. The larger it
    is, the closer states come to other classes. The number of the whole operator, the product of
    the three, is the parameter ``condition`` of each state.

    Known by construction, for the three cuts, ``A|B|C`` and ``biseparable``: products are
    separable for all; with a Bell pair the single qubit is separable from the rest and the state is
    biseparable, the other questions are answered by entangled; W and GHZ are genuinely multipartite
    entangled. Across an entangled cut the negativity is at least
    $r/(1+r^2)$, $r = 1/(\sqrt2\,\kappa_A\kappa_B\kappa_C)$.

    States: complex kets ``(n, 8)``.

    Source: W. Dür, G. Vidal and J. I. Cirac, Phys. Rev. A 62, 062314 (2000).

    Example:
        >>> family = Slocc(representative="biseparable", cut="B|AC")
        >>> batch = family.sample(2, np.random.default_rng(0))
        >>> {question: int(verdicts[0]) for question, verdicts in batch.known.items()}
        {'A|BC': 1, 'B|AC': 0, 'C|AB': 1, 'A|B|C': 1, 'biseparable': 0}
    """

    representative: Literal["product", "biseparable", "w", "ghz"] = Field(
        default="ghz", description="The state that the local operators act on."
    )
    condition: float = Field(
        default=10.0,
        ge=1.0,
        le=100.0,
        description="Largest condition number of a local operator; 1 leaves local unitaries.",
    )
    cut: Literal["any", "A|BC", "B|AC", "C|AB"] = Field(
        default="any",
        description="For 'biseparable': which qubit stands alone; 'any' draws it for each state.",
    )

    @model_validator(mode="after")
    def _used(self) -> Self:
        if self.cut != "any" and self.representative != "biseparable":
            raise ValueError(f"'{self.representative}' does not use 'cut'; leave it out")
        return self

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` kets with the parameter ``condition``."""
        kets, known = self._representatives(count, rng)
        drawn = [local_operators(count, self.condition, rng) for _ in range(3)]
        kets = apply_local(kets, (2, 2, 2), [operators for operators, _ in drawn])
        kets /= np.linalg.norm(kets, axis=1, keepdims=True)
        condition = drawn[0][1] * drawn[1][1] * drawn[2][1]
        return StateBatch(
            kets, (2, 2, 2), parameters={"condition": condition}, known=known, source="slocc"
        )

    def _representatives(
        self, count: int, rng: Generator
    ) -> tuple[Array, dict[str, NDArray[np.int8]]]:
        separable, entangled = np.int8(Verdict.SEPARABLE), np.int8(Verdict.ENTANGLED)
        if self.representative != "biseparable":
            verdict = separable if self.representative == "product" else entangled
            kets = np.tile(_even(_EXCITED[self.representative]), (count, 1))
            return kets, {question: np.full(count, verdict) for question in QUESTIONS}
        if self.cut == "any":
            alone = rng.integers(3, size=count)
        else:
            alone = np.full(count, CUTS.index(self.cut))
        kets = np.array([_even(_WITH_PARTNER[cut]) for cut in CUTS])[alone]
        known = {
            cut: np.where(alone == number, separable, entangled) for number, cut in enumerate(CUTS)
        }
        known["A|B|C"] = np.full(count, entangled)
        known[BISEPARABLE] = np.full(count, separable)
        return kets, known


def local_operators(count: int, condition: float, rng: Generator) -> tuple[Array, Array]:
    r"""Returns ``(n, 2, 2)`` complex Ginibre matrices of bounded condition number, up to a scale.

    In the singular value decomposition both unitaries are Haar-distributed. The squared singular
    values have the joint density $\propto (\lambda_1-\lambda_2)^2 e^{-\lambda_1-\lambda_2}$; from
    it $u = (\kappa^2-1)/(\kappa^2+1)$, with $\kappa$ the condition number, has the distribution
    function $u^3$, which is drawn from directly, whatever the bound.

    Args:
        count: How many.
        condition: Largest condition number.
        rng: Source of randomness.

    Returns:
        The matrices, the larger singular value 1, and their ``(n,)`` condition numbers.

    Source: A. Edelman, SIAM J. Matrix Anal. Appl. 9, 543 (1988), for the density.

    Example:
        >>> matrices, numbers = local_operators(3, 10, np.random.default_rng(0))
        >>> bool(np.allclose(np.linalg.cond(matrices), numbers))
        True
    """
    largest = (condition**2 - 1) / (condition**2 + 1)
    u = largest * np.cbrt(rng.random(count))
    smaller = np.sqrt((1 - u) / (1 + u))
    left, right = _special_unitaries(count, rng), _special_unitaries(count, rng)
    left[:, :, 1] *= smaller[:, None]
    return left @ right, 1 / smaller


def _special_unitaries(count: int, rng: Generator) -> Array:
    """Returns ``(n, 2, 2)`` Haar-random matrices of SU(2): unit quaternions."""
    a, b = rng.standard_normal((count, 4)).view(np.complex128).T
    norm = np.sqrt(np.abs(a) ** 2 + np.abs(b) ** 2)
    a, b = a / norm, b / norm
    return np.stack([np.stack([a, -b.conj()], -1), np.stack([b, a.conj()], -1)], 1)


def _even(places: tuple[int, ...]) -> Array:
    ket = np.zeros(8, dtype=np.complex128)
    ket[list(places)] = len(places) ** -0.5
    return ket
