"""The study ``bound-entanglement``: what tells PPT-entangled from PPT-separable states."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scipy.stats import norm

from qent_siamese.study.bound_entanglement import drawings
from qent_siamese.study.bound_entanglement.plan import tasks_of
from qent_siamese.study.bound_entanglement.settings import Settings, settings_of
from qent_siamese.study.bound_entanglement.work import NONE
from qent_studies import (
    Claim,
    Drawing,
    Finding,
    Outcome,
    Quantity,
    Results,
    Study,
    Task,
    TaskResult,
    compare,
    concludes,
    mean_over_seeds,
)

_TOO_SMALL = "trainings and tests of this scale are too small to judge"
_CHANCE = 50.0
_NETWORKS = ("cnn", "siamese-cnn", "siamese-ensemble", "mlp", "tensor-network")


class BoundEntanglement(Study):
    r"""Certified PPT-entangled against certified PPT-separable states, matched in purity and in M.

    Several families in 2x4 (as three qubits, cut A|BC) and in 3x3, each held out from the training
    of the models that are asked about it. No verdict is taken on trust: every state of the
    benchmark carries a certificate that the checker has accepted; the others are counted.

    Formula:
        $$\rho^{T_A} \ge 0, \quad \rho \ne \sum_k p_k\,\alpha_k \otimes \beta_k$$

        PPT, yet no mixture of products of states $\alpha_k$, $\beta_k$ of the two sides.

    Example:
        >>> [claim.id for claim in BoundEntanglement().claims][:2]
        ['BE-01', 'BE-02']
    """

    def settings(self, scale: str) -> Settings:
        """Returns the sizes of a scale."""
        return settings_of(scale)

    def tasks(self, settings: Settings, seeds: tuple[int, ...]) -> list[Task]:
        """Returns the tasks; each training is one."""
        return tasks_of(settings, seeds)

    @concludes("BE-01")
    def constant_answers(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Scores PPT and the constant answers."""
        names = {"PPT": "least eigenvalue of the partial transpose"}
        ours = []
        for system in settings.systems:
            for answer in ("PPT", "always entangled", "always separable"):
                score = names.get(answer, answer)
                cells = list(_cells(results, system, "matched", score, "balanced"))
                if not cells:
                    continue
                worst = max(cells, key=lambda cell: abs(cell.value - _CHANCE))
                ours.append(_named(worst, f"{answer}, {system}", "the furthest family"))
        return compare(claim, *ours)

    @concludes("BE-02")
    def purity_bias(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Gives the areas under the curve of purity and M, before and after matching."""
        ours: list[Quantity] = []
        matched: list[Quantity] = []
        biased = False
        for system in settings.systems:
            for score in ("purity", "M"):
                for kind in ("unmatched", "matched"):
                    for cell in _cells(results, system, kind, score, "auc"):
                        ours.append(_named(cell, f"{system}, {cell.name}, {score} {kind}, AUC"))
                        biased |= kind == "unmatched" and abs(cell.value - _CHANCE) > 10
                        matched += [cell] if kind == "matched" else []
        level = all(_reaches_chance(cell, len(matched)) for cell in matched)
        ours += _counts(results, settings)
        said = (
            f"unmatched {'far from' if biased else 'near'} chance, "
            f"matched {'at' if level else 'not at'} chance"
        )
        if biased and level:
            return Finding(claim=claim.id, outcome=Outcome.REPRODUCED, ours=tuple(ours), truth=said)
        return Finding(
            claim=claim.id, outcome=Outcome.NOT_REPRODUCED, ours=tuple(ours), reason=said
        )

    @concludes("BE-03")
    def realignment(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Gives the share of entangled states that the criterion sees, family by family."""
        ours = [
            _named(cell, f"{system}, {cell.name}")
            for system in settings.systems
            for cell in _cells(results, system, "matched", "realignment", "found")
        ]
        return compare(claim, *ours)

    @concludes("BE-04")
    def networks_without(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Asks the networks that have seen no PPT-entangled state."""
        return self._judged(claim, results, settings, _NETWORKS, without=True, above=True)

    @concludes("BE-05")
    def invariants_without(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Asks the detectors of invariants that have seen no PPT-entangled state."""
        models = ("invariant", "boosting")
        return self._judged(claim, results, settings, models, without=True, above=False)

    @concludes("BE-06")
    def held_out(self, claim: Claim, results: Results, settings: Settings) -> Finding:
        """Asks every model about the family that was left out of its training."""
        return self._judged(claim, results, settings, (), without=False, above=True)

    def figures(self, results: Results, settings: Settings) -> Mapping[str, Drawing]:
        """Returns areas under the curve by family, and the purities before and after matching."""
        return {
            "areas": Drawing(
                lambda: drawings.areas(results, settings),
                "Area under the ROC curve by family: held out from training (filled), and trained "
                "without any PPT-entangled state (open).",
                ("BE-04", "BE-05", "BE-06"),
            ),
            "purity": Drawing(
                lambda: drawings.purities(results, settings),
                "Purities of entangled and separable states, before and after matching.",
                ("BE-02",),
            ),
        }

    def _judged(
        self,
        claim: Claim,
        results: Results,
        settings: Settings,
        models: tuple[str, ...],
        *,
        without: bool,
        above: bool,
    ) -> Finding:
        """Compares the areas under the curve with chance, in every family and for every model."""
        ours, areas = [], []
        for (system, model, family), rows in _trained(results, claim.id).items():
            regime = rows[0].parameter("held_out")
            if (regime == NONE) is not without or (models and model not in models):
                continue
            for figure, word in (("auc", "AUC"), ("balanced", "balanced accuracy")):
                cell = _over_seeds(
                    rows, ("families", family, figure), f"{system}, {family}, {model}, {word}"
                )
                if cell:
                    ours.append(cell)
                    areas += [cell] if figure == "auc" else []
        if not areas:
            reason = f"none of the models that were asked ({', '.join(settings.models)}) is meant"
            return Finding(claim=claim.id, outcome=Outcome.NOT_TESTED, reason=reason)
        good = [area for area in areas if _low(area) > _CHANCE]
        said = f"{len(good)} of {len(areas)} areas under the curve are above chance"
        if not settings.decisive:
            reason = f"{_TOO_SMALL}; {said}"
            return Finding(
                claim=claim.id, outcome=Outcome.NOT_TESTED, ours=tuple(ours), reason=reason
            )
        holds = len(good) == len(areas) if above else not good
        if holds:
            return Finding(claim=claim.id, outcome=Outcome.REPRODUCED, ours=tuple(ours))
        return Finding(
            claim=claim.id, outcome=Outcome.NOT_REPRODUCED, ours=tuple(ours), reason=said
        )


def _cells(results: Results, system: str, kind: str, score: str, figure: str) -> Iterator[Quantity]:
    """Yields a physical score of every family, named after the family."""
    rows = [result for key, result in results.items() if key.startswith(f"physical-{system}-")]
    for family in rows[0]["families"]:
        if score in rows[0]["families"][family][kind]:
            cell = _over_seeds(rows, ("families", family, kind, score, figure), family)
            if cell:
                yield cell


def _counts(results: Results, settings: Settings) -> Iterator[Quantity]:
    for system in settings.systems:
        rows = [result for key, result in results.items() if key.startswith(f"physical-{system}-")]
        for family in rows[0]["families"]:
            for word in ("pairs", "unknown"):
                value = sum(row["families"][family][word] for row in rows)
                yield Quantity(name=f"{system}, {family}, {word}", value=value)


def _trained(results: Results, claim: str) -> dict[tuple[str, str, str], list[TaskResult]]:
    """Returns system, model and family to the results, one per seed."""
    found: dict[tuple[str, str, str], list[TaskResult]] = {}
    for result in results.serving(claim):
        for family in result["families"]:
            key = (result.parameter("system"), result.parameter("model"), family)
            found.setdefault(key, []).append(result)
    return found


def _over_seeds(rows: list[TaskResult], path: tuple[str, ...], name: str) -> Quantity | None:
    """Returns a figure with the interval of its states, or over seeds if there are several."""
    cells: dict[int, Any] = {}
    for row in rows:
        place: Any = row.values
        for step in path:
            place = place[step]
        if place:
            cells[int(row.parameter("seed"))] = place
    if not cells:
        return None
    if len(cells) == 1:
        ((seed, cell),) = cells.items()
        interval = (cell["low"], cell["high"])
        return Quantity(
            value=cell["value"], name=name, interval=interval, n=cell["n"], seeds=(seed,)
        )
    values = {seed: cell["value"] for seed, cell in cells.items()}
    return mean_over_seeds(values, name=name, n=next(iter(cells.values()))["n"])


def _named(quantity: Quantity, name: str, note: str = "") -> Quantity:
    return Quantity(
        value=quantity.value,
        name=name,
        interval=quantity.interval,
        n=quantity.n,
        seeds=quantity.seeds,
        note=note,
    )


def _low(quantity: Quantity) -> float:
    return quantity.interval[0] if quantity.interval else quantity.value


def _reaches_chance(quantity: Quantity, comparisons: int) -> bool:
    """Returns whether chance is in the interval that holds for all comparisons at once (95 %)."""
    low, high = quantity.interval or (quantity.value, quantity.value)
    # Of sixteen intervals of 95 % one misses, on average, though nothing is wrong.
    wider = norm.ppf(1 - 0.025 / comparisons) / norm.ppf(0.975)
    value = quantity.value
    return bool(value - wider * (value - low) <= _CHANCE <= value + wider * (high - value))
