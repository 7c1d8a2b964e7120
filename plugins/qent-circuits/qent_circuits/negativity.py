"""Partial-transpose spectra in every cut, as the filters need them."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qent_core.api import cut_of, cuts
from qent_core.linalg import Array, partial_transpose


@lru_cache(maxsize=16)
def cut_parties(parties: int) -> tuple[tuple[int, ...], ...]:
    """Returns the parties on the shorter side of each cut, in the order of `qent_core.api.cuts`.

    Example:
        >>> cut_parties(3)
        ((0,), (1,), (2,))
    """
    return tuple(cut_of(question, parties) for question in cuts(parties))


def transposed_spectrum(rho: Array, side: tuple[int, ...]) -> NDArray[np.float64]:
    """Returns the eigenvalues ``(n, D)`` of the partial transposes of qubit states in one cut."""
    if len(rho) == 0:
        return np.zeros(rho.shape[:2])
    dims = (2,) * (rho.shape[1].bit_length() - 1)
    spectrum: NDArray[np.float64] = np.linalg.eigvalsh(partial_transpose(rho, dims, side))
    return spectrum


def twice_negativity(rho: Array, side: tuple[int, ...]) -> NDArray[np.float64]:
    r"""Returns $2N = \|\rho^{T}\|_1 - 1$ of qubit states in one cut.

    Twice the sum of the moduli of the negative eigenvalues of the partial transpose: what the
    filters of arXiv:2210.07410 compare with 1e-4. Eq. 3 of the paper defines N itself.

    Args:
        rho: ``(n, 2**q, 2**q)``.
        side: Qubits on one side of the cut.

    Example:
        >>> bell = np.zeros((1, 4, 4)); bell[0, ::3, ::3] = 0.5
        >>> twice_negativity(bell, (0,)).round(12)
        array([1.])
    """
    spectrum = transposed_spectrum(rho, side)
    total: NDArray[np.float64] = -2.0 * np.minimum(spectrum, 0.0).sum(axis=1)
    return total


def in_separable_ball(rho: Array) -> NDArray[np.bool_]:
    r"""Tells which states have $\mathrm{tr}\rho^2 \le 1/(D-1)$: separable in every cut.

    Gurvits and Barnum, Phys. Rev. A 66, 062311 (2002). Their partial transposes are positive, so
    no spectrum is needed.
    """
    flat = rho.reshape(len(rho), rho.shape[1] ** 2)
    purity = np.einsum("nk,nk->n", flat.real, flat.real)
    if np.iscomplexobj(flat):
        purity += np.einsum("nk,nk->n", flat.imag, flat.imag)
    inside: NDArray[np.bool_] = purity <= 1.0 / (rho.shape[1] - 1)
    return inside
