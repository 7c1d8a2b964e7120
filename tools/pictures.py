"""Small pictures of families and channels, computed from them as ``picture_table`` says.

Random states come from a fixed seed and numbers are rounded before they are drawn, so that the same
states give the same bytes.
"""

from __future__ import annotations

from string import ascii_uppercase
from typing import Any

import numpy as np
from drawing import Curve, Row, curves, outlines, regions
from picture_table import CHANNELS, FAMILIES, Histogram, Map, Parameters, Sweep

from qent_core.api import StateBatch
from qent_core.build import build
from qent_core.linalg import partial_trace, partial_transpose, realign
from qent_core.registered import Component
from qent_core.registry import default_registry

_POINTS, _BINS, _SEED = 80, 40, 0
_EXCESS = "realignment, (‖R‖ − 1)/2"
_CERTAIN = 1e-9
"""What is smaller counts as zero: far above rounding, far below what can be seen."""


def picture_of(component: Component) -> tuple[str, str] | None:
    """Returns an SVG and what it shows, or None if the table has no picture of the component."""
    table = {"state-family": FAMILIES, "channel": CHANNELS}.get(component.kind, {})
    shown = table.get(component.name)
    if isinstance(shown, Sweep):
        return _sweep(component, shown)
    if isinstance(shown, Histogram):
        return _histogram(component, shown)
    return _map(component, shown) if isinstance(shown, Map) else None


def _sweep(component: Component, shown: Sweep) -> tuple[str, str]:
    if isinstance(shown.along, range):
        along = np.array(shown.along)
    else:
        # With verdicts no point is 1/2, 1/3 or 1/4 of the way: there states are on a border, open.
        along = np.linspace(*shown.along, _POINTS if shown.questions else _POINTS + 1)
    found, rows = [], []
    for label, parameters in shown.variants.items():
        state = shown.states.get(label, "Bell")
        batches = _along(component, shown, along, parameters, state)
        for cut in ("A|BC",) if state == "GHZ" else shown.cuts:
            title = label if len(shown.cuts) == 1 else cut
            title = title or "negativity"
            values = [_negativities(batch, cut) for batch in batches]
            found.append(Curve(title, np.concatenate(values)))
        if shown.realignment:
            excess = np.concatenate([_excesses(batch, shown.cuts[0]) for batch in batches])
            found.append(Curve(_EXCESS, excess, dashed=True))
        for question in shown.questions:
            verdicts = np.concatenate([_verdicts(batch, question) for batch in batches])
            title = label if len(shown.questions) == 1 else question
            rows.append(Row(title, verdicts))
    what = "negativity" + (f" and {_EXCESS}," if shown.realignment else "")
    svg = curves(shown.over, along, found, rows, points=isinstance(shown.along, range))
    return svg, f"{what} against {shown.over}"


def _along(
    component: Component, shown: Sweep, along: Any, parameters: Parameters, state: str
) -> list[StateBatch]:
    """Returns the states along the parameter, in batches of equal dims."""
    rng = np.random.default_rng(_SEED)
    if component.kind == "channel":
        kets = {"Bell": [1, 0, 0, 1], "GHZ": [1, 0, 0, 0, 0, 0, 0, 1]}[state]
        batch = StateBatch(
            np.tile(np.array(kets) / np.sqrt(2), (len(along), 1)), (2,) * (len(kets) // 4 + 1)
        )
        values = {shown.over: {"values": along.tolist()}}
        return [build(component, {**parameters, **values}).apply(batch, rng)]
    if shown.singly or isinstance(shown.along, range):
        each = [{**parameters, shown.over: value} for value in along.tolist()]
        return [build(component, one).sample(1, rng) for one in each]
    values = {shown.over: {"values": along.tolist()}}
    return [build(component, {**parameters, **values}).sample(len(along), rng)]


def _histogram(component: Component, shown: Histogram) -> tuple[str, str]:
    registry = default_registry()
    found, zeros = [], []
    for label, given in shown.variants.items():
        parameters = dict(given)
        other = parameters.pop("use", component.name)
        source = registry.resolve(other, component.kind)
        rng = np.random.default_rng(_SEED)
        if component.kind == "channel":
            ground = StateBatch(np.tile([1.0, 0.0], (shown.count, 1)), (2,))
            batch = build(source, parameters).apply(ground, rng)
        else:
            batch = build(source, parameters).sample(shown.count, rng)
        values = _measured(batch, shown)
        zero = shown.measure == "negativity" and (values < _CERTAIN).any()
        zeros.append(f", {np.mean(values < _CERTAIN):.0%} PPT" if zero else "")
        found.append((label, values))
    signed = shown.measure in ("z", "realignment")
    low = -1.0 if shown.measure == "z" else min(v.min() for _, v in found) if signed else 0.0
    high = 1.0 if shown.measure in ("z", "purity") else max(float(v.max()) for _, v in found)
    low, high = np.floor(low * 20) / 20, np.ceil(high * 20 - _CERTAIN) / 20
    drawn = []
    for (label, values), zero in zip(found, zeros, strict=True):
        seen = values[values >= _CERTAIN] if shown.measure == "negativity" else values
        counts = np.histogram(np.clip(seen, low, high), _BINS, (low, high))[0]
        drawn.append(Curve(f"{label}{zero}".strip(", "), counts / len(values)))
    cut = {"A|B": "", "half": " of half against half"}.get(shown.cut, f" {shown.cut}")
    names = {
        "negativity": f"negativity{cut}",
        "realignment": _EXCESS,
        "purity": "purity",
        "z": "expectation value of Z on A",
    }
    title = names[shown.measure]
    return outlines(title, low, high, drawn), f"{title} of {shown.count} random states"


def _map(component: Component, shown: Map) -> tuple[str, str]:
    (low, high), (bottom, top) = shown.along
    across = np.geomspace(low, high, 75)
    grid = np.linspace(bottom, top, 40)
    rows = []
    for height in grid:
        values = {shown.over[0]: {"values": across.tolist()}, shown.over[1]: float(height)}
        batch = build(component, {**shown.fixed, **values}).sample(len(across), _rng())
        rows.append(_verdicts(batch, shown.question))
    svg = regions(shown.over, shown.along, np.array(rows))
    return svg, f"verdict on {shown.question} against {shown.over[0]} and {shown.over[1]}"


def _rng() -> np.random.Generator:
    return np.random.default_rng(_SEED)


def _measured(batch: StateBatch, shown: Histogram) -> Any:
    if shown.measure == "negativity":
        return _negativities(batch, shown.cut)
    if shown.measure == "realignment":
        return _excesses(batch, shown.cut)
    if shown.measure == "purity":
        rho = batch.density()
        return np.einsum("nij,nji->n", rho, rho).real
    first = (
        partial_trace(batch.density(), batch.dims, [0]) if batch.parties > 1 else batch.density()
    )
    return (first[:, 0, 0] - first[:, 1, 1]).real


def _side(batch: StateBatch, cut: str) -> list[int]:
    """Returns the parties left of the bar, which may say ``half`` or ``rest``."""
    left = ascii_uppercase[: batch.parties // 2] if cut == "half" else cut.partition("|")[0]
    return [ascii_uppercase.index(letter) for letter in left]


def _negativities(batch: StateBatch, cut: str) -> Any:
    turned = partial_transpose(batch.density(), batch.dims, _side(batch, cut))
    eigenvalues = np.linalg.eigvalsh(turned)
    return np.where(eigenvalues < -_CERTAIN, -eigenvalues, 0.0).sum(axis=1)


def _excesses(batch: StateBatch, cut: str) -> Any:
    realigned = realign(batch.density(), batch.dims, _side(batch, cut))
    return (np.linalg.svd(realigned, compute_uv=False).sum(axis=1) - 1) / 2


def _verdicts(batch: StateBatch, question: str) -> list[str]:
    """Returns what is known of each state: separable, PPT-entangled, NPT, entangled or open."""
    if question.endswith("|rest"):
        left = question.partition("|")[0]
        question = f"{left}|{ascii_uppercase[len(left) : batch.parties]}"
    cut = question.count("|") == 1
    npt = _negativities(batch, question) > _CERTAIN if cut else np.zeros(len(batch), bool)
    known = batch.known.get(question, np.full(len(batch), -1))
    found = []
    for verdict, negative in zip(known.tolist(), npt.tolist(), strict=True):
        entangled = "PPT-entangled" if cut else "entangled"
        name = {0: "separable", 1: entangled, -1: "open"}[int(verdict)]
        found.append("NPT" if negative else name)
    return found
