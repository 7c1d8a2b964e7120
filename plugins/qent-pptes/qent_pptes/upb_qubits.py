"""Unextendible product bases of an odd number of qubits: shifts and generalised shifts."""

from __future__ import annotations

import math
from string import ascii_uppercase
from typing import ClassVar

import numpy as np
from numpy.random import Generator
from pydantic import Field, field_validator

from qent_core.api import Verdict, full_separability
from qent_core.linalg import Array, tensor
from qent_pptes.family import CertifiedFamily
from qent_pptes.product_completion import completed
from qent_pptes.product_mixture import ProductMixture
from qent_pptes.standard_form import StandardForm
from qent_pptes.upb import UnextendibleFamily, Vectors, norm_limit
from qent_pptes.white_noise import NoiseLimits


class _QubitShifts(UnextendibleFamily, CertifiedFamily):
    """What shifts and generalised shifts share: one qubit against the rest is separable."""

    def proven(self) -> dict[str, Verdict]:
        """Returns the verdicts beyond what follows from them."""
        single = dict.fromkeys(_single_cuts(self.parties), Verdict.SEPARABLE)
        return {**single, full_separability(self.parties): Verdict.ENTANGLED}

    def standard_form(self, count: int, rng: Generator) -> StandardForm:
        """Returns ``count`` times the same state."""
        form = super().standard_form(count, rng)
        if not self.certify:
            return form
        vectors, cuts = self.product_vectors(), _single_cuts(self.parties)
        mixtures = {
            cut: (self._cut_mixture(vectors, party, form),) for party, cut in enumerate(cuts)
        }
        return StandardForm(
            states=form.states, dims=form.dims, verdicts=form.verdicts, mixtures=mixtures
        )

    def _cut_mixture(self, vectors: Vectors, party: int, form: StandardForm) -> ProductMixture:
        rest = tensor(*(v for other, v in enumerate(vectors) if other != party))
        one, other = completed(vectors[party], rest)
        own = tuple(2 for _ in vectors)
        others = tuple(d for k, d in enumerate(form.dims) if k != party)
        one = _placed(one, (2,), (form.dims[party],))
        other = _placed(other, own[1:], others)
        weights = np.full(len(one), 1 / len(one))
        factors = (one, other) if party == 0 else (other, one)
        return ProductMixture.same_for(np.arange(len(form.states)), weights, factors)


class UpbShifts(_QubitShifts):
    r"""The state of the shifts basis of three qubits: entangled, yet separable across every cut.

    $\rho = \frac14(1 - \sum_k P_k)$ with the product vectors $|000\rangle$, $|1{-}{+}\rangle$,
    $|{+}1{-}\rangle$, $|{-}{+}1\rangle$ (Bennett et al., Phys. Rev. Lett. 82, 5385, 1999).

    Verdicts: ``A|B|C`` ENTANGLED. Every cut, and so ``biseparable``, SEPARABLE: with $|f\rangle =
    |00\rangle$, $|g\rangle = |{-}{+}\rangle$, $|f'\rangle = |1{-}\rangle$, $|g'\rangle =
    |{+}1\rangle$ and $P(x)$ the projector on x, $4\rho = P(0) \otimes P(g - \frac f2) + P(1)
    \otimes P(f - \frac g2) + P(+) \otimes P(g' + \frac{f'}2) + P(-) \otimes P(f' + \frac{g'}2)$
    across A|BC, and alike across the others. Under white noise ``A|B|C`` stays ENTANGLED as long as
    an index permutation has trace norm above 1 (M., P. and R. Horodecki, Open Syst. Inf. Dyn. 13,
    103, 2006), up to p = 0.1265.

    Formula:
        $$\rho = \frac14 \bigl(1 - P_{000} - P_{1{-}{+}} - P_{{+}1{-}} - P_{{-}{+}1}\bigr)$$

        P projects on the product of the three kets named, $\sqrt2\,|\pm\rangle = |0\rangle \pm
        |1\rangle$.

    Example:
        >>> batch = UpbShifts().sample(1, np.random.default_rng(0))
        >>> {question: int(verdict[0]) for question, verdict in batch.known.items()}
        {'A|BC': 0, 'B|AC': 0, 'C|AB': 0, 'A|B|C': 1, 'biseparable': 0}
    """

    name: ClassVar[str] = "upb-shifts"

    def product_vectors(self) -> Vectors:
        """Returns per party the ``(4, 2)`` unit vectors."""
        zero, one = np.array([1.0, 0]), np.array([0, 1.0])
        plus, minus = (zero + one) / 2**0.5, (zero - one) / 2**0.5
        return (
            np.stack([zero, one, plus, minus]),
            np.stack([zero, minus, one, plus]),
            np.stack([zero, plus, minus, one]),
        )

    def noise_limits(self, form: StandardForm) -> NoiseLimits:
        """Returns up to which noise an index permutation proves ``A|B|C`` entangled."""
        size = math.prod(form.dims)
        state, white = form.states[:1], np.eye(size)[None] / size
        limit = norm_limit(_reshuffled(state, form.dims), _reshuffled(white, form.dims))
        count = len(form.states)
        return NoiseLimits(entangled_below={"A|B|C": np.resize(limit, count)})


class UpbGenShifts(_QubitShifts):
    r"""The state of the generalised shifts basis of N = 2k - 1 qubits, N odd.

    The N + 1 product vectors are $|0\dots0\rangle$ and the cyclic shifts of $|1\rangle\psi_1\dots
    \psi_{k-1}\psi_{k-1}^\perp\dots\psi_1^\perp$, here with $\psi_j = \cos\frac{\pi j}{2k}|0\rangle
    + \sin\frac{\pi j}{2k}|1\rangle$ (DiVincenzo et al., Commun. Math. Phys. 238, 379, 2003). For N
    = 3 it is ``upb-shifts`` up to local unitaries.

    Verdicts: full separability ENTANGLED; one qubit against the rest, and so ``biseparable``,
    SEPARABLE, because every set of orthogonal product vectors of a qubit and another system can be
    completed to a product basis (`qent_pptes.product_completion` has the proof). From N = 5 on, the
    other cuts are UNKNOWN: the basis has too few vectors to be unextendible across them (a 4x8
    basis needs at least 11), and neither a decomposition nor a proof of entanglement is known here.

    Formula:
        $$\rho = \frac1{2^N - N - 1} \Bigl(1 - |0\dots0\rangle\langle0\dots0| - \sum_{s=0}^{N-1}
        T^s\,|\chi\rangle\langle\chi|\,T^{-s}\Bigr)$$

        with $|\chi\rangle = |1\rangle\psi_1\dots\psi_{k-1}\psi_{k-1}^\perp\dots\psi_1^\perp$, $N
        = 2k - 1$, $\psi_j = \cos\frac{\pi j}{2k}|0\rangle + \sin\frac{\pi j}{2k}|1\rangle$, and T
        the cyclic shift of the qubits.

    Example:
        >>> batch = UpbGenShifts(qubits=5).sample(1, np.random.default_rng(0))
        >>> [int(batch.known[q][0]) for q in ("A|BCDE", "AB|CDE", "A|B|C|D|E", "biseparable")]
        [0, -1, 1, 0]
    """

    name: ClassVar[str] = "upb-gen-shifts"

    qubits: int = Field(default=5, ge=3, le=9, description="Number of qubits, odd.")

    @field_validator("qubits")
    @classmethod
    def _odd(cls, qubits: int) -> int:
        if qubits % 2 == 0:
            raise ValueError("must be odd: 3, 5, 7 or 9")
        return qubits

    def product_vectors(self) -> Vectors:
        """Returns per party the ``(N + 1, 2)`` unit vectors."""
        k = (self.qubits + 1) // 2
        angle = np.pi * np.arange(1, k) / (2 * k)
        angles = np.concatenate([[np.pi / 2], angle, (angle - np.pi / 2)[::-1]])
        word = np.stack([np.cos(angles), np.sin(angles)], axis=1)
        word[0] = [0, 1]
        zero = np.array([[1.0, 0]])
        places = np.arange(self.qubits)
        return tuple(
            np.concatenate([zero, word[(party - places) % self.qubits]]) for party in places
        )


def _single_cuts(parties: int) -> list[str]:
    letters = ascii_uppercase[:parties]
    return [f"{letter}|{letters.replace(letter, '')}" for letter in letters]


def _placed(vectors: Array, dims: tuple[int, ...], large: tuple[int, ...]) -> Array:
    """Returns vectors ``(m, d)`` inside larger local dimensions."""
    digits = np.unravel_index(np.arange(math.prod(dims)), dims)
    result = np.zeros((len(vectors), math.prod(large)), vectors.dtype)
    result[:, np.ravel_multi_index(digits, large)] = vectors
    return result


def _reshuffled(states: Array, dims: tuple[int, ...]) -> Array:
    """Returns the states with rows A, B, A' and columns C, B', C' of the six indices."""
    a, b, c = dims
    split = states.reshape(-1, a, b, c, a, b, c)
    return split.transpose(0, 1, 2, 4, 3, 5, 6).reshape(-1, a * b * a, c * b * c)
