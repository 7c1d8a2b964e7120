"""Mixed states of three qubits: a larger random circuit with the other qubits traced out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from numpy.random import Generator
from pydantic import Field

from qent_circuits.blocks import Block
from qent_circuits.filters import SEPARABLE, keeper
from qent_circuits.rejection import Draft, Integers, collect
from qent_circuits.settings import Keep, Register
from qent_circuits.traced_layout import draw_layout, draw_program
from qent_circuits.traced_states import reduced_states
from qent_circuits.verdicts import separable_qubits
from qent_core.api import StateBatch, StateFamily

Rounds = Annotated[int, Field(ge=1, le=8)]
"""Greatest number of blocks; the number is uniform on 1..max_rounds."""

_LEAST_INSIDE = {"all": 1, "verified": 2, "entangled-or-classical": 1, "max-rank": 3}
"""How many kept qubits must lie in E for a state to have a chance; the others are not simulated.

With one, the state is a product. With two, each partial transpose has four zero eigenvalues."""


class TracedCircuit(StateFamily):
    r"""Three qubits of a circuit on a register, $\rho = \mathrm{tr}_C |\psi\rangle\langle\psi|$.

    A number of blocks uniform on 1..max_rounds, each on a random subset of 2 up to all qubits of
    the register, with two U on every qubit after each block; E is the union of the subsets. Of the
    three kept qubits a random number lies in E, the rest outside (Pawlowski and Krawczyk,
    arXiv:2210.07410, Eq. 8, with the numbers of the authors' code). A kept qubit outside E is in
    product with the others by construction.

    Formula:
        $$\rho = \mathrm{tr}_C |\psi\rangle\langle\psi|, \quad |\psi\rangle = \prod_{r=1}^R
        \Bigl[\Bigl(\bigotimes_q V_{rq}U_{rq}\Bigr)\,B_r\Bigr]\,|0\dots0\rangle$$

        C are all qubits of the register but three, R is the number of blocks $B_r$, each on a
        random subset of the qubits, and every gate U, V has random angles of its own.

    Args:
        block: What a block is: random U and CU gates, or the circuit that makes W or GHZ from
            |0...0>, here acting on whatever the blocks before left.
        register_size: Number of qubits before the trace.
        max_rounds: Greatest number of blocks.
        keep: ``verified`` keeps states with 2N > 1e-4 in every cut of the kept qubits in E;
            ``entangled-or-classical`` those in which every other cut has zero discord;
            ``max-rank`` those with exactly one partial-transpose eigenvalue below 1e-3 in modulus
            in each cut, which is how the authors' code chooses its states "of maximal rank".
            That rule tests neither the rank nor that the cuts are entangled.

    Raises:
        RunFailedError: Too few states pass the rule.

    Example:
        >>> batch = TracedCircuit(keep="verified").sample(2, np.random.default_rng(0))
        >>> batch.shape, bool(batch.parameters["inside"].min() >= 2)
        ((2, 8, 8), True)
    """

    block: Block = "random"
    register_size: Register = 9
    max_rounds: Rounds = 3
    keep: Keep | Literal["max-rank"] = "all"

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [
            {},
            {"block": "w", "register_size": 5},
            {"block": "ghz", "keep": "verified"},
            {"keep": "entangled-or-classical", "max_rounds": 1},
        ]

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns matrices ``(count, 8, 8)``.

        Parameters: ``touched``, the size of E; ``inside``, how many of the kept qubits lie in E.
        """

        def propose(pools: Integers, rng: Generator) -> Draft:
            layout = draw_layout(len(pools), self.register_size, self.max_rounds, rng)
            rows = np.flatnonzero(layout.kept.inside >= _LEAST_INSIDE[self.keep])
            layout = layout.take(rows)
            rho = reduced_states(layout.kept, draw_program(layout, self.block, rng))
            columns = {
                SEPARABLE: layout.kept.free,
                "touched": layout.kept.touched,
                "inside": layout.kept.inside,
            }
            return Draft(rho, rows, columns)

        draft = collect(
            count,
            propose,
            rng,
            accept=keeper(self.keep),
            rule=self.keep,
            amplitudes=2**self.register_size,
        )
        names = ("touched", "inside")
        return StateBatch(
            draft.states,
            (2, 2, 2),
            parameters={name: draft.columns[name] for name in names},
            known=separable_qubits(draft.columns[SEPARABLE]),
            source="traced-circuit",
        )
