"""S0-B1: learners that know that local rotations change no entanglement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qent_stacking.study.found import mean, quantity, tasks_of
from qent_stacking.study.published import FIG_7, LABEL
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
    Results,
    compare,
    concludes,
    mark_published,
    new_axes,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

GOAL = {0.5: 0.9999, 1.0: 0.999, 5.0: 0.99}


class Symmetry:
    """Conclusion on what the symmetry is worth; mixed into the study."""

    @concludes("S0-B1")
    def symmetric_learners(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Compares the best symmetric learner with what was published, and with the goal."""
        decisive = settings.pure_regime
        chosen = settings.symmetric_kinds[0]
        if not tasks_of(results, f"symmetric-{chosen}-{decisive}-j0.5"):
            return Finding(
                claim=claim.id,
                outcome=Outcome.NOT_TESTED,
                reason="the symmetric learners are for real coefficients",
            )
        ours, missed = [], []
        for spin in SPINS:
            fit = f"symmetric-{chosen}-{decisive}-j{spin:g}"
            ours.append(quantity(results, fit, "symmetric R2", LABEL[spin]))
            if ours[-1].value < GOAL[spin]:
                missed.append(LABEL[spin])
        for kind in settings.symmetric_kinds:
            for regime in settings.regimes:
                for spin in SPINS:
                    fit = f"symmetric-{kind}-{regime}-j{spin:g}"
                    if (kind, regime) == (chosen, decisive) or not tasks_of(results, fit):
                        continue
                    name = f"{kind}, regime {regime}, {LABEL[spin]}"
                    ours.append(quantity(results, fit, "symmetric R2", name))
        goal = "all reached" if not missed else f"not reached for {', '.join(missed)}"
        finding = compare(claim, *ours, why_not=f"learner: {chosen}")
        return Finding(
            claim=claim.id,
            outcome=Outcome.NOT_REPRODUCED if missed else finding.outcome,
            ours=finding.ours,
            reason=f"the goals 0.9999, 0.999 and 0.99: {goal}. The network sees "
            f"{_SEES.get(chosen, chosen)}; a singular value decomposition is exact"
            + (f". {finding.reason}" if finding.reason else ""),
        )


_SEES = {
    "invariants": "log det(1 + t d C C^T) for d + 1 values t, at least four, of which the sum of "
    "singular values is nearly a linear combination that it has to learn",
    "moments": "log tr (C C^T)^k for k up to d, which hardly tell small singular values apart",
    "augmentation": "raw coefficients, rotated at random anew for each batch",
}


def symmetry_figures(results: Results, settings: Settings) -> dict[str, Drawing]:
    """Returns what each learner leaves unexplained on pure states."""

    def draw() -> Figure:
        figure, (left, right) = new_axes(1, 2)
        regime = settings.pure_regime
        colours = dict(zip(("invariants", "moments", "augmentation"), (OURS, POINTS, GUIDE),
                           strict=True))  # fmt: skip
        for kind in settings.symmetric_kinds:
            fits = [f"symmetric-{kind}-{regime}-j{spin:g}" for spin in SPINS]
            if all(tasks_of(results, fit) for fit in fits):
                scores = [1 - mean(results, fit, "symmetric R2") for fit in fits]
                left.plot(range(3), scores, "o-", color=colours[kind], label=kind)
        mark_published(left, range(3), [1 - FIG_7[spin] for spin in SPINS])
        goals = [1 - GOAL[spin] for spin in SPINS]
        left.plot(range(3), goals, "_", ms=18, color=EXACT, label="goal")
        left.set(ylabel="1 - R²", yscale="log", title=f"pure states, regime {regime}")
        left.set_xticks(range(3), [LABEL[spin] for spin in SPINS])
        left.legend()
        for kind in reversed(settings.symmetric_kinds):
            found = tasks_of(results, f"symmetric-{kind}-{regime}-j5")
            if found:
                right.plot(found[0].arrays["true"], found[0].arrays["said"], ".", ms=2,
                           color=colours[kind], label=kind, rasterized=True)  # fmt: skip
                ends = np.array([found[0].arrays["true"].min(), found[0].arrays["true"].max()])
                right.plot(ends, ends, color=EXACT, lw=1)
        right.set(xlabel="true N", ylabel="predicted N", title="J = 5")
        right.legend(markerscale=4)
        return figure

    return {
        "beyond-symmetry": Drawing(
            draw, "Learners that know the symmetry, and those that learn it.", ("S0-B1",)
        )
    }
