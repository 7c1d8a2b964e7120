"""The figures of the outlook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qent_bell.closed_forms import psi2_concurrence
from qent_bell.death_in_time import PSI2_LATEST, W_BISEPARABLE_AFTER, psi2_alive, psi2_death
from qent_bell.slocc import CUTS
from qent_bell.study.outlook import OutlookSettings
from qent_bell.study.outlook_findings import certified_counts
from qent_bell.three_qubit_decay import ghz_negativity, w_negativity
from qent_studies import EXACT, GUIDE, OURS, POINTS, Results, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_QUESTIONS = {
    CUTS[0]: ("entangled across A|BC", OURS),
    "A|B|C": ("not fully separable", POINTS),
    "biseparable": ("genuinely entangled", EXACT),
}
_CLASSES = {"biseparable": "Bell pair and qubit", "w": "W class", "ghz": "GHZ class"}


def classes(results: Results, settings: OutlookSettings) -> Figure:
    """Draws the proven shares of every class against the strength."""
    figure, grid = new_axes(1, 3, sharey=True)
    p = np.array(settings.outlook_strengths)
    for axes, (name, title) in zip(grid, _CLASSES.items(), strict=True):
        for question, (label, colour) in _QUESTIONS.items():
            counts = {k: np.array(v) for k, v in certified_counts(results, name, question).items()}
            total = sum(counts.values())
            low, high = counts["entangled"] / total, 1 - counts["separable"] / total
            axes.plot(p, low, "o-", ms=3, color=colour, label=label)
            axes.fill_between(p, low, high, color=colour, alpha=0.25, lw=0)
        axes.set(xlabel="strength p of the dephasing", title=title)
    grid[0].set(ylabel="proven share")
    grid[0].legend(loc="lower left", bbox_to_anchor=(0.0, 0.08))
    return figure


def time_axis(results: Results, settings: OutlookSettings) -> Figure:
    """Draws concurrence and share of psi2, and negativity of three qubits, against time."""
    figure, (left, middle, right) = new_axes(1, 3)
    _psi2(left, results)
    run = results["outlook-time"]
    times = np.array(run.parameter("times"))
    fine = np.linspace(0, times.max(), 200)
    middle.plot(fine, psi2_alive(fine), color=EXACT, label="exact")
    middle.plot(times, np.array(run["alive"]) / run.parameter("count"), "o", color=OURS, ms=4)
    middle.axvline(PSI2_LATEST, color=GUIDE, lw=1, ls=":", label="arsinh 1")
    middle.set(xlabel="rate x time", ylabel="share of psi2 still entangled")
    middle.legend()
    _three_qubits(right, results)
    return figure


def _psi2(axes: Axes, results: Results) -> None:
    arrays = results["outlook-time"].arrays
    times = arrays["times"]
    for angle, curve in zip(arrays["angles"], arrays["curves"], strict=True):
        exact = psi2_concurrence(np.pi / 2, angle, 1 - np.exp(-times))
        axes.plot(times, exact, color=EXACT, lw=1)
        axes.plot(times[::6], curve[::6], ".", color=OURS, ms=4)
        axes.plot([psi2_death(angle)], [0], "x", color=POINTS, clip_on=False)
    axes.plot([], [], "x", color=POINTS, label="arsinh|sin phi|")
    axes.set(xlabel="rate x time", ylabel="concurrence of psi2, theta = pi/2")
    axes.legend()


def _three_qubits(axes: Axes, results: Results) -> None:
    arrays = results["outlook-decay"].arrays
    times = arrays["times"]
    for name, colour in (("w", POINTS), ("ghz", OURS)):
        low, median, high = arrays[f"{name} quantiles"].T
        axes.plot(times, median, color=colour, label=_CLASSES[name])
        axes.fill_between(times, low, high, color=colour, alpha=0.2, lw=0)
    fine = np.linspace(0, times.max(), 200)
    strength = 1 - np.exp(-fine)
    axes.plot(fine, ghz_negativity(strength), color=EXACT, lw=1, label="GHZ, exact")
    axes.plot(fine, w_negativity(strength), color=EXACT, lw=1, ls="--", label="W, exact")
    axes.axvline(W_BISEPARABLE_AFTER, color=GUIDE, lw=1, ls=":", label="W turns biseparable")
    axes.set(xlabel="rate x time", ylabel="negativity across a cut")
    axes.legend()
