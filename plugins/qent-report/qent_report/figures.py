"""Figures of a run: predicted against true, residuals, confusion, and curves."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qent_core.curves import Curve
from qent_core.verdicts import Verdict

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qent_core.evaluation import Array

TRUTH, MODEL, POINTS, GUIDE = "#1b6ca8", "#c8452d", "#7a5c9e", "#5f6570"
"""Colours told apart in grey and by colour-blind readers, legible on light and dark ground."""

_MOST_POINTS = 3000

_STYLE: dict[str, Any] = {
    "figure.figsize": (5.2, 3.9),
    "figure.constrained_layout.use": True,
    "font.size": 10,
    "axes.grid": True,
    "grid.alpha": 0.25,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "svg.fonttype": "path",
    "svg.hashsalt": "qent",
}


def run_figures(
    task: str,
    targets: tuple[str, ...],
    true: Array,
    predicted: Array,
    curves: tuple[Curve, ...],
) -> dict[str, Callable[[], Figure]]:
    """Returns what each figure of a run is called and how it is drawn."""
    figures: dict[str, Callable[[], Figure]] = {}
    columns = zip(targets, np.atleast_2d(true.T), np.atleast_2d(predicted.T), strict=True)
    for number, (target, t, p) in enumerate(columns, start=1):
        suffix = f"-{number}" if len(targets) > 1 else ""
        if task == "regression":
            figures[f"predicted{suffix}"] = partial(agreement, t, p, target)
            figures[f"residuals{suffix}"] = partial(residuals, t, p, target)
        else:
            figures[f"confusion{suffix}"] = partial(confusion, t, p, target)
    for number, curve in enumerate(curves, start=1):
        suffix = f"-{number}" if len(curves) > 1 else ""
        figures[f"curve{suffix}"] = partial(curve_figure, curve)
    return figures


def agreement(true: Array, predicted: Array, target: str) -> Figure:
    """Draws predicted against true values with the diagonal."""
    figure, axes = _axes()
    rows = _thinned(len(true))
    low, high = float(min(true.min(), predicted.min())), float(max(true.max(), predicted.max()))
    axes.plot([low, high], [low, high], color=GUIDE, lw=1, label="exact", zorder=1)
    axes.scatter(true[rows], predicted[rows], s=6, color=MODEL, alpha=0.5, lw=0, zorder=2)
    axes.set(xlabel=f"true {target}", ylabel=f"predicted {target}")
    axes.legend(loc="upper left")
    return figure


def residuals(true: Array, predicted: Array, target: str) -> Figure:
    """Draws predicted minus true against true values."""
    figure, axes = _axes()
    rows = _thinned(len(true))
    axes.axhline(0, color=GUIDE, lw=1)
    axes.scatter(true[rows], (predicted - true)[rows], s=6, color=MODEL, alpha=0.5, lw=0)
    axes.set(xlabel=f"true {target}", ylabel="predicted − true")
    axes.ticklabel_format(axis="y", style="sci", scilimits=(-2, 3), useMathText=True)
    return figure


def confusion(true: Array, predicted: Array, target: str) -> Figure:
    """Draws the counts of right and wrong verdicts."""
    verdicts = (Verdict.SEPARABLE, Verdict.ENTANGLED)
    counts = np.array(
        [[((true == t) & (predicted == p)).sum() for p in verdicts] for t in verdicts]
    )
    figure, axes = _axes()
    axes.imshow(counts / max(1, counts.max()), cmap="Purples", vmin=0, vmax=1.4)
    for (row, column), count in np.ndenumerate(counts):
        axes.text(column, row, f"{count}", ha="center", va="center", fontsize=13)
    words = [verdict.word for verdict in verdicts]
    axes.set(xlabel="predicted", ylabel=f"true {target}")
    axes.set_xticks([0, 1], words)
    axes.set_yticks([0, 1], words)
    axes.grid(False)
    return figure


def curve_figure(curve: Curve) -> Figure:
    """Draws the exact line, the model's line, the test states and the threshold."""
    figure, axes = _axes()
    rows = _thinned(len(curve.test_x))
    exact = "exact (closed form)" if curve.closed_form else "exact (computed)"
    axes.scatter(
        curve.test_x[rows],
        curve.test_predicted[rows],
        s=6,
        color=POINTS,
        alpha=0.35,
        lw=0,
        label="test states, predicted",
    )
    axes.plot(curve.x, curve.exact, color=TRUTH, lw=2.4, label=exact)
    axes.plot(curve.x, curve.predicted, color=MODEL, lw=1.3, ls="--", label="model")
    if curve.threshold is not None:
        axes.axvline(curve.threshold, color=GUIDE, lw=1, ls=":")
        axes.annotate(
            f"entangled above {curve.threshold:.4g}",
            (curve.threshold, axes.get_ylim()[1]),
            xytext=(4, -10),
            textcoords="offset points",
            color=GUIDE,
            fontsize=9,
        )
    axes.set(xlabel=curve.label, ylabel=curve.target)
    axes.legend(loc="center left")
    return figure


def save_figures(
    figures: Mapping[str, Callable[[], Figure]], folder: Path, *, pdf: bool = False
) -> None:
    """Draws every figure as SVG and PNG into a folder.

    Args:
        figures: Figure name to what draws it.
        folder: Where to write.
        pdf: Write a PDF of each as well, for papers.
    """
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(_STYLE):
        for name, draw in figures.items():
            figure = draw()
            FigureCanvasAgg(figure)
            figure.savefig(folder / f"{name}.png", dpi=150, metadata={"Software": None})
            if pdf:
                figure.savefig(folder / f"{name}.pdf", metadata={"CreationDate": None})
            (folder / f"{name}.svg").write_text(_svg(figure), encoding="utf-8")


def svg_text(draw: Callable[[], Figure]) -> str:
    """Returns a figure as SVG, drawn in the style of the project."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    with mpl.rc_context(_STYLE):
        figure = draw()
        FigureCanvasAgg(figure)
        return _svg(figure)


def _svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", transparent=True, metadata={"Date": None})
    return text.getvalue()


def _axes() -> tuple[Figure, Axes]:
    from matplotlib.figure import Figure

    figure = Figure()
    return figure, figure.subplots()


def _thinned(count: int) -> Any:
    # An SVG with every state of a large run would be megabytes; the picture would be the same.
    step = max(1, -(-count // _MOST_POINTS))
    return slice(None, None, step)
