"""Constant and repeated columns dropped without loss, in one pass over shards of rows."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from qent_core.errors import ParameterInvalidError

Reals = NDArray[np.float64]
_Bits = NDArray[np.int64]


class CompactColumns(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Keeps one of each set of columns that agree in every bit, and none that never varies.

    The entries of a density matrix repeat: of the 14 641 of an isotropic state of two spins J = 5
    three differ. What is dropped can be rebuilt exactly, and `transform` refuses rows of which that
    would not be true. `partial_fit` takes the rows shard by shard, so that the whole matrix need
    never exist; its memory is a few shards.

    Args:
        duplicates: Drop repeated columns too, or only constant ones.

    Attributes:
        representative_: ``(features,)`` for each column the first one that equals it.
        constant_: ``(features,)`` whether a column never varied.
        first_row_: ``(features,)`` the first row, which holds the constants.
        kept_: Columns that `transform` gives, in ascending order.
        n_features_in_: Number of columns.

    Example:
        >>> rows = np.array([[1.0, 0.5, 0.0, 0.5], [2.0, 0.7, 0.0, 0.7]])
        >>> compact = CompactColumns().partial_fit(rows[:1]).partial_fit(rows[1:])
        >>> compact.transform(rows).tolist()
        [[1.0, 0.5], [2.0, 0.7]]
        >>> bool(np.array_equal(compact.inverse_transform(compact.transform(rows)), rows))
        True
    """

    def __init__(self, duplicates: bool = True) -> None:
        self.duplicates = duplicates

    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Finds the columns in one shard ``(n, features)``."""
        if hasattr(self, "first_row_"):
            del self.first_row_
        return self.partial_fit(X)

    def partial_fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Takes one more shard ``(n, features)`` into account.

        Raises:
            ParameterInvalidError: It has no rows or another number of columns.
        """
        rows = self._rows(X)
        bits = rows.view(np.int64)
        if not hasattr(self, "first_row_"):
            self.n_features_in_ = rows.shape[1]
            self.first_row_ = rows[0].copy()
            self.constant_ = np.ones(rows.shape[1], dtype=bool)
            self.representative_ = np.zeros(rows.shape[1], dtype=np.intp)
            if not self.duplicates:
                self.representative_ = np.arange(rows.shape[1])
        self._same_width(rows.shape[1], self.n_features_in_)
        self.constant_ &= (bits == self.first_row_.view(np.int64)).all(axis=0)
        if self.duplicates:
            self._split(bits)
        firsts = np.flatnonzero(self.representative_ == np.arange(self.n_features_in_))
        self.kept_ = firsts[~self.constant_[firsts]]
        return self

    def transform(self, X: ArrayLike) -> Reals:
        """Returns the columns kept, ``(n, kept)``.

        Raises:
            ParameterInvalidError: A dropped column of these rows could not be rebuilt.
        """
        check_is_fitted(self)
        rows = self._rows(X)
        self._same_width(rows.shape[1], self.n_features_in_)
        kept = np.ascontiguousarray(rows[:, self.kept_])
        lost = self.inverse_transform(kept).view(np.int64) != rows.view(np.int64)
        if lost.any():
            column = int(lost.any(axis=0).argmax())
            raise ParameterInvalidError(
                f"column {column} no longer follows from the {len(self.kept_)} columns kept",
                where="CompactColumns.transform",
                do="fit on these rows too",
            )
        return kept

    def inverse_transform(self, X: ArrayLike) -> Reals:
        """Returns all columns ``(n, features)`` from those kept, bit by bit."""
        check_is_fitted(self)
        kept = self._rows(X)
        self._same_width(kept.shape[1], len(self.kept_))
        place = np.searchsorted(self.kept_, self.representative_)
        whole = np.empty((len(kept), self.n_features_in_))
        varies = ~self.constant_
        whole[:, varies] = kept[:, place[varies]]
        whole[:, self.constant_] = self.first_row_[self.constant_]
        return whole

    def _split(self, bits: _Bits) -> None:
        """Takes out of every set of columns those that differ from its first one in this shard."""
        first = self.representative_
        apart = np.flatnonzero((bits != bits[:, first]).any(axis=0))
        # Columns of one set agreed in all earlier shards: they stay together if they agree here.
        groups: dict[tuple[int, bytes], int] = {}
        for column in apart:
            key = (int(first[column]), bits[:, column].tobytes())
            self.representative_[column] = groups.setdefault(key, int(column))

    @staticmethod
    def _rows(X: ArrayLike) -> Reals:
        rows = np.ascontiguousarray(X, dtype=np.float64)
        if rows.ndim != 2 or not len(rows):
            raise ParameterInvalidError(
                f"rows of numbers are needed, (n, features) with n > 0, not {rows.shape}",
                where="CompactColumns",
                do="give a two-dimensional array with a row per state",
            )
        return rows

    @staticmethod
    def _same_width(found: int, known: int) -> None:
        if found != known:
            raise ParameterInvalidError(
                f"the rows have {found} columns, those before had {known}",
                where="CompactColumns",
                do="give features of the same kind and dimension",
            )
