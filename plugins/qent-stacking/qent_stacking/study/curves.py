"""S0-18, S0-20, S0-21: the tunable pure state, and the threshold in alpha."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qent_stacking.study.found import mean, tasks_of
from qent_stacking.study.published import LABEL
from qent_stacking.study.settings import SPINS, Settings
from qent_stacking.study.states import local_dimension
from qent_studies import (
    EXACT,
    GUIDE,
    OURS,
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

_FOLLOWS = 0.05
"""Mean absolute distance, as a share of the curve's height, that still counts as an overlay."""

_THRESHOLD, _SLOPE = 0.01, 0.02
"""How far the threshold and, relatively, the slope may be off."""


class Curves:
    """Conclusions on the lower rows of Figs. 7 and 8; mixed into the study."""

    @concludes("S0-18")
    def zeta(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Measures how far the prediction is from |sin 2 theta|/(d - 1)."""
        ours, apart, outside = [], [], []
        for regime in settings.regimes:
            for spin in SPINS:
                fit, name = f"pure-{regime}-j{spin:g}", f"regime {regime}, {LABEL[spin]}"
                first = tasks_of(results, fit)[0]
                height = float(first.arrays["curve"].max())
                distance = mean(results, fit, "curve MAE")
                ours += [
                    Quantity(name=f"{name}: mean distance over height", value=distance / height),
                    Quantity(name=f"{name}: N trained on, from", value=first["trained from"]),
                    Quantity(name=f"{name}: N trained on, to", value=first["trained to"]),
                    Quantity(name=f"{name}: height of the curve", value=height),
                ]
                if distance > _FOLLOWS * height:
                    apart.append(f"{name} ({distance / height:.2g})")
                if first["trained from"] > height:
                    outside.append(name)
        follows = not apart
        return Finding(
            claim=claim.id,
            outcome=Outcome.REPRODUCED if follows else Outcome.NOT_REPRODUCED,
            ours=tuple(ours),
            reason=""
            if follows
            else f"mean distance over {_FOLLOWS:.0%} of the curve's height: {', '.join(apart)}. "
            f"The whole curve lies below all training states in: {', '.join(outside) or 'none'}",
        )

    @concludes("S0-20")
    def threshold(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Compares threshold and slope of the prediction with 1/(d+1) and (d+1)/d."""
        ours, wrong = [], []
        for spin in SPINS:
            d, fit = local_dimension(spin), f"isotropic-j{spin:g}"
            exact = (d + 1) / d * (1.0 if settings.target == "normalised" else (d - 1) / 2)
            threshold, slope = (mean(results, fit, name) for name in ("threshold", "slope"))
            ours.append(_plain(results, fit, "threshold", f"{LABEL[spin]}: threshold"))
            ours.append(Quantity(name=f"{LABEL[spin]}: exact threshold", value=1 / (d + 1)))
            ours.append(_plain(results, fit, "slope", f"{LABEL[spin]}: slope"))
            ours.append(Quantity(name=f"{LABEL[spin]}: exact slope", value=exact))
            ours.append(_plain(results, fit, "below", f"{LABEL[spin]}: largest N below it"))
            off = abs(threshold - 1 / (d + 1)) > _THRESHOLD or abs(slope / exact - 1) > _SLOPE
            if off:
                wrong.append(LABEL[spin])
        return Finding(
            claim=claim.id,
            outcome=Outcome.NOT_REPRODUCED if wrong else Outcome.REPRODUCED,
            ours=tuple(ours),
            reason=f"off by more than {_THRESHOLD} in alpha or {_SLOPE:.0%} in slope: "
            f"{', '.join(wrong)}"
            if wrong
            else "",
        )

    @concludes("S0-21")
    def real_and_symmetric(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Measures the antisymmetric and the imaginary part."""
        apart = results["real-symmetric"]["asymmetry"]
        good = apart < 1e-15
        return Finding(
            claim=claim.id,
            outcome=Outcome.REPRODUCED if good else Outcome.NOT_REPRODUCED,
            ours=(Quantity(name="largest |rho - rho^T| or imaginary part", value=apart),),
            reason="" if good else "the matrices drawn are not symmetric",
        )


def curve_figures(results: Results, settings: Settings) -> dict[str, Drawing]:
    """Returns the lower rows of Figs. 7 and 8."""

    def draw(name: str, variable: str, label: str) -> Figure:
        figure, grid = new_axes(1, 3)
        for axes, spin in zip(grid, SPINS, strict=True):
            found = tasks_of(results, f"{name}-j{spin:g}")
            x = found[0].arrays[variable]
            for number, one in enumerate(found):
                axes.plot(x, one.arrays["curve said"], color=OURS, lw=0.8, alpha=0.7,
                          label="predicted, each seed" if not number else None)  # fmt: skip
            axes.plot(x, found[0].arrays["curve"], color=EXACT, lw=1.5, label="exact")
            if variable == "alpha":
                edge = 1 / (local_dimension(spin) + 1)
                axes.axvline(edge, color=GUIDE, ls=":", lw=1, label="threshold 1/(d+1)")
            else:
                low, high = found[0]["trained from"], found[0]["trained to"]
                axes.axhspan(low, high, color=GUIDE, alpha=0.15, label="N trained on")
            axes.set(xlabel=label, ylabel="N", title=LABEL[spin])
            axes.legend()
        return figure

    figures = {
        f"fig7-zeta-{regime}": Drawing(
            lambda regime=regime: draw(f"pure-{regime}", "theta", "theta"),  # type: ignore[misc]
            f"cos(theta)|-J,-J> + sin(theta)|J,J>, stack trained on regime {regime}; the band is "
            "where 99.8 % of the training states lie.",
            ("S0-18",),
        )
        for regime in settings.regimes
    }
    figures["fig8-alpha"] = Drawing(
        lambda: draw("isotropic", "alpha", "alpha"),
        "Isotropic states of maximally entangled phi against alpha.",
        ("S0-20",),
    )
    return figures


def _plain(results: Results, fit: str, value: str, name: str) -> Quantity:
    numbers = [float(r[value]) for r in tasks_of(results, fit)]
    seeds = tuple(sorted(int(r.parameter("seed")) for r in tasks_of(results, fit)))
    return Quantity(name=name, value=float(np.mean(numbers)), seeds=seeds)
