"""What every feature extractor does first: is this a batch, and of the kind it was fitted to?"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from qent_core.api import DimensionsMismatchError, StateBatch, as_states
from qent_core.linalg import Dims

Reals = NDArray[np.float64]


class StateFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Base of transformers from states to an array of numbers.

    States are a `StateBatch`, or in any other form that `qent_core.api.as_states` knows.

    A subclass says what it needs (`_check`), names its columns (`_names`) and computes them
    (`_compute`). Fitting only remembers the local dimensions and whether the states were real:
    nothing is learnt from the values.
    """

    dims_: Dims
    complex_: bool
    n_features_out_: int

    def fit(self, X: Any, y: Any = None) -> Self:
        """Remembers dims and number type; ``y`` is ignored.

        Raises:
            DimensionsMismatchError: X is no batch of states, or not of a kind it can handle.
        """
        X = _batch(X, type(self).__name__)
        self._check(X)
        self.dims_ = X.dims
        self.complex_ = not X.is_real
        self.n_features_out_ = len(self._names())
        return self

    def transform(self, X: Any) -> Reals:
        """Returns the features of the states, one row each.

        Raises:
            DimensionsMismatchError: The states differ in dims from those it was fitted to, or are
                complex while those were real.
        """
        check_is_fitted(self, "dims_")
        X = _batch(X, type(self).__name__)
        self._check(X)
        if X.dims != self.dims_:
            raise DimensionsMismatchError(
                f"{type(self).__name__} was fitted to states with dims {self.dims_}, "
                f"these have dims {X.dims}",
                do="fit it again, or give states with the same dims",
            )
        if not X.is_real and not self.complex_ and self._reads_number_type():
            raise DimensionsMismatchError(
                f"{type(self).__name__} was fitted to real states, these are complex",
                do="fit it to complex states: batch.astype(complex) makes them so",
            )
        return self._compute(X)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Returns the names of the columns; ``input_features`` is ignored."""
        check_is_fitted(self, "dims_")
        return np.asarray(self._names(), dtype=object)

    def _reads_number_type(self) -> bool:
        """Tells whether real and complex states get different columns."""
        return False

    def _check(self, X: StateBatch) -> None:
        """Raises if the states are not of a kind it can handle."""

    def _names(self) -> list[str]:
        raise NotImplementedError

    def _compute(self, X: StateBatch) -> Reals:
        raise NotImplementedError


def _batch(X: Any, who: str) -> StateBatch:
    try:
        return as_states(X)
    except DimensionsMismatchError as error:
        raise DimensionsMismatchError(
            f"{who} needs a StateBatch, or states in another known form: {error.what}", do=error.do
        ) from None


def digits(index: int, dims: Dims) -> str:
    """Returns a basis index in party digits, such as ``"01"``; ``"0.10"`` for large parties.

    Example:
        >>> digits(5, (2, 3)), digits(11, (11, 11))
        ('12', '1.0')
    """
    parts = np.unravel_index(index, dims)
    return ("" if max(dims) <= 10 else ".").join(str(part) for part in parts)
