"""Two more unextendible product bases of two parties: quadratic residues, and the least of 4x4."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from pydantic import Field, field_validator

from qent_core.linalg import Dims
from qent_pptes.upb import UnextendibleFamily, Vectors


class UpbQuadRes(UnextendibleFamily):
    r"""The state of the quadratic-residue basis of two systems of dimension d.

    Let p = 2d - 1 be a prime with p mod 4 = 1, Q the d - 1 quadratic residues modulo p, x a
    non-residue and $N^2 = (1+\sqrt p)/2$. The p product vectors, j = 0, ..., p-1, are

    $$v_j \propto N|0\rangle + \sum_{k=1}^{d-1} e^{2\pi i q_k j/p}|k\rangle, \quad
    w_j \propto N|0\rangle + \sum_{k=1}^{d-1} e^{2\pi i x q_k j/p}|k\rangle.$$

    Gauss sums make $v_j, v_l$ orthogonal where j - l is no residue and $w_j, w_l$ where it is one.
    Any d of the vectors of a party are independent (every minor of a Fourier matrix of prime order
    is nonzero, Chebotarev), so a product vector is orthogonal to at most 2(d - 1) < p of them:
    unextendible (DiVincenzo et al., Commun. Math. Phys. 238, 379, 2003). For d = 3 it is the
    pyramid up to local unitaries; the next are d = 7, 9, 15, 19.

    Verdict on ``A|B``: ENTANGLED, under white noise as far as the realignment criterion reaches.

    Formula:
        $$\rho = \frac1{d^2-p} \Bigl(1 - \sum_{j=0}^{p-1} |v_jw_j\rangle\langle v_jw_j|\Bigr),
        \quad v_j \propto N|0\rangle + \sum_{k=1}^{d-1} e^{2\pi i q_k j/p}|k\rangle$$

        with p = 2d - 1, the quadratic residues $q_k$ modulo p and $N^2 = (1+\sqrt p)/2$; $w_j$
        has $xq_k$ in place of $q_k$, x a non-residue.

    Example:
        >>> batch = UpbQuadRes(d=3).sample(1, np.random.default_rng(0))
        >>> batch.dims, batch.known["A|B"].tolist()
        ((3, 3), [1])
    """

    name: ClassVar[str] = "upb-quadres"

    d: int = Field(
        default=7, ge=3, le=19, description="Dimension of each party: 3, 7, 9, 15 or 19."
    )

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [{"d": 3, **entry} for entry in super().conformance_parameters()]

    @field_validator("d")
    @classmethod
    def _prime(cls, d: int) -> int:
        p = 2 * d - 1
        if p % 4 != 1 or any(p % factor == 0 for factor in range(2, d)):
            raise ValueError("2d - 1 must be a prime of the form 4k + 1: d = 3, 7, 9, 15, 19")
        return d

    @property
    def own_dims(self) -> Dims:
        """Local dimensions before embedding."""
        return (self.d, self.d)

    def product_vectors(self) -> Vectors:
        """Returns per party the ``(2*d - 1, d)`` unit vectors."""
        p = 2 * self.d - 1
        residues = sorted({k * k % p for k in range(1, p)})
        other = next(k for k in range(2, p) if k not in residues)
        sides = []
        for step in (1, other):
            exponents = np.outer(np.arange(p), np.asarray(residues) * step % p)
            vectors = np.exp(2j * np.pi / p * exponents)
            first = np.full((p, 1), np.sqrt((1 + np.sqrt(p)) / 2))
            vectors = np.concatenate([first, vectors], axis=1)
            sides.append(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
        return tuple(sides)


class UpbMin4x4(UnextendibleFamily):
    r"""The state of an unextendible product basis of two ququarts with the fewest vectors, eight.

    Alon and Lovász's bound of seven (J. Combin. Theory A 95, 169, 2001) is not reached in 4x4. The
    vectors are those of Pedersen (thesis, Aarhus, 2002), the rank of the state is 8.

    Verdict on ``A|B``: ENTANGLED, because no product vector is orthogonal to all eight: whatever
    vectors leave a party's side unspanned, the others span the other side. This is a finite check
    of ranks, which the tests of this package make. Under white noise as far as the realignment
    criterion reaches.

    Formula:
        $$\rho = \frac18 \Bigl(1 - \sum_{k=1}^8 |v_kw_k\rangle\langle v_kw_k|\Bigr)$$

        with the normalised product vectors, $s = 1 + \sqrt2$,

        $$\begin{array}{ll}
        v_1 = (1,-3,1,1) & w_1 = (0,1,-2-s,-s) \\
        v_2 = (1,0,0,0) & w_2 = (1,0,0,0) \\
        v_3 = (0,1,2,1) & w_3 = (1,0,s-2,1) \\
        v_4 = (1,0,0,-1) & w_4 = (0,1,0,0) \\
        v_5 = (0,1,0,0) & w_5 = (-1,s,0,1) \\
        v_6 = (3,1,-1,1) & w_6 = (0,0,1,0) \\
        v_7 = (0,1,1,0) & w_7 = (1,1,1,1-s) \\
        v_8 = (0,0,1,0) & w_8 = (-1,s,0,1)
        \end{array}$$

    Example:
        >>> batch = UpbMin4x4().sample(1, np.random.default_rng(0))
        >>> batch.dims, batch.known["A|B"].tolist(), np.linalg.matrix_rank(batch.array).tolist()
        ((4, 4), [1], [8])
    """

    name: ClassVar[str] = "upb-min4x4"

    def product_vectors(self) -> Vectors:
        """Returns per party the ``(8, 4)`` unit vectors."""
        r = np.sqrt(2.0)
        pairs = [
            ([1, -3, 1, 1], [0, 1, -3 - r, -1 - r]),
            ([1, 0, 0, 0], [1, 0, 0, 0]),
            ([0, 1, 2, 1], [1, 0, r - 1, 1]),
            ([1, 0, 0, -1], [0, 1, 0, 0]),
            ([0, 1, 0, 0], [-1, 1 + r, 0, 1]),
            ([3, 1, -1, 1], [0, 0, 1, 0]),
            ([0, 1, 1, 0], [1, 1, 1, -r]),
            ([0, 0, 1, 0], [-1, 1 + r, 0, 1]),
        ]
        sides = (np.array([pair[side] for pair in pairs], float) for side in (0, 1))
        return tuple(side / np.linalg.norm(side, axis=1, keepdims=True) for side in sides)
