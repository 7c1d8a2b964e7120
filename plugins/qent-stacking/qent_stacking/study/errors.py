"""S0-15, S0-16: absolute errors against J, residuals against N at J = 5."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qent_stacking.study.found import pooled
from qent_stacking.study.published import LABEL
from qent_stacking.study.scores import Reals
from qent_stacking.study.settings import SPINS, Settings
from qent_studies import (
    EXACT,
    GUIDE,
    OURS,
    POINTS,
    Claim,
    Drawing,
    Finding,
    Outcome,
    Quantity,
    Results,
    concludes,
    new_axes,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_BINS = 10
_FEW = 10
"""Bins with fewer states say nothing about a spread."""

_PEAKED = 1.5
"""A largest spread below so many times the least one is flat."""


def box(errors: Reals) -> dict[str, float]:
    """Returns median, interquartile range and the share beyond the whiskers of absolute errors.

    Example:
        >>> box(np.arange(5.0))["interquartile range"]
        2.0
    """
    low, middle, high = np.quantile(errors, [0.25, 0.5, 0.75])
    return {
        "median": float(middle),
        "interquartile range": float(high - low),
        "share of outliers": float(np.mean(errors > high + 1.5 * (high - low))),
    }


def spread_in_bins(truth: Reals, residual: Reals, top: float) -> dict[float, float]:
    """Returns centre of a tenth of [0, top] to the standard deviation of the residuals in it."""
    found = {}
    place = np.clip((truth / top * _BINS).astype(int), 0, _BINS - 1)
    for number in range(_BINS):
        own = residual[place == number]
        if len(own) >= _FEW:
            found[round((number + 0.5) / _BINS, 2)] = float(own.std())
    return found


class Errors:
    """Conclusions on Figs. 5 and 6; mixed into the study."""

    @concludes("S0-15")
    def errors_of_pure(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Gives boxes for every regime, and residuals on constructed states at J = 5."""
        ours: list[Quantity] = []
        grows = []
        for regime in settings.regimes:
            grows.append(_boxes(results, f"pure-{regime}", f"regime {regime}", ours))
            fit = f"pure-{regime}-j5"
            truth = pooled(results, fit, "constructed")
            residual = pooled(results, fit, "constructed said") - truth
            bins = spread_in_bins(truth, residual, _top(settings))
            ours += _bins(f"regime {regime}, constructed", bins)
            error = float(np.abs(residual).mean())
            ours.append(Quantity(name=f"regime {regime}, constructed: MAE", value=error))
        random = pooled(results, f"pure-{settings.pure_regime}-j5", "true")
        ours.append(Quantity(name="least N of the test states, J = 5", value=float(random.min())))
        ours.append(Quantity(name="largest N of the test states, J = 5", value=float(random.max())))
        shape = all(
            _peaks(spread_in_bins(*_constructed(results, f"pure-{r}-j5"), _top(settings)))
            for r in settings.regimes
        )
        return _finding(claim, all(grows), shape, ours, _REASON_PURE)

    @concludes("S0-16")
    def errors_of_isotropic(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Gives boxes, and residuals over the whole range of N at J = 5."""
        ours: list[Quantity] = []
        grows = _boxes(results, "isotropic", "isotropic", ours)
        truth, residual = _residuals(results, "isotropic-j5")
        bins = spread_in_bins(truth, residual, _top(settings))
        ours += _bins("isotropic", bins)
        return _finding(claim, grows, _peaks(bins), ours, _REASON_ISOTROPIC)


_REASON_PURE = (
    "random states of J = 5 all have nearly the same N, so that even a constant makes small "
    "absolute errors there, and they reach neither end of [0, 1]; on constructed states, from "
    "product to maximally entangled, the residual says how far the stack extrapolates"
)
_REASON_ISOTROPIC = (
    "the target is a straight line above its kink, and the residual is that of CatBoost's steps; "
    "nothing makes the middle harder than the ends"
)


def error_figures(results: Results, settings: Settings) -> dict[str, Drawing]:
    """Returns Figs. 5 and 6."""

    def draw(names: tuple[str, ...], constructed: bool) -> Figure:
        figure, grid = new_axes(len(names), 2, squeeze=False)
        for row, name in enumerate(names):
            left, right = grid[row]
            errors = [np.abs(_residuals(results, f"{name}-j{s:g}")[1]) for s in SPINS]
            left.boxplot(
                errors,
                flierprops={"ms": 1.5, "mec": GUIDE, "rasterized": True},
                medianprops={"color": OURS},
            )
            left.set_xticks([1, 2, 3], [LABEL[s] for s in SPINS])
            left.set(ylabel="absolute error", title=name)
            truth, residual = _residuals(results, f"{name}-j5")
            if constructed:
                pair = _constructed(results, f"{name}-j5")
                right.plot(*pair, ".", ms=1.5, color=POINTS, label="constructed", rasterized=True)
            right.plot(truth, residual, ".", ms=1.5, color=OURS, label="test", rasterized=True)
            right.axhline(0, color=EXACT, ls="--", lw=1)
            right.set(xlabel="true N", ylabel="predicted - true", title="J = 5")
            right.legend(markerscale=5)
        return figure

    pure = tuple(f"pure-{regime}" for regime in settings.regimes)
    return {
        "fig5-errors-pure": Drawing(
            lambda: draw(pure, True),
            "Absolute errors by J, and residuals at J = 5; constructed states span all of N.",
            ("S0-15",),
        ),
        "fig6-errors-isotropic": Drawing(
            lambda: draw(("isotropic",), False),
            "Absolute errors by J, and residuals at J = 5, isotropic states.",
            ("S0-16",),
        ),
    }


def _top(settings: Settings) -> float:
    """The largest N at J = 5 in the units of the target."""
    return 1.0 if settings.target == "normalised" else 5.0


def _residuals(results: Results, fit: str) -> tuple[Reals, Reals]:
    truth = pooled(results, fit, "true")
    return truth, pooled(results, fit, "stack") - truth


def _constructed(results: Results, fit: str) -> tuple[Reals, Reals]:
    truth = pooled(results, fit, "constructed")
    return truth, pooled(results, fit, "constructed said") - truth


def _boxes(results: Results, name: str, label: str, ours: list[Quantity]) -> bool:
    """Adds the boxes of a family to ours; returns whether spread and outliers grow with J."""
    boxes = [box(np.abs(_residuals(results, f"{name}-j{spin:g}")[1])) for spin in SPINS]
    for spin, own in zip(SPINS, boxes, strict=True):
        for value, number in own.items():
            ours.append(Quantity(name=f"{label}, {LABEL[spin]}: {value}", value=number))
    return all(
        boxes[0][name] < boxes[1][name] < boxes[2][name]
        for name in ("interquartile range", "share of outliers")
    )


def _bins(label: str, bins: dict[float, float]) -> list[Quantity]:
    return [
        Quantity(name=f"{label}: std of the residual near {centre:g}", value=value)
        for centre, value in bins.items()
    ]


def _peaks(bins: dict[float, float]) -> bool:
    """True if the spread is largest from 0.4 to 0.7 and least, by a third, in the end tenths."""
    if not bins or not {0.05, 0.95} <= {*bins}:
        return False
    ordered = sorted(bins, key=lambda centre: bins[centre])
    flat = bins[ordered[-1]] < _PEAKED * bins[ordered[0]]
    return not flat and {*ordered[:2]} == {0.05, 0.95} and 0.4 < ordered[-1] < 0.7


def _finding(claim: Claim, grows: bool, peaks: bool, ours: list[Quantity], reason: str) -> Finding:
    said = (
        f"spread and outliers {'grow' if grows else 'do not both grow'} with J; the residuals "
        f"{'spread' if peaks else 'do not spread'} least at the ends and most from 0.4 to 0.7: "
    )
    outcome = Outcome.REPRODUCED if grows and peaks else Outcome.NOT_REPRODUCED
    return Finding(claim=claim.id, outcome=outcome, ours=tuple(ours), reason=said + reason)
