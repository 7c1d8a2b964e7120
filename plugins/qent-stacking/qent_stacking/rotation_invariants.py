r"""Numbers that no orthogonal rotation of either party changes.

A real pure state $\sum C_{mn}|mn\rangle$ keeps its entanglement when its coefficient matrix C
becomes $O_A C O_B^T$. Its invariants are those of $C C^T$; two families of them stand here.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qent_stacking.learner import Floats

Invariants = Literal["log-determinants", "moments"]

_LEAST, _MOST = 0.1, 1e4
_TINY = 1e-300
_ROWS_AT_ONCE = 8192


def invariants(C: Floats, kind: Invariants) -> NDArray[np.float64]:
    r"""Returns the norm of each matrix, followed by invariants of the normalised matrix.

    * ``log-determinants``: $\log\det(I + t\,d\,CC^T)$, the characteristic polynomial on a
      logarithmic scale, at d + 1 (at least 4) values t from 0.1 to 10,000. Large t tell small
      singular values apart, which moments hardly can.
    * ``moments``: $\log(d^{k-1}\,\mathrm{tr}(CC^T)^k)/(k-1)$ for k = 2 to d.

    d is the smaller of the two dimensions.

    Args:
        C: ``(n, d_A, d_B)`` real matrices.
        kind: Which invariants.

    Returns:
        ``(n, m)``; see `invariant_count` for m.

    Example:
        >>> C = np.array([[[0.6, 0.0], [0.0, 0.8]]])
        >>> O = np.array([[0.0, -1.0], [1.0, 0.0]])
        >>> bool(np.allclose(invariants(C, "moments"), invariants(O @ C, "moments")))
        True
        >>> invariants(C, "moments").round(3).tolist()
        [[1.0, 0.075]]
    """
    pieces = [C[i : i + _ROWS_AT_ONCE] for i in range(0, max(1, len(C)), _ROWS_AT_ONCE)]
    return np.concatenate([_of_piece(np.asarray(p, dtype=np.float64), kind) for p in pieces])


def invariant_count(shape: tuple[int, int], kind: Invariants) -> int:
    """Returns how many numbers `invariants` gives for matrices of a shape.

    Example:
        >>> invariant_count((11, 11), "moments"), invariant_count((2, 2), "log-determinants")
        (11, 5)
    """
    d = min(shape)
    return d if kind == "moments" else 1 + max(4, d + 1)


def _of_piece(C: NDArray[np.float64], kind: Invariants) -> NDArray[np.float64]:
    if C.shape[1] > C.shape[2]:
        C = C.swapaxes(1, 2)
    d = C.shape[1]
    norm = np.linalg.norm(C, axis=(1, 2))
    C = C / np.where(norm > 0, norm, 1.0)[:, None, None]
    gram = d * (C @ C.swapaxes(1, 2))
    columns = [norm]
    if kind == "moments":
        power = gram
        for k in range(2, d + 1):
            power = power @ gram
            trace = np.trace(power, axis1=1, axis2=2) / d
            columns.append(np.log(np.maximum(trace, _TINY)) / (k - 1))
    else:
        for t in np.geomspace(_LEAST, _MOST, max(4, d + 1)):
            # Positive definite: the sign is 1.
            columns.append(np.linalg.slogdet(np.eye(d) + t * gram)[1])
    return np.stack(columns, axis=1)
