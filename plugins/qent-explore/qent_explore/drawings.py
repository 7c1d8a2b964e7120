"""Figures as SVG text in the colours of the page.

Drawn directly and not with Matplotlib: a figure is redrawn at every step of a slider, and a few
dozen shapes are text in well under a millisecond.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_WIDTH, _HEIGHT = 420, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 12, 22
_LARGEST_LABELLED = 9
"""Matrices up to this size show their numbers."""


def spectrum_figure(values: NDArray[np.float64]) -> str:
    """Returns eigenvalues as bars; negative ones have the colour of entanglement.

    Args:
        values: ``(D,)`` ascending.

    Example:
        >>> spectrum_figure(np.array([-0.5, 0.5])).count('class="bar negative"')
        1
    """
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    span = (high - low) or 1.0
    inner = _HEIGHT - _TOP - _BOTTOM

    def y(value: float) -> float:
        return _TOP + inner * (high - value) / span

    pitch = (_WIDTH - _LEFT - _RIGHT) / len(values)
    parts = []
    for number, value in enumerate(map(float, values)):
        top, height = min(y(value), y(0.0)), max(1.0, abs(y(value) - y(0.0)))
        # Rounding noise around zero is no negative eigenvalue.
        kind = "bar negative" if value < -1e-12 else "bar"
        parts.append(
            f'<rect class="{kind}" x="{_LEFT + pitch * (number + 0.12):.2f}" y="{top:.2f}" '
            f'width="{0.76 * pitch:.2f}" height="{height:.2f}"><title>{value:.6g}</title></rect>'
        )
    for value in dict.fromkeys((low, 0.0, high)):
        parts.append(
            f'<line class="guide" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" '
            f'y1="{y(value):.2f}" y2="{y(value):.2f}"/>'
        )
    marks = [0.0, *(v for v in (low, high) if abs(y(v) - y(0.0)) > 13)]
    for value in marks:
        parts.append(
            f'<text x="{_LEFT - 6}" y="{y(value) + 4:.2f}" text-anchor="end">{value:.3g}</text>'
        )
    parts.append(f'<text x="{_LEFT}" y="{_HEIGHT - 5}">eigenvalues, ascending</text>')
    return _svg(_WIDTH, _HEIGHT, parts)


def matrix_figure(matrix: NDArray[np.float64]) -> str:
    """Returns a matrix with entries from -1 to 1 as a map: one colour up, another down.

    Args:
        matrix: ``(m, n)``; numbers are written into small ones.

    Example:
        >>> matrix_figure(np.eye(2)).count("<rect")
        4
    """
    rows, columns = matrix.shape
    side = min(40.0, 400.0 / max(rows, columns))
    scale = max(1.0, float(np.abs(matrix).max()))
    labelled = max(rows, columns) <= _LARGEST_LABELLED
    parts = []
    for (row, column), entry in np.ndenumerate(matrix):
        value = float(entry)
        kind = "cell negative" if value < -1e-12 else "cell"
        x, y = 10 + side * column, 6 + side * row
        parts.append(
            f'<rect class="{kind}" x="{x:.2f}" y="{y:.2f}" width="{side - 1:.2f}" '
            f'height="{side - 1:.2f}" fill-opacity="{0.05 + 0.75 * abs(value) / scale:.3f}">'
            f"<title>{row}, {column}: {value:.6g}</title></rect>"
        )
        if labelled:
            parts.append(
                f'<text class="entry" x="{x + side / 2:.2f}" y="{y + side / 2 + 4:.2f}" '
                f'text-anchor="middle">{_short(value)}</text>'
            )
    return _svg(20 + side * columns, 12 + side * rows, parts)


def _short(value: float) -> str:
    text = f"{value:.2f}"
    return {"0.00": "0", "-0.00": "0", "1.00": "1", "-1.00": "−1"}.get(text, text.replace("-", "−"))


def _svg(width: float, height: float, parts: list[Any]) -> str:
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{width:.0f}px" role="img" '
        f'xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'
    )
