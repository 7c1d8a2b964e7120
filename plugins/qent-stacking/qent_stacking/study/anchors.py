"""What needs no stack: exact solutions and a ridge regression on squares."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from qent_stacking.study.scores import Reals
from qent_stacking.study.states import in_units, local_dimension

_PENALTIES = np.geomspace(1e-6, 1e3, 10)


def from_singular_values(X: Reals, spin: float, target: str) -> Reals:
    """Returns the negativity of kets from one singular value decomposition: exact.

    Args:
        X: ``(n, d*d)`` real coefficients, or ``(n, 2*d*d)`` real parts and imaginary parts.
        spin: J.
        target: ``"normalised"`` or ``"raw"``.

    Example:
        >>> bell = np.array([[1.0, 0.0, 0.0, 1.0]]) / np.sqrt(2)
        >>> from_singular_values(bell, 0.5, "raw").round(12).tolist()
        [0.5]
    """
    d = local_dimension(spin)
    C = X[:, : d * d] + 1j * X[:, d * d :] if X.shape[1] > d * d else X
    s = np.linalg.svd(C.reshape(-1, d, d), compute_uv=False)
    return in_units((s.sum(axis=1) ** 2 - (s**2).sum(axis=1)) / 2, spin, target)


def from_one_entry(alpha_over_d: Reals, spin: float, target: str) -> Reals:
    """Returns the negativity of isotropic states from one off-diagonal entry and one ReLU: exact.

    Example:
        >>> from_one_entry(np.array([0.1, 0.5]), 0.5, "normalised").round(12).tolist()
        [0.0, 1.0]
    """
    d = local_dimension(spin)
    alpha = d * alpha_over_d
    return in_units(np.maximum(0.0, (d - 1) / (2 * d) * ((d + 1) * alpha - 1)), spin, target)


def ridge_on_squares(X: Reals, y: Reals, asked: Reals) -> Reals:
    """Returns a ridge regression's predictions from the squares of the features."""
    model = make_pipeline(StandardScaler(), RidgeCV(_PENALTIES)).fit(X**2, y)
    said: Reals = model.predict(asked**2)
    return said
