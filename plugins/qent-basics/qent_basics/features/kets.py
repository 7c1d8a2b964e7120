"""The amplitudes of pure states as features."""

from __future__ import annotations

import math

import numpy as np

from qent_basics.features.states import Reals, StateFeatures, digits
from qent_core.api import DimensionsMismatchError, StateBatch


class KetCoefficients(StateFeatures):
    r"""The coefficients C of $|\psi\rangle = \sum C_{ij\dots}|ij\dots\rangle$ of pure states.

    Real states give D numbers, complex ones the D real parts followed by the D imaginary parts.

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> features = KetCoefficients().fit(bell)
        >>> features.transform(bell).round(3).tolist()
        [[0.707, 0.0, 0.0, 0.707]]
        >>> features.get_feature_names_out().tolist()
        ['Re C[00]', 'Re C[01]', 'Re C[10]', 'Re C[11]']
    """

    def _reads_number_type(self) -> bool:
        return True

    def _check(self, X: StateBatch) -> None:
        if X.kind != "kets":
            raise DimensionsMismatchError(
                "ket coefficients are features of pure states, these are density matrices",
                do="use 'density-vector', or a family of kets without channels",
            )

    def _names(self) -> list[str]:
        parts = ("Re", "Im") if self.complex_ else ("Re",)
        labels = [digits(index, self.dims_) for index in range(math.prod(self.dims_))]
        return [f"{part} C[{label}]" for part in parts for label in labels]

    def _compute(self, X: StateBatch) -> Reals:
        if not self.complex_:
            return X.array.astype(np.float64)
        return np.concatenate([X.array.real, X.array.imag], axis=1, dtype=np.float64)
