"""Correlations: expectation values of products of local observables."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from qent_basics.features.operator_bases import gell_mann_basis, product_expectations
from qent_basics.features.states import Reals, StateFeatures
from qent_basics.measures.batches import pieces_of
from qent_core.api import DimensionsMismatchError, ParameterInvalidError, StateBatch
from qent_core.linalg import Array, Dims

_LETTERS = "IXYZ"


class PauliCorrelations(StateFeatures):
    r"""Expectation values $\mathrm{tr}(\rho\,\sigma_a\otimes\sigma_b\otimes\dots)$ of qubits.

    All $4^N - 1$ products of I, X, Y, Z except the identity, in alphabetic order (``IX``, ``IY``,
    ``IZ``, ``XI``, ...), or the chosen ones in the order given. All of them together determine the
    state (tomography).

    Args:
        strings: Which products, such as ``["XX", "ZZ"]``; party A is the first letter. All if left
            out.

    Source: D. F. V. James, P. G. Kwiat, W. J. Munro and A. G. White, Phys. Rev. A 64, 052312
    (2001).

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> PauliCorrelations(["XX", "YY", "ZZ", "ZI"]).fit_transform(bell).round(12)
        array([[ 1., -1.,  1.,  0.]])
    """

    def __init__(self, strings: Sequence[str] | None = None) -> None:
        self.strings = strings

    def _check(self, X: StateBatch) -> None:
        if any(d != 2 for d in X.dims):
            raise DimensionsMismatchError(
                f"Pauli correlations are features of qubits, the states have dims {X.dims}",
                do="use 'gell-mann-correlations', which takes any dimensions",
            )
        for string in self.strings or ():
            if len(string) != X.parties or not set(string) <= set(_LETTERS):
                raise ParameterInvalidError(
                    f"'{string}' is no product of Pauli matrices of {X.parties} qubits",
                    do=f"write one of I, X, Y, Z per qubit, such as '{'Z' * X.parties}'",
                )

    def _names(self) -> list[str]:
        if self.strings is not None:
            return list(self.strings)
        products = itertools.product(_LETTERS, repeat=len(self.dims_))
        return ["".join(letters) for letters in products][1:]

    def _compute(self, X: StateBatch) -> Reals:
        # The base-4 number of a string, I = 0 to Z = 3, is its place among all products.
        digits = str.maketrans(_LETTERS, "0123")
        columns = np.array([int(name.translate(digits), 4) for name in self._names()], dtype=int)
        return _expectations(X, [gell_mann_basis(2)[1]] * X.parties, columns)


class GellMannCorrelations(StateFeatures):
    r"""Expectation values $\mathrm{tr}(\rho\,G_a\otimes G_b\otimes\dots)$ for any dimensions.

    All products of the identity and the generalised Gell-Mann matrices of each party, except the
    identity itself: $D^2 - 1$ numbers that determine the state. Normalisation
    $\mathrm{tr}(G_aG_b) = 2\delta_{ab}$, so that qubits get the Pauli matrices. Names: ``I`` the
    identity, ``S01`` symmetric, ``A01`` antisymmetric, ``D1`` diagonal.

    Source: R. A. Bertlmann and P. Krammer, J. Phys. A 41, 235303 (2008).

    Example:
        >>> qutrits = StateBatch(np.eye(3).reshape(1, 9) / np.sqrt(3), dims=(3, 3))
        >>> features = GellMannCorrelations().fit(qutrits)
        >>> values = dict(zip(features.get_feature_names_out(), features.transform(qutrits)[0]))
        >>> len(values), float(values["S01 S01"].round(6)), float(values["A01 A01"].round(6))
        (80, 0.666667, -0.666667)
    """

    def _names(self) -> list[str]:
        bases = [gell_mann_basis(d)[0] for d in self.dims_]
        return [" ".join(names) for names in itertools.product(*bases)][1:]

    def _compute(self, X: StateBatch) -> Reals:
        bases = [gell_mann_basis(d)[1] for d in X.dims]
        return _expectations(X, bases, np.arange(1, X.dimension**2))


def _expectations(X: StateBatch, bases: list[Array], columns: Array) -> Reals:
    dims: Dims = X.dims
    result = np.empty((len(X), len(columns)))
    for piece in pieces_of(len(X), 16 * X.dimension**2):
        values = product_expectations(X[piece].density(), dims, bases)
        result[piece] = values.reshape(-1, math.prod(d * d for d in dims))[:, columns]
    return result
