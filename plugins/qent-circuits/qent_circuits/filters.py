"""Which states the paper's data sets keep: the ``verified`` rule and its two relatives.

Each rule looks at a state cut by cut and stops as soon as the state is out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_circuits.discord import classical_cuts
from qent_circuits.negativity import (
    cut_parties,
    in_separable_ball,
    transposed_spectrum,
    twice_negativity,
)
from qent_circuits.rejection import Accept, Draft
from qent_core.linalg import Array

Mask = NDArray[np.bool_]

SEPARABLE = "separable"
"""Column of a draft: ``(n, cuts)``, the cuts that are separable by construction."""

NEGATIVITY_LEVEL = 1e-4
"""2N above this counts as entangled."""
RANK_LEVEL = 1e-3
"""An eigenvalue of the partial transpose below this in modulus counts as zero."""


def verified(rho: Array, separable: Mask | None = None) -> Mask:
    """Tells which states the ``verified`` strategy keeps.

    A state stays if the mean of 2N over the cuts is at least 1e-4 and at most 2**k - 1 cuts have
    2N <= 1e-4, k the number of cuts that are separable by construction: 0 for mixtures, 1 for
    biseparable states and for traced circuits that keep an untouched qubit (arXiv:2210.07410,
    Appendix 2, with the numbers of the released code).

    Args:
        rho: ``(n, 2**q, 2**q)``.
        separable: ``(n, cuts)`` cuts separable by construction, whose spectra need no computing.
    """
    sides = cut_parties(rho.shape[1].bit_length() - 1)
    if separable is None:
        separable = np.zeros((len(rho), len(sides)), dtype=np.bool_)
    allowed = 2 ** separable.sum(axis=1) - 1
    ppt = separable.sum(axis=1)
    total = np.zeros(len(rho))
    alive = ~in_separable_ball(rho)
    for number, side in enumerate(sides):
        rows = np.flatnonzero(alive & ~separable[:, number])
        twice = twice_negativity(rho[rows], side)
        total[rows] += twice
        ppt[rows] += twice <= NEGATIVITY_LEVEL
        alive &= ppt <= allowed
    return alive & (total >= len(sides) * NEGATIVITY_LEVEL)


def entangled_or_classical(rho: Array) -> Mask:
    """Tells which states the released code keeps for its test of mixed states.

    A state stays if as many cuts have 2N <= 1e-4 as have zero discord, so that every cut is
    either NPT or classical on its single qubit. Three qubits only.
    """
    classical = classical_cuts(rho)
    twice = np.stack([twice_negativity(rho, side) for side in cut_parties(3)], axis=1)
    ppt = (twice <= NEGATIVITY_LEVEL).sum(axis=1)
    entangled = twice.sum(axis=1) >= 3 * NEGATIVITY_LEVEL
    kept: Mask = (ppt == classical.sum(axis=1)) & (entangled | classical.all(axis=1))
    return kept


def nearly_full_rank(rho: Array) -> Mask:
    """Tells which states the released code takes for its group of "maximal rank".

    In each cut exactly one eigenvalue of the partial transpose is below 1e-3 in modulus. The rule
    tests neither the rank of the state nor that it is entangled.
    """
    alive = np.ones(len(rho), dtype=np.bool_)
    for side in cut_parties(rho.shape[1].bit_length() - 1):
        rows = np.flatnonzero(alive)
        spectrum = transposed_spectrum(rho[rows], side)
        alive[rows] = (np.abs(spectrum) < RANK_LEVEL).sum(axis=1) == 1
    return alive


def keeper(rule: str) -> Accept | None:
    """Returns the rule of a name as `qent_circuits.rejection.collect` takes it; None for all."""
    if rule == "all":
        return None
    if rule == "verified":
        return lambda draft: verified(draft.states, _separable(draft))
    if rule == "max-rank":
        return lambda draft: nearly_full_rank(draft.states)
    return lambda draft: entangled_or_classical(draft.states)


def _separable(draft: Draft) -> Mask | None:
    column = draft.columns.get(SEPARABLE)
    return None if column is None else column.astype(np.bool_)
