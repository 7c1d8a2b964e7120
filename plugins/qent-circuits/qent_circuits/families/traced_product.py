"""Products of one-qubit marginals of random circuits."""

from __future__ import annotations

from numpy.random import Generator

from qent_circuits.families.traced_circuit import Rounds
from qent_circuits.rejection import Draft, Integers, collect
from qent_circuits.settings import Register
from qent_circuits.traced_layout import draw_layout, draw_program
from qent_circuits.traced_states import reduced_states
from qent_circuits.verdicts import separable_everywhere
from qent_core.api import StateBatch, StateFamily
from qent_core.linalg import tensor

_PARTIES = 3


class TracedProduct(StateFamily):
    r"""Products $\rho_A \otimes \rho_B \otimes \rho_C$ of marginals of random circuits.

    Each factor is a random touched qubit of a circuit of its own, made as in `TracedCircuit`
    (Pawlowski and Krawczyk, arXiv:2210.07410, Appendix 3: "obtained by tracing from the larger
    system"). Fully separable by construction.

    Args:
        register_size: Number of qubits before the trace.
        max_rounds: Greatest number of blocks.

    Example:
        >>> import numpy as np
        >>> batch = TracedProduct(register_size=4).sample(2, np.random.default_rng(0))
        >>> batch.shape, batch.known["A|B|C"].tolist()
        ((2, 8, 8), [0, 0])
    """

    register_size: Register = 9
    max_rounds: Rounds = 3

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns matrices ``(count, 8, 8)``."""

        def propose(pools: Integers, rng: Generator) -> Draft:
            tries = len(pools)
            layout = draw_layout(_PARTIES * tries, self.register_size, self.max_rounds, rng, kept=1)
            factors = reduced_states(layout.kept, draw_program(layout, "random", rng))
            return Draft.of(tensor(*factors.reshape(_PARTIES, tries, 2, 2)))

        draft = collect(count, propose, rng, amplitudes=_PARTIES * 2**self.register_size)
        known = separable_everywhere(count, _PARTIES)
        return StateBatch(draft.states, (2, 2, 2), known=known, source="traced-product")
