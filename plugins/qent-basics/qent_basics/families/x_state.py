"""Random X states: non-zero on the two diagonals alone."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import Field

from qent_basics.random_matrices import induced_states
from qent_core.api import (
    BISEPARABLE,
    StateBatch,
    StateFamily,
    Verdict,
    cut_of,
    cuts,
    full_separability,
)
from qent_core.linalg import Array

_MARGIN = 1e-12
"""Relative distance to a threshold below which rounding might decide; the verdict is UNKNOWN."""


class XState(StateFamily):
    r"""Random X states of N qubits: only the diagonal and the anti-diagonal are non-zero.

    An X state is a direct sum of 2 x 2 blocks, on the basis states k and $\bar k$ (all bits
    flipped), with diagonal $a_k, b_k$ and off-diagonal $z_k$. The states are drawn from the flat
    (Hilbert-Schmidt) measure on X states, real ones with ``real``. Of two-qubit X states 2/5 are
    separable, of real ones $16/(3\pi^2)$.

    Verdicts are exact. Flipping the bits of one side of a cut pairs the blocks k and l, and the
    state is a direct sum of two-qubit X states on such pairs, so it is entangled across the cut
    exactly if $|z_k| > \sqrt{a_l b_l}$ for some k. It is genuinely multipartite entangled exactly
    if $|z_k| > \sum_{l \ne k} \sqrt{a_l b_l}$ for some k. For full separability of three or more
    qubits only ENTANGLED is known, where it follows from a cut.

    States: density matrices ``(n, 2**N, 2**N)``, complex or real.

    Source: T. Yu and J. H. Eberly, Quantum Inf. Comput. 7, 459 (2007); S. M. Hashemi Rafsanjani
    et al., Phys. Rev. A 86, 062303 (2012) for N qubits.

    Formula:
        $$\rho = \bigoplus_{k<D/2} \begin{pmatrix} a_k & z_k \\ z_k^* & b_k \end{pmatrix}, \quad
        |z_k|^2 \le a_kb_k, \quad \sum_k (a_k + b_k) = 1$$

        Block k stands on the basis states k and $\bar k = D-1-k$, in which all bits are flipped.

    Example:
        >>> rho = XState().sample(1, np.random.default_rng(0)).density()[0]
        >>> (rho != 0).astype(int)
        array([[1, 0, 0, 1],
               [0, 1, 1, 0],
               [0, 1, 1, 0],
               [1, 0, 0, 1]])
    """

    parties: int = Field(default=2, ge=2, le=8, description="Number of qubits.")
    real: bool = Field(default=False, description="Draw real states, flat among real X states.")

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns ``count`` density matrices."""
        size = 2**self.parties
        blocks = _block_sums(count, size // 2, rng, real=self.real)
        states = np.zeros((count, size, size), dtype=blocks.dtype)
        low = np.arange(size // 2)
        high = size - 1 - low
        for row, i in ((low, 0), (high, 1)):
            for column, j in ((low, 0), (high, 1)):
                states[:, row, column] = blocks[:, :, i, j]
        known = _verdicts(blocks, self.parties)
        return StateBatch(states, (2,) * self.parties, known=known, source="x-state")


def _block_sums(count: int, blocks: int, rng: Generator, *, real: bool) -> Array:
    """Returns ``(n, blocks, 2, 2)`` positive matrices of total trace 1, from the flat measure.

    The flat measure on a direct sum gives each block a state from the flat measure and weights
    that follow a Dirichlet law: the trace of a random positive 2 x 2 matrix has 4 (real: 3)
    dimensions, so its weight is a Gamma variable of that shape.
    """
    environment, shape = (3, 3.0) if real else (2, 4.0)
    states = induced_states(count * blocks, 2, environment, rng, real=real)
    weights = rng.standard_gamma(shape, (count, blocks))
    weights /= weights.sum(axis=1, keepdims=True)
    result: Array = weights[:, :, None, None] * states.reshape(count, blocks, 2, 2)
    return result


def _verdicts(blocks: Array, parties: int) -> dict[str, NDArray[np.int8]]:
    coherence = np.abs(blocks[:, :, 0, 1])
    limit = np.sqrt(blocks[:, :, 0, 0].real * blocks[:, :, 1, 1].real)
    known = {}
    for cut in cuts(parties):
        known[cut] = _compare(coherence, limit[:, _paired_blocks(cut, parties)])
    if parties > 2:
        entangled = np.any([column == Verdict.ENTANGLED for column in known.values()], axis=0)
        known[full_separability(parties)] = np.where(
            entangled, np.int8(Verdict.ENTANGLED), np.int8(Verdict.UNKNOWN)
        )
        others = limit.sum(axis=1, keepdims=True) - limit
        known[BISEPARABLE] = _compare(coherence, others)
    return known


def _paired_blocks(cut: str, parties: int) -> NDArray[np.intp]:
    """Returns, for each block, the block that flipping one side of a cut leads to."""
    flip = sum(1 << (parties - 1 - party) for party in cut_of(cut, parties))
    flipped = np.arange(2 ** (parties - 1)) ^ flip
    paired: NDArray[np.intp] = np.minimum(flipped, 2**parties - 1 - flipped)
    return paired


def _compare(coherence: Array, limit: Array) -> NDArray[np.int8]:
    entangled = (coherence > limit * (1 + _MARGIN)).any(axis=1)
    separable = (coherence < limit * (1 - _MARGIN)).all(axis=1)
    verdicts = np.where(separable, np.int8(Verdict.SEPARABLE), np.int8(Verdict.UNKNOWN))
    verdicts[entangled] = Verdict.ENTANGLED
    return verdicts
