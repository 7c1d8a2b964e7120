"""Entropies of entanglement: pure states across cuts, two mixed qubits, and Meyer-Wallach."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

from qent_basics.measures.batches import in_double, piecewise
from qent_basics.measures.schmidt import pair_sum, schmidt_coefficients
from qent_core.linalg import Array, Dims, local_dimensions, reduced_kets

Reals = NDArray[np.float64]


def shannon(probabilities: Reals) -> Reals:
    r"""Returns $-\sum_i p_i \log_2 p_i$ over the last axis, in bits.

    Example:
        >>> shannon(np.array([[0.5, 0.5], [1.0, 0.0]]))
        array([1., 0.])
    """
    result: Reals = entr(np.clip(probabilities, 0.0, 1.0)).sum(axis=-1) / np.log(2)
    return result


def binary_entropy(deviation: Reals) -> Reals:
    r"""Returns the entropy in bits of the pair $(1 \pm \sqrt{1-x^2})/2$, with $x$ in [0, 1].

    x is the concurrence in Wootters' formula and $2 s_1 s_2$ for a pure state with a qubit on one
    side. The smaller probability is $x^2 / (2 + 2\sqrt{1-x^2})$, which keeps its digits.
    """
    x = np.clip(deviation, 0.0, 1.0)
    small = x * x / (2 + 2 * np.sqrt(1 - x * x))
    return shannon(np.stack([small, 1 - small], axis=-1))


def entanglement_entropy(kets: Array, dims: Dims, side: Sequence[int]) -> Reals:
    r"""Returns the von Neumann entropy of the reduced states of kets, in bits.

    $S = -\sum_i s_i^2 \log_2 s_i^2$ with Schmidt coefficients $s_i$; at most $\log_2 d$ with d the
    dimension of the smaller side.

    Args:
        kets: ``(n, D)``.
        dims: Local dimensions.
        side: Parties on one side of the cut.

    Source: C. H. Bennett et al., Phys. Rev. A 53, 2046 (1996).

    Example:
        >>> bell = np.array([[1, 0, 0, 1]]) / 2**0.5
        >>> entanglement_entropy(bell, (2, 2), [0]).round(12)
        array([1.])
    """
    rest = [party for party in range(len(dims)) if party not in side]
    if min(local_dimensions(dims, (side, rest))) == 2:
        return binary_entropy(2 * pair_sum(kets, dims, side))
    return shannon(schmidt_coefficients(kets, dims, side) ** 2)


def entanglement_of_formation(concurrence: Reals) -> Reals:
    r"""Returns the entanglement of formation of two qubits from their concurrence, in bits.

    $E = h\big((1 + \sqrt{1 - C^2})/2\big)$ with the binary entropy h.

    Source: W. K. Wootters, Phys. Rev. Lett. 80, 2245 (1998).

    Example:
        >>> entanglement_of_formation(np.array([0.0, 1.0]))
        array([0., 1.])
    """
    return binary_entropy(concurrence)


def meyer_wallach(kets: Array, dims: Dims) -> Reals:
    r"""Returns $Q = 2\,(1 - \frac{1}{N}\sum_k \mathrm{tr}\,\rho_k^2)$ of pure states of N qubits.

    Args:
        kets: ``(n, 2**N)``.
        dims: N times 2.

    Returns:
        ``(n,)``, in [0, 1]: 0 for product states, 1 for GHZ states, 8/9 for the W state.

    Sources: D. A. Meyer and N. R. Wallach, J. Math. Phys. 43, 4273 (2002); this form:
    G. K. Brennen, Quantum Inf. Comput. 3, 619 (2003).

    Example:
        >>> w = np.array([[0, 1, 1, 0, 1, 0, 0, 0]]) / 3**0.5
        >>> meyer_wallach(w, (2, 2, 2)).round(6)
        array([0.888889])
    """

    def mean(piece: Array) -> Reals:
        states = in_double(piece)
        total = np.zeros(len(states))
        for party in range(len(dims)):
            reduced = reduced_kets(states, dims, [party])
            # 1 - tr rho^2 = 2 det rho for a qubit, which keeps its digits near product states.
            coherence = np.abs(reduced[:, 0, 1]) ** 2
            total += reduced[:, 0, 0].real * reduced[:, 1, 1].real - coherence
        return np.clip(4 * total / len(dims), 0.0, 1.0)

    return piecewise(mean, kets)
