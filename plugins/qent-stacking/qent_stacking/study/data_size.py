"""S0-12, S0-13, S0-14, S0-22: more training states, and the refit of Eq. 13."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from qent_stacking.study.found import tasks_of
from qent_stacking.study.published import LABEL, USED
from qent_stacking.study.settings import SPINS, Settings
from qent_studies import (
    EXACT,
    OURS,
    POINTS,
    PUBLISHED,
    Claim,
    Drawing,
    Finding,
    Outcome,
    Quantity,
    Results,
    TaskResult,
    compare,
    concludes,
    mark_published,
    new_axes,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SATURATED = 0.01
"""R2 this near its value at the largest S counts as saturated."""

_SLACK = 1e-4
"""A step back by less than this still counts as monotone."""

_COLOURS = dict(zip(SPINS, (OURS, EXACT, PUBLISHED), strict=True))
"""Red, blue and black as in the paper."""


def curve(results: Results, name: str, spin: float) -> dict[int, dict[str, float]]:
    """Returns mean scores by S, from the runs on size and, beyond them, from the main fits.

    Args:
        results: Of the study.
        name: ``"isotropic"`` or, for a regime, such as ``"pure-c"``.
        spin: J.
    """
    found: dict[int, list[TaskResult]] = {}
    for key, result in results.items():
        if key.startswith(f"size-{name}-j{spin:g}-s"):
            found.setdefault(int(result.parameter("size")), []).append(result)
    beyond = max(found, default=0)
    for result in tasks_of(results, f"{name}-j{spin:g}"):
        # Tested on other states than the curve: only well beyond its end.
        if int(result.parameter("training")) > 1.5 * beyond:
            found.setdefault(int(result.parameter("training")), []).append(result)
    return {
        size: {score: float(np.mean([r[f"stack {score}"] for r in found[size]])) for score in _ALL}
        for size in sorted(found)
    }


_ALL = ("R2", "MSE", "MAE")


def saturation(scores: dict[int, dict[str, float]]) -> int:
    """Returns the least S from which R2 stays within 0.01 of its value at the largest S.

    Example:
        >>> saturation({10: {"R2": 0.5}, 100: {"R2": 0.895}, 1000: {"R2": 0.9}})
        100
    """
    sizes = list(scores)
    last = scores[sizes[-1]]["R2"]
    least = sizes[-1]
    for size in reversed(sizes):
        if abs(scores[size]["R2"] - last) > _SATURATED:
            break
        least = size
    return least


class DataSize:
    """Conclusions on Figs. 3 and 4 and on Eq. 13; mixed into the study."""

    @concludes("S0-12")
    def size_of_pure(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Checks monotony and saturation for every regime and J."""
        ours, uneven, early, late = [], [], True, True
        for regime in settings.regimes:
            places = {}
            for spin in SPINS:
                scores = curve(results, f"pure-{regime}", spin)
                name = f"regime {regime}, {LABEL[spin]}"
                if not _monotone(scores):
                    uneven.append(name)
                places[spin] = saturation(scores)
                ours += _ends(name, scores, places[spin])
            last = max(curve(results, f"pure-{regime}", 0.5))
            early &= places[0.5] <= min(3000, last - 1)
            late &= places[5.0] == max(curve(results, f"pure-{regime}", 5.0))
        good = not uneven and early and late
        reason = (
            f"not monotone: {', '.join(uneven) or 'none'}. For J = 1/2 R2 "
            f"{'is' if early else 'is not'} within {_SATURATED} of its last value from 3e3 on in "
            f"every regime; at J = 5 it {'still rises' if late else 'does not rise any more'} "
            "at the largest S in every regime: where R2 is far below 1 the learners on "
            "raw coefficients have found little at these S"
        )
        outcome = Outcome.REPRODUCED if good else Outcome.NOT_REPRODUCED
        return Finding(claim=claim.id, outcome=outcome, ours=tuple(ours), reason=reason)

    @concludes("S0-13")
    def size_of_isotropic(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Compares R2 at J = 5 and the largest S with the published 0.98."""
        ours = []
        for spin in SPINS:
            scores = curve(results, "isotropic", spin)
            ours += _ends(LABEL[spin], scores, saturation(scores))
        scores = curve(results, "isotropic", 5.0)
        largest = max(scores)
        last = Quantity(name="R2 at the largest S, J = 5", value=scores[largest]["R2"], n=largest)
        return compare(
            claim,
            last,
            *ours,
            why_not="the largest S of this run is smaller than the paper's",
        )

    @concludes("S0-14")
    def equation_13(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Fits Eq. 13 to our curves by least squares."""
        rows = list(_rows(results, settings))
        table = np.array([row[1:] for row in rows])
        size = np.log10([row[0] for row in rows])
        design = np.column_stack([np.ones(len(table)), table])
        coefficients, _, rank, singular = np.linalg.lstsq(design, size, rcond=None)
        left = size - design @ coefficients
        names = ("constant", "J", "MSE", "MAE", "R2")
        ours = [Quantity(name=n, value=float(c)) for n, c in zip(names, coefficients, strict=True)]
        explained = 1 - float(left @ left) / float(np.sum((size - size.mean()) ** 2))
        ours.append(Quantity(name="R2 of the regression", value=explained, n=len(rows)))
        condition = float(singular[0] / singular[-1]) if rank == len(names) else 0.0
        ours.append(Quantity(name="condition number of the design", value=condition))
        return compare(
            claim,
            *ours,
            why_not="S is regressed on what S causes: MSE, MAE and R2 are nearly functions of each "
            "other, so the coefficients follow from which curves are pooled",
        )

    @concludes("S0-22")
    def sizes_used(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Evaluates Eq. 13 where it asks for most."""
        asked = results["equation-13"]
        return Finding(
            claim=claim.id,
            outcome=Outcome.REFUTED,
            ours=tuple(Quantity(name=name, value=value) for name, value in asked.values.items()),
            reason=f"for J = 5 Eq. 13 asks for {asked['J = 5']:.3g} states, and {USED[5.0]:.0e} "
            "were used; with the metrics of Fig. 2a it asks for "
            f"{asked['J = 1, metrics of Fig. 2a']:.3g} at J = 1, where 2e4 were",
        )


def size_figures(results: Results, settings: Settings) -> dict[str, Drawing]:
    """Returns Figs. 3 and 4."""

    def draw(names: tuple[str, ...], mark: bool) -> Figure:
        figure, grid = new_axes(len(names), 3, squeeze=False)
        for row, name in enumerate(names):
            for spin in SPINS:
                scores = curve(results, name, spin)
                for axes, score in zip(grid[row], ("MSE", "MAE", "R2"), strict=True):
                    values = [scores[size][score] for size in scores]
                    style = "o-" if spin < 5 else "^-"
                    axes.plot(list(scores), values, style, ms=4, color=_COLOURS[spin],
                              label=LABEL[spin])  # fmt: skip
            for axes, score in zip(grid[row], ("MSE", "MAE", "R²"), strict=True):
                axes.set(xlabel="training states S", ylabel=score, xscale="log", title=name)
            grid[row, 0].set_yscale("log")
            grid[row, 1].set_yscale("log")
            low = min(-0.05, *grid[row, 2].get_ylim())
            grid[row, 2].set_ylim(max(low, -0.5), 1.05)
            if mark:
                mark_published(grid[row, 2], [1e5], [0.98], "published, J = 5")
            grid[row, 2].legend()
        return figure

    pure = tuple(f"pure-{regime}" for regime in settings.regimes)
    return {
        "fig3-size-pure": Drawing(
            lambda: draw(pure, False), "Scores of the stack against S, pure states.", ("S0-12",)
        ),
        "fig4-size-isotropic": Drawing(
            lambda: draw(("isotropic",), True),
            'Scores of the stack against S, isotropic ("Werner") states.',
            ("S0-13",),
        ),
        "eq13": Drawing(lambda: _eq13(results, settings), "Eq. 13 against the S used.", ("S0-14",)),
    }


def _eq13(results: Results, settings: Settings) -> Figure:
    from qent_stacking.study.published import sample_size

    figure, axes = new_axes()
    rows = list(_rows(results, settings))
    for spin in SPINS:
        own = [row for row in rows if row[1] == spin]
        asked = [max(1.0, sample_size(row[1], row[2], row[3], row[4])) for row in own]
        axes.plot([row[0] for row in own], asked, ".", color=_COLOURS[spin], label=LABEL[spin])
    ends = np.array([50, 1e5])
    axes.plot(ends, ends, color=POINTS, lw=1, label="as used")
    axes.set(xlabel="S used", ylabel="S by Eq. 13 from our scores", xscale="log", yscale="log")
    axes.legend()
    return figure


def _rows(results: Results, settings: Settings) -> Iterator[tuple[float, ...]]:
    for name in (*(f"pure-{regime}" for regime in settings.regimes), "isotropic"):
        for spin in SPINS:
            for size, scores in curve(results, name, spin).items():
                yield size, spin, scores["MSE"], scores["MAE"], scores["R2"]


def _monotone(scores: dict[int, dict[str, float]]) -> bool:
    values = [[s[score] for s in scores.values()] for score in _ALL]
    rising = np.diff(values[0]) > -_SLACK
    falling = np.diff(values[1:], axis=1) < _SLACK
    return bool(rising.all() and falling.all())


def _ends(name: str, scores: dict[int, dict[str, float]], place: int) -> list[Quantity]:
    first, last = min(scores), max(scores)
    return [
        Quantity(name=f"{name}, R2 at S = {first}", value=scores[first]["R2"]),
        Quantity(name=f"{name}, R2 at S = {last}", value=scores[last]["R2"]),
        Quantity(name=f"{name}, S of saturation", value=place),
    ]
