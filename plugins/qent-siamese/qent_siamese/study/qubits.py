"""Bipartite 2x4 states as three qubits."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from qent_core.api import StateBatch, Verdict, cut_of, cuts
from qent_core.linalg import permute_parties

_QUBITS = (2, 2, 2)


def as_qubits(states: StateBatch) -> StateBatch:
    """Returns 2x4 states as states of three qubits; A|B becomes A|BC, with all that is known.

    Example:
        >>> batch = StateBatch(np.eye(8)[None] / 8, (2, 4), known={"A|B": [0]})
        >>> as_qubits(batch).known["A|BC"].tolist()
        [0]
    """
    known = {"A|BC": states.known["A|B"]} if "A|B" in states.known else {}
    return StateBatch(states.array, _QUBITS, known=known)


def permuted(states: StateBatch) -> StateBatch:
    """Returns three-qubit states with their parties reordered, all six orders equally often.

    The order of state i is number i modulo 6; what is known of the cuts moves along.

    Example:
        >>> batch = StateBatch(np.eye(8)[[0] * 6], (2, 2, 2), known={"A|BC": [1] * 6})
        >>> permuted(batch).known["B|AC"].tolist()
        [-1, -1, 1, -1, 1, -1]
    """
    rho, count = states.density(), len(states)
    array = np.empty_like(rho)
    sides = cuts(3)
    known = {cut: np.full(count, Verdict.UNKNOWN, np.int8) for cut in sides}
    for number, order in enumerate(permutations(range(3))):
        rows = np.arange(number, count, 6)
        array[rows] = permute_parties(rho[rows], _QUBITS, order)
        for new, cut in enumerate(sides):
            assert cut_of(cut, 3) == (new,)
            old = sides[order[new]]
            if old in states.known:
                known[cut][rows] = states.known[old][rows]
    return StateBatch(array, _QUBITS, known=known)
