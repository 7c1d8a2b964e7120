"""The figures of the benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qent_siamese.study.bound_entanglement.families import FAMILIES
from qent_siamese.study.bound_entanglement.plan import MODELS, models_of
from qent_siamese.study.bound_entanglement.settings import Settings
from qent_siamese.study.bound_entanglement.work import NONE
from qent_studies import EXACT, GUIDE, OURS, POINTS, Results, new_axes

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def areas(results: Results, settings: Settings) -> Figure:
    """Draws the areas under the curve, one row of axes per system, one marker per model."""
    figure, grid = new_axes(len(settings.systems), 1, squeeze=False)
    for axes, system in zip(grid[:, 0], settings.systems, strict=True):
        families = list(FAMILIES[system])
        named: set[str] = set()
        models = models_of(settings, system)
        for place, model in enumerate(models):
            colour = f"C{MODELS['2x4'].index(model)}"
            for held in (True, False):
                for number, family in enumerate(families):
                    rows = results.where(
                        system=system, model=model, held_out=family if held else NONE
                    )
                    cells = [row["families"][family]["auc"] for row in rows]
                    if not all(cells) or not cells:
                        continue
                    x = number + 0.1 * (place - (len(models) - 1) / 2)
                    y = np.mean([cell["value"] for cell in cells])
                    low = y - np.mean([cell["low"] for cell in cells])
                    high = np.mean([cell["high"] for cell in cells]) - y
                    axes.errorbar(
                        x,
                        y,
                        [[low], [high]],
                        color=colour,
                        marker="o",
                        ms=4,
                        lw=0.8,
                        mfc=colour if held else "none",
                        label=None if model in named else model,
                    )
                    named.add(model)
        axes.axhline(50, color=GUIDE, lw=0.8, ls=":")
        axes.set_xticks(range(len(families)), families)
        axes.set(title=system, ylabel="area under the curve (%)", ylim=(-2, 102))
        axes.set_xlim(-0.5, len(families) - 0.5)
        if named:
            axes.legend(fontsize="x-small", ncols=2)
    return figure


def purities(results: Results, settings: Settings) -> Figure:
    """Draws the purities of both kinds, one column of axes per system."""
    figure, grid = new_axes(2, len(settings.systems), squeeze=False)
    for column, system in enumerate(settings.systems):
        (result, *_) = [r for key, r in results.items() if key.startswith(f"physical-{system}-")]
        for row, kind in enumerate(("all", "pairs")):
            axes = grid[row, column]
            both = [
                np.concatenate(
                    [
                        result.arrays[f"{family} {kind} purity"][
                            result.arrays[f"{family} {kind} entangled"] == truth
                        ]
                        for family in FAMILIES[system]
                    ]
                )
                for truth in (True, False)
            ]
            bins = np.linspace(0.1, 0.8, 36)
            for values, colour, label in zip(
                both, (OURS, POINTS), ("entangled", "separable"), strict=True
            ):
                axes.hist(values, bins, histtype="step", color=colour, label=label, density=True)
            title = f"{system}, {'before' if kind == 'all' else 'after'} matching"
            axes.set(title=title, xlabel="purity", ylabel="density")
    grid[0, 0].legend()
    grid[0, 0].axvline(1 / 8, color=EXACT, lw=0.5, ls=":")
    return figure
