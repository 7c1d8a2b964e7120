"""Verdicts that hold by how a state was made."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_core.api import BISEPARABLE, Verdict, cut_of, cuts, full_separability

Mask = NDArray[np.bool_]
Known = dict[str, NDArray[np.int8]]


def separable_everywhere(count: int, parties: int) -> Known:
    """Returns SEPARABLE for every question: what holds for mixtures of products.

    Example:
        >>> list(separable_everywhere(1, 2)), list(separable_everywhere(1, 3))[-2:]
        (['A|B'], ['A|B|C', 'biseparable'])
    """
    return {q: np.full(count, Verdict.SEPARABLE, dtype=np.int8) for q in _questions(parties)}


def separable_qubits(free: Mask) -> Known:
    """Returns the verdicts for states in which some qubits are in product with all others.

    A cut is separable if all other qubits stand on one side of it.

    Args:
        free: ``(n, q)``: whether a qubit is in product with the rest.

    Example:
        >>> known = separable_qubits(np.array([[False, True, False]]))
        >>> {question: int(verdict[0]) for question, verdict in known.items()}
        {'A|BC': -1, 'B|AC': 0, 'C|AB': -1, 'A|B|C': -1, 'biseparable': 0}
    """
    parties = free.shape[1]
    bound = ~free
    sure: dict[str, Mask] = {q: ~_both_sides(bound, q) for q in cuts(parties)}
    if parties > 2:
        sure[full_separability(parties)] = bound.sum(axis=1) <= 1
        sure[BISEPARABLE] = np.asarray(free.any(axis=1))
    return {
        q: np.where(s, Verdict.SEPARABLE, Verdict.UNKNOWN).astype(np.int8) for q, s in sure.items()
    }


def separable_cut(single: Mask) -> Known:
    """Returns the verdicts for mixtures of products of one qubit's states with the others'.

    Args:
        single: ``(n, 3)``: which qubit it is.
    """
    parties = single.shape[1]
    sure: dict[str, Mask] = {
        q: np.asarray(single[:, cut_of(q, parties)].all(axis=1)) for q in cuts(parties)
    }
    sure[BISEPARABLE] = np.asarray(single.any(axis=1))
    return {
        q: np.where(s, Verdict.SEPARABLE, Verdict.UNKNOWN).astype(np.int8) for q, s in sure.items()
    }


def entangled_subset(subset: Mask) -> Known:
    """Returns the verdicts for a pure state entangled across every cut of a subset of qubits.

    The other qubits are in product with it. W and GHZ states of a subset are of this kind.

    Args:
        subset: ``(n, q)``, at least two qubits per state.
    """
    parties = subset.shape[1]
    entangled: dict[str, Mask] = {q: _both_sides(subset, q) for q in cuts(parties)}
    if parties > 2:
        entangled[full_separability(parties)] = np.ones(len(subset), dtype=np.bool_)
        entangled[BISEPARABLE] = np.asarray(subset.all(axis=1))
    return {
        q: np.where(e, Verdict.ENTANGLED, Verdict.SEPARABLE).astype(np.int8)
        for q, e in entangled.items()
    }


def _both_sides(qubits: Mask, question: str) -> Mask:
    """Tells whether some of the qubits stand on either side of a cut."""
    side = np.zeros(qubits.shape[1], dtype=np.bool_)
    side[list(cut_of(question, qubits.shape[1]))] = True
    return np.asarray((qubits & side).any(axis=1) & (qubits & ~side).any(axis=1))


def _questions(parties: int) -> tuple[str, ...]:
    if parties < 2:
        return ()
    more = (full_separability(parties), BISEPARABLE) if parties > 2 else ()
    return (*cuts(parties), *more)
