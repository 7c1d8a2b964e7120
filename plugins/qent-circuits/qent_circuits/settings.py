"""Parameters that several families share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

Qubits = Annotated[int, Field(ge=2, le=9)]
"""Number of qubits of the states."""

Register = Annotated[int, Field(ge=4, le=12)]
"""Number of qubits before the partial trace; the paper's code has 9."""

MostTerms = Annotated[int, Field(ge=2, le=512)]
"""Greatest number of mixed terms; the number is uniform on 2..max_terms."""

PoolSize = Annotated[int, Field(ge=0, le=1_000_000)]
"""Members in the pool that 1000 consecutive states share; 0 draws every member afresh."""

Keep = Literal["all", "verified", "entangled-or-classical"]
"""Which states stay: all, those of the ``verified`` strategy, or those of the code's mixed test."""

Source = Literal["circuit", "haar"]
"""How pure members are drawn: by random gates, or from the Haar measure."""

SubsetSizes = Annotated[tuple[Annotated[int, Field(ge=2, le=9)], ...], Field(max_length=8)]
"""Sizes of a subset of the qubits, equally likely; none stands for 2 up to all of them."""


def possible_sizes(sizes: tuple[int, ...], qubits: int) -> tuple[int, ...]:
    """Returns the sizes that a subset may have.

    Raises:
        ValueError: A subset would be larger than the register.
    """
    if any(size > qubits for size in sizes):
        raise ValueError(f"subset_sizes {list(sizes)} must not exceed the {qubits} qubits")
    return sizes or tuple(range(2, qubits + 1))


Chance = Annotated[float, Field(ge=0.0, le=1.0)]
"""A probability."""
