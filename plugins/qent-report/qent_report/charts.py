"""Figures of label columns: how measures are spread, and how often each verdict was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qent_report.figures import GUIDE, MODEL, TRUTH

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHADES = {"separable": TRUTH, "entangled": MODEL, "unknown": GUIDE}
_HATCHES = {"separable": "", "entangled": "//", "unknown": ".."}
"""Verdicts are told apart in grey as well."""


def verdict_shares(shares: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draws one bar per column: which share of the states got which verdict.

    Args:
        shares: Column to the share of each verdict by its word.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(5.6, 1.1 + 0.42 * len(shares)))
    axes = figure.subplots()
    left = np.zeros(len(shares))
    for word, colour in _SHADES.items():
        width = np.array([100 * entry[word] for entry in shares.values()])
        axes.barh(
            list(shares),
            width,
            left=left,
            height=0.6,
            color=colour,
            hatch=_HATCHES[word],
            edgecolor="white",
            lw=0.5,
            label=word,
        )
        left += width
    axes.invert_yaxis()
    axes.set(xlim=(0, 100), xlabel="share of the states in %")
    axes.grid(axis="y", visible=False)
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return figure


def spread(name: str, values: NDArray[Any]) -> Figure:
    """Draws how often a measure takes which value.

    Args:
        name: The column.
        values: ``(n,)`` values, all finite.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.6, 2.9))
    axes = figure.subplots()
    low, high = float(values.min()), float(values.max())
    # A column of one value, or of rounding noise, is a single bar.
    bins = 40 if high - low > 1e-12 * max(1.0, abs(low), abs(high)) else 1
    axes.hist(values, bins=bins, color=TRUTH, lw=0)
    axes.set(xlabel=name, ylabel="states")
    return figure
