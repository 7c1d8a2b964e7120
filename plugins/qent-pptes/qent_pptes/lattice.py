"""Lattice states of two ququarts: even mixtures of some of sixteen Bell states."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field, model_validator

from qent_core.api import Verdict
from qent_core.linalg import Array
from qent_pptes.family import Parameters, PptFamily
from qent_pptes.standard_form import StandardForm
from qent_pptes.white_noise import NoiseLimits

_PAULI = np.array(
    [[[1, 0], [0, 1]], [[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]], complex
)

Point = tuple[Annotated[int, Field(ge=0, le=3)], Annotated[int, Field(ge=0, le=3)]]


class Lattice(PptFamily):
    r"""Benatti, Floreanini and Piani's lattice states of two ququarts.

    Each party is two qubits. The sixteen Bell states $|\Psi_{\alpha\beta}\rangle = (1 \otimes
    \sigma_\alpha \otimes \sigma_\beta)|\Phi_+\rangle$, $\sigma_0 = 1$, are the points of a 4x4
    lattice; a lattice state is the even mixture of a set I of k of them. Let $c_{\alpha\beta}$
    count the points of I in row $\alpha$ and column $\beta$ other than $(\alpha, \beta)$ itself.

    * PPT exactly if every $c_{\alpha\beta} \le k/2$, because the partial transpose is diagonal in a
      lattice basis too, with the eigenvalues $(k - 2c_{\alpha\beta})/(4k)$. Otherwise ENTANGLED.
    * ENTANGLED if some $c_{\alpha\beta} = 1$ (a theorem of Benatti, Floreanini and Piani, Open
      Syst. Inf. Dyn. 11, 325, 2004, and Piani, Phys. Rev. A 73, 012345, 2006). Proof: relabelled so
      that the site is (2, 2), the one point on its cross is an antisymmetric vector
      $(1 \otimes V)|\Phi_+\rangle$ and the cross spans the antisymmetric space, so that the
      Breuer-Hall witness $\frac12 P_A - |\psi_0\rangle\langle\psi_0|$ (see ``breuer-hall``) has the
      value -1/(2k). With white noise p, of which W has the value 1/8, still entangled while
      p/(1-p) < 4/k.

    PPT states with no such site are UNKNOWN. There are 192, 1440, 960 and 96 sets of 6, 8, 10 and
    11 points that are PPT and ENTANGLED by the theorem, and none of another size.

    Formula:
        $$\rho_I = \frac1k \sum_{(\alpha,\beta) \in I} |\Psi_{\alpha\beta}\rangle
        \langle\Psi_{\alpha\beta}|, \quad |\Psi_{\alpha\beta}\rangle = (1 \otimes \sigma_\alpha
        \otimes \sigma_\beta)\,|\Phi_+\rangle$$

        I is a set of k sites of the 4x4 lattice, $\Phi_+$ the maximally entangled state of two
        ququarts, $\sigma_1, \sigma_2, \sigma_3$ are the Pauli matrices and $\sigma_0 = 1$.

    Example:
        >>> batch = Lattice(size=6).sample(3, np.random.default_rng(0))
        >>> batch.known["A|B"].tolist(), np.linalg.matrix_rank(batch.array).tolist()
        ([1, 1, 1], [6, 6, 6])
    """

    name: ClassVar[str] = "lattice"

    points: Annotated[tuple[Point, ...], Field(min_length=1, max_length=16)] | None = Field(
        default=None,
        description="The set I, such as [[0, 1], [2, 2]]; left out: random, state by state, among "
        "the PPT sets that the theorem proves entangled.",
    )
    size: Literal[6, 8, 10, 11] | None = Field(
        default=None, description="Number of points of the random sets; left out: any."
    )

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.points is not None and self.size is not None:
            raise ValueError("give points or size, not both")
        if self.points is not None and len(set(self.points)) < len(self.points):
            raise ValueError("points must name each point once")
        return self

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns the states with the parameters ``size`` and ``points``.

        The latter is a number with bit 4 alpha + beta set for each point.
        """
        if self.points is not None:
            masks = np.full(count, sum(1 << (4 * a + b) for a, b in self.points))
        else:
            masks = rng.choice(proven_sets(self.size), count)
        inside = _indicators(masks)
        cross, size = _crosses(inside), inside.sum(axis=(1, 2))
        entangled = (2 * cross > size[:, None, None]) | (cross == 1)
        weights = inside.reshape(count, 16) / size[:, None]
        kets = _bell_states()
        proven = np.where(entangled.any(axis=(1, 2)), Verdict.ENTANGLED, Verdict.UNKNOWN)
        proven[size >= 15] = Verdict.SEPARABLE
        return StandardForm(
            states=np.einsum("nk,ki,kj->nij", weights, kets, kets.conj(), optimize=True),
            dims=(4, 4),
            parameters={"size": size, "points": masks},
            verdicts={"A|B": proven.astype(np.int8)},
        )

    def noise_limits(self, form: StandardForm) -> NoiseLimits:
        """Returns the limits of the witness and of the partial transpose."""
        size = form.parameters["size"]
        cross = _crosses(_indicators(form.parameters["points"].astype(np.int64)))
        witness = np.where((cross == 1).any(axis=(1, 2)), 4 / size, 0)
        most = cross.max(axis=(1, 2))
        npt = np.maximum(0.0, 8 * most / size - 4)
        ratio = np.maximum(witness, npt)
        return NoiseLimits(entangled_below={"A|B": ratio / (1 + ratio)})

    def standard_negativity(self, question: str, parameters: Parameters) -> Array | None:
        """Returns the closed form from the spectrum of the partial transpose."""
        if "points" not in parameters:
            return None
        size, noise = parameters["size"], parameters["white_noise"][:, None, None]
        cross = _crosses(_indicators(parameters["points"].astype(np.int64)))
        spectrum = 0.25 - cross / (2 * size[:, None, None])
        lowered = (1 - noise) * spectrum + noise / 16
        return np.asarray(np.maximum(0.0, -lowered).sum(axis=(1, 2)))


@lru_cache(maxsize=8)
def proven_sets(size: int | None = None) -> NDArray[np.int64]:
    """Returns the PPT sets that the theorem proves entangled, as bit masks, in ascending order.

    Example:
        >>> [len(proven_sets(size)) for size in (6, 8, 10, 11)]
        [192, 1440, 960, 96]
    """
    masks = np.arange(1, 1 << 16)
    inside = _indicators(masks)
    cross, count = _crosses(inside), inside.sum(axis=(1, 2))
    proven = (2 * cross.max(axis=(1, 2)) <= count) & (cross == 1).any(axis=(1, 2))
    if size is not None:
        proven &= count == size
    found: NDArray[np.int64] = masks[proven]
    return found


def _indicators(masks: Array) -> NDArray[np.int64]:
    bits = (masks[:, None] >> np.arange(16)) & 1
    return np.asarray(bits.reshape(-1, 4, 4), np.int64)


def _crosses(inside: NDArray[np.int64]) -> NDArray[np.int64]:
    rows, columns = inside.sum(axis=2, keepdims=True), inside.sum(axis=1, keepdims=True)
    return np.asarray(rows + columns - 2 * inside)


def _bell_states() -> Array:
    """Returns the sixteen Bell states ``(16, 16)``, row 4 alpha + beta."""
    operators = np.einsum("aij,bkl->abikjl", _PAULI, _PAULI).reshape(16, 4, 4)
    # (1 x S)|Phi> = sum_k |k> S|k> / 2: the coefficient of |k, l> is S[l, k] / 2.
    return np.asarray(operators.swapaxes(1, 2).reshape(16, 16) / 2)
