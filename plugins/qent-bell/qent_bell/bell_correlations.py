"""The fifteen spin correlations of two qubits in Bell order, and the first few of them."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from qent_core.api import DimensionsMismatchError, ParameterInvalidError, StateBatch, as_states

NAMES = ("xa", "xb", "ya", "yb", "xz", "yz", "za", "zb", "zz", "xI", "yI", "zI", "Ia", "Ib", "Iz")
"""The features in the order of the paper's Table I: four Bell-like, nine correlations, all."""

_CHUNK = 2**15
_PAULI = {
    "I": np.eye(2, dtype=complex),
    "x": np.array([[0, 1], [1, 0]], dtype=complex),
    "y": np.array([[0, -1j], [1j, 0]]),
    "z": np.diag([1.0 + 0j, -1]),
}


class BellCorrelations(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    r"""Spin correlations $\langle\sigma_i\otimes\sigma_j\rangle$ in the order of a Bell test.

    The first qubit is measured along x, y, z; the second along a, b, z, which are x, y, z turned
    about z: $a = x\cos\alpha + y\sin\alpha$, $b = -x\sin\alpha + y\cos\alpha$. Order: xa, xb, ya,
    yb (the four of the CHSH inequality), xz, yz, za, zb, zz, then the single spins xI, yI, zI, Ia,
    Ib, Iz. All fifteen determine the state.

    Source: Q. Liu et al., arXiv:2410.21504v2, Eq. 11 and Table I.

    Args:
        count: How many, from the first on.
        angle: Angle in degrees by which the second qubit's axes are turned.

    Example:
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), dims=(2, 2))
        >>> BellCorrelations(count=4).fit_transform(bell).round(3)
        array([[ 0.707, -0.707, -0.707, -0.707]])
    """

    def __init__(self, count: int = 15, angle: float = 45.0) -> None:
        self.count = count
        self.angle = angle

    def fit(self, X: Any, y: Any = None) -> Self:
        """Checks the parameters; nothing is learnt.

        X is a StateBatch, or states in another form that `qent_core.api.as_states` knows.

        Raises:
            ParameterInvalidError: ``count`` is not from 1 to 15, or ``angle`` no number.
            DimensionsMismatchError: X is no batch of two-qubit states.
        """
        whole = isinstance(self.count, Integral) and not isinstance(self.count, bool)
        if not whole or not 1 <= self.count <= len(NAMES):
            raise ParameterInvalidError(
                f"count must be a whole number from 1 to {len(NAMES)}, not {self.count!r}",
                where="BellCorrelations, parameter count",
                do="4 are Bell-like, 9 all correlations, 15 all features",
            )
        if not isinstance(self.angle, Real) or not math.isfinite(self.angle):
            raise ParameterInvalidError(
                f"angle must be a finite number of degrees, not {self.angle!r}",
                where="BellCorrelations, parameter angle",
            )
        _two_qubits(X)
        self.observables_ = observables(float(self.angle))[: self.count]
        return self

    def transform(self, X: Any) -> NDArray[np.float64]:
        """Returns ``(n, count)`` expectation values.

        Raises:
            DimensionsMismatchError: X is no batch of two-qubit states.
        """
        check_is_fitted(self, "observables_")
        X = _two_qubits(X)
        # tr(rho A) is a product of rows with columns: real and imaginary parts side by side.
        table = self.observables_.reshape(-1, 16)
        table = np.stack([table.real, table.imag], axis=-1).reshape(-1, 32).T
        values = np.empty((len(X), self.count))
        for start in range(0, len(X), _CHUNK):
            rows = slice(start, start + _CHUNK)
            flat = X[rows].density().reshape(-1, 16)
            if X.is_real:
                values[rows] = flat @ table[::2]
            else:
                flat = np.ascontiguousarray(flat, dtype=np.complex128).view(np.float64)
                values[rows] = flat @ table
        return values

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Returns the names of the columns; ``input_features`` is ignored."""
        check_is_fitted(self, "observables_")
        return np.array(NAMES[: self.count], dtype=object)


def observables(angle: float = 45.0) -> NDArray[np.complex128]:
    """Returns the fifteen observables as ``(15, 4, 4)`` matrices.

    Args:
        angle: Angle in degrees by which the second qubit's axes are turned.

    Example:
        >>> observables()[8].real.diagonal().tolist()
        [1.0, -1.0, -1.0, 1.0]
    """
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    x, y = _PAULI["x"], _PAULI["y"]
    second = {**_PAULI, "a": cosine * x + sine * y, "b": cosine * y - sine * x}
    return np.stack([np.kron(_PAULI[name[0]], second[name[1]]) for name in NAMES])


def _two_qubits(X: Any) -> StateBatch:
    try:
        states = as_states(X)
    except DimensionsMismatchError as error:
        raise DimensionsMismatchError(
            f"Bell correlations are features of two qubits, got {type(X).__name__}: {error.what}",
            do=error.do,
        ) from None
    if states.dims != (2, 2):
        raise DimensionsMismatchError(
            f"Bell correlations are features of two qubits, got states with dims {states.dims}",
            do="give states with dims (2, 2)",
        )
    return states
