"""Findings on the regressors: R², what five features tell, distributions, the boundary."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from qent_bell.closed_forms import psi2_boundary
from qent_bell.study.numbers import (
    UNKNOWN_LAW,
    classifiers,
    counted,
    explained,
    r2,
    reduced,
    regressors,
)
from qent_bell.study.sizes import PAPER_REGRESSOR, NetworkSettings
from qent_studies import (
    Claim,
    Finding,
    Outcome,
    Quantity,
    Results,
    compare,
    concludes,
    mean_over_seeds,
)

_NEAR = 0.05
"""Distance in p from the boundary that counts as near."""


class RegressorFindings:
    """Draws the findings on S2-07, S2-08, S2-10 and S2-13."""

    @concludes("S2-07")
    def four_features(self, claim: Claim, results: Results, settings: NetworkSettings) -> Finding:
        """Compares R² with four features."""
        ours = [r2(regressors(results, data), 4, name) for name, data in _sets(settings).items()]
        ours.append(Quantity(name="psi2, ceiling", value=results["bayes"]["psi2 R2"]))
        finding = compare(claim, *ours, why_not=UNKNOWN_LAW)
        return explained(reduced(finding, _sizes(settings), PAPER_REGRESSOR))

    @concludes("S2-08")
    def number_of_features(
        self, claim: Claim, results: Results, settings: NetworkSettings
    ) -> Finding:
        """Shows that five features solve psi2, and two psi1, exactly."""
        forms = results["closed-forms"]
        five, two = forms["psi2 from five features"], forms["psi1 from two features"]
        ceiling = results["bayes"]["psi2 R2"]
        ours = [
            Quantity(name="psi2, ceiling with 4", value=ceiling),
            Quantity(
                name="psi2, largest error of the solution with 5",
                value=five,
                n=int(forms.parameter("count")),
            ),
            Quantity(
                name="psi1, largest error of the solution with 2",
                value=two,
                n=int(forms.parameter("count")),
            ),
        ]
        for name, data in _sets(settings).items():
            runs = regressors(results, data)
            subsets = [k for k in (2, 4, 5, 9, 15) if k in runs[0].parameter("subsets")]
            ours += [r2(runs, k, f"{name}, {k} features") for k in subsets]
        proven = five < 1e-8 and two < 1e-8 and ceiling < 0.98
        return Finding(
            claim=claim.id,
            outcome=Outcome.REFUTED if proven else Outcome.NOT_REPRODUCED,
            ours=tuple(ours),
            reason="psi2 is solved by its first five features and cannot be by four: their best R² "
            f"is {ceiling:.5f}"
            if proven
            else "the closed forms do not hold to 1e-8",
        )

    @concludes("S2-10")
    def distributions(self, claim: Claim, results: Results, settings: NetworkSettings) -> Finding:
        """Compares zeros; gives negative predictions and what a logistic output does."""
        ours, negative = [], {}
        for name in ("psi2", "psi3"):
            runs = regressors(results, name)
            ours.append(counted(results, name, "zeros", f"{name}, zeros", percent=True))
            seeds = {int(run.parameter("seed")): 100 * float(run["negative"]) for run in runs}
            label = f"{name}, negative predictions"
            ours.append(mean_over_seeds(seeds, name=label, n=settings.regressor_states))
            negative[name] = ours[-1].value
        helps = []
        for name in ("psi2", "psi3"):
            linear = r2(regressors(results, name), 4, f"{name}, R² with linear output")
            logistic = r2(
                regressors(results, name, "logistic"), 4, f"{name}, R² with logistic output"
            )
            helps.append(logistic.value > linear.value + 0.005)
            ours += [linear, logistic]
        finding = compare(claim, *ours)
        if not negative["psi3"]:
            finding = replace(
                finding,
                outcome=Outcome.NOT_REPRODUCED,
                reason="no prediction for psi3 is negative here: separable states share a plateau "
                "of predictions within 0.01 of 0, which lies above or below 0 with the length of "
                "training (at --scale smoke a quarter of the predictions is negative)",
            )
        if any(helps):
            finding = replace(
                finding,
                outcome=Outcome.NOT_REPRODUCED,
                reason="the logistic output raises R² by more than 0.005",
            )
        return reduced(finding, _sizes(settings), PAPER_REGRESSOR)

    @concludes("S2-13")
    def boundary(self, claim: Claim, results: Results, settings: NetworkSettings) -> Finding:
        """Asks both models about the same states near the boundary of psi2, and far from it."""
        found: dict[str, list[float]] = {}
        for judge, regressor in zip(
            classifiers(results, "psi2"), regressors(results, "psi2"), strict=True
        ):
            states = judge.arrays
            near = np.abs(states["p"] - psi2_boundary(states["phi"])) < _NEAR
            wrong = states["said-4"] != states["entangled"]
            said = np.abs(regressor.arrays["said"])
            entangled = states["entangled"].astype(bool)
            for name, value in {
                "error rate of the classifier, near": wrong[near].mean(),
                "error rate of the classifier, far": wrong[~near].mean(),
                "mean |predicted C|, near": said[near].mean(),
                "95 % of |predicted C| below, near": np.quantile(said[near], 0.95),
                "mean |predicted C|, entangled and far": said[~near & entangled].mean(),
            }.items():
                found.setdefault(name, []).append(float(value))
        seeds = [int(run.parameter("seed")) for run in classifiers(results, "psi2")]
        ours = tuple(
            mean_over_seeds(dict(zip(seeds, values, strict=True)), name=name, n=settings.probes)
            for name, values in found.items()
        )
        errs, rest, close, _, far = (quantity.value for quantity in ours)
        good = errs > 2 * rest and close < far / 3
        finding = Finding(
            claim=claim.id,
            outcome=Outcome.REPRODUCED if good else Outcome.NOT_REPRODUCED,
            ours=ours,
            reason="" if good else "errors and predictions near the boundary do not stand out",
        )
        return reduced(finding, _sizes(settings), PAPER_REGRESSOR)


def _sizes(settings: NetworkSettings) -> tuple[int, int]:
    return settings.regressor_states, settings.regressor_epochs


def _sets(settings: NetworkSettings) -> dict[str, str]:
    other = "B" if settings.spectrum == "A" else "A"
    return {
        "psi1": "psi1",
        "psi2": "psi2",
        "psi3": "psi3",
        "GT": f"gt-{settings.spectrum}",
        f"GT, reading {other}": f"gt-{other}",
    }
