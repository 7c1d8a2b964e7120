"""Plain SVG of curves, outlines and regions, legible on a light and on a dark page.

Written by hand with rounded numbers: no library's version changes a byte.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np

_LEFT, _RIGHT, _TOP, _BOTTOM = 50.0, 350.0, 20.0, 140.0
_COLOURS = ("#1e88e5", "#e0457b", "#a67c52")
_GREY = "#888"
VERDICT_COLOURS = {
    "separable": "#00897b",
    "PPT-entangled": "#ef6c00",
    "entangled": "#ef6c00",
    "NPT": "#8e6bd0",
    "open": "#9e9e9e",
}


@dataclass(frozen=True)
class Curve:
    """Values with a title; all curves of a picture have the same places along the axis."""

    title: str
    values: Any
    dashed: bool = False


@dataclass(frozen=True)
class Row:
    """A strip of verdicts below the axis."""

    title: str
    verdicts: list[str]


def curves(name: str, along: Any, drawn: list[Curve], rows: list[Row], *, points: bool) -> str:
    """Returns curves over an axis and strips of verdicts below it."""
    low = min(0.0, *(float(curve.values.min()) for curve in drawn))
    high = max(0.0, *(float(curve.values.max()) for curve in drawn))
    high = high if high > 1e-9 else -low / 20
    parts = [*_vertical(low, high), *_ticks(_number(along[0]), name, _number(along[-1]))]
    if all(curve.title != "negativity" for curve in drawn):
        parts.append(_text(_LEFT, _TOP - 9, "start", "negativity", _GREY))
    x = _placed(along, along[0], along[-1])
    for number, curve in enumerate(drawn):
        # Rounded first to what is certain, then to what is seen.
        y = _height(np.round(curve.values, 9), low, high)
        style = f'stroke="{_COLOURS[number % 3]}" stroke-width="2"'
        dash = ' stroke-dasharray="5 3"' if curve.dashed else ""
        path = _path(x, y)
        parts.append(f'<polyline points="{path}" {style}{dash}/>')
        if points:
            parts += [
                f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{_COLOURS[number % 3]}"/>'
                for a, b in zip(x, y, strict=True)
            ]
    below = _BOTTOM + 28.0
    half = (x[1] - x[0]) / 2
    for row in rows:
        start = 0
        for verdict, run in groupby(row.verdicts):
            end = start + len(list(run))
            left, right = max(_LEFT, x[start] - half), min(_RIGHT, x[end - 1] + half)
            parts.append(
                f'<rect x="{left:.1f}" y="{below:g}" width="{right - left:.1f}" height="8" '
                f'fill="{VERDICT_COLOURS[verdict]}"/>'
            )
            start = end
        if len(rows) > 1:
            parts.append(_text(_LEFT, below + 19, "start", row.title, _GREY))
        below += 26.0 if len(rows) > 1 else 12.0
    seen = {verdict: None for row in rows for verdict in row.verdicts}
    words = [(curve.title, _COLOURS[n % 3]) for n, curve in enumerate(drawn)]
    return _whole(parts, words, [(v, VERDICT_COLOURS[v]) for v in seen], below + 8)


def outlines(name: str, low: float, high: float, drawn: list[Curve]) -> str:
    """Returns outlines of histograms: the share of the states in each of equal intervals."""
    top = max(float(curve.values.max()) for curve in drawn)
    parts = [*_vertical(0.0, top, percent=True), *_ticks(_number(low), name, _number(high))]
    for number, curve in enumerate(drawn):
        edges = np.linspace(_LEFT, _RIGHT, len(curve.values) + 1)
        y = _height(curve.values, 0.0, top)
        x = np.repeat(edges, 2)[1:-1]
        path = _path([_LEFT, *x, _RIGHT], [_BOTTOM, *np.repeat(y, 2), _BOTTOM])
        colour = _COLOURS[number % 3]
        parts.append(
            f'<polyline points="{path}" stroke="{colour}" stroke-width="1.5" fill="{colour}" '
            'fill-opacity="0.15"/>'
        )
    words = [(curve.title, _COLOURS[n % 3]) for n, curve in enumerate(drawn)]
    return _whole(parts, words, [], _BOTTOM + 34)


def regions(names: tuple[str, str], along: Any, verdicts: Any) -> str:
    """Returns a map of verdicts, ``(rows, columns)`` from the bottom up."""
    (low, high), (bottom, top) = along
    tall, wide = (_BOTTOM - _TOP) / len(verdicts), (_RIGHT - _LEFT) / len(verdicts[0])
    areas: dict[str, str] = {}
    for number, row in enumerate(verdicts.tolist()):
        start = 0
        for verdict, run in groupby(row):
            length = len(list(run))
            corner = f"M{_LEFT + start * wide:g} {_BOTTOM - (number + 1) * tall:g}"
            piece = f"{corner}h{length * wide:g}v{tall:g}h-{length * wide:g}z"
            areas[verdict] = areas.get(verdict, "") + piece
            start += length
    parts = [
        f'<path d="{area}" fill="{VERDICT_COLOURS[verdict]}" shape-rendering="crispEdges"/>'
        for verdict, area in areas.items()
    ]
    for y, text in ((_TOP + 4, _number(top)), (_BOTTOM, _number(bottom))):
        parts.append(_text(_LEFT - 4, y, "end", text, _GREY))
    middle = (_TOP + _BOTTOM) / 2
    parts.append(
        f'<text x="38" y="{middle:g}" text-anchor="middle" fill="{_GREY}" '
        f'transform="rotate(-90 38 {middle:g})">{_words(names[1])}</text>'
    )
    parts += _ticks(_number(low), f"{names[0]} (logarithmic)", _number(high))
    seen = dict.fromkeys(verdicts.ravel().tolist())
    return _whole(parts, [], [(v, VERDICT_COLOURS[v]) for v in seen], _BOTTOM + 34)


def _vertical(low: float, high: float, *, percent: bool = False) -> list[str]:
    zero = _height(np.array([0.0]), low, high)[0]
    lines = [f'<path d="M{_LEFT:g} {_TOP:g}V{_BOTTOM:g}M{_LEFT:g} {zero:.1f}H{_RIGHT:g}"/>']
    texts = [(zero + 4, "0")]
    if zero - _TOP > 10:
        texts.append((_TOP + 4, f"{high:.0%}" if percent else _number(high)))
    if low < 0 and _BOTTOM - zero > 14:
        texts.append((_BOTTOM + 2, _number(low)))
    marks = [_text(_LEFT - 4, y, "end", text, _GREY) for y, text in texts]
    return [line.replace("/>", f' stroke="{_GREY}"/>') for line in lines] + marks


def _ticks(first: str, name: str, last: str) -> list[str]:
    y = _BOTTOM + 17
    middle = (_LEFT + _RIGHT) / 2
    return [
        _text(_LEFT, y, "start", first, _GREY),
        _text(middle, y, "middle", name, _GREY),
        _text(_RIGHT, y, "end", last, _GREY),
    ]


def _whole(
    parts: list[str], titles: list[tuple[str, str]], verdicts: list[tuple[str, str]], y: float
) -> str:
    words = list(parts)
    for entries in (titles, verdicts):
        x = _LEFT
        for text, colour in entries:
            wide = 6.2 * len(text) + 14
            if x > _LEFT and x + wide > _RIGHT + 20:
                x, y = _LEFT, y + 16
            words.append(_text(x, y, "start", text, colour))
            x += wide
        if entries:
            y += 16
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 {y - 8:g}" '
        'font-family="sans-serif" font-size="11" fill="none">'
    )
    return "\n".join([opening, *words, "</svg>"]) + "\n"


def _placed(values: Any, first: float, last: float) -> Any:
    return _LEFT + (_RIGHT - _LEFT) * (np.asarray(values, float) - first) / (last - first)


def _height(values: Any, low: float, high: float) -> Any:
    share = (values - low) / (high - low)
    return np.round(_BOTTOM - (_BOTTOM - _TOP) * share + 1e-7, 1)


def _path(x: Any, y: Any) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _number(value: float) -> str:
    text = f"{value:.0f}" if abs(value) >= 100 else f"{value:.2g}"
    return text.replace("-", "\N{MINUS SIGN}")


def _words(text: str) -> str:
    return text.replace("_", " ").replace("&", "&amp;").replace("<", "&lt;")


def _text(x: float, y: float, anchor: str, text: str, colour: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="{colour}">{_words(text)}</text>'
