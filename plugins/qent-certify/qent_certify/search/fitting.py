"""Where the decomposition search runs: NumPy, or the same kernels on a GPU."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from qent_certify.search.layout import Layout
from qent_certify.search.levenberg import Fit, fit_mixtures
from qent_certify.search.product_algebra import Factors

Array = NDArray[Any]


def fit_on(
    device: str,
    targets: Array,
    start: Factors,
    tolerance: Array,
    iterations: int,
    *,
    stall: float = 0.0,
    layout: Layout | None = None,
) -> Fit:
    """Runs `fit_mixtures` on a device.

    Args:
        device: ``"cpu"`` for NumPy, anything else is a torch device.
        targets: ``(n, D, D)``.
        start: One ``(m, d_i)`` array per block.
        tolerance: ``(n,)``.
        iterations: Most iterations per target.
        stall: See `fit_mixtures`.
        layout: See `fit_mixtures`.
    """
    if device == "cpu":
        return fit_mixtures(targets, start, tolerance, iterations, stall=stall, layout=layout)
    from qent_certify.search.torch_fitting import fit_with_torch

    return fit_with_torch(device, targets, start, tolerance, iterations, layout=layout)
