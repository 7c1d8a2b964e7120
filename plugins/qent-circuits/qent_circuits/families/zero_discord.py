"""Classically correlated states: mixtures of two opposite corners of a product basis."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_circuits.gates import Amplitudes, random_angles, u_matrices
from qent_circuits.members import random_terms, random_weights
from qent_circuits.settings import MostTerms, Qubits
from qent_circuits.verdicts import separable_everywhere
from qent_core.api import StateBatch, StateFamily
from qent_core.linalg import projectors, tensor


class ZeroDiscord(StateFamily):
    r"""Mixtures of two opposite corners of a product basis, classically correlated.

    $p\,|e_1 e_2 \dots\rangle\langle e_1 e_2 \dots| + (1-p)\,|f_1 f_2 \dots\rangle\langle f_1 f_2
    \dots|$ with an orthonormal basis (e, f) of each qubit: separable, and without discord in any
    cut. Two of the groups that the authors' separability
    autoencoder learns from (Krawczyk, Pawlowski, Maska and Roszak, arXiv:2307.11091; the recipe
    is in their code).

    Formula:
        $$\rho = p \bigotimes_q |e_q\rangle\langle e_q| + (1-p) \bigotimes_q |f_q\rangle\langle
        f_q|, \quad \langle e_q|f_q\rangle = 0$$

        $(e_q, f_q)$ is a random orthonormal basis of qubit q, p a random weight.

    Args:
        qubits: Number of qubits.
        basis: ``real``: (cos t, sin t) and (-sin t, cos t) with uniform t; ``complex``: the
            columns of two consecutive U.
        terms: ``two``: p is uniform; ``many``: a number of terms uniform on 2..max_terms, with
            uniform weights divided by their sum, each term all e or all f with equal chance.
        max_terms: Greatest number of terms.

    Example:
        >>> batch = ZeroDiscord().sample(2, np.random.default_rng(0))
        >>> batch.is_real, np.linalg.matrix_rank(batch.density()).tolist()
        (True, [2, 2])
    """

    qubits: Qubits = 3
    basis: Literal["real", "complex"] = "real"
    terms: Literal["two", "many"] = "two"
    max_terms: MostTerms = 16

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [{}, {"basis": "complex", "terms": "many", "qubits": 2}]

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns matrices ``(count, 2**qubits, 2**qubits)`` with the parameter ``weight``, p."""
        weight = self._weights(count, rng)
        bases = self._bases(count, rng)
        corners = [
            projectors(tensor(*(bases[:, qubit, :, column] for qubit in range(self.qubits))))
            for column in range(2)
        ]
        p = weight[:, None, None]
        return StateBatch(
            p * corners[0] + (1 - p) * corners[1],
            (2,) * self.qubits,
            parameters={"weight": weight},
            known=separable_everywhere(count, self.qubits),
            source="zero-discord",
        )

    def _weights(self, count: int, rng: Generator) -> NDArray[np.float64]:
        if self.terms == "two":
            return rng.random(count)
        terms = random_terms(count, self.max_terms, rng)
        weight = np.empty(count)
        for number in np.unique(terms).tolist():
            rows = np.flatnonzero(terms == number)
            upper = rng.random((len(rows), number)) < 0.5
            weight[rows] = (random_weights(len(rows), number, rng) * upper).sum(axis=1)
        return weight

    def _bases(self, count: int, rng: Generator) -> NDArray[np.float64] | Amplitudes:
        """Returns ``(count, qubits, 2, 2)`` with e and f as columns."""
        if self.basis == "complex":
            first, second = u_matrices(random_angles((2, count, self.qubits, 3), rng))
            columns: Amplitudes = second @ first
            return columns
        angle = random_angles((count, self.qubits), rng)
        cosine, sine = np.cos(angle), np.sin(angle)
        return np.stack(
            [np.stack([cosine, -sine], axis=-1), np.stack([sine, cosine], axis=-1)], axis=-2
        )
