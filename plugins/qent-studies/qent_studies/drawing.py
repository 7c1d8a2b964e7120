"""Figures of studies: one palette, and one way to mark what was published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qent_report.figures import GUIDE, MODEL, POINTS, TRUTH

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["EXACT", "GUIDE", "OURS", "POINTS", "PUBLISHED", "Drawing", "mark_published", "new_axes"]

EXACT = TRUTH
"""Colour of closed forms and other proven lines."""

OURS = MODEL
"""Colour of what was recomputed."""

PUBLISHED = "#1d1d1d"
"""Colour of published values."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure of a study."""

    draw: Callable[[], Figure]
    """Makes the figure; called in the style of the project."""
    caption: str = ""
    claims: tuple[str, ...] = ()
    """Claims it shows; it is drawn only if one of them is wanted. Empty: in whole runs only."""


def new_axes(rows: int = 1, columns: int = 1, **options: Any) -> tuple[Figure, Any]:
    """Returns a figure and its axes, without touching the state of ``matplotlib.pyplot``.

    Args:
        rows: Rows of axes.
        columns: Columns of axes.
        options: Further arguments of ``Figure.subplots``.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.2 * columns + 1, 3.2 * rows + 0.7))
    return figure, figure.subplots(rows, columns, **options)


def mark_published(axes: Axes, x: Any, y: Any, label: str = "published") -> None:
    """Marks published values as open diamonds, above everything else.

    Args:
        axes: Where to draw.
        x: Where they stand on the horizontal axis.
        y: The published values.
        label: Their name in the legend.
    """
    axes.plot(
        x,
        y,
        ls="",
        marker="D",
        ms=6,
        mfc="none",
        mec=PUBLISHED,
        mew=1.2,
        label=label,
        zorder=5,
        clip_on=False,
    )
