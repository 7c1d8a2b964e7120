"""Hermitian operator bases of one party, and expectation values of all their products."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_core.linalg import Array, Dims

Reals = NDArray[np.float64]


def gell_mann_basis(d: int) -> tuple[list[str], Array]:
    r"""Returns names and matrices of the identity and the generalised Gell-Mann matrices.

    For each $k = 1, \dots, d-1$: the symmetric $S_{jk} = |j\rangle\langle k| + |k\rangle\langle j|$
    and antisymmetric $A_{jk} = -i|j\rangle\langle k| + i|k\rangle\langle j|$ for $j < k$, then the
    diagonal $D_k = \sqrt{2/(k(k+1))}\,(\sum_{j<k}|j\rangle\langle j| - k|k\rangle\langle k|)$. This
    is the standard order: X, Y, Z for d = 2 and $\lambda_1, \dots, \lambda_8$ for d = 3.
    Normalisation $\mathrm{tr}(G_aG_b) = 2\delta_{ab}$; the identity comes first.

    Args:
        d: Local dimension.

    Returns:
        ``d*d`` names and a ``(d*d, d, d)`` array.

    Source: R. A. Bertlmann and P. Krammer, J. Phys. A 41, 235303 (2008), section 3.

    Example:
        >>> names, matrices = gell_mann_basis(3)
        >>> names
        ['I', 'S01', 'A01', 'D1', 'S02', 'A02', 'S12', 'A12', 'D2']
    """
    mark = "" if d <= 10 else "."
    names: list[str] = ["I"]
    matrices = [np.eye(d, dtype=complex)]
    for k in range(1, d):
        for j in range(k):
            symmetric, antisymmetric = np.zeros((2, d, d), dtype=complex)
            symmetric[j, k] = symmetric[k, j] = 1
            antisymmetric[j, k], antisymmetric[k, j] = -1j, 1j
            names += [f"S{j}{mark}{k}", f"A{j}{mark}{k}"]
            matrices += [symmetric, antisymmetric]
        weights = np.zeros(d)
        weights[:k], weights[k] = 1, -k
        names.append(f"D{k}")
        matrices.append(np.diag(weights * np.sqrt(2 / (k * (k + 1)))).astype(complex))
    return names, np.stack(matrices)


def product_expectations(rho: Array, dims: Dims, bases: list[Array]) -> Reals:
    r"""Returns $\mathrm{tr}(\rho\,(G_{a} \otimes G_{b} \otimes \dots))$ for all products.

    One party is contracted after the other, so the cost per state is the number of results times
    the sum of the squared dimensions; no product operator is ever formed.

    Args:
        rho: ``(n, D, D)``.
        dims: Local dimensions.
        bases: Per party ``(m, d, d)`` Hermitian operators.

    Returns:
        ``(n, m_A, m_B, ...)``.
    """
    parties = len(dims)
    pairs = [axis for party in range(parties) for axis in (1 + party, 1 + parties + party)]
    split = rho.reshape(-1, *dims, *dims).transpose(0, *pairs)
    values: Array = split.reshape(-1, *(d * d for d in dims))
    for party, basis in enumerate(bases):
        # tr(rho G) = sum_ij rho_ij G_ji, and the conjugate of a Hermitian G is its transpose.
        operators = basis.conj().reshape(len(basis), -1)
        values = np.moveaxis(
            np.tensordot(values, operators, axes=([1 + party], [1])), -1, 1 + party
        )
    return np.ascontiguousarray(values.real)
