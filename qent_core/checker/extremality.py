r"""Check of the proof by extremality: near an extreme PPT state that is not pure all is entangled.

The idea is that of Leinaas, Myrheim and Sollid, Phys. Rev. A 81, 062330 (2010): an extreme point of
the PPT states is separable only if it is a pure product. Ranks of rounded numbers prove nothing,
so the checker proves a quantitative form, in which nothing need vanish exactly.

Choose projectors $P$ and $Q$ (on near-kernels of $\rho$ and of $\rho^{\Gamma}$) and suppose
$\rho = \sum_i p_i V_i$ with products $V_i = |v_i\rangle\langle v_i|$. Let
$a_i = tr(V_i P)$ and $b_i = tr(V_i^{\Gamma} Q)$. Their means are $tr(\rho P)$ and
$tr(\rho^{\Gamma} Q)$, so some $V$ among them has $a + b \le \varepsilon$, the sum of the two.
$V' = (1-P)V(1-P)$ lies within $\sqrt{2a}$ of V, and $\|V'^{\Gamma}Q\|\le\sqrt{b}+\sqrt{2a}$
in the Frobenius norm, which the partial transpose keeps. Let s be the second smallest singular
value of $X\mapsto X^{\Gamma}Q$ on the Hermitian matrices supported on $1-P$, and r the singular
vector of the smallest. Then V is nearer than

$$(\sqrt{b}+\sqrt{2a})/s+\sqrt{2a}\;\le\;\sqrt{\varepsilon}\,\sqrt{s^{-2}+2(1+s^{-1})^2}$$

to a multiple of r, while a pure state is at least $\sqrt{1-\|r\|^2}$ away from all of them, with
the largest modulus of an eigenvalue as norm. If that is more, $\rho$ is entangled.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.checker.margins import EPSILON, SAFETY, state_defect
from qent_core.checker.outcome import Outcome, all_refused
from qent_core.linalg import Dims, dagger, partial_transpose
from qent_core.questions import Partition

Array = NDArray[Any]

_CUTOFFS = (1e-9, 1e-7, 1e-5, 1e-4)
"""Eigenvalues that count as nearly zero. Any choice gives a valid proof; the best one is taken."""


def check_extremal(rho: Array, dims: Dims, partition: Partition) -> Outcome:
    """Checks that rho is so near to a PPT state, extreme and not pure, that it must be entangled.

    Args:
        rho: ``(k, D, D)``.
        dims: Local dimensions.
        partition: Two blocks.
    """
    if len(partition) != 2:
        return all_refused(len(rho))
    turned = partial_transpose(rho, dims, partition[0])
    slack = np.array(
        [
            _slack(_spectrum(one), _spectrum(other), dims, partition[0], defect)
            for one, other, defect in zip(rho, turned, state_defect(rho), strict=True)
        ],
        dtype=np.float64,
    )
    return Outcome.by_slack(slack, 0.0)


def _spectrum(matrix: Array) -> tuple[Array, Array]:
    eigenvalues, vectors = np.linalg.eigh((matrix + matrix.conj().T) / 2)
    return eigenvalues, vectors


def _slack(
    straight: tuple[Array, Array],
    turned: tuple[Array, Array],
    dims: Dims,
    side: tuple[int, ...],
    defect: float,
) -> float:
    """Returns by how much the two distances contradict each other, over the best cutoff."""
    dimension = len(straight[0])
    # The nearest state is off by the defect; P and Q have at most D eigenvalues each.
    unsure = 2 * math.sqrt(dimension) * defect + SAFETY * 8 * dimension * EPSILON
    best, tried = -1.0, set()
    for cutoff in _CUTOFFS:
        first, second = (int((values < cutoff).sum()) for values, _ in (straight, turned))
        if (first, second) in tried:
            continue
        tried.add((first, second))
        small = float(straight[0][:first].sum() + turned[0][:second].sum())
        support, kernel = straight[1][:, first:], turned[1][:, :second]
        best = max(best, _contradiction(support, kernel, dims, side, max(0.0, small) + unsure))
        if best > 0:
            break
    return best


def _contradiction(
    support: Array, kernel: Array, dims: Dims, side: tuple[int, ...], small: float
) -> float:
    """Returns the distance of pure states from the singular vector, less the most it may be."""
    rank, unknowns = support.shape[1], support.shape[1] ** 2
    if rank < 2 or 2 * support.shape[0] * kernel.shape[1] < unknowns - 1:
        return -1.0
    basis = _hermitian_basis(rank)
    directions = support @ basis @ dagger(support)
    images = (partial_transpose(directions, dims, side) @ kernel).reshape(unknowns, -1)
    # The empty column makes room for a last singular vector where equations are few.
    equations = np.hstack([images.real, images.imag, np.zeros((unknowns, 1))])
    vectors, singular, _ = np.linalg.svd(equations, full_matrices=False)
    rounding = SAFETY * unknowns * EPSILON
    second = float(singular[unknowns - 2]) - rounding
    if second <= rounding:
        return -1.0
    direction = np.einsum("i,ijk->jk", vectors[:, -1], basis)
    norm = float(np.abs(np.linalg.eigvalsh(direction)).max()) + rounding
    apart = math.sqrt(max(0.0, 1 - norm**2))
    most = math.sqrt(small) * math.hypot(1 / second, math.sqrt(2) * (1 + 1 / second))
    return float(apart - most - rounding / second)


def _hermitian_basis(size: int) -> Array:
    """Returns an orthonormal basis of the Hermitian matrices, ``(size^2, size, size)``."""
    basis = np.zeros((size * size, size, size), dtype=np.complex128)
    index = 0
    for i in range(size):
        basis[index, i, i] = 1
        index += 1
        for j in range(i):
            basis[index, i, j] = basis[index, j, i] = 0.5**0.5
            basis[index + 1, i, j], basis[index + 1, j, i] = 1j * 0.5**0.5, -1j * 0.5**0.5
            index += 2
    return basis
