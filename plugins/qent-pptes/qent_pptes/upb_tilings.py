"""Unextendible product bases from tilings of a rectangle."""

from __future__ import annotations

from typing import ClassVar, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from qent_core.linalg import Dims
from qent_pptes.upb import UnextendibleFamily, Vectors


class UpbGenTiles1(UnextendibleFamily):
    r"""The state of the first generalised tiles basis of two systems of even dimension d >= 4.

    Cell (i, j) of a d x d square stands for $|i,j\rangle$. For each k the cells (k, k+1), ..., (k,
    k+d/2) form a vertical tile and (k, k), ..., (k+d/2-1, k) a horizontal one, modulo d. On each
    tile stand the d/2 - 1 Fourier vectors orthogonal to the uniform one; the uniform vector of the
    whole square joins them, $d^2 - 2d + 1$ vectors in all (DiVincenzo et al., Commun. Math. Phys.
    238, 379, 2003, who prove that the basis is unextendible). The rank of the state is 2d - 1.

    Verdict on ``A|B``: ENTANGLED, under white noise as for ``upb-tiles``.

    Formula:
        $$\rho = \frac1{2d-1} \Bigl(1 - |F\rangle\langle F| - \sum_{t} \sum_{m=1}^{d/2-1}
        |\omega_{tm}\rangle\langle\omega_{tm}|\Bigr)$$

        The sum runs over the 2d tiles t of d/2 cells each; $\omega_{tm}$ has the amplitude
        $\sqrt{2/d}\,e^{4\pi imn/d}$ on cell n of its tile, and F is $1/d$ on every cell of the
        square.

    Example:
        >>> batch = UpbGenTiles1(d=4).sample(1, np.random.default_rng(0))
        >>> batch.dims, batch.known["A|B"].tolist(), np.linalg.matrix_rank(batch.array).tolist()
        ((4, 4), [1], [7])
    """

    name: ClassVar[str] = "upb-gentiles1"

    d: int = Field(default=4, ge=4, le=16, description="Dimension of each party, even.")

    @field_validator("d")
    @classmethod
    def _even(cls, d: int) -> int:
        if d % 2:
            raise ValueError("must be even: 4, 6, 8, ...")
        return d

    @property
    def own_dims(self) -> Dims:
        """Local dimensions before embedding."""
        return (self.d, self.d)

    def product_vectors(self) -> Vectors:
        """Returns per party the ``(d*d - 2*d + 1, d)`` unit vectors."""
        d, half = self.d, self.d // 2
        waves = _waves(half)[1:]
        basis, first, second = np.eye(d), [np.full(d, d**-0.5)], [np.full(d, d**-0.5)]
        for k in range(d):
            for wave in waves:
                first.append(basis[k])
                second.append(wave @ basis[(k + 1 + np.arange(half)) % d])
                first.append(wave @ basis[(k + np.arange(half)) % d])
                second.append(basis[k])
        return np.array(first), np.array(second)


class UpbGenTiles2(UnextendibleFamily):
    r"""The state of the second generalised tiles basis of dimensions m x n, m >= 3, n > 3, n >= m.

    Small tiles hold $(|j\rangle - |j+1 \bmod m\rangle)|j\rangle$ for j < m; row j also has a long
    tile, the n - 2 other cells $|j\rangle|l\rangle$ with $l \ne j, j-1 \bmod m$, on which stand the
    n - 3 Fourier vectors orthogonal to the uniform one. With the uniform vector of the rectangle
    these are mn - 2m + 1 vectors (DiVincenzo et al., Commun. Math. Phys. 238, 379, 2003, who prove
    that the basis is unextendible). The rank of the state is 2m - 1.

    Verdict on ``A|B``: ENTANGLED, under white noise as for ``upb-tiles``.

    Formula:
        $$\rho = \frac1{2m-1} \Bigl(1 - |F\rangle\langle F| - \sum_{j<m} |s_j\rangle\langle s_j| -
        \sum_{j<m} \sum_{k=1}^{n-3} |l_{jk}\rangle\langle l_{jk}|\Bigr)$$

        with the small tiles $\sqrt2\,|s_j\rangle = (|j\rangle - |j+1 \bmod m\rangle)|j\rangle$,
        the Fourier vectors $l_{jk}$, k = 1, ..., n-3, on the n - 2 cells of the long tile of row
        j, and F uniform on all cells.

    Example:
        >>> batch = UpbGenTiles2(m=3, n=4).sample(1, np.random.default_rng(0))
        >>> batch.dims, batch.known["A|B"].tolist(), np.linalg.matrix_rank(batch.array).tolist()
        ((3, 4), [1], [5])
    """

    name: ClassVar[str] = "upb-gentiles2"

    m: int = Field(default=3, ge=3, le=16, description="Dimension of the first party.")
    n: int = Field(default=4, ge=4, le=16, description="Dimension of the second party, at least m.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.n < self.m:
            raise ValueError(f"n must be at least m, got m = {self.m}, n = {self.n}")
        return self

    @property
    def own_dims(self) -> Dims:
        """Local dimensions before embedding."""
        return (self.m, self.n)

    def product_vectors(self) -> Vectors:
        """Returns per party the ``(m*n - 2*m + 1, ...)`` unit vectors."""
        m, n = self.m, self.n
        rows, columns = np.eye(m), np.eye(n)
        first, second = [np.full(m, m**-0.5)], [np.full(n, n**-0.5)]
        waves = _waves(n - 2)[1:]
        for j in range(m):
            first.append((rows[j] - rows[(j + 1) % m]) / 2**0.5)
            second.append(columns[j])
            tile = np.concatenate([(j + 1 + np.arange(m - 2)) % m, np.arange(m, n)])
            for wave in waves:
                first.append(rows[j])
                second.append(wave @ columns[tile])
        return np.array(first), np.array(second)


def _waves(length: int) -> np.ndarray[tuple[int, int], np.dtype[np.complex128]]:
    """Returns the ``(length, length)`` Fourier vectors, the uniform one first."""
    steps = np.outer(np.arange(length), np.arange(length))
    return np.asarray(np.exp(2j * np.pi / length * steps) / length**0.5)
