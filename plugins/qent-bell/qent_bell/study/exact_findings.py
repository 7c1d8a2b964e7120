"""Findings that need no network: shares, closed forms, and what follows from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qent_bell.study.numbers import counted
from qent_bell.study.sizes import NetworkSettings
from qent_studies import Claim, Finding, Outcome, Quantity, Results, compare, concludes


class ExactFindings:
    """Draws the findings on S2-03, S2-09, S2-11 and S2-12."""

    @concludes("S2-03")
    def general_states(self, claim: Claim, results: Results, settings: NetworkSettings) -> Finding:
        """Counts entangled general states of both readings."""
        ours = [
            counted(results, f"gt-{reading}", "entangled", f"reading {reading}") for reading in "AB"
        ]
        return compare(claim, *ours)

    @concludes("S2-09")
    def shares(self, claim: Claim, results: Results, settings: NetworkSettings) -> Finding:
        """Counts entangled states of all families, beside the exact shares."""
        other = "B" if settings.spectrum == "A" else "A"
        sets = {"psi1": "psi1", "psi2": "psi2", "psi3": "psi3", "GT": f"gt-{settings.spectrum}"}
        sets[f"GT, reading {other}"] = f"gt-{other}"
        ours = [
            counted(results, data, "entangled", name, percent=True) for name, data in sets.items()
        ]
        exact = {"psi1": 100.0, "psi2": 100 * results["bayes"]["psi2 share"], "psi3": 63.2}
        ours = [_with_distance(found, exact.get(found.name)) for found in ours]
        return compare(claim, *ours)

    @concludes("S2-11")
    def three_components(
        self, claim: Claim, results: Results, settings: NetworkSettings
    ) -> Finding:
        """Gives the largest distance of C from (1 - p)^2 C, over all four missing components."""
        found = results["closed-forms"]
        n = 4 * int(found.parameter("count"))
        ours = Quantity(
            name="largest distance from (1-p)^2 C", value=found["three components"], n=n
        )
        changed = Quantity(name="verdicts changed", value=found["three components changed"], n=n)
        finding = compare(claim, ours, changed)
        if changed.value:
            reason = f"{changed.value:.0f} verdicts changed"
            finding = replace(finding, outcome=Outcome.NOT_REPRODUCED, reason=reason)
        return finding

    @concludes("S2-12")
    def weakly_entangled(
        self, claim: Claim, results: Results, settings: NetworkSettings
    ) -> Finding:
        """Gives the concurrence of the example."""
        return compare(claim, Quantity(value=results["closed-forms"]["weakly entangled"]))


def three_sigma(value: float, exact: float, n: int) -> bool:
    """Tells whether a share in per cent lies within three standard deviations of the exact one.

    Example:
        >>> three_sigma(42.2, 42.06, 100_000), three_sigma(43.0, 42.06, 100_000)
        (True, False)
    """
    sigma = 100 * float(np.sqrt(exact / 100 * (1 - exact / 100) / n))
    return abs(value - exact) <= 3 * sigma + 5e-3


def _with_distance(found: Quantity, exact: float | None) -> Quantity:
    if exact is None or found.n is None:
        return found
    said = "within" if three_sigma(found.value, exact, found.n) else "NOT within"
    return replace(found, note=f"{said} 3 sigma of {exact:.6g}")


def latest(results: Results, data: str) -> Quantity:
    """Returns the largest strength at which a state was still entangled."""
    runs = [run for run in results.where(name=data) if "latest entangled" in run.values]
    return Quantity(
        name="last entangled p",
        value=max(run["latest entangled"] for run in runs),
        n=sum(int(run["count"]) for run in runs),
        seeds=tuple(sorted(int(run.parameter("seed")) for run in runs)),
    )
