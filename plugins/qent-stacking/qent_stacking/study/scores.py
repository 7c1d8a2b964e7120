"""Numbers about predictions: R2 with the variance beside it, errors, the fitted line."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]


def scores(name: str, truth: Reals, said: Reals) -> dict[str, float]:
    """Returns R2, MSE, MAE and the line said = slope * truth + intercept of one learner.

    Where the target does not vary there is no R2; it is left out.

    Example:
        >>> found = scores("nn", np.array([0.0, 0.5, 1.0]), np.array([0.0, 0.5, 0.9]))
        >>> round(found["nn R2"], 3), round(found["nn slope"], 3)
        (0.98, 0.9)
    """
    error = said - truth
    centred = truth - truth.mean()
    spread = float(centred @ centred)
    found = {f"{name} MSE": float(np.mean(error**2)), f"{name} MAE": float(np.abs(error).mean())}
    if spread > 0:
        slope = float(centred @ said) / spread
        found[f"{name} R2"] = 1 - float(error @ error) / spread
        found[f"{name} slope"] = slope
        found[f"{name} intercept"] = float(said.mean() - slope * truth.mean())
    return found
