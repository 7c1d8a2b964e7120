r"""Pure states across a cut: entangled or product, read off the Schmidt decomposition.

With $|\psi\rangle = \sum_i s_i|a_i b_i\rangle$ the partial transpose on the first side has the
eigenvalue $-s_1s_2$ with eigenvector $(|a_1^*b_2\rangle - |a_2^*b_1\rangle)/\sqrt2$.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qent_basics.labelers.cuts import Side
from qent_basics.labelers.findings import Findings, Rows
from qent_basics.labelers.margins import DELTA, eigenvalue_margin, precision
from qent_basics.labelers.physicality import beyond
from qent_basics.measures.batches import in_double, pieces
from qent_core.api import LowRankCertificate, NptCertificate, Quality, Verdict
from qent_core.linalg import Array, Dims, permute_parties, schmidt_matrix

Reals = NDArray[np.float64]


class Schmidt(NamedTuple):
    """Schmidt decompositions of m kets across a cut."""

    left: Array
    """``(m, a, k)``: column i is $a_i$."""
    values: Reals
    """``(m, k)``, largest first."""
    right: Array
    """``(m, k, b)``: row i is $b_i$."""

    @classmethod
    def of(cls, kets: Array, dims: Dims, side: Side) -> Schmidt:
        """Returns the decompositions of ``(m, D)`` kets."""
        return cls(*np.linalg.svd(schmidt_matrix(kets, dims, side), full_matrices=False))

    def take(self, rows: Rows) -> Schmidt:
        """Returns the decompositions of the chosen kets."""
        return Schmidt(*(part[rows] for part in self))

    def pair(self) -> Reals:
        """Returns ``(m,)`` products $s_1 s_2$, 0 if there is only one coefficient."""
        if self.values.shape[1] < 2:
            return np.zeros(len(self.values))
        product: Reals = self.values[:, 0] * self.values[:, 1]
        return product

    def is_product(self, dtype: np.dtype[Any], remainder: Reals | float = 0.0) -> NDArray[np.bool_]:
        """Tells which kets are, within delta in trace norm, the product of their first vectors.

        Args:
            dtype: Number type of the states as given.
            remainder: ``(m,)`` trace norms of what the states are beside the kets.
        """
        rest = np.sqrt((self.values[:, 1:] ** 2).sum(axis=1))
        first = self.values[:, 0]
        distance = 2 * first * rest + rest**2 + np.abs(first**2 - 1) + remainder
        rounding = 8 * self.left.shape[1] * self.right.shape[2] * precision(dtype)
        close: NDArray[np.bool_] = distance <= DELTA - rounding
        return close


def decide_kets(findings: Findings, kets: Array, dims: Dims, side: Side, margin: float) -> None:
    r"""Decides kets: entangled if $s_1s_2$ exceeds the margin, product if within delta of one."""
    limit = eigenvalue_margin(margin, kets.dtype, math.prod(dims))
    for piece in pieces(kets):
        states = in_double(kets[piece])
        schmidt = Schmidt.of(states, dims, side)
        entangled = np.flatnonzero(beyond(schmidt.pair(), limit, states))
        rows = entangled + piece.start
        findings.decide(rows, Verdict.ENTANGLED, "npt")
        if findings.certify and rows.size:
            vectors = _negative_vectors(schmidt.take(entangled), dims, side)
            findings.prove(rows, NptCertificate, vector=vectors)
        product = np.flatnonzero(schmidt.is_product(kets.dtype))
        decide_products(findings, product + piece.start, schmidt.take(product))


def decide_products(findings: Findings, rows: Rows, schmidt: Schmidt) -> None:
    """Records that the states ``rows`` are products, with the decompositions that show it."""
    findings.decide(rows, Verdict.SEPARABLE, "pure-product")
    factors = (schmidt.left[:, None, :, 0], schmidt.right[:, :1])
    findings.prove(
        rows,
        LowRankCertificate,
        quality=Quality.WITHIN_DELTA,
        weights=np.ones((len(rows), 1)),
        **{f"factors/{index}": factor for index, factor in enumerate(factors)},
    )


def _negative_vectors(schmidt: Schmidt, dims: Dims, side: Side) -> Array:
    a, b = schmidt.left.conj(), schmidt.right
    pair = a[:, :, 0, None] * b[:, None, 1] - a[:, :, 1, None] * b[:, None, 0]
    rest = tuple(party for party in range(len(dims)) if party not in side)
    order = (*side, *rest)
    inverse = tuple(int(position) for position in np.argsort(order))
    grouped = pair.reshape(len(pair), math.prod(dims)) / np.sqrt(2)
    return permute_parties(grouped, tuple(dims[party] for party in order), inverse)
