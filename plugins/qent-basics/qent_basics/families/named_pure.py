"""The pure states everybody has a name for: GHZ, W and Dicke states."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.random import Generator
from pydantic import Field, model_validator

from qent_basics.families.by_construction import entangled_everywhere, separable_for
from qent_core.api import StateBatch, StateFamily, full_separability
from qent_core.linalg import Array, Dims


class GHZ(StateFamily):
    r"""Greenberger-Horne-Zeilinger states $\frac{1}{\sqrt d}\sum_{j<d} |jj\dots j\rangle$.

    Known to be entangled for every question: genuinely multipartite entangled.

    States: real kets ``(n, d**parties)``, all equal.

    Source: D. M. Greenberger, M. A. Horne, A. Shimony and A. Zeilinger, Am. J. Phys. 58, 1131
    (1990).

    Example:
        >>> import numpy as np
        >>> GHZ(parties=2).sample(1, np.random.default_rng(0)).array.round(4)
        array([[0.7071, 0.    , 0.    , 0.7071]])
    """

    parties: int = Field(default=3, ge=2, le=20, description="Number of parties.")
    dim: int = Field(default=2, ge=2, description="Local dimension of each party.")

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` copies of the ket."""
        dims = (self.dim,) * self.parties
        step = (self.dim**self.parties - 1) // (self.dim - 1)
        ket = np.zeros(self.dim**self.parties)
        ket[::step] = self.dim**-0.5
        return _entangled_copies(ket, dims, count, "ghz")


class W(StateFamily):
    r"""W states $(|10\dots0\rangle + |01\dots0\rangle + \dots + |0\dots01\rangle)/\sqrt N$.

    Known to be entangled for every question: genuinely multipartite entangled.

    States: real kets ``(n, 2**parties)``, all equal.

    Source: W. Dür, G. Vidal and J. I. Cirac, Phys. Rev. A 62, 062314 (2000).

    Example:
        >>> import numpy as np
        >>> np.flatnonzero(W().sample(1, np.random.default_rng(0)).array).tolist()
        [1, 2, 4]
    """

    parties: int = Field(default=3, ge=2, le=20, description="Number of qubits.")

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` copies of the ket."""
        return _entangled_copies(dicke_ket(self.parties, 1), (2,) * self.parties, count, "w")


class Dicke(StateFamily):
    r"""Dicke states: all $\binom{N}{k}$ ways to excite k of N qubits, with equal amplitudes.

    Known to be entangled for every question if $0 < k < N$, else separable: $|00\dots0\rangle$ and
    $|11\dots1\rangle$ are products.

    States: real kets ``(n, 2**parties)``, all equal.

    Source: R. H. Dicke, Phys. Rev. 93, 99 (1954).

    Formula:
        $$|D^N_k\rangle = \frac1{\sqrt{\binom Nk}} \sum_{x_1+\dots+x_N=k} |x_1x_2\dots x_N\rangle$$

        The sum runs over the bit strings x with k ones: k of the N qubits are excited.

    Example:
        >>> import numpy as np
        >>> batch = Dicke(parties=4, excitations=2).sample(1, np.random.default_rng(0))
        >>> int((batch.array > 0).sum())
        6
    """

    parties: int = Field(default=4, ge=2, le=20, description="Number of qubits.")
    excitations: int = Field(default=2, ge=0, description="Number k of qubits in state 1.")

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.excitations > self.parties:
            raise ValueError(
                f"excitations must be at most the number of parties, {self.parties}, "
                f"got {self.excitations}"
            )
        return self

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` copies of the ket."""
        dims = (2,) * self.parties
        ket = dicke_ket(self.parties, self.excitations)
        if 0 < self.excitations < self.parties:
            return _entangled_copies(ket, dims, count, "dicke")
        known = separable_for(full_separability(self.parties), self.parties, count)
        return StateBatch(np.tile(ket, (count, 1)), dims, known=known, source="dicke")


def dicke_ket(parties: int, excitations: int) -> Array:
    """Returns the ``(2**parties,)`` Dicke ket.

    Example:
        >>> dicke_ket(2, 2)
        array([0., 0., 0., 1.])
    """
    excited = np.zeros(1, dtype=np.int64)
    for _ in range(parties):
        excited = np.concatenate([excited, excited + 1])
    chosen = excited == excitations
    ket: Array = chosen / np.sqrt(chosen.sum())
    return ket


def _entangled_copies(ket: Array, dims: Dims, count: int, source: str) -> StateBatch:
    return StateBatch(
        np.tile(ket, (count, 1)),
        dims,
        known=entangled_everywhere(len(dims), count),
        source=source,
    )
