"""S0-01, S0-07, S0-08: the stack beside its base learners, over the seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qent_stacking.study.fitting import BASE_LEARNERS, LEARNERS
from qent_stacking.study.found import by_seed, fits, mean, quantity, spread
from qent_stacking.study.published import SPREAD
from qent_stacking.study.settings import SPINS, Settings
from qent_studies import (
    EXACT,
    GUIDE,
    OURS,
    POINTS,
    PUBLISHED,
    Claim,
    Drawing,
    Finding,
    Outcome,
    Quantity,
    Results,
    compare,
    concludes,
    new_axes,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_TIE = 1e-12


class Learners:
    """Conclusions about the stack and its parts; mixed into the study."""

    @concludes("S0-01")
    def stack_and_base_learners(
        self, claim: Claim, results: Results, settings: Settings
    ) -> Finding:
        """Counts where the stack beats its best base learner, and where it varies least."""
        ours, behind, wavering, cases = [], [], [], 0
        for spin in SPINS:
            for named, fit in fits(settings, spin).items():
                means = {name: mean(results, fit, f"{name} R2") for name in LEARNERS}
                stds = {name: spread(results, fit, f"{name} R2") for name in LEARNERS}
                cases += 1
                best = max(BASE_LEARNERS, key=lambda name: means[name])
                if means["stack"] < means[best] - _TIE:
                    behind.append(f"{named} (by {means[best] - means['stack']:.2g}, {best})")
                if stds["stack"] > min(stds[name] for name in BASE_LEARNERS) + _TIE:
                    wavering.append(named)
                for name in LEARNERS:
                    ours.append(quantity(results, fit, f"{name} R2", f"{named}, {name}"))
        better = cases - len(behind)
        both = [name for name in behind if name.split(" (")[0] in wavering]
        reason = (
            f"the stack has the best mean R2 in {better} of {cases} cases and the least std in "
            f"{cases - len(wavering)}"
        )
        if behind:
            reason += "; it is behind its best base learner in " + ", ".join(behind)
        return Finding(
            claim=claim.id,
            outcome=Outcome.NOT_REPRODUCED if both else Outcome.REPRODUCED,
            ours=tuple(ours),
            reason=reason,
        )

    @concludes("S0-07")
    def spread_over_seeds(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Compares the largest standard deviation with the published bound."""
        stds = {
            named: spread(results, fit, "stack R2")
            for spin in SPINS
            for named, fit in fits(settings, spin).items()
        }
        seeds = tuple(by_seed(results, "isotropic-j0.5", "stack R2"))
        ours = [Quantity(name="largest std of R2", value=max(stds.values()), seeds=seeds)]
        ours += [Quantity(name=f"std of R2, {n}", value=v, seeds=seeds) for n, v in stds.items()]
        if len(seeds) < 2:
            return Finding(
                claim=claim.id,
                outcome=Outcome.NOT_TESTED,
                reason="a single seed has no standard deviation; give several with --seeds",
            )
        largest = max(stds, key=lambda name: stds[name])
        return compare(
            claim,
            *ours,
            why_not=f"the largest is that of {largest}; each seed draws its own states, and the "
            "worse the fit, the more R2 varies",
        )

    @concludes("S0-08")
    def tables(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Gives the tables as we get them; theirs are not in the text at hand."""
        ours = []
        for spin in SPINS:
            for named, fit in fits(settings, spin).items():
                for score in ("R2", "MSE", "MAE"):
                    ours.append(quantity(results, fit, f"stack {score}", f"{named}, {score}"))
                    std = spread(results, fit, f"stack {score}")
                    ours.append(Quantity(name=f"{named}, std of {score}", value=std))
        return Finding(
            claim=claim.id,
            outcome=Outcome.NOT_TESTED,
            ours=tuple(ours),
            reason="the text at hand refers to Tables 1 and 2 and does not contain them; ours "
            "stand here to be compared with them",
        )


def learner_figures(results: Results, settings: Settings) -> dict[str, Drawing]:
    """Returns the figure of the seeds."""

    def draw() -> Figure:
        figure, grid = new_axes(1, 2)
        colours = dict(zip(LEARNERS, (OURS, EXACT, GUIDE, POINTS), strict=True))
        names = [item for spin in SPINS for item in fits(settings, spin).items()]
        for offset, (learner, colour) in enumerate(colours.items()):
            where = [i + 0.18 * (offset - 1.5) for i in range(len(names))]
            scores = [by_seed(results, fit, f"{learner} R2") for _, fit in names]
            for x, values in zip(where, scores, strict=True):
                left = [max(1e-7, 1 - value) for value in values.values()]
                grid[0].plot([x] * len(left), left, ".", ms=4, color=colour)
            grid[0].plot([], [], ".", color=colour, label=learner)
            stds = [max(1e-8, spread(results, fit, f"{learner} R2")) for _, fit in names]
            grid[1].plot(where, stds, ".", ms=6, color=colour)
        grid[0].set(ylabel="1 - R²", yscale="log", title="each seed")
        grid[1].set(ylabel="std of R² over seeds", yscale="log", title="consistency")
        grid[1].axhline(SPREAD, color=PUBLISHED, lw=1, ls="--", label="published bound")
        for axes in grid:
            axes.set_xticks(range(len(names)), [n for n, _ in names], rotation=60, ha="right")
            axes.legend(fontsize=7)
        return figure

    return {
        "learners": Drawing(
            draw,
            "What the stack and its base learners leave unexplained, for each seed, and how much "
            "R² varies from seed to seed.",
            ("S0-01", "S0-07", "S0-08"),
        )
    }
