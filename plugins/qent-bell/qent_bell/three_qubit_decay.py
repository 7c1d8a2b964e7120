r"""What is known exactly of three qubits under dephasing: GHZ, W, and when entanglement ends.

Dephasing of strength p on every qubit multiplies $\rho_{ab}$ by $q^h$, $q = 1-p$, with h the number
of qubits in which a and b differ.

**GHZ.** $\cos\frac\theta2|000\rangle + \sin\frac\theta2|111\rangle$ keeps the one coherence
$q^3\sin\theta/2$, which the transposition of any qubit moves to a place with empty diagonal: the
partial transpose has the eigenvalue $-q^3|\sin\theta|/2$, whatever the cut. The states
$|001\rangle$ to $|110\rangle$ are empty, so a biseparable state could have no such coherence
(Gühne and Seevinck): GHZ states stay genuinely multipartite entangled for all p < 1.

**W.** Coherences between two places of the excitation shrink by $q^2$. Transposing qubit A couples
$|000\rangle$ to $|110\rangle$ and $|101\rangle$ by $q^2/3$, all with empty diagonal: the eigenvalue
is $-\sqrt2 q^2/3$, and every cut stays entangled for all p < 1. For biseparable states
$|\rho_{001,010}| + |\rho_{001,100}| + |\rho_{010,100}| \le
\frac12(\rho_{001,001}+\rho_{010,010}+\rho_{100,100}) + \sqrt{\rho_{000,000}\rho_{011,011}} + \dots$
(Gühne and Seevinck), here $q^2 \le \frac12$; and at
$q^2 = \frac12$ the state is the equal mixture of three Bell pairs, each beside a qubit in
$|0\rangle$. So W ceases to be genuinely multipartite entangled at $p = 1 - 1/\sqrt2$ exactly, and
from there on is biseparable although entangled in every cut.

**All others.** A ket whose populations in the computational basis are all positive becomes fully
separable at some p < 1: what dephasing leaves is $\min_a\rho_{aa}\,I$ plus a diagonal rest plus
coherences, and as these shrink they come to lie in the ball of fully separable operators around the
identity (Gurvits and Barnum). A random local operation leaves no population empty.

Sources: O. Gühne and M. Seevinck, New J. Phys. 12, 053002 (2010); L. Gurvits and
H. Barnum, Phys. Rev. A 68, 042312 (2003); the rest is derived here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

W_BISEPARABLE_FROM = 1 - 2**-0.5
r"""Strength from which dephased W is biseparable, $1 - 1/\sqrt2$."""

_BALL = 2**-0.5
"""Frobenius norm up to which the identity of three qubits may be disturbed and stay separable."""


def ghz_negativity(strength: ArrayLike, theta: ArrayLike = np.pi / 2) -> Array:
    r"""Returns $q^3|\sin\theta|/2$, the negativity of dephased GHZ states across any cut.

    Example:
        >>> ghz_negativity([0.0, 0.5]).tolist()
        [0.5, 0.0625]
    """
    q = 1 - np.asarray(strength, dtype=np.float64)
    return np.asarray(q**3 * np.abs(np.sin(np.asarray(theta, dtype=np.float64))) / 2)


def w_negativity(strength: ArrayLike) -> Array:
    r"""Returns $\sqrt2\,q^2/3$, the negativity of the dephased W state across any cut.

    Example:
        >>> bool(w_negativity(0.0) == 2**0.5 / 3)
        True
    """
    return np.asarray(2**0.5 * (1 - np.asarray(strength, dtype=np.float64)) ** 2 / 3)


def certainly_separable_from(kets: NDArray[np.complex128]) -> Array:
    r"""Returns a strength from which the dephased kets are fully separable; 1 if none is proven.

    $q = \min(1, \min_a\rho_{aa}/(\sqrt2\,\|\rho - \mathrm{diag}\rho\|_F))$: coherences shrink at
    least by q. A bound; most states are separable long before.

    Args:
        kets: ``(n, 8)``.

    Example:
        >>> certainly_separable_from(np.full((1, 8), 8**-0.5)).round(3).tolist()
        [0.906]
    """
    populations = np.abs(kets) ** 2
    coherences = np.sqrt(np.maximum(0.0, 1 - (populations**2).sum(axis=1)))
    with np.errstate(divide="ignore"):
        left = _BALL * populations.min(axis=1) / coherences
    return np.asarray(1 - np.minimum(1.0, left))
