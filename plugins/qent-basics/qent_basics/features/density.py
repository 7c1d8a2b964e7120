"""The density matrix itself as features: a row of numbers, or an image of two channels."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qent_basics.features.states import Reals, StateFeatures, digits
from qent_basics.measures.batches import pieces_of
from qent_core.api import StateBatch
from qent_core.linalg import Array

Entries = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Row and column of chosen matrix entries."""


class DensityVector(StateFeatures):
    r"""The entries of the density matrix, row by row.

    Real states give the $D^2$ numbers $\rho_{ij}$; complex ones the $D^2$ real parts followed by
    the $D^2$ imaginary parts. Kets are turned into density matrices piece by piece.

    Formula:
        $$x = (\mathrm{Re}\,\rho_{11},\ \mathrm{Re}\,\rho_{12},\ \dots,\ \mathrm{Re}\,\rho_{DD},\
        \mathrm{Im}\,\rho_{11},\ \dots,\ \mathrm{Im}\,\rho_{DD})$$

        row by row, D the dimension of the state; real states have no imaginary half.

    Args:
        independent: If True, only the independent numbers: the entries on and above the diagonal,
            row by row, followed, for complex states, by the imaginary parts above it, $D^2$ numbers
            in all ($D(D+1)/2$ for real states).

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> features = DensityVector(independent=True).fit(bell)
        >>> features.transform(bell).round(2).tolist()
        [[0.5, 0.0, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]]
        >>> features.get_feature_names_out()[:3].tolist()
        ['Re rho[00,00]', 'Re rho[00,01]', 'Re rho[00,10]']
    """

    def __init__(self, independent: bool = False) -> None:
        self.independent = independent

    def _reads_number_type(self) -> bool:
        return True

    def _entries(self, *, imaginary: bool) -> Entries:
        size = math.prod(self.dims_)
        if self.independent:
            return np.triu_indices(size, k=1 if imaginary else 0)
        rows, columns = np.divmod(np.arange(size * size), size)
        return rows, columns

    def _names(self) -> list[str]:
        parts = ("Re", "Im") if self.complex_ else ("Re",)
        labels = [digits(index, self.dims_) for index in range(math.prod(self.dims_))]
        return [
            f"{part} rho[{labels[i]},{labels[j]}]"
            for part in parts
            for i, j in zip(*self._entries(imaginary=part == "Im"), strict=True)
        ]

    def _compute(self, X: StateBatch) -> Reals:
        result = np.empty((len(X), self.n_features_out_))
        real, imaginary = self._entries(imaginary=False), self._entries(imaginary=True)
        split = len(real[0])
        for piece in pieces_of(len(X), 16 * X.dimension**2):
            rho = X[piece].density()
            result[piece, :split] = _chosen(rho.real, real)
            if self.complex_:
                result[piece, split:] = _chosen(rho.imag, imaginary)
        return result


def _chosen(matrices: Array, entries: Entries) -> Array:
    if len(entries[0]) == math.prod(matrices.shape[1:]):
        return matrices.reshape(len(matrices), len(entries[0]))
    return matrices[:, entries[0], entries[1]]


class DensityImage(StateFeatures):
    r"""The density matrix as an image: real part and imaginary part as two channels.

    The result is ``(n, 2, D, D)``; the second channel is zero for real states.

    Formula:
        $x = (\mathrm{Re}\,\rho,\ \mathrm{Im}\,\rho)$

    Args:
        dtype: Number type of the image, ``"float64"`` or ``"float32"``.

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> DensityImage().fit_transform(bell).shape
        (1, 2, 4, 4)
    """

    def __init__(self, dtype: str = "float64") -> None:
        self.dtype = dtype

    def _names(self) -> list[str]:
        return ["Re rho", "Im rho"]

    def _compute(self, X: StateBatch) -> Reals:
        size = X.dimension
        result = np.zeros((len(X), 2, size, size), dtype=np.dtype(self.dtype))
        for piece in pieces_of(len(X), 16 * size**2):
            rho = X[piece].density()
            result[piece, 0] = rho.real
            if not X.is_real:
                result[piece, 1] = rho.imag
        return result
