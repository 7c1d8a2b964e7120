"""Qubits correlated through carriers that are traced out."""

from __future__ import annotations

from typing import Any

from numpy.random import Generator

from qent_circuits.correlated_programs import PARTIES, carrier_program, draw_kept
from qent_circuits.filters import SEPARABLE, keeper
from qent_circuits.rejection import Draft, Integers, collect
from qent_circuits.settings import Chance, Keep
from qent_circuits.traced_states import reduced_states
from qent_circuits.verdicts import separable_qubits
from qent_core.api import StateBatch, StateFamily

_REGISTER = 9


class CarrierCorrelated(StateFamily):
    r"""Three qubits of a register of nine, two or three of them correlated through carriers.

    One U on every qubit; 1 to 6 carriers are entangled by CU on random pairs; each qubit of a
    subsystem of 2 or 3 is the target of one CU controlled by a random carrier; with some chance
    CU also act inside the subsystem; then two U on every qubit. The carriers are traced out; a
    third party, if missing, is a qubit that no CU touches. Without CU inside, the state is a
    mixture of products, one for each setting of the carriers, so it is fully separable. One of the
    kinds in the authors' code for the mixed test of Pawlowski and Krawczyk, arXiv:2210.07410; the
    paper does not mention it.

    Formula:
        $$\rho_{ABC} = \mathrm{tr}_E |\psi\rangle\langle\psi| = \sum_e
        \langle e|\psi\rangle\langle\psi|e\rangle$$

        E are the carriers, e their settings in the basis in which they control the CU. Without CU
        inside the subsystem each $\langle e|\psi\rangle$ is a product of three qubits' kets.

    Args:
        inside: Chance that CU act inside the subsystem.
        keep: ``verified`` keeps states with 2N > 1e-4 in every cut of the subsystem;
            ``entangled-or-classical`` those in which every other cut has zero discord.

    Raises:
        RunFailedError: Too few states pass the rule.

    Example:
        >>> import numpy as np
        >>> batch = CarrierCorrelated(inside=0.0).sample(2, np.random.default_rng(0))
        >>> batch.shape, batch.known["A|B|C"].tolist()
        ((2, 8, 8), [0, 0])
    """

    inside: Chance = 0.5
    keep: Keep = "all"

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [{}, {"inside": 0.0}, {"keep": "verified"}]

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns matrices ``(count, 8, 8)``.

        Parameters: ``subsystem`` and ``carriers``, numbers of qubits; ``coupled``, 1 if CU act
        inside the subsystem.
        """

        def propose(pools: Integers, rng: Generator) -> Draft:
            tries = len(pools)
            subsystem = rng.integers(2, PARTIES + 1, tries)
            carriers = rng.integers(1, 7, tries)
            coupled = rng.random(tries) < self.inside
            kept = draw_kept(subsystem, carriers, _REGISTER, rng)
            program = carrier_program(subsystem, carriers, coupled, _REGISTER, rng)
            columns = {"subsystem": subsystem, "carriers": carriers, "coupled": coupled}
            # Without CU inside, every question has the verdict of a product.
            separable = kept.free | ~coupled[:, None]
            return Draft.of(reduced_states(kept, program), **columns, **{SEPARABLE: separable})

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
            parameters={n: draft.columns[n] for n in ("subsystem", "carriers", "coupled")},
            known=separable_qubits(draft.columns[SEPARABLE]),
            source="carrier-correlated",
        )
