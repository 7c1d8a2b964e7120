"""Pairs of an entangled and a separable state that agree in rank, purity, noise and M."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

_LEAST_SCALE = 0.01


def purity(states: NDArray[np.complexfloating]) -> NDArray[np.float64]:
    r"""Returns $\mathrm{tr}\rho^2$, ``(n,)``.

    Example:
        >>> purity(np.eye(4)[None] / 4).tolist()
        [0.25]
    """
    return np.asarray(np.einsum("nij,nij->n", states, states.conj()).real)


def matched(
    entangled: NDArray[np.float64],
    separable: NDArray[np.float64],
    entangled_rank: NDArray[np.intp],
    separable_rank: NDArray[np.intp],
    caliper: float,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Returns rows of both that form pairs of equal rank, each row at most once.

    As many pairs as can be, and among those the least sum of distances; a pair further apart than
    the caliper is left out. Covariates are measured in standard deviations of the entangled states,
    or in hundredths where those hardly vary.

    Args:
        entangled: ``(n, k)`` covariates.
        separable: ``(m, k)`` covariates.
        entangled_rank: ``(n,)``.
        separable_rank: ``(m,)``.
        caliper: Largest distance of a pair in one covariate.

    Example:
        >>> x, y = np.array([[0.2], [0.4]]), np.array([[0.41], [0.9], [0.2]])
        >>> matched(x, y, np.array([4, 4]), np.array([4, 4, 4]), caliper=0.2)
        (array([0, 1]), array([2, 0]))
    """
    scale = np.maximum(entangled.std(axis=0), _LEAST_SCALE)
    apart = (np.abs(entangled[:, None] - separable[None]) / scale).max(axis=2)
    apart[entangled_rank[:, None] != separable_rank[None]] = np.inf
    # A pair beyond the caliper costs more than all others together.
    cost = np.where(apart <= caliper, apart, 1 + caliper * len(entangled))
    rows, partners = linear_sum_assignment(cost)
    close = apart[rows, partners] <= caliper
    return rows[close], partners[close]
