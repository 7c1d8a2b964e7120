"""What noise channels on each party separately have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import ClassVar

import numpy as np
from numpy.random import Generator
from pydantic import Field

from qent_basics.channels.carried_mixtures import (
    carried_certificates,
    kraus_operators,
    whitened_certificates,
)
from qent_basics.channels.carrying import Mask, known_after_local
from qent_basics.channels.parties import chosen_parties, split_party
from qent_core.api import CertificateColumn, Channel, Parties, Probability, StateBatch, draw
from qent_core.linalg import Array, Dims

Drawn = Mapping[str, Array]
"""Parameter name to one number per state, shaped to multiply ``(n, a, d, b, a, d, b)`` states."""

Noise = Callable[[Array, Dims, tuple[int, ...], Drawn], Array]
"""From density matrices, dimensions, parties and numbers to new density matrices."""


class LocalNoise(Channel):
    """A noise channel that acts on each of the chosen parties, one after the other.

    Kets become density matrices, unless the strength is the number 0: then the batch itself comes
    back. States of strength 0 within a batch keep their bits, their verdicts and their
    certificates; of the others SEPARABLE survives, for every question, with the explicit mixtures
    that prove it, while ENTANGLED and its certificates are dropped. Real states stay real, single
    precision stays single.
    """

    channel_name: ClassVar[str]
    qubits_only: ClassVar[bool] = False
    varying: ClassVar[tuple[str, ...]] = ("strength",)
    """Parameters drawn for each state, in this order, and recorded with it."""

    strength: Probability = Field(default=0.1, description="Strength of the noise, 0 to 1.")
    parties: Parties | None = Field(
        default=None, description="Parties it acts on, counted from 0; left out: all."
    )

    def apply(self, batch: StateBatch, rng: Generator) -> StateBatch:
        """Returns the noisy states, with the strength of each recorded."""
        parties = chosen_parties(self.parties, batch, self.channel_name, qubits=self.qubits_only)
        drawn = {name: draw(getattr(self, name), len(batch), rng) for name in self.varying}
        result = batch
        if self.strength != 0.0:
            result = noisy_batch(batch, drawn, parties, self._noisy, white=self._is_white_noise)
        return recorded(result, self.channel_name, drawn)

    @property
    def _is_white_noise(self) -> bool:
        """Whether it mixes the whole state with white noise, instead of acting on each party."""
        return False

    @abstractmethod
    def _noisy(self, rho: Array, dims: Dims, parties: tuple[int, ...], drawn: Drawn) -> Array:
        """Returns the states after the noise on every chosen party, in new memory."""


class EachParty(LocalNoise):
    """Local noise that is worked out one party at a time."""

    def _noisy(self, rho: Array, dims: Dims, parties: tuple[int, ...], drawn: Drawn) -> Array:
        for party in parties:
            rho = self._noisy_party(split_party(rho, dims, party), drawn).reshape(rho.shape)
        return rho

    @abstractmethod
    def _noisy_party(self, rho: Array, drawn: Drawn) -> Array:
        """Returns ``(n, a, d, b, a, d, b)`` states after the noise on one party, in new memory."""


def noisy_batch(
    batch: StateBatch,
    drawn: Mapping[str, Array],
    parties: tuple[int, ...],
    noisy: Noise,
    *,
    white: bool = False,
) -> StateBatch:
    """Returns the batch after local noise, with the verdicts and certificates that survive it.

    Args:
        batch: The states before the noise.
        drawn: Parameter name to ``(n,)`` numbers; states of ``strength`` 0 are left as they are.
        parties: Which parties it acts on.
        noisy: From density matrices, dimensions, parties and shaped numbers to new matrices.
        white: Whether it mixes the whole state with white noise of weight ``strength``.
    """
    touched = drawn["strength"] > 0
    rho = batch.density()
    if not batch.certificates:
        carried = {}
    elif white:
        carried = whitened_certificates(batch, touched, drawn["strength"])
    else:
        carried = _carried(batch, drawn, touched, parties, noisy)
    return batch.replaced(
        changed_rows(rho, drawn, touched, lambda r, some: noisy(r, batch.dims, parties, some)),
        known=known_after_local(batch, touched),
        certificates=carried,
    )


def _carried(
    batch: StateBatch,
    drawn: Mapping[str, Array],
    touched: Mask,
    parties: tuple[int, ...],
    noisy: Noise,
) -> dict[str, CertificateColumn]:
    kraus: dict[int, Array] = {}
    for d in {batch.dims[party] for party in parties}:
        units = np.eye(d * d).reshape(d * d, d, d)  # unit i * d + j is |i><j|
        many = np.tile(units, (len(batch), 1, 1))
        each = {name: np.asarray(v, np.float64).repeat(d * d) for name, v in drawn.items()}
        images = noisy(many, (d,), (0,), _shaped(each, many.dtype))
        operators = kraus_operators(images.reshape(-1, d, d, d, d))
        kraus |= {party: operators for party in parties if batch.dims[party] == d}
    return carried_certificates(batch, touched, kraus)


def changed_rows(
    rho: Array,
    drawn: Mapping[str, Array],
    touched: Mask,
    change: Callable[[Array, Drawn], Array],
) -> Array:
    """Applies a change to the touched states alone; the others keep their bits.

    Args:
        rho: ``(n, D, D)`` states; never written to.
        drawn: Parameter name to ``(n,)`` numbers.
        touched: ``(n,)`` mask.
        change: From states and shaped numbers to new states.
    """
    if touched.all():
        return change(rho, _shaped(drawn, rho.dtype))
    result = rho.copy()
    some = {name: values[touched] for name, values in drawn.items()}
    result[touched] = change(rho[touched], _shaped(some, rho.dtype))
    return result


def recorded(batch: StateBatch, channel_name: str, drawn: Mapping[str, Array]) -> StateBatch:
    """Returns the batch with a channel's numbers as per-state parameters."""
    for name, values in drawn.items():
        batch = batch.with_parameter(f"{channel_name}.{name}", values)
    return batch


def _shaped(drawn: Mapping[str, Array], dtype: np.dtype[np.generic]) -> Drawn:
    """Numbers in the states' own precision, so that single precision stays single."""
    precision = np.empty(0, dtype).real.dtype
    return {
        name: values.astype(precision).reshape(-1, 1, 1, 1, 1, 1, 1)
        for name, values in drawn.items()
    }
