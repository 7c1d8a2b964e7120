"""The figures of the study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qent_studies import EXACT, GUIDE, OURS, POINTS, TaskResult, mark_published, new_axes
from qent_vqc.study.published import MEYER_WALLACH

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MEAN = "trained meyer-wallach mean"


def toy(arrays: Mapping[str, Any]) -> Figure:
    """Draws loss and entropy of the Bell circuit."""
    figure, (left, middle, right) = new_axes(1, 3)
    steps = np.arange(len(arrays["blog-loss"]))
    for name, colour in (("blog", OURS), ("gradient", EXACT)):
        left.plot(steps, arrays[f"{name}-loss"], color=colour, label=name)
        middle.plot(steps, arrays[f"{name}-entropy"], color=colour)
        right.plot(arrays[f"{name}-loss"], arrays[f"{name}-entropy"], color=colour)
    left.set(xlabel="step", ylabel="loss")
    middle.set(xlabel="step", ylabel="entropy of one qubit (bit)")
    right.set(xlabel="loss", ylabel="entropy of one qubit (bit)")
    left.legend(title="rule")
    return figure


def artefact(arrays: Mapping[str, Any]) -> Figure:
    """Draws the measure at the first moments and at the parameters."""
    figure, (left, right) = new_axes(1, 2)
    left.plot(np.arange(1, 51), arrays["artefact"], color=OURS, label="at first moments")
    known = [MEYER_WALLACH["blobs t=1"], MEYER_WALLACH["blobs t=50"]]
    mark_published(left, [1, 50], known)
    left.axhline(np.sin(1.8) ** 2, color=GUIDE, lw=1, ls=":", label="at zero angles")
    right.plot(np.arange(51), arrays["true"], color=EXACT, label="at the parameters")
    for axes in (left, right):
        axes.set(xlabel="step", ylabel="Meyer-Wallach at (0.5, 0.9)")
        axes.legend()
    return figure


def trainings(runs: Sequence[TaskResult], rates: Sequence[float]) -> Figure:
    """Draws the mean measure over the data, one line per seed, against step and loss."""
    figure, grid = new_axes(2, len(rates), squeeze=False)
    for column, rate in enumerate(rates):
        for run in runs:
            if run.parameter("rate") != rate:
                continue
            colour = OURS if run.parameter("data") == "ad-hoc" else POINTS
            style = "-" if run.parameter("entanglers") else "--"
            values, loss = run.arrays[_MEAN], run.arrays["loss"]
            grid[0, column].plot(values, color=colour, ls=style, lw=0.8)
            grid[1, column].plot(loss, values, color=colour, ls=style, lw=0.8)
        grid[0, column].set(xlabel="step", ylabel="Meyer-Wallach", title=f"rate {rate:g}")
        grid[1, column].set(xlabel="loss", ylabel="Meyer-Wallach")
    for label, colour in (("ad hoc", OURS), ("blobs", POINTS)):
        grid[0, 0].plot([], [], color=colour, label=label)
    grid[0, 0].legend()
    return figure
