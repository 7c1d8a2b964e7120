r"""Concurrence $C = \max(0, \lambda_1 - \lambda_2 - \lambda_3 - \lambda_4)$ of two qubits.

The $\lambda_i$ are the decreasing square roots of the eigenvalues of $\rho\tilde\rho$ with
$\tilde\rho = (Y\otimes Y)\rho^*(Y\otimes Y)$. Two ways, which agree to 1e-12:

* *Closed form.* With $u_i = \sum_j\lambda_j - 2\lambda_i$, entangled states have $C = -u_1$ and the
  $y_i = u_i^2$ are the roots of the real-rooted quartic
  $$(y^2 - 2ay + h)^2 + 64\,g\,y^2 - 64\,(c + ag)\,y = 0,$$
  $a = \mathrm{tr}\,\rho\tilde\rho$, $c = \mathrm{tr}\,\rho'\tilde\rho'$ (a prime for the adjugate),
  $g = \det\rho$, $h = -16\det\rho^{T}$. The state is entangled exactly if $h > 0$, and then
  $C^2$ is the smallest root. Since $h^2 = \prod_i y_i$, no digits are lost near $C = 0$.
* *Singular values.* $\rho = WW^\dagger$ and the $\lambda_i$ are the singular values of
  $W^T(Y\otimes Y)W$: for states of rank one or two, whose quartic has double roots, and whatever
  else the closed form cannot resolve.

Sources: W. K. Wootters, Phys. Rev. Lett. 80, 2245 (1998); singular values: K. Audenaert,
F. Verstraete and B. De Moor, Phys. Rev. A 64, 052304 (2001). The quartic follows from Newton's
identities for $\lambda_i$ with $\lambda_1\lambda_2\lambda_3\lambda_4 = \det\rho$; that
$\prod_i u_i = 16 \det\rho^{T}$ follows from the Bell-diagonal normal form under local filtering.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_basics.measures.batches import in_double, piecewise
from qent_basics.measures.quartic import CONVERGED, first_root
from qent_basics.measures.two_qubits import (
    adjugate,
    blocks_of,
    determinant,
    spin_flip_overlap,
)
from qent_core.linalg import Array

Reals = NDArray[np.float64]

_SPIN_FLIP = np.array([[0, 0, 0, -1], [0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0]], dtype=float)

_ZERO_INVARIANT = 16e-15
"""Values of h below this are zero within rounding."""

_WELL_CONDITIONED = 2e-3
"""Least $C\\,|P'(C^2)| / (h + C^2)$ for which C is accurate to 1e-12."""


def concurrence(rho: Array) -> Reals:
    """Returns the concurrence of two-qubit density matrices.

    Args:
        rho: ``(n, 4, 4)``, real or complex; single precision is computed in double.

    Returns:
        ``(n,)``, in [0, 1].

    Example:
        >>> bell = np.array([1, 0, 0, 1]) / 2**0.5
        >>> werner = np.outer(bell, bell) * 0.5 + np.eye(4) / 8
        >>> concurrence(werner[None]).round(12)
        array([0.25])
    """
    return piecewise(lambda piece: _concurrence(in_double(piece)), rho)


def concurrence_of_kets(kets: Array) -> Reals:
    """Returns the concurrence of pure states of two qubits, ``2 |c1 c4 - c2 c3|``.

    Args:
        kets: ``(n, 4)``.

    Example:
        >>> concurrence_of_kets(np.array([[0.6, 0, 0, 0.8]])).round(12)
        array([0.96])
    """
    c = in_double(kets)
    result: Reals = 2 * np.abs(c[:, 0] * c[:, 3] - c[:, 1] * c[:, 2])
    return result


def by_singular_values(rho: Array) -> Reals:
    r"""Returns the concurrence from the singular values of $W^T (Y\otimes Y) W$.

    Slower than the closed form and accurate for every state.
    """
    weights, vectors = np.linalg.eigh(rho)
    factor = vectors * np.sqrt(np.maximum(weights, 0.0))[:, None, :]
    overlaps = factor.swapaxes(1, 2) @ _SPIN_FLIP @ factor
    values = np.linalg.svd(overlaps, compute_uv=False)
    result: Reals = np.maximum(2 * values[:, 0] - values.sum(axis=1), 0.0)
    return result


def _concurrence(rho: Array) -> Reals:
    blocks = blocks_of(rho)
    h = -16 * determinant(blocks.partial_transpose())
    entangled = np.flatnonzero(h > _ZERO_INVARIANT)
    result = np.zeros(len(rho))
    left = np.abs(h) <= _ZERO_INVARIANT
    if entangled.size:
        found, good = _closed_form(rho[entangled], h[entangled])
        result[entangled] = found
        left[entangled[~good]] = True
    rows = np.flatnonzero(left)
    if rows.size:
        result[rows] = by_singular_values(rho[rows])
    return result


def _closed_form(rho: Array, h: Reals) -> tuple[Reals, NDArray[np.bool_]]:
    """Returns the concurrence of states with h > 0, and where it can be relied upon."""
    blocks = blocks_of(rho)
    a = spin_flip_overlap(blocks)
    c = spin_flip_overlap(adjugate(blocks))
    g = determinant(blocks)
    root, slope, step = first_root(
        -4 * a,
        4 * a * a + 2 * h + 64 * g,
        -(4 * a * h + 64 * (c + a * g)),
        h * h,
    )
    with np.errstate(invalid="ignore"):
        value = np.sqrt(root)
        steep = value * np.abs(slope) > _WELL_CONDITIONED * (h + root)
        good = steep & (step < CONVERGED * root)
    return np.where(good, value, 0.0), good
