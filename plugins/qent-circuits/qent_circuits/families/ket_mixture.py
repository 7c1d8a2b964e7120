"""Mixtures of pure states: products, random circuits, Haar, and half products half circuits."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from numpy.random import Generator
from pydantic import model_validator

from qent_circuits.filters import keeper
from qent_circuits.gates import Amplitudes
from qent_circuits.haar import haar_kets
from qent_circuits.kronecker import mixture
from qent_circuits.members import Members, random_terms, random_weights
from qent_circuits.pure_kets import product_kets, random_circuits
from qent_circuits.rejection import Draft, Integers, collect
from qent_circuits.settings import (
    Keep,
    MostTerms,
    PoolSize,
    Qubits,
    SubsetSizes,
    possible_sizes,
)
from qent_circuits.simulation import run
from qent_circuits.verdicts import separable_everywhere
from qent_core.api import StateBatch, StateFamily

Kets = Literal["product-circuit", "random-circuit", "haar", "half-and-half"]
"""What is mixed; half-and-half takes product circuits and random circuits in equal parts."""


class KetMixture(StateFamily):
    r"""Mixtures $\sum_j p_j |\psi_j\rangle\langle\psi_j|$ of random pure states.

    The definition of a mixed state, Pawlowski and Krawczyk, arXiv:2210.07410, Eq. 7. Weights are
    uniform numbers divided by their sum. Mixtures of product circuits are fully separable by
    construction; of the others nothing is known beforehand.

    Args:
        kets: What is mixed: ``product-circuit`` (two U on every qubit), ``random-circuit`` (as
            `CircuitPure`), ``haar``, or ``half-and-half`` of the first two.
        qubits: Number of qubits.
        subset_sizes: Sizes of the subset that a random circuit acts on, equally likely.
        max_terms: The number of terms is uniform on 2..max_terms: 2**qubits in the paper (left
            out), 16 in the authors' code.
        pool_size: Kets in the pool that 1000 consecutive states share: 1000 in the authors' code;
            0, as in the paper's text, draws every ket afresh.
        keep: ``verified`` keeps states with 2N > 1e-4 in every cut; ``entangled-or-classical``
            those in which every other cut has zero discord.

    Raises:
        RunFailedError: Too few states pass the rule.

    Example:
        >>> batch = KetMixture(kets="haar", keep="verified").sample(2, np.random.default_rng(0))
        >>> batch.shape
        (2, 8, 8)
    """

    kets: Kets = "half-and-half"
    qubits: Qubits = 3
    subset_sizes: SubsetSizes = ()
    max_terms: MostTerms | None = None
    pool_size: PoolSize = 0
    keep: Keep = "all"

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [
            {},
            {"kets": "product-circuit", "qubits": 2},
            {"kets": "random-circuit", "keep": "verified", "pool_size": 100},
            {"kets": "haar", "keep": "entangled-or-classical"},
        ]

    @model_validator(mode="after")
    def _can_pass(self) -> Self:
        possible_sizes(self.subset_sizes, self.qubits)
        if self.kets == "product-circuit" and self.keep != "all":
            raise ValueError("mixtures of product circuits are separable: keep must be 'all'")
        if self.keep == "entangled-or-classical" and self.qubits != 3:
            raise ValueError("keep = 'entangled-or-classical' is for three qubits")
        return self

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns matrices ``(count, 2**qubits, 2**qubits)`` with the parameter ``terms``."""
        most = self.max_terms or 2**self.qubits
        members = Members.prepare(self._make, count, self.pool_size, rng)

        def propose(pools: Integers, rng: Generator) -> Draft:
            terms = random_terms(len(pools), most, rng)
            rho = np.empty((len(pools), 2**self.qubits, 2**self.qubits), dtype=np.complex128)
            for number in np.unique(terms).tolist():
                rows = np.flatnonzero(terms == number)
                weights = random_weights(len(rows), number, rng)
                rho[rows] = mixture(weights, *members.draw(pools[rows], (number,), rng))
            return Draft.of(rho, terms=terms)

        draft = collect(
            count,
            propose,
            rng,
            accept=keeper(self.keep),
            per_pool=members.per_pool,
            rule=self.keep,
            amplitudes=4 * most * 2**self.qubits + 4**self.qubits,
        )
        return StateBatch(
            draft.states,
            (2,) * self.qubits,
            parameters={"terms": draft.columns["terms"]},
            known=separable_everywhere(count, self.qubits)
            if self.kets == "product-circuit"
            else None,
            source="ket-mixture",
        )

    def _make(self, count: int, rng: Generator) -> tuple[Amplitudes, ...]:
        if self.kets == "haar":
            return (haar_kets((count, 2**self.qubits), rng),)
        if self.kets == "product-circuit":
            return (product_kets("circuit", count, self.qubits, rng),)
        sizes = possible_sizes(self.subset_sizes, self.qubits)
        if self.kets == "random-circuit":
            return (run(random_circuits(count, self.qubits, sizes, rng)),)
        # Each ket is one or the other with equal chance, so any part of a batch is mixed.
        circuit = rng.random(count) < 0.5
        kets = product_kets("circuit", count, self.qubits, rng)
        kets[circuit] = run(random_circuits(int(circuit.sum()), self.qubits, sizes, rng))
        return (kets,)
