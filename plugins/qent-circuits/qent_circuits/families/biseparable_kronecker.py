"""Biseparable states of three qubits: one qubit beside an entangled pair, pure or mixed."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
from numpy.random import Generator
from pydantic import model_validator

from qent_circuits.filters import SEPARABLE, keeper
from qent_circuits.gates import Amplitudes
from qent_circuits.kronecker import Form, draw_kronecker
from qent_circuits.members import Members, random_terms
from qent_circuits.permutation import permuted, place_of, random_choice
from qent_circuits.pure_kets import pair_kets, qubit_kets
from qent_circuits.rejection import Draft, Integers, collect
from qent_circuits.settings import MostTerms, PoolSize, Source
from qent_circuits.verdicts import Known, separable_cut
from qent_core.api import StateBatch, StateFamily
from qent_core.linalg import tensor

_PARTIES = 3


class BiseparableKronecker(StateFamily):
    r"""States of three qubits separable between one qubit and the other two.

    ``pure``: $|a\rangle \otimes |\phi\rangle$. ``outer``: $\sum_j p_j |a_j\rangle\langle a_j|
    \otimes |\phi_j\rangle\langle\phi_j|$ (Pawlowski and Krawczyk, arXiv:2210.07410, Eq. A5).
    ``inner``: the product of two mixtures with common weights. ``comb``: a mixture of products of
    mixtures. The last two are in the authors' code. A one-qubit ket and a two-qubit ket are drawn
    as a pair and stay together; the qubits are then permuted at random, so every qubit is the
    single one equally often. Its cut is separable by construction.

    Formula:
        $$\rho = \sum_j p_j\, |a_j\rangle\langle a_j| \otimes |\phi_j\rangle\langle\phi_j|$$

        $|a_j\rangle$ is a ket of one qubit and $|\phi_j\rangle$ one of two; this is the form
        ``outer``, ``pure`` has one term. The qubits are then permuted at random.

    Args:
        form: Pure, or what is mixed and what is multiplied.
        source: ``haar``, or ``circuit``: two U on the single qubit; one U on each qubit of the
            pair, four CU of alternating direction, two U on each.
        permute: Whether the qubits are permuted; otherwise party A is the single one.
        max_terms: The number of terms is uniform on 2..max_terms: 8 in the paper, 16 in the
            authors' code.
        pool_size: Pairs in the pool that 1000 consecutive states share: 1000 in the authors'
            code; 0, as in the paper's text, draws every pair afresh.
        keep: ``verified`` keeps mixed states with 2N > 1e-4 in both other cuts.

    Raises:
        RunFailedError: Too few states pass the rule.

    Example:
        >>> batch = BiseparableKronecker(permute=False).sample(2, np.random.default_rng(0))
        >>> batch.known["A|BC"].tolist(), batch.known["B|AC"].tolist()
        ([0, 0], [-1, -1])
    """

    form: Form | Literal["pure"] = "outer"
    source: Source = "haar"
    permute: bool = True
    max_terms: MostTerms = 8
    pool_size: PoolSize = 0
    keep: Literal["all", "verified"] = "all"

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [
            {},
            {"form": "pure", "source": "circuit"},
            {"form": "inner", "source": "circuit", "keep": "verified"},
            {"form": "comb", "max_terms": 16, "pool_size": 100, "permute": False},
        ]

    @model_validator(mode="after")
    def _pure_unfiltered(self) -> Self:
        if self.form == "pure" and self.keep != "all":
            raise ValueError("pure states are not filtered: keep must be 'all'")
        return self

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns kets ``(count, 8)`` or matrices ``(count, 8, 8)``.

        The parameter ``single`` says which party is separable from the others (0, 1, 2 for A, B,
        C); mixed states also have ``terms``.
        """
        members = Members.prepare(self._make, count, self.pool_size, rng)
        if self.form == "pure":
            kets = tensor(*members.draw(members.pool_of(count), (), rng))
            return self._batch(kets, {}, rng)
        form = self.form
        separable = np.array([True, False, False])

        def propose(pools: Integers, rng: Generator) -> Draft:
            terms = random_terms(len(pools), self.max_terms, rng)
            rho = draw_kronecker(form, members, pools, terms, rng)
            return Draft.of(rho, terms=terms, **{SEPARABLE: np.tile(separable, (len(pools), 1))})

        inner = self.max_terms if form == "comb" else 1
        draft = collect(
            count,
            propose,
            rng,
            accept=keeper(self.keep),
            per_pool=members.per_pool,
            rule=self.keep,
            amplitudes=self.max_terms * (6 * inner + 24) + 64,
        )
        return self._batch(draft.states, {"terms": draft.columns["terms"]}, rng)

    def _make(self, count: int, rng: Generator) -> tuple[Amplitudes, ...]:
        return qubit_kets(self.source, count, rng), pair_kets(self.source, count, rng)

    def _batch(
        self, states: Amplitudes, parameters: dict[str, Integers], rng: Generator
    ) -> StateBatch:
        count = len(states)
        choice = np.zeros(count, dtype=np.intp)
        if self.permute:
            choice = random_choice(count, _PARTIES, rng)
            states = permuted(states, choice)
        single = place_of(0, choice, _PARTIES)
        known: Known = separable_cut(np.arange(_PARTIES) == single[:, None])
        return StateBatch(
            states,
            (2,) * _PARTIES,
            parameters={"single": single, **parameters},
            known=known,
            source="biseparable-kronecker",
        )
