"""Fully separable mixtures of Kronecker products of one-qubit states."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from qent_circuits.kronecker import Form, draw_kronecker
from qent_circuits.members import Members, random_terms
from qent_circuits.pure_kets import qubit_kets
from qent_circuits.rejection import Draft, Integers, collect
from qent_circuits.settings import MostTerms, PoolSize, Qubits, Source
from qent_circuits.verdicts import separable_everywhere
from qent_core.api import StateBatch, StateFamily


class KroneckerMixture(StateFamily):
    r"""Mixtures of products of one-qubit states, fully separable by construction.

    ``outer``: $\sum_j p_j \bigotimes_q |\psi_{jq}\rangle\langle\psi_{jq}|$ (Pawlowski and
    Krawczyk, arXiv:2210.07410, Eq. A4). ``inner``: the product of one mixture per qubit, with
    common weights. ``comb``: a mixture of products of mixtures. The last two are in the authors'
    code. Weights are uniform numbers divided by their sum.

    Formula:
        $$\rho_{\mathrm{outer}} = \sum_j p_j \bigotimes_q |\psi_{jq}\rangle\langle\psi_{jq}|,
        \quad \rho_{\mathrm{inner}} = \bigotimes_q \sum_j p_j\,
        |\psi_{jq}\rangle\langle\psi_{jq}|$$

        $|\psi_{jq}\rangle$ is the random ket of qubit q in term j. The form ``comb`` mixes states
        of the form ``inner``.

    Args:
        form: What is mixed and what is multiplied.
        source: One-qubit kets from random gates or from the Haar measure.
        qubits: Number of qubits.
        max_terms: The number of terms is uniform on 2..max_terms: 2**qubits in the paper (left
            out), 16 in the authors' code.
        pool_size: One-qubit kets in the pool that 1000 consecutive states share: 3000 in the
            authors' code; 0, as in the paper's text, draws every ket afresh.

    Example:
        >>> import numpy as np
        >>> batch = KroneckerMixture(form="comb").sample(2, np.random.default_rng(0))
        >>> batch.shape, batch.known["A|B|C"].tolist()
        ((2, 8, 8), [0, 0])
    """

    form: Form = "outer"
    source: Source = "circuit"
    qubits: Qubits = 3
    max_terms: MostTerms | None = None
    pool_size: PoolSize = 0

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [
            {},
            {"form": "inner", "source": "haar", "qubits": 2},
            {"form": "comb", "max_terms": 16, "pool_size": 100},
        ]

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns matrices ``(count, 2**qubits, 2**qubits)`` with the parameter ``terms``."""
        most = self.max_terms or 2**self.qubits
        members = Members.prepare(
            lambda number, rng: (qubit_kets(self.source, number, rng),),
            count,
            self.pool_size,
            rng,
            copies=self.qubits,
        )

        def propose(pools: Integers, rng: Generator) -> Draft:
            terms = random_terms(len(pools), most, rng)
            rho = draw_kronecker(self.form, members, pools, terms, rng)
            return Draft.of(rho, terms=terms)

        inner = most if self.form == "comb" else 1
        halves = 4 ** ((self.qubits + 1) // 2)
        amplitudes = most * (2 * inner * self.qubits + halves) + 4**self.qubits
        draft = collect(count, propose, rng, per_pool=members.per_pool, amplitudes=amplitudes)
        return StateBatch(
            draft.states,
            (2,) * self.qubits,
            parameters={"terms": draft.columns["terms"]},
            known=separable_everywhere(count, self.qubits),
            source="kronecker-mixture",
        )
