"""Entangled qubits that are also entangled with qubits that are traced out."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from qent_circuits.correlated_programs import PARTIES, direct_program, draw_kept
from qent_circuits.filters import SEPARABLE, keeper
from qent_circuits.rejection import Draft, Integers, collect
from qent_circuits.settings import Keep
from qent_circuits.traced_states import reduced_states
from qent_circuits.verdicts import separable_qubits
from qent_core.api import StateBatch, StateFamily

_REGISTER = 9


class DirectCorrelated(StateFamily):
    r"""Three qubits of a register of nine, two or three of them in a random circuit.

    A random circuit RC acts on a subsystem of 2 or 3 qubits. Each of 1 to 6 outer qubits, one
    after the other, is then the target of a CU controlled by a random qubit before it; two U act
    on every qubit. The outer qubits are traced out; a third party, if missing, is a qubit that no
    CU touches. One of the kinds in the authors' code for the mixed test of Pawlowski and Krawczyk,
    arXiv:2210.07410; the paper does not mention it.

    Formula:
        $$\rho_{ABC} = \mathrm{tr}_E |\psi\rangle\langle\psi|, \quad |\psi\rangle =
        \bigotimes_q V_qU_q\; \prod_{e \in E} CU_{c_e e}\; RC\,|0\dots0\rangle$$

        RC is the random circuit on the subsystem, E the outer qubits, and $c_e$ a random qubit of
        the subsystem or an outer one before e. Every U, V and CU has random angles of its own.

    Args:
        keep: ``verified`` keeps states with 2N > 1e-4 in every cut of the subsystem;
            ``entangled-or-classical`` those in which every other cut has zero discord.

    Raises:
        RunFailedError: Too few states pass the rule.

    Example:
        >>> import numpy as np
        >>> DirectCorrelated().sample(2, np.random.default_rng(0)).shape
        (2, 8, 8)
    """

    keep: Keep = "all"

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [{}, {"keep": "verified"}]

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns matrices ``(count, 8, 8)``; parameters ``subsystem`` and ``outer``, sizes."""

        def propose(pools: Integers, rng: Generator) -> Draft:
            tries = len(pools)
            subsystem = rng.integers(2, PARTIES + 1, tries)
            outer = rng.integers(1, 7, tries)
            kept = draw_kept(subsystem, outer, _REGISTER, rng)
            program = direct_program(subsystem, outer, _REGISTER, rng)
            rho = reduced_states(kept, program)
            return Draft.of(rho, subsystem=subsystem, outer=outer, **{SEPARABLE: kept.free})

        draft = collect(
            count,
            propose,
            rng,
            accept=keeper(self.keep),
            rule=self.keep,
            amplitudes=2**_REGISTER,
        )
        return StateBatch(
            draft.states,
            (2,) * PARTIES,
            parameters={name: draft.columns[name] for name in ("subsystem", "outer")},
            known=separable_qubits(draft.columns[SEPARABLE]),
            source="direct-correlated",
        )
