"""Small pictures of families: purity and negativity along the one parameter that they have.

Drawn with rounded numbers and no library, so that the same states give the same bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from qent_core.api import StateBatch, cuts, label_states
from qent_core.build import build
from qent_core.registered import Component

_POINTS, _WIDTH, _HEIGHT = 41, 360.0, 150.0
_COLOURS = ("#7e57c2", "#00897b", "#ef6c00")


def picture_of(component: Component, target: Any) -> str | None:
    """Returns an SVG, or None if the family has not exactly one parameter along a line."""
    defaults = target.model_construct().model_dump(mode="json", warnings=False)
    lines = {n: v["uniform"] for n, v in defaults.items() if isinstance(v, dict) and "uniform" in v}
    varying = [name for name, value in defaults.items() if isinstance(value, dict)]
    required = any(field.is_required() for field in target.model_fields.values())
    if len(varying) != 1 or not lines or required:
        return None
    (name, (low, high)) = next(iter(lines.items()))
    along = np.linspace(low, high, _POINTS)
    first, second = (_states(component, name, along, seed) for seed in (0, 1))
    if first.dimension > 16 or not np.allclose(first.density(), second.density(), atol=1e-12):
        return None
    labels = label_states(first, ["negativity"])
    asked = cuts(first.parties)[:3]
    rho = first.density()
    curves = {f"negativity {cut}": labels.values(f"negativity[{cut}]") for cut in asked}
    curves["purity"] = np.einsum("nij,nji->n", rho, rho).real
    return _svg(name, along, curves)


def _states(component: Component, name: str, along: Any, seed: int) -> StateBatch:
    rng = np.random.default_rng(seed)
    return StateBatch.concatenate(
        [build(component, {name: float(x)}).sample(1, rng) for x in along]
    )


def _svg(name: str, along: Any, curves: dict[str, Any]) -> str:
    top = max(1.0, *(float(values.max()) for values in curves.values()))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH:g} {_HEIGHT + 50:g}" '
        'font-family="sans-serif" font-size="11" fill="none">',
        f'<path d="M30 8V{_HEIGHT - 10:g}H350" stroke="#888"/>',
    ]
    ticks = [(30, f"{along[0]:.3g}"), (190, name), (350, f"{along[-1]:.3g}")]
    parts += [
        f'<text x="{x}" y="{_HEIGHT + 5:g}" text-anchor="middle" fill="#888">{text}</text>'
        for x, text in ticks
    ]
    for y, text in ((12.0, f"{top:.3g}"), (_HEIGHT - 10, "0")):
        parts.append(f'<text x="26" y="{y:g}" text-anchor="end" fill="#888">{text}</text>')
    for number, (title, values) in enumerate(curves.items()):
        dashed = ' stroke-dasharray="4 3"' if title == "purity" else ""
        colour = "#888" if title == "purity" else _COLOURS[number]
        x = 30 + 320 * (along - along[0]) / (along[-1] - along[0])
        # Rounded first to what is certain, then to what is seen.
        y = np.round(_HEIGHT - 10 - (_HEIGHT - 18) * np.round(values / top, 9) + 1e-7, 1)
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
        parts.append(f'<polyline points="{points}" stroke="{colour}" stroke-width="2"{dashed}/>')
        place = f'x="{30 + 165 * (number % 2)}" y="{_HEIGHT + 24 + 16 * (number // 2):g}"'
        parts.append(f'<text {place} fill="{colour}">{title}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"
