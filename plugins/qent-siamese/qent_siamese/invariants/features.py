"""Local-unitary invariants as a feature extractor."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from qent_core.api import DimensionsMismatchError, StateBatch, cuts
from qent_siamese.invariants.spectra import Reals, cut_spectra


class LocalUnitaryInvariants(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    r"""Spectra that no local unitary changes, cut after cut.

    Of each cut: the spectra of the state, its partial transpose and its marginals, singular values
    of the realigned state, of the correlation tensor and of the locally filtered state, and two
    spectra that compare the ranges of the state and of its partial transpose. They need double
    precision.

    Formula:
        $$\mathrm{spec}(\rho),\ \mathrm{spec}(\rho^{T}),\ \mathrm{spec}(\rho_A),\
        \mathrm{spec}(\rho_B),\ \mathrm{sv}(R(\rho)),\ \mathrm{sv}(T),\ \mathrm{sv}(\tilde\rho)$$

        of each cut: spectra of the state, its partial transpose and its marginals, and singular
        values of the realigned state R, of the correlation tensor T and of the locally filtered
        state $\tilde\rho$, and two spectra that compare the ranges of $\rho$ and $\rho^T$. None
        changes under $\rho \mapsto (U \otimes V)\,\rho\,(U \otimes V)^\dagger$.

    Args:
        purities: If True, only the purity of the state and of the two marginals of each cut.

    Example:
        >>> states = StateBatch(np.eye(4)[:3], (2, 2))
        >>> features = LocalUnitaryInvariants(purities=True).fit(states)
        >>> features.transform(states).tolist()[0]
        [1.0, 1.0, 1.0]
        >>> features.get_feature_names_out().tolist()
        ['A|B state purity', 'A|B marginal purity', 'A|B other marginal purity']
    """

    def __init__(self, purities: bool = False) -> None:
        self.purities = purities

    def fit(self, X: StateBatch, y: Any = None) -> Self:
        """Remembers the dims.

        Raises:
            DimensionsMismatchError: There is only one party.
        """
        if X.parties < 2:
            raise DimensionsMismatchError(
                "a single party has no cut", where=type(self).__name__, do="use two or more parties"
            )
        self.dims_ = X.dims
        return self

    def transform(self, X: StateBatch) -> Reals:
        """Returns the invariants, ``(n, k)``.

        Raises:
            DimensionsMismatchError: The states have other dims than those fitted to.
        """
        check_is_fitted(self, "dims_")
        if X.dims != self.dims_:
            raise DimensionsMismatchError(
                f"fitted to states of dims {self.dims_}, these have {X.dims}",
                where=type(self).__name__,
                do="fit the feature extractor to states of these dims",
            )
        values, names = cut_spectra(X)
        if self.purities:
            values = np.stack([_purity(values, names, kind) for kind in _KINDS], axis=2)
        return values.reshape(len(X), values.shape[1] * values.shape[2])

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Returns the names of the columns, such as ``A|BC transpose 7``."""
        check_is_fitted(self, "dims_")
        size = int(np.prod(self.dims_))
        names: Any = cut_spectra(StateBatch(np.eye(size)[None] / size, self.dims_))[1]
        if self.purities:
            names = [f"{kind} purity" for kind in _KINDS]
        named = [f"{cut} {name}" for cut in cuts(len(self.dims_)) for name in names]
        return np.array(named, dtype=object)


_KINDS = ("state", "marginal", "other marginal")


def _purity(values: Reals, names: tuple[str, ...], kind: str) -> Reals:
    columns = [
        number
        for number, name in enumerate(names)
        if name.startswith(f"{kind} ") and name.removeprefix(f"{kind} ").isdigit()
    ]
    total: Reals = (values[:, :, columns] ** 2).sum(axis=2)
    return total
