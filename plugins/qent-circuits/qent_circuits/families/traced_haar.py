"""Marginals of Haar-random states, multiplied until there are three qubits."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

import numpy as np
from numpy.random import Generator
from pydantic import Field, model_validator

from qent_circuits.filters import SEPARABLE, keeper
from qent_circuits.haar import haar_marginals
from qent_circuits.rejection import Draft, Integers, collect
from qent_circuits.settings import Keep
from qent_circuits.verdicts import separable_qubits
from qent_core.api import StateBatch, StateFamily
from qent_core.linalg import Array, tensor

WholeQubits = Annotated[int, Field(ge=4, le=12)]
"""Number of qubits before the partial trace."""

_PATTERNS = ((3,), (2, 1), (1, 2), (1, 1, 1))
"""Sizes of the blocks, party A first."""
_CHANCES = (1 / 3, 1 / 3, 1 / 6, 1 / 6)
"""First block of 3, 2 or 1 with equal chance, the next uniform on what may still be missing."""


class TracedHaar(StateFamily):
    r"""Products of marginals of Haar-random kets, three qubits in all.

    A Haar-random ket of n qubits, n uniform on min_qubits..max_qubits, is traced out but for 3, 2
    or 1 qubits with equal chance. While fewer than three are left, the marginal of another such
    ket is multiplied from the right, keeping a uniform number of qubits up to what is missing. The
    qubits are not permuted, so A and C are never entangled beside a free B (Pawlowski and Krawczyk,
    arXiv:2210.07410, Eq. 8, with the numbers of the authors' code, which has n on 4..6 for training
    and on 4..9 for its tests).

    Formula:
        $$\rho = \bigotimes_j \mathrm{tr}_{E_j} |\psi_j\rangle\langle\psi_j|$$

        $|\psi_j\rangle$ is a Haar-random ket of 4 to 6 qubits by default, $E_j$ are those of its
        qubits that are traced out; 3, 2 + 1, 1 + 2 or 1 + 1 + 1 qubits are left.

    Args:
        min_qubits: Least number of qubits before the trace.
        max_qubits: Greatest number of qubits before the trace.
        parts: ``random`` as above, or ``single``: three one-qubit marginals, fully separable.
        keep: ``verified`` keeps states with 2N > 1e-4 in every cut through a block;
            ``entangled-or-classical`` those in which every other cut has zero discord.

    Raises:
        RunFailedError: Too few states pass the rule.

    Example:
        >>> batch = TracedHaar(parts="single").sample(2, np.random.default_rng(0))
        >>> batch.known["A|B|C"].tolist()
        [0, 0]
    """

    min_qubits: WholeQubits = 4
    max_qubits: WholeQubits = 6
    parts: Literal["random", "single"] = "random"
    keep: Keep = "all"

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [
            {},
            {"parts": "single"},
            {"max_qubits": 9, "keep": "verified"},
            {"keep": "entangled-or-classical"},
        ]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min_qubits > self.max_qubits:
            raise ValueError("min_qubits must not exceed max_qubits")
        if self.parts == "single" and self.keep != "all":
            raise ValueError("products of one-qubit states are separable: keep must be 'all'")
        return self

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns matrices ``(count, 8, 8)`` with the parameter ``blocks``, their number."""

        def propose(pools: Integers, rng: Generator) -> Draft:
            tries = len(pools)
            pattern = np.full(tries, len(_PATTERNS) - 1)
            if self.parts == "random":
                pattern = rng.choice(len(_PATTERNS), size=tries, p=_CHANCES)
            rho = np.empty((tries, 8, 8), dtype=np.complex128)
            free = np.zeros((tries, 3), dtype=np.bool_)
            for number, blocks in enumerate(_PATTERNS):
                rows = np.flatnonzero(pattern == number)
                rho[rows] = tensor(*(self._marginal(len(rows), kept, rng) for kept in blocks))
                free[rows] = np.repeat(blocks, blocks) == 1
            blocks_of = np.array([len(blocks) for blocks in _PATTERNS])[pattern]
            return Draft.of(rho, blocks=blocks_of, **{SEPARABLE: free})

        draft = collect(
            count,
            propose,
            rng,
            accept=keeper(self.keep),
            rule=self.keep,
            amplitudes=2**self.max_qubits,
        )
        return StateBatch(
            draft.states,
            (2, 2, 2),
            parameters={"blocks": draft.columns["blocks"]},
            known=separable_qubits(draft.columns[SEPARABLE]),
            source="traced-haar",
        )

    def _marginal(self, count: int, kept: int, rng: Generator) -> Array:
        whole = rng.integers(self.min_qubits, self.max_qubits + 1, count)
        return haar_marginals(whole, kept, rng)
