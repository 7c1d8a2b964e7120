"""The outlook of the study: quantum Fisher information in place of raw coefficients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from qent_stacking.study.outlook_work import LEARNERS, REPRESENTATIONS
from qent_studies import (
    Claim,
    Drawing,
    Finding,
    Outcome,
    Quantity,
    Results,
    Task,
    TaskResult,
    concludes,
    mean_over_seeds,
)

CLAIM = "S0-O1"

SPINS = (0.5, 1.0, 5.0)

_WORK = "qent_stacking.study.outlook_work"
_SIZES: dict[str, dict[str, Any]] = {
    "smoke": {
        "outlook_pure": (400, 400, 200),
        "outlook_isotropic": (200, 200, 40),
        "outlook_seeds": 1,
    },
    "standard": {
        "outlook_pure": (4_000, 4_000, 3_000),
        "outlook_isotropic": (2_000, 2_000, 300),
        "outlook_seeds": 2,
    },
    "paper": {
        "outlook_pure": (10_000, 20_000, 20_000),
        "outlook_isotropic": (10_000, 20_000, 2_000),
        "outlook_seeds": 5,
    },
}
_SECONDS = {("pure", 5.0): 0.03, ("isotropic", 5.0): 0.1}
"""Per state and seed; 0.005 for smaller spins."""


class OutlookSettings(BaseModel):
    """How many states the outlook takes for J = 1/2, 1 and 5."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outlook_pure: tuple[int, int, int] = Field(description="Outlook: pure states per J and seed")
    outlook_isotropic: tuple[int, int, int] = Field(
        description="Outlook: isotropic states per J and seed"
    )
    outlook_seeds: int = Field(ge=1, description="Outlook: seeds, the first of all")


def outlook_sizes(scale: str) -> dict[str, Any]:
    """Returns the settings of the outlook at a scale, by name.

    Example:
        >>> outlook_sizes("smoke")["outlook_seeds"]
        1
    """
    return dict(_SIZES[scale])


def outlook_tasks(settings: OutlookSettings, seeds: tuple[int, ...]) -> Iterator[Task]:
    """Yields one task per family, J and seed, and one on what the descriptors cannot tell."""
    for family in ("pure", "isotropic"):
        for spin, count in zip(SPINS, getattr(settings, f"outlook_{family}"), strict=True):
            raw = (2 * spin + 1) ** (2 if family == "pure" else 4)
            for seed in seeds[: settings.outlook_seeds]:
                yield Task(
                    key=f"outlook-{family}-j{spin:g}-seed{seed}",
                    run=f"{_WORK}:descriptors",
                    parameters={"family": family, "spin": spin, "count": count, "seed": seed},
                    claims=(CLAIM,),
                    seconds=5 + _SECONDS.get((family, spin), 0.005) * count,
                    memory=7e8 + 32.0 * count * raw,
                )
    yield Task(key="outlook-same-information", run=f"{_WORK}:same_information", claims=(CLAIM,))


class FisherOutlook:
    """Draws the finding on what the paper plans; mixed into the study."""

    @concludes(CLAIM)
    def fisher_information(
        self, claim: Claim, results: Results, settings: OutlookSettings
    ) -> Finding:
        """Compares the best plain learner on each representation."""
        ours = []
        better, ahead = True, 0
        for family in ("pure", "isotropic"):
            for spin in SPINS:
                best = {r: best_learner(results, family, spin, r) for r in REPRESENTATIONS}
                for representation, (learner, scores) in best.items():
                    ours.append(_quantity(results, family, spin, representation, learner, scores))
                raw, fisher = (_mean(best[name][1]) for name in ("raw", "complete"))
                better &= fisher > raw - 0.01
                ahead += fisher > raw + 0.01
        same = results["outlook-same-information"]
        reason = (
            "the spectrum for a complete local basis is no worse than the raw numbers anywhere and "
            f"better by more than 0.01 in {ahead} of 6 cases; with its blocks one linear "
            "regression is exact for pure states. Spin operators alone are 6 numbers whatever J "
            "and do not suffice for J above 1/2"
            if better
            else "the spectrum for a complete local basis is worse than the raw numbers somewhere"
        )
        return Finding(
            claim=claim.id,
            outcome=Outcome.REPRODUCED if better and ahead else Outcome.NOT_REPRODUCED,
            ours=tuple(ours),
            reason=reason,
            truth="pure states: N = (||F_AB||_1 - tr F_AA)/16 + (d-1)/2, exact. Mixed states: the "
            "isotropic states of two qubits with alpha = -1/3 and 1/2 have the same F (difference "
            f"{same['apart']:.1e}) and the negativities {same['separable']:.3f} and "
            f"{same['entangled']:.3f}: no function of F tells entanglement of all states",
        )


def outlook_figures(results: Results) -> dict[str, Drawing]:
    """Returns the figure of the outlook by name."""

    def draw() -> Any:
        from qent_stacking.study.outlook_drawing import representations

        return representations(results)

    return {
        "outlook-fisher": Drawing(
            draw,
            "Best plain learner on raw coefficients and on descriptors from the quantum Fisher "
            "information; right: pure states of J = 5, held out.",
            (CLAIM,),
        )
    }


def outlook_runs(results: Results, family: str, spin: float) -> list[TaskResult]:
    """Returns the results of one family and J, one per seed."""
    found = {id(run) for run in results.where(family=family, spin=spin)}
    return [run for run in results.serving(CLAIM) if id(run) in found]


def best_learner(
    results: Results, family: str, spin: float, representation: str
) -> tuple[str, dict[int, float]]:
    """Returns the learner of the largest mean R² on a representation, and its R² by seed."""
    scores = {
        learner: results.values_by_seed(f"{representation}, {learner}", family=family, spin=spin)
        for learner in LEARNERS
    }
    best = max(scores, key=lambda learner: _mean(scores[learner]))
    return best, scores[best]


def _mean(scores: dict[int, float]) -> float:
    return sum(scores.values()) / len(scores)


def _quantity(
    results: Results,
    family: str,
    spin: float,
    representation: str,
    learner: str,
    scores: dict[int, float],
) -> Quantity:
    first = outlook_runs(results, family, spin)[0]
    numbers = first[f"{representation}: numbers"]
    return mean_over_seeds(
        scores,
        name=f"{family}, J = {spin:g}, {representation} ({numbers} numbers), {learner}",
        n=first["tests"],
        note=f"variance of the target {first['variance']:.3g}",
    )
