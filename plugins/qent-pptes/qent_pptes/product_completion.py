r"""Completing orthogonal product vectors of a qubit and another system to a product basis.

Let $|\alpha_k\beta_k\rangle$ be orthonormal in $2 \otimes n$. Sort them by the qubit basis
$\{\alpha, \alpha^\perp\}$ to which $\alpha_k$ belongs. Vectors of different classes are orthogonal
through their $\beta$ alone, so the spans V of the betas of different classes are orthogonal to each
other. Inside a class, let U and W be the spans of the betas that go with $\alpha$ and with
$\alpha^\perp$; within each the betas are orthonormal. Then $\alpha \otimes (V \ominus U)$ and
$\alpha^\perp \otimes (V \ominus W)$ of each class, and the qubit times whatever is orthogonal to
all V, have product bases, and together they are what the given vectors leave. Hence the even
mixture of the rest is separable (DiVincenzo et al., Commun. Math. Phys. 238, 379, 2003, state the
result).
"""

from __future__ import annotations

import numpy as np

from qent_core.linalg import Array

_SAME = 1e-9
"""Below it an overlap of local vectors is zero; they are simple closed forms."""


def completed(first: Array, second: Array) -> tuple[Array, Array]:
    """Returns product vectors that complete given ones to an orthonormal product basis.

    Args:
        first: ``(m, 2)`` unit vectors of the qubit.
        second: ``(m, n)`` unit vectors of the other system.

    Returns:
        ``(2n - m, 2)`` and ``(2n - m, n)`` unit vectors.

    Example:
        >>> zero, plus = np.array([1.0, 0]), np.array([1.0, 1]) / 2**0.5
        >>> one, other = completed(np.stack([zero]), np.stack([plus]))
        >>> one.shape, other.shape
        ((3, 2), (3, 2))
    """
    left: list[Array] = []
    right: list[Array] = []
    used = np.zeros((0, second.shape[1]), second.dtype)
    todo = list(range(len(first)))
    while todo:
        alpha = first[todo[0]]
        perp = np.array([-alpha[1].conj(), alpha[0].conj()])
        along = [k for k in todo if abs(perp.conj() @ first[k]) < _SAME]
        across = [k for k in todo if abs(alpha.conj() @ first[k]) < _SAME]
        span = _orthonormal(second[along + across])
        for qubit, members in ((alpha, along), (perp, across)):
            rest = _without(span, second[members])
            left += [qubit] * len(rest)
            right += list(rest)
        used = np.concatenate([used, span])
        todo = [k for k in todo if k not in along + across]
    rest = _without(np.eye(second.shape[1]), used)
    for qubit in np.eye(2):
        left += [qubit] * len(rest)
        right += list(rest)
    return np.array(left).reshape(-1, 2), np.array(right).reshape(-1, second.shape[1])


def _orthonormal(vectors: Array) -> Array:
    """Returns an orthonormal basis ``(r, n)`` of the span of vectors ``(m, n)``."""
    _, sizes, basis = np.linalg.svd(vectors, full_matrices=False)
    return np.asarray(basis[sizes > _SAME])


def _without(span: Array, orthonormal: Array) -> Array:
    """Returns a basis of the part of ``span`` that is orthogonal to some of its vectors."""
    inside = span - (span @ orthonormal.conj().T) @ orthonormal
    return _orthonormal(inside)
