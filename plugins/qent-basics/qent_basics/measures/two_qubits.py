r"""Invariants of two-qubit density matrices as closed forms, one array operation per batch.

A matrix is held as its 2x2 blocks
$\rho = \begin{pmatrix} A & B \\ B^\dagger & C \end{pmatrix}$ (the block index is the first qubit),
each block as an array ``(2, 2, n)`` with the states last, so that every product and sum below runs
over the whole batch. Transposing the first qubit exchanges $B$ and $B^\dagger$.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qent_core.linalg import Array

Reals = NDArray[np.float64]


class Blocks(NamedTuple):
    """The blocks A, B, C of Hermitian 4x4 matrices, each ``(2, 2, n)``."""

    a: Array
    b: Array
    c: Array

    def partial_transpose(self) -> Blocks:
        """Returns the blocks after transposing the first qubit."""
        return Blocks(self.a, _dagger(self.b), self.c)

    def take(self, rows: Any) -> Blocks:
        """Returns the blocks of the chosen states."""
        return Blocks(self.a[..., rows], self.b[..., rows], self.c[..., rows])


def blocks_of(rho: Array) -> Blocks:
    """Returns the blocks of ``(n, 4, 4)`` Hermitian matrices."""
    planes = np.ascontiguousarray(rho.reshape(-1, 16).T).reshape(4, 4, -1)
    return Blocks(planes[:2, :2], planes[:2, 2:], planes[2:, 2:])


def determinant(m: Blocks) -> Reals:
    r"""Returns $\det = \det A \det C + |\det B|^2 - \mathrm{tr}(A'\,B\,C'\,B^\dagger)$, ``(n,)``.

    A prime denotes the adjugate.
    """
    left, right = _product(_adjugate(m.a), m.b), _product(m.b, _adjugate(m.c))
    cross = _overlap(left, right)
    result: Reals = _det(m.a).real * _det(m.c).real + _square(_det(m.b)) - cross
    return result


def characteristic(m: Blocks) -> tuple[Reals, Reals, Reals, Reals]:
    r"""Returns $e_1, e_2, e_3, e_4$ of $\det(x - M) = x^4 - e_1x^3 + e_2x^2 - e_3x + e_4$."""
    trace_a, trace_c = (m.a[0, 0] + m.a[1, 1]).real, (m.c[0, 0] + m.c[1, 1]).real
    det_a, det_c = _det(m.a).real, _det(m.c).real
    left, right = _product(_adjugate(m.a), m.b), _product(m.b, _adjugate(m.c))
    e2 = det_a + det_c + trace_a * trace_c - _square(m.b).sum(axis=(0, 1))
    e3 = trace_c * det_a + trace_a * det_c - _overlap(left, m.b) - _overlap(right, m.b)
    e4 = det_a * det_c + _square(_det(m.b)) - _overlap(left, right)
    return trace_a + trace_c, e2, e3, e4


def adjugate(m: Blocks) -> Blocks:
    r"""Returns the adjugate $M' = \det(M)\,M^{-1}$, which also exists for singular M.

    $M'_{11} = \det(C)\,A' - B'^\dagger C B'$, $M'_{22} = \det(A)\,C' - B' A B'^\dagger$ and
    $M'_{12} = \det(B)\,B'^\dagger - A' B C'$, with a prime for the adjugate.
    """
    a_adj, b_adj, c_adj = _adjugate(m.a), _adjugate(m.b), _adjugate(m.c)
    b_dag = _dagger(b_adj)
    return Blocks(
        _det(m.c) * a_adj - _product(_product(b_dag, m.c), b_adj),
        _det(m.b) * b_dag - _product(_product(a_adj, m.b), c_adj),
        _det(m.a) * c_adj - _product(_product(b_adj, m.a), b_dag),
    )


def spin_flip_overlap(m: Blocks) -> Reals:
    r"""Returns $\mathrm{tr}(M\tilde M)$ with $\tilde M = (Y\otimes Y)M^*(Y\otimes Y)$, ``(n,)``."""
    result: Reals = 2 * (
        (m.a[0, 0] * m.c[1, 1] + m.a[1, 1] * m.c[0, 0]).real
        + _square(m.b[0, 1])
        + _square(m.b[1, 0])
        - 2 * (m.a[0, 1] * m.c[1, 0] + m.b[0, 0] * m.b[1, 1].conj()).real
    )
    return result


def _adjugate(m: Array) -> Array:
    result = np.empty_like(m)
    result[0, 0], result[1, 1] = m[1, 1], m[0, 0]
    np.negative(m[0, 1], out=result[0, 1])
    np.negative(m[1, 0], out=result[1, 0])
    return result


def _dagger(m: Array) -> Array:
    return m.conj().swapaxes(0, 1)


def _product(left: Array, right: Array) -> Array:
    product: Array = left[:, 0, None] * right[None, 0]
    product += left[:, 1, None] * right[None, 1]
    return product


def _det(m: Array) -> Array:
    result: Array = m[0, 0] * m[1, 1] - m[0, 1] * m[1, 0]
    return result


def _square(z: Array) -> Reals:
    result: Reals = z.real**2 + z.imag**2 if np.iscomplexobj(z) else z * z
    return result


def _overlap(left: Array, right: Array) -> Reals:
    """Returns the real part of the sum of ``left * conj(right)`` over both block indices."""
    if not np.iscomplexobj(left):
        real: Reals = (left * right).sum(axis=(0, 1))
        return real
    total: Reals = (left.real * right.real + left.imag * right.imag).sum(axis=(0, 1))
    return total
