"""Random local unitaries: another basis for every party of every state."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.random import Generator
from pydantic import Field

from qent_basics.channels.carrying import rotated_certificates
from qent_basics.channels.local_noise import recorded
from qent_basics.channels.parties import chosen_parties
from qent_basics.random_matrices import haar_unitaries
from qent_core.api import Channel, Parties, Probability, StateBatch, draw
from qent_core.linalg import Array, apply_local


class RandomLocalUnitary(Channel):
    r"""Rotates each chosen party of each state by a Haar-random unitary of its own.

    $\rho \mapsto (U_1 \otimes U_2 \otimes \dots)\,\rho\,(U_1 \otimes U_2 \otimes \dots)^\dagger$.
    A state is rotated with probability ``strength`` and else left as it is: 1 rotates every state,
    0 none. Entanglement does not change, so every verdict is kept. Certificates by product vectors
    are rotated along, those that hold nothing but the question stay, others are dropped.

    Kets stay kets. States become complex, unless ``real`` draws orthogonal matrices.

    Source: F. Mezzadri, Notices of the AMS 54, 592 (2007).

    Example:
        >>> bell = StateBatch([[2**-0.5, 0, 0, 2**-0.5]], (2, 2), known={"A|B": [1]})
        >>> rotated = RandomLocalUnitary().apply(bell, np.random.default_rng(0))
        >>> rotated.kind, int(rotated.known["A|B"][0])
        ('kets', 1)
    """

    channel_name: ClassVar[str] = "random-local-unitary"

    strength: Probability = Field(
        default=1.0, description="Probability that a state is rotated, 0 (none) to 1 (all)."
    )
    parties: Parties | None = Field(
        default=None, description="Parties it acts on, counted from 0; left out: all."
    )
    real: bool = Field(default=False, description="Draw orthogonal matrices instead of unitaries.")

    def apply(self, batch: StateBatch, rng: Generator) -> StateBatch:
        """Returns the rotated states, with the strength of each recorded."""
        parties = chosen_parties(self.parties, batch, self.channel_name)
        strength = draw(self.strength, len(batch), rng)
        result = batch
        if self.strength != 0.0:
            touched = rng.random(len(batch)) < strength
            unitaries = self._unitaries(batch, touched, parties, rng)
            result = batch.replaced(
                _rotated(batch.array, batch.dims, touched, unitaries),
                known=batch.known,
                certificates=rotated_certificates(batch, touched, unitaries),
            )
        return recorded(result, self.channel_name, {"strength": strength})

    def _unitaries(
        self, batch: StateBatch, touched: Array, parties: tuple[int, ...], rng: Generator
    ) -> list[Array | None]:
        """Returns per party None or ``(n, d, d)``, the identity for states left as they are."""
        unitaries: list[Array | None] = [None] * batch.parties
        precision = np.result_type(batch.dtype, np.float32 if self.real else np.complex64)
        for party in parties:
            size = batch.dims[party]
            drawn = np.tile(np.eye(size, dtype=precision), (len(batch), 1, 1))
            drawn[touched] = haar_unitaries(int(touched.sum()), size, rng, real=self.real)
            unitaries[party] = drawn
        return unitaries


def _rotated(
    states: Array, dims: tuple[int, ...], touched: Array, unitaries: list[Array | None]
) -> Array:
    if touched.all():
        return apply_local(states, dims, unitaries)
    present = [unitary for unitary in unitaries if unitary is not None]
    result = states.astype(np.result_type(states, *present))
    some = [None if unitary is None else unitary[touched] for unitary in unitaries]
    result[touched] = apply_local(states[touched], dims, some)
    return result
