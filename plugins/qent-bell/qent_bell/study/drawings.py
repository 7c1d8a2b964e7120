"""Figures 2 to 8 of the paper, with exact boundaries, ceilings and published values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qent_bell.closed_forms import (
    PSI1_SEPARABLE_FROM,
    PSI2_SEPARABLE_FROM,
    psi1_depolarized_boundary,
)
from qent_bell.study.numbers import at, classifiers, regressors
from qent_bell.study.sizes import ALL
from qent_bell.study.training_work import BINS
from qent_studies import (
    EXACT,
    GUIDE,
    OURS,
    POINTS,
    PUBLISHED,
    Results,
    TaskResult,
    mark_published,
    new_axes,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {"psi1": "#d99a00", "psi2": OURS, "psi3": "#238b45", "gt-A": POINTS, "gt-B": "#8a8a8a"}
_NAMES = {
    "psi1": r"$\psi_1$",
    "psi2": r"$\psi_2$",
    "psi3": r"$\psi_3$",
    "gt-A": "general, reading A",
    "gt-B": "general, reading B",
}
_INTERVALS = ("#08306b", "#4292c6", "#f16913", "#7f2704")
_THETA = (
    r"$\theta < \pi/8$",
    r"$\pi/8 \leq \theta < \pi/4$",
    r"$\pi/4 \leq \theta < 3\pi/8$",
    r"$3\pi/8 \leq \theta < \pi/2$",
)
_BINS = np.linspace(0, 1, 51)


def errors(results: Results, name: str) -> Figure:
    """Draws where the four-feature classifier errs: over p, over p and theta, by theta."""
    runs = classifiers(results, name)
    p, theta, entangled, wrong = _probes(runs)
    figure, (left, middle, right) = new_axes(1, 3)
    left.hist(p[entangled], _BINS, color=POINTS, alpha=0.45, label="entangled")
    left.hist(p[wrong], _BINS, color=OURS, alpha=0.8, label="misclassified")
    bayes = results["bayes"].arrays
    expected = len(p) * (_BINS[1] - _BINS[0]) * bayes[name]
    left.plot(bayes["strength"], expected, color=EXACT, label="exact: best rule")
    last = PSI1_SEPARABLE_FROM if name.startswith("psi1") else PSI2_SEPARABLE_FROM
    for axes in (left, right):
        axes.axvline(last, color=GUIDE, lw=1, ls=":")
    left.set(xlabel="noise strength p", ylabel="states", xlim=(0, 1))
    left.legend(loc="upper right")
    turns = np.linspace(0, 2 * np.pi, 61)
    counts, *_ = np.histogram2d(p[wrong], theta[wrong], [_BINS, turns])
    mesh = middle.pcolormesh(_BINS, turns, counts.T, cmap="viridis", rasterized=True)
    figure.colorbar(mesh, ax=middle, label="misclassified")
    fine = np.linspace(0, 2 * np.pi, 721)
    if name.startswith("psi1"):
        middle.plot(psi1_depolarized_boundary(fine), fine, color="white", lw=1.2, label="boundary")
    else:
        middle.axvline(last, color="white", lw=1.2, label=r"last boundary, $2-\sqrt{2}$")
    middle.set(xlabel="noise strength p", ylabel=r"$\theta$", ylim=(0, 2 * np.pi))
    middle.set_yticks([0, np.pi, 2 * np.pi], ["0", r"$\pi$", r"$2\pi$"])
    middle.legend(loc="upper right", facecolor="#444444", labelcolor="white", framealpha=0.8)
    for part in range(4):
        inside = wrong & (theta >= part * np.pi / 8) & (theta < (part + 1) * np.pi / 8)
        right.hist(
            p[inside],
            _BINS,
            histtype="step",
            lw=1.3,
            color=_INTERVALS[part],
            label=_THETA[part],
        )
    right.set(xlabel="noise strength p", ylabel="misclassified", xlim=(0, 1))
    for axes in (left, right):
        axes.set_ylim(top=1.3 * axes.get_ylim()[1])
    right.legend(loc="upper right")
    return figure


def partial_transposes(results: Results) -> Figure:
    """Draws the least eigenvalue of the partial transpose of general states, both readings."""
    figure, grid = new_axes(1, 2, sharey=True)
    for axes, name in zip(grid, ("gt-A", "gt-B"), strict=True):
        runs = [run for run in results.where(name=name) if "latest entangled" in run.values]
        edges = runs[0].arrays["edges"]
        counts = sum(run.arrays["histogram"] for run in runs)
        centres, negative = (edges[:-1] + edges[1:]) / 2, edges[1:] <= 1e-12
        width = edges[1] - edges[0]
        share = sum(run["entangled"] for run in runs) / sum(run["count"] for run in runs)
        axes.bar(
            centres[negative],
            counts[negative],
            width,
            color=POINTS,
            label=f"entangled, {100 * share:.1f} % (published: 42 %)",
        )
        axes.bar(centres[~negative], counts[~negative], width, color=EXACT, label="separable")
        axes.axvline(0, color=GUIDE, lw=1)
        axes.set(title=_NAMES[name], xlabel="least eigenvalue of the partial transpose")
        axes.set_xlim(-0.42, 0.25)
        axes.legend(loc="upper left", fontsize=7)
    grid[0].set(ylabel="states")
    return figure


def accuracies(results: Results, main: str) -> Figure:
    """Draws accuracies of both models on their own and on each other's data."""
    figure, (left, right) = new_axes(1, 2, sharey=True)
    for name in ("psi2", "gt-A", "gt-B"):
        runs = classifiers(results, name)
        if runs:
            label = "dephased " + _NAMES[name] if name == "psi2" else _NAMES[name]
            left.plot(ALL, _curve(runs), "o-", ms=3.5, color=_COLOURS[name], label=label)
    ceiling = results["bayes"]["psi2 accuracy"] if "bayes" in results else None
    if ceiling:
        _steps(left, [(3, ceiling), (5, 1.0)], r"exact ceiling of $\psi_2$")
    mark_published(left, [15, 4, 15, 4], [0.98, 0.866, 0.819, 0.712])
    other = "B" if main == "A" else "A"
    for reading, style in ((main, "-"), (other, "--")):
        gt = f"gt-{reading}"
        for name, where, colour, label in (
            ("psi2", gt, "#238b45", f"general {reading} data, dephasing model"),
            (gt, "psi2", "#3182bd", f"dephased data, general {reading} model"),
        ):
            runs = classifiers(results, name)
            if runs and f"on {where}" in runs[0].values:
                curve = _curve(runs, f"on {where}")
                right.plot(ALL, curve, ls=style, marker="o", ms=3, color=colour, label=label)
    mark_published(right, [15, 15], [0.925, 0.591])
    for y, shift, text in (
        (0.925, 0.035, "printed: general data,\ndephasing model"),
        (0.591, -0.085, "printed: dephased\ndata, general model"),
    ):
        right.annotate(text, (15, y), (11.4, y + shift), fontsize=7, color=PUBLISHED)
    for axes in (left, right):
        axes.set(xlabel="number of features", xticks=range(1, 16, 2), ylim=(0.45, 1.02))
        axes.legend(fontsize=7, loc="lower right" if axes is left else "upper left", handlelength=3)
    left.set(ylabel="accuracy", title="tested on data of the same kind")
    right.set(title="tested on the other's data")
    return figure


def large_networks(results: Results) -> Figure:
    """Draws accuracies of 15 and of 100 nodes on general states."""
    figure, grid = new_axes(1, 2, sharey=True)
    for axes, name in zip(grid, ("gt-A", "gt-B"), strict=True):
        for nodes, colour in ((15, GUIDE), (100, OURS)):
            runs = classifiers(results, name, nodes)
            if runs:
                states = runs[0].parameter("states")
                epochs = runs[0].parameter("epochs")
                label = f"{nodes} nodes, {states:,} states, {epochs} epochs"
                axes.plot(ALL, _curve(runs), "o-", ms=3.5, color=colour, label=label)
        axes.axhline(1, color=EXACT, lw=1, label="exact: all fifteen decide")
        axes.axhline(0.945, color=PUBLISHED, lw=0.8, ls=":")
        mark_published(axes, [9], [0.945], "published, best")
        axes.set(title=_NAMES[name], xlabel="number of features", xticks=range(1, 16, 2))
        axes.legend(fontsize=7)
    grid[0].set(ylabel="accuracy")
    return figure


def r2_by_features(results: Results, main: str) -> Figure:
    """Draws R² of the concurrence against the number of features, all families."""
    figure, axes = new_axes()
    for name, colour in _COLOURS.items():
        runs = regressors(results, name)
        if not runs:
            continue
        subsets = runs[0].parameter("subsets")
        values = np.mean([run["r2"] for run in runs], axis=0)
        style = "--" if name.startswith("gt") and name[-1] != main else "-"
        axes.plot(subsets, values, ls=style, marker="o", ms=3.5, color=colour, label=_NAMES[name])
    if "bayes" in results:
        _steps(axes, [(3, results["bayes"]["psi2 R2"]), (5, 1.0)], r"exact ceiling of $\psi_2$")
    mark_published(axes, [4] * 4, [0.99999, 0.975, 0.899, 0.404])
    axes.set(
        xlabel="number of features", ylabel=r"$R^2$", xticks=range(1, 16, 2), ylim=(-0.05, 1.05)
    )
    axes.legend(fontsize=7)
    return figure


def concurrences(results: Results) -> Figure:
    """Draws true and predicted concurrence of every family, from four features."""
    names = [name for name in _COLOURS if regressors(results, name)]
    figure, grid = new_axes(2, 3)
    centres = (BINS[:-1] + BINS[1:]) / 2
    zeros = {"psi1": 0.0, "psi2": 57.9, "psi3": 36.7}
    for axes, name in zip(grid.flat, names, strict=False):
        runs = [run for run in regressors(results, name) if "true" in run.arrays]
        true, said = (sum(run.arrays[key] for run in runs) for key in ("true", "predicted"))
        axes.bar(centres, true, BINS[1] - BINS[0], color=EXACT, alpha=0.45, label="true")
        axes.step(centres, said, where="mid", color=OURS, lw=1.2, label="predicted")
        share = 100 * float(np.mean([run["zeros"] for run in runs]))
        told = f" (published {zeros[name]:.1f} %)" if name in zeros else ""
        axes.set(
            title=f"{_NAMES[name]}: {share:.1f} % with C = 0{told}",
            xlabel="concurrence",
            ylabel="states",
            yscale="log",
        )
        axes.title.set_fontsize(9)
        axes.legend(fontsize=7)
    for axes in grid.flat[len(names) :]:
        axes.set_axis_off()
    return figure


def _probes(runs: Sequence[TaskResult]) -> tuple[Any, ...]:
    parts = {
        key: np.concatenate([run.arrays[key] for run in runs])
        for key in ("p", "theta", "entangled", "said-4")
    }
    wrong = parts["said-4"] != parts["entangled"]
    return parts["p"], parts["theta"], parts["entangled"].astype(bool), wrong


def _curve(runs: Sequence[TaskResult], where: str = "test") -> Any:
    return np.mean([[at(run, where, k) / run["tests"] for k in ALL] for run in runs], axis=0)


def _steps(axes: Axes, points: Sequence[tuple[float, float]], label: str) -> None:
    """Draws an exact ceiling that holds from one number of features to the next."""
    x, y = zip(*points, strict=True)
    axes.step([*x, 15], [*y, y[-1]], where="post", color=EXACT, lw=1.2, label=label)
