"""What the partial transpose proves about density matrices across a cut."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_basics.labelers.cuts import Side
from qent_basics.labelers.findings import Findings, Rows
from qent_basics.labelers.margins import eigenvalue_margin, within_delta
from qent_basics.labelers.physicality import (
    CLEARLY,
    beyond,
    distance_to_state,
    hermitian_part,
    roughly_states,
)
from qent_basics.labelers.pure_states import Schmidt, decide_products
from qent_basics.measures.batches import in_double, pieces
from qent_basics.measures.positivity import negative_directions
from qent_core.api import NptCertificate, PptSmallCertificate, Quality, Verdict
from qent_core.linalg import Array, Dims, partial_transpose, projectors

Reals = NDArray[np.float64]

_PURE = 1e-9
"""Purity above 1 minus this: worth asking whether the state is a product ket."""

SMALL = 6
"""Largest product of dimensions for which a positive partial transpose proves separability."""


@dataclass(frozen=True)
class Transposition:
    """The partial transpose of density matrices across one cut, and how to judge it."""

    dims: Dims
    side: Side
    margin: float
    dtype: np.dtype[Any]

    @property
    def size(self) -> int:
        """Total dimension."""
        return int(np.prod(self.dims))

    @property
    def limit(self) -> float:
        """The margin, at least 100 times the rounding error."""
        return eigenvalue_margin(self.margin, self.dtype, self.size)

    def decide(self, findings: Findings, states: Array) -> None:
        """Records what is proved about ``(n, D, D)`` density matrices."""
        for piece in pieces(states):
            self._decide_piece(findings, in_double(states[piece]), piece.start)

    def _decide_piece(self, findings: Findings, states: Array, start: int) -> None:
        rho = hermitian_part(states)
        transposed = partial_transpose(rho, self.dims, self.side)
        # Values are smallest eigenvalues unless they are clearly negative, or clearly positive.
        test = negative_directions(transposed, max(CLEARLY, self.limit))
        entangled = np.flatnonzero(beyond(-test.values, self.limit, states))
        findings.decide(entangled + start, Verdict.ENTANGLED, "npt")
        findings.prove(entangled + start, NptCertificate, vector=test.vectors[entangled])
        rest = np.flatnonzero(~(test.values < -self.limit))
        if self.size <= SMALL:
            self._decide_small(findings, states[rest], test.values[rest], rest + start)
        else:
            self._decide_pure_products(findings, rho[rest], rest + start)

    def _decide_small(self, findings: Findings, states: Array, lowest: Reals, rows: Rows) -> None:
        """Decides states with d_A d_B <= 6; ``lowest`` is inf where clearly positive."""
        strict = np.isposinf(lowest)
        clear = np.flatnonzero(strict)
        strict[clear] = roughly_states(states[clear], self.dtype)
        near = np.flatnonzero(np.isfinite(lowest))
        defects = distance_to_state(states[near])
        strict[near] = lowest[near] - defects > self.limit
        close = np.zeros(len(rows), dtype=bool)
        close[near] = within_delta(lowest[near], defects, self.dtype, self.size)
        for mask, quality in ((strict, Quality.STRICT), (close & ~strict, Quality.WITHIN_DELTA)):
            findings.decide(rows[mask], Verdict.SEPARABLE, "ppt-small")
            findings.prove(rows[mask], PptSmallCertificate, quality=quality)

    def _decide_pure_products(self, findings: Findings, rho: Array, rows: Rows) -> None:
        """Decides density matrices that are product kets within delta."""
        purity = (rho.real**2 + rho.imag**2).sum(axis=(1, 2))
        pure = np.flatnonzero(np.abs(purity - 1) < _PURE)
        if not pure.size:
            return
        weights, vectors = np.linalg.eigh(rho[pure])
        kets = vectors[:, :, -1] * np.sqrt(np.maximum(weights[:, -1:], 0.0))
        schmidt = Schmidt.of(kets, self.dims, self.side)
        remainder = np.abs(np.linalg.eigvalsh(rho[pure] - projectors(kets))).sum(axis=1)
        close = np.flatnonzero(schmidt.is_product(self.dtype, remainder))
        decide_products(findings, rows[pure[close]], schmidt.take(close))
