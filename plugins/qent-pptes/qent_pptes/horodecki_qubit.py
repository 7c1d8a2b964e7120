"""Horodecki's PPT-entangled states of a qubit and a larger system."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator
from pydantic import Field

from qent_core.api import BISEPARABLE, Probability, Uniform, Verdict, draw
from qent_core.linalg import Array
from qent_pptes.family import CertifiedFamily, Parameters
from qent_pptes.product_mixture import ProductMixture
from qent_pptes.standard_form import UNDECIDED, StandardForm, between, with_implications
from qent_pptes.white_noise import NoiseLimits, npt_limit, surviving_negativity


class Horodecki2x4(CertifiedFamily):
    r"""P. Horodecki's PPT-entangled states of a qubit and a ququart, or of three qubits.

    $(7b+1)\rho_b$ has the diagonal $b, b, b, b, \frac{1+b}2, b, b, \frac{1+b}2$, b at the elements
    (0,5), (1,6), (2,7) and $\frac12\sqrt{1-b^2}$ at (4,7). The rank is 5.

    As 2x4, ``A|B``: PPT, ENTANGLED for 0 < b < 1 by the range criterion (P. Horodecki, Phys. Lett.
    A 232, 333, 1997), SEPARABLE at both ends. With ``qubits`` the ququart is two qubits B and C:

    * ``A|BC`` as before;
    * ``B|AC``, ``C|AB``: ENTANGLED for b < 1, since each partial transpose has the eigenvalue
      $[b - \sqrt{b^2 + (1-b^2)/4}]/(7b+1) < 0$, its only negative one; so is ``A|B|C``;
    * ``biseparable``: SEPARABLE for every b. Let $f^2, g^2 = \frac{1 \pm b}2$ and, for a sixth root
      of unity $\mu$, $v_\mu = (f\mu|00\rangle + (f\mu^3 - g)|01\rangle + f|10\rangle +
      f\mu^2|11\rangle)_{AB} \otimes (|0\rangle + \mu|1\rangle)_C$. Then $(7b+1)\rho_b$ is
      $\frac{2b}{1+b}$ times the mixture of the six $v_\mu$ with weights $\frac16(1 + \mu^3 g/f)$,
      plus $\frac{b(1-b)}{1+b}$ times $(|00\rangle+|11\rangle)_{AC}|1\rangle_B$ and
      $\frac{b(1-b)}{1+b}|011\rangle$, plus $\frac{1-b}{1+b}$ times $|1\rangle_A(f|00\rangle +
      g|11\rangle)_{BC}$;
    * b = 1: SEPARABLE everywhere, an even mixture of $(|0\rangle + \bar\mu|1\rangle)
      (|0\rangle + \mu^2|1\rangle)(|0\rangle + \mu|1\rangle)/\sqrt8$ over the fifth roots of unity.
      b = 0: $|1\rangle_A$ and a Bell state.

    White noise p leaves B|AC and C|AB entangled while that eigenvalue is below $-p/(8(1-p))$; for
    ``A|BC`` nothing is claimed until the state is inside the separable ball.

    Formula:
        $$(7b+1)\,\rho_b = b \sum_{k=0}^{2} |\psi_k\rangle\langle\psi_k| + b\,|03\rangle\langle03|
        + |1\varphi\rangle\langle1\varphi|$$

        with $|\psi_k\rangle = |0,k\rangle + |1,k+1\rangle$ and $\sqrt2\,|\varphi\rangle =
        \sqrt{1+b}\,|0\rangle + \sqrt{1-b}\,|3\rangle$.

    Example:
        >>> batch = Horodecki2x4(b=0.5, qubits=True).sample(1, np.random.default_rng(0))
        >>> {question: int(verdict[0]) for question, verdict in batch.known.items()}
        {'A|BC': 1, 'B|AC': 1, 'C|AB': 1, 'A|B|C': 1, 'biseparable': 0}
    """

    name: ClassVar[str] = "horodecki-2x4"

    b: Probability = Field(
        default=Uniform(0.0, 1.0), description="Horodecki's parameter, from 0 to 1."
    )
    qubits: bool = Field(
        default=False, description="Take the ququart as two qubits: dims (2, 2, 2), not (2, 4)."
    )

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        sets = super().conformance_parameters()
        return [*sets, *({**entry, "qubits": True} for entry in sets)]

    @property
    def parties(self) -> int:
        """Number of parties."""
        return 3 if self.qubits else 2

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns the states with the parameter ``b``."""
        b = draw(self.b, count, rng)
        # The 2 x d family is written from the other end: |a, k> is |1-a, 3-k> here.
        states = np.ascontiguousarray(_family(b, 4)[:, ::-1, ::-1])
        mixtures = {
            question: (_at_one(b, levels), *_at_zero(b, question))
            for question, levels in self._partitions().items()
            if self.certify
        }
        cut = between(b, 0.0, 1.0)
        if not self.qubits:
            proven = {"A|B": cut}
        else:
            other = np.full(count, Verdict.ENTANGLED, np.int8)
            other[b > 1 - UNDECIDED] = Verdict.UNKNOWN
            other[b == 1] = Verdict.SEPARABLE
            biseparable = np.full(count, Verdict.SEPARABLE, np.int8)
            proven = {"A|BC": cut, "B|AC": other, "C|AB": other, BISEPARABLE: biseparable}
            proven["A|B|C"] = other
        return StandardForm(
            states=states,
            dims=(2, 2, 2) if self.qubits else (2, 4),
            parameters={"b": b},
            verdicts=with_implications(proven, self.parties, count),
            mixtures=mixtures,
        )

    def _partitions(self) -> dict[str, tuple[Array, ...]]:
        """Returns per question which power of the phase each level of each block has."""
        a, b, c = np.array([0, -1]), np.array([0, 2]), np.array([0, 1])
        if not self.qubits:
            return {"A|B": (a, np.arange(4))}
        return {
            "A|BC": (a, np.add.outer(b, c).ravel()),
            "B|AC": (np.add.outer(a, c).ravel(), b),
            "C|AB": (np.add.outer(a, b).ravel(), c),
            "A|B|C": (a, b, c),
        }

    def noise_limits(self, form: StandardForm) -> NoiseLimits:
        """Returns the limits from the two negative partial transposes."""
        if not self.qubits:
            return NoiseLimits()
        limit = npt_limit(_lowest(form.parameters["b"]), 8)
        return NoiseLimits(entangled_below={"B|AC": limit, "C|AB": limit})

    def standard_negativity(self, question: str, parameters: Parameters) -> Array | None:
        """Returns the modulus of the one negative eigenvalue in B|AC and C|AB, 0 in A|BC."""
        if "b" not in parameters:
            return None
        lowest = _lowest(parameters["b"])
        if question in ("A|B", "A|BC"):
            lowest = np.zeros_like(lowest)
        return surviving_negativity(lowest, parameters["white_noise"], 8)


class Horodecki2xD(CertifiedFamily):
    r"""The generalisation of Horodecki's 2x4 states to a qubit and a system of dimension d.

    $$[(2d-1)b+1]\,\rho_b = b \sum_{i=0}^{d-2} |\psi_i\rangle\langle\psi_i| + b|10\rangle\langle 10|
    + |0\varphi\rangle\langle 0\varphi|, \quad |\psi_i\rangle = |0,i\rangle + |1,i+1\rangle,$$

    with $\sqrt2|\varphi\rangle = \sqrt{1-b}|0\rangle + \sqrt{1+b}|d-1\rangle$. For d = 4 it is the
    state of ``horodecki-2x4`` with all levels exchanged, $|a,k\rangle \to |1-a,3-k\rangle$. The
    state and its partial transpose both have rank d + 1.

    Verdict on ``A|B``: PPT for every b; SEPARABLE for d = 2, 3, where that suffices, and at b = 0
    and b = 1. ENTANGLED for d >= 4 and 0 < b < 1 by the range criterion. Proof, with the levels
    exchanged, $f = \sqrt{(1+b)/2}$ and $g = \sqrt{(1-b)/2}$: a product vector in the range is
    $(\mu|0\rangle + |1\rangle)\otimes\beta$ with $\beta = (f, \mu f, \dots, \mu^{d-2}f,
    \mu^{d-1}f+g)$, or $|0,d-1\rangle$. For $(\bar\mu|0\rangle + |1\rangle)\otimes\beta$ to lie in
    the range of $\rho^{T_A}$ one needs $\beta_k = \bar\mu\beta_{k+1}$ for $1 \le k \le d-2$ and
    $\beta_0 = \bar\mu\beta_1 + \beta_{d-1}g/f$. If $d \ge 4$, k = 1 gives $\mu = 0$ or $|\mu| = 1$;
    the latter with k = d-2 gives g = 0, that is b = 1, the former $f^2 = g^2$, that is b = 0; and
    $|0,d-1\rangle$ is not in the range of $\rho^{T_A}$.

    Example:
        >>> batch = Horodecki2xD(d=5, b=0.3).sample(2, np.random.default_rng(0))
        >>> batch.dims, batch.known["A|B"].tolist()
        ((2, 5), [1, 1])
    """

    name: ClassVar[str] = "horodecki-2xd"

    b: Probability = Field(default=Uniform(0.0, 1.0), description="The parameter, from 0 to 1.")
    d: int = Field(default=4, ge=2, le=64, description="Dimension of the second party.")

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns the states with the parameter ``b``."""
        b, d = draw(self.b, count, rng), self.d
        cut = between(b, 0.0, 1.0) if d >= 4 else np.full(count, Verdict.SEPARABLE, np.int8)
        pure = np.zeros((1, d))
        pure[0, [0, d - 1]] = 0.5**0.5
        rows = np.flatnonzero(b == 0)
        at_zero = ProductMixture.same_for(rows, np.ones(1), (np.array([[1.0, 0]]), pure))
        powers = (np.array([0, -1]), np.arange(d))
        return StandardForm(
            states=_family(b, d),
            dims=(2, d),
            parameters={"b": b},
            verdicts={"A|B": cut},
            mixtures={"A|B": (_at_one(b, powers), at_zero)} if self.certify else {},
        )


def _family(b: Array, d: int) -> Array:
    rho = np.zeros((len(b), 2 * d, 2 * d))
    for i in range(d - 1):
        pair = np.array([i, d + i + 1])
        rho[:, pair[:, None], pair] += b[:, None, None]
    rho[:, d, d] += b
    rho[:, 0, 0] += (1 - b) / 2
    rho[:, d - 1, d - 1] += (1 + b) / 2
    coherence = np.sqrt((1 - b) * (1 + b)) / 2
    rho[:, 0, d - 1] += coherence
    rho[:, d - 1, 0] += coherence
    states: Array = rho / ((2 * d - 1) * b + 1)[:, None, None]
    return states


def _lowest(b: Array) -> Array:
    return np.asarray((b - np.sqrt(b**2 + (1 - b) * (1 + b) / 4)) / (7 * b + 1))


def _at_one(b: Array, powers: tuple[Array, ...]) -> ProductMixture:
    """Returns the mixture at b = 1: level k of a block carries the phase to its given power."""
    size = 1
    for block in powers:
        size *= len(block)
    terms = size // 2 + 1
    angle = 2j * np.pi / terms * np.arange(terms)
    factors = [np.exp(np.multiply.outer(angle, block)) for block in powers]
    return ProductMixture.same_for(
        np.flatnonzero(b == 1), np.full(terms, 1 / (size * terms)), factors
    )


def _at_zero(b: Array, question: str) -> tuple[ProductMixture, ...]:
    """Returns the mixture at b = 0, a product across the first cut only."""
    if question not in ("A|B", "A|BC"):
        return ()
    bell = np.array([[1.0, 0, 0, 1.0]]) / 2**0.5
    rows = np.flatnonzero(b == 0)
    return (ProductMixture.same_for(rows, np.ones(1), (np.array([[0, 1.0]]), bell)),)
