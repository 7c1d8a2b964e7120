"""Any channel at all, given by its Kraus operators."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self

import numpy as np
from numpy.random import Generator
from pydantic import BeforeValidator, Field, field_validator, model_validator

from qent_basics.channels.carrying import known_after_joint, untouched_certificates
from qent_basics.channels.local_noise import changed_rows, recorded
from qent_basics.channels.parties import chosen_parties
from qent_core.api import Channel, DimensionsMismatchError, Parties, Probability, StateBatch, draw
from qent_core.linalg import Array, apply_kraus, apply_local, local_dimensions, permute_parties

_COMPLETE_WITHIN = 1e-9


def _as_pair(value: Any) -> Any:
    if isinstance(value, complex | np.complexfloating):
        return (float(value.real), float(value.imag))
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return (float(value), 0.0)
    return value


def _as_list(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_as_list(item) for item in value]
    return value


Element = Annotated[tuple[float, float], BeforeValidator(_as_pair)]
"""A matrix element: a real number, a complex one, or the pair [real part, imaginary part]."""


class Kraus(Channel):
    r"""The channel $\rho \mapsto (1-p)\,\rho + p \sum_k K_k \rho K_k^\dagger$.

    The operators act on the chosen parties together, in the order in which these are named, and
    must be complete: $\sum_k K_k^\dagger K_k = I$. In TOML, an element is a number or a pair
    ``[real, imaginary]``; in Python, arrays and complex numbers do as well.

    Kets become density matrices, unless there is one operator, a unitary, and the strength is 1.
    SEPARABLE is kept where all chosen parties lie in one block of the question, with a single party
    for every question; ENTANGLED only if, besides, the channel is a unitary. Certificates of
    changed states are dropped.

    Source: K. Kraus, States, Effects, and Operations, Lecture Notes in Physics 190 (1983).

    Example:
        >>> reset = Kraus(operators=[[[1, 0], [0, 0]], [[0, 1], [0, 0]]], parties=[0])
        >>> batch = StateBatch([[0, 0, 0, 1]], (2, 2))
        >>> reset.apply(batch, np.random.default_rng(0)).density()[0].diagonal().tolist()
        [0.0, 1.0, 0.0, 0.0]
    """

    channel_name: ClassVar[str] = "kraus"

    operators: tuple[tuple[tuple[Element, ...], ...], ...] = Field(
        min_length=1,
        description="Square matrices K_k of equal size; elements are numbers or [real, imaginary].",
    )
    parties: Parties | None = Field(
        default=None,
        description="Parties the operators act on together, counted from 0; left out: all.",
    )
    strength: Probability = Field(
        default=1.0, description="Weight of the channel against doing nothing, 0 to 1."
    )

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries: a reset of party A."""
        reset = [[[1.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [0.0, 0.0]]]
        return [{"operators": reset, "parties": [0]}]

    @field_validator("operators", mode="before")
    @classmethod
    def _from_arrays(cls, value: Any) -> Any:
        return _as_list(value)

    @model_validator(mode="after")
    def _is_channel(self) -> Self:
        size = len(self.operators[0])
        if not all(len(k) == size and all(len(row) == size for row in k) for k in self.operators):
            raise ValueError("operators must be square matrices of equal size")
        kraus = self.matrices()
        excess = np.einsum("kba,kbc->ac", kraus.conj(), kraus) - np.eye(size)
        if np.abs(excess).max() > _COMPLETE_WITHIN:
            raise ValueError(
                "operators must be complete: the sum of K^dagger K differs from the identity "
                f"by {np.abs(excess).max():.2g}"
            )
        return self

    def matrices(self) -> Array:
        """Returns the ``(k, d, d)`` operators, real if no imaginary part is given.

        Example:
            >>> Kraus(operators=[[[0, [0, -1]], [[0, 1], 0]]]).matrices()[0]
            array([[0.+0.j, 0.-1.j],
                   [0.+1.j, 0.+0.j]])
        """
        pairs = np.asarray(self.operators, dtype=np.float64)
        if not pairs[..., 1].any():
            return pairs[..., 0].copy()
        return np.ascontiguousarray(pairs).view(np.complex128)[..., 0]

    def apply(self, batch: StateBatch, rng: Generator) -> StateBatch:
        """Returns the states after the channel, with the strength of each recorded."""
        parties = chosen_parties(self.parties, batch, self.channel_name)
        kraus = self._fitting(batch, parties)
        strength = draw(self.strength, len(batch), rng)
        result = batch
        if self.strength != 0.0:
            touched = strength > 0
            unitary = len(kraus) == 1 and self.strength == 1.0
            if unitary and batch.kind == "kets":
                states = _apply_unitary(batch, kraus[0], parties)
            else:
                rho = batch.density()
                states = changed_rows(
                    rho.astype(np.result_type(rho, kraus), copy=False),
                    {"strength": strength},
                    touched,
                    lambda some, drawn: _mixed(
                        some, apply_kraus(some, batch.dims, kraus, parties), drawn["strength"]
                    ),
                )
            result = batch.replaced(
                states,
                known=known_after_joint(batch, touched, parties, unitary=unitary),
                certificates=untouched_certificates(batch, touched),
            )
        return recorded(result, self.channel_name, {"strength": strength})

    def _fitting(self, batch: StateBatch, parties: tuple[int, ...]) -> Array:
        """Returns the operators in the states' precision, if they fit the chosen parties."""
        (size,) = local_dimensions(batch.dims, [parties])
        kraus = self.matrices()
        if kraus.shape[1] != size:
            raise DimensionsMismatchError(
                f"the Kraus operators have dimension {kraus.shape[1]}, the parties "
                f"{list(parties)} that they act on have {size}",
                where=f"states of dims {batch.dims}",
                do="choose other parties or give operators of that dimension",
            )
        return kraus.astype(np.result_type(batch.dtype, _single(kraus)), copy=False)


def _single(kraus: Array) -> type[np.generic]:
    return np.complex64 if np.iscomplexobj(kraus) else np.float32


def _mixed(before: Array, after: Array, strength: Array) -> Array:
    weight = strength.reshape(-1, 1, 1)
    mixed: Array = after if (weight == 1).all() else (1 - weight) * before + weight * after
    return mixed


def _apply_unitary(batch: StateBatch, unitary: Array, parties: tuple[int, ...]) -> Array:
    """Applies a unitary on the chosen parties together to kets."""
    rest = tuple(party for party in range(batch.parties) if party not in parties)
    order = (*parties, *rest)
    sizes = local_dimensions(batch.dims, [parties, rest])
    front = permute_parties(batch.array, batch.dims, order)
    applied = apply_local(front, sizes, (unitary, None))
    back = tuple(int(place) for place in np.argsort(order))
    return permute_parties(applied, tuple(batch.dims[party] for party in order), back)
