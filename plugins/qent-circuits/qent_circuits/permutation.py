"""Uniformly random permutations of the qubits, one per state."""

from __future__ import annotations

import itertools
from functools import lru_cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_core.linalg import Array, permute_parties


@lru_cache(maxsize=16)
def permutations(parties: int) -> NDArray[np.intp]:
    """Returns all orders ``(parties!, parties)``: entry k is the party that becomes party k."""
    return np.array(list(itertools.permutations(range(parties))), dtype=np.intp)


def permuted(states: Array, choice: NDArray[np.intp]) -> Array:
    """Returns kets or density matrices of qubits, each with its parties in an order of its own.

    Args:
        states: ``(n, 2**q)`` or ``(n, 2**q, 2**q)``.
        choice: ``(n,)`` rows of `permutations`.
    """
    parties = states.shape[1].bit_length() - 1
    result = np.empty_like(states)
    for number, order in enumerate(permutations(parties)):
        rows = np.flatnonzero(choice == number)
        result[rows] = permute_parties(states[rows], (2,) * parties, order.tolist())
    return result


def random_choice(count: int, parties: int, rng: Generator) -> NDArray[np.intp]:
    """Returns ``(count,)`` uniformly random rows of `permutations`."""
    return rng.integers(len(permutations(parties)), size=count)


def place_of(party: int, choice: NDArray[np.intp], parties: int) -> NDArray[np.intp]:
    """Returns which party a party becomes.

    Example:
        >>> place_of(0, np.array([0, 5]), 3)
        array([0, 2])
    """
    places: NDArray[np.intp] = permutations(parties).argsort(axis=1)[choice, party]
    return places
