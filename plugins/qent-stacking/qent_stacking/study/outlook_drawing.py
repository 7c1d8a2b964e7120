"""The figure of the outlook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qent_stacking.study.outlook import SPINS, best_learner, outlook_runs
from qent_stacking.study.outlook_work import REPRESENTATIONS
from qent_studies import EXACT, GUIDE, OURS, POINTS, Results, new_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_COLOURS = dict(zip(REPRESENTATIONS, (POINTS, GUIDE, OURS, EXACT), strict=True))
_LABELS = {
    "raw": "raw numbers",
    "spin": "F, spin operators",
    "complete": "F, complete basis",
    "complete blocks": "F and its blocks",
}
_LEAST = 1e-8
"""Unexplained shares below this are drawn there."""


def representations(results: Results) -> Figure:
    """Draws what the best learner leaves unexplained, and predictions at J = 5."""
    figure, (left, middle, right) = new_axes(1, 3)
    for axes, family in ((left, "pure"), (middle, "isotropic")):
        for name in REPRESENTATIONS:
            left_over = []
            for spin in SPINS:
                scores = best_learner(results, family, spin, name)[1]
                left_over.append(max(_LEAST, 1 - float(np.mean(list(scores.values())))))
            axes.plot(range(3), left_over, "o-", color=_COLOURS[name], label=_LABELS[name])
        axes.set(xlabel="J", ylabel="1 - R²", yscale="log", title=f"{family} states")
        axes.set_xticks(range(3), ["1/2", "1", "5"])
    left.legend()
    one = outlook_runs(results, "pure", SPINS[-1])[0]
    for name in ("raw", "complete"):
        learner, _ = best_learner(results, "pure", SPINS[-1], name)
        said = one.arrays[f"{name}, {learner}"]
        right.plot(one.arrays["true"], said, ".", ms=2, color=_COLOURS[name], label=_LABELS[name])
    ends = [one.arrays["true"].min(), one.arrays["true"].max()]
    right.plot(ends, ends, color=EXACT, lw=1)
    right.set(xlabel="true normalised negativity", ylabel="predicted", title="pure, J = 5")
    right.legend(markerscale=4)
    return figure
