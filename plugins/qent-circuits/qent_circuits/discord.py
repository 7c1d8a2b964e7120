"""Zero discord of three qubits, cut by cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_core.linalg import Array

_TOLERANCE = 1e-6
"""Second singular value up to which it counts as zero; its square is what is computed."""


def classical_cuts(rho: Array, tolerance: float = _TOLERANCE) -> NDArray[np.bool_]:
    r"""Tells in which cuts a state of three qubits is classical on the single qubit.

    Zero discord for measurements on qubit A means $\rho = \sum_i p_i |e_i\rangle\langle e_i|
    \otimes \rho_i$ for some basis of A. For a qubit that holds exactly if the operators
    $R_k = \mathrm{tr}_A[(\sigma_k \otimes I) \rho]$, k = 1, 2, 3, are real multiples of one
    operator, that is if their Gram matrix has rank one (Dakic, Vedral and Brukner, Phys. Rev.
    Lett. 105, 190502, 2010).

    Args:
        rho: ``(n, 8, 8)``.
        tolerance: Second singular value of $(R_1, R_2, R_3)$ up to which the rank is one.

    Returns:
        ``(n, 3)``, for the cuts A|BC, B|AC and C|AB.

    Example:
        >>> ghz = np.zeros((1, 8, 8)); ghz[0, ::7, ::7] = 0.5
        >>> classical_cuts(np.concatenate([ghz, np.eye(8)[None] / 8])).tolist()
        [[False, False, False], [True, True, True]]
    """
    split = rho.reshape(-1, 2, 2, 2, 2, 2, 2)
    result = np.empty((len(rho), 3), dtype=np.bool_)
    for qubit in range(3):
        blocks = np.moveaxis(split, (1 + qubit, 4 + qubit), (1, 2)).reshape(-1, 2, 2, 16)
        pauli = np.stack(
            [
                blocks[:, 0, 1] + blocks[:, 1, 0],
                1j * (blocks[:, 0, 1] - blocks[:, 1, 0]),
                blocks[:, 0, 0] - blocks[:, 1, 1],
            ],
            axis=1,
        )
        gram = (pauli @ pauli.conj().swapaxes(1, 2)).real
        second = np.linalg.eigvalsh(gram)[:, 1] if len(rho) else np.zeros(0)
        result[:, qubit] = second <= tolerance**2
    return result
