"""From results to numbers with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qent_studies import (
    Finding,
    Outcome,
    Quantity,
    Results,
    TaskResult,
    mean_over_seeds,
    share,
)

UNKNOWN_LAW = (
    "the paper names no law of eigenvalues for GT; with all features both readings are easier to "
    "learn than its own must be, and neither gives all its numbers"
)
"""What stands beside every number about general states."""


def at(run: TaskResult, values: str, features: int) -> float:
    """Returns one entry of a list over numbers of features."""
    subsets: Sequence[int] = run.parameter("subsets")
    return float(run[values][list(subsets).index(features)])


def accuracy(runs: Sequence[TaskResult], features: int, name: str, where: str = "test") -> Quantity:
    """Returns an accuracy in per cent: Wilson's interval of one seed, Student's of several.

    Args:
        runs: One classification per seed.
        features: Number of features.
        name: What it is called.
        where: ``"test"``, or ``"on NAME"`` for a cross-test.
    """
    tests = int(runs[0]["tests"])
    hits = {int(run.parameter("seed")): at(run, where, features) for run in runs}
    if len(hits) == 1:
        (seed, number), *_ = hits.items()
        return share(int(number), tests, name=name, seeds=(seed,), percent=True)
    return mean_over_seeds({s: 100 * h / tests for s, h in hits.items()}, name=name, n=tests)


def r2(runs: Sequence[TaskResult], features: int, name: str) -> Quantity:
    """Returns an R² with the variance of its target."""
    seeds = {int(run.parameter("seed")): at(run, "r2", features) for run in runs}
    note = f"variance of C {runs[0]['variance']:.4f}"
    found = mean_over_seeds(seeds, name=name, n=int(runs[0]["tests"]), note=note)
    if len(seeds) == 1:
        half = 1.96 * at(runs[0], "r2 error", features)
        found = replace(found, interval=(found.value - half, min(1.0, found.value + half)))
    return found


def counted(results: Results, data: str, key: str, name: str, *, percent: bool = False) -> Quantity:
    """Returns a share of the states of a data set, all seeds together."""
    runs = [run for run in results.where(name=data) if key in run.values and "count" in run.values]
    hits, n = sum(int(run[key]) for run in runs), sum(int(run["count"]) for run in runs)
    seeds = [int(run.parameter("seed")) for run in runs]
    return share(hits, n, name=name, seeds=seeds, percent=percent)


def classifiers(results: Results, data: str, nodes: int = 15) -> list[TaskResult]:
    """Returns the classifications of a data set, one per seed."""
    return results.where(name=data, nodes=nodes)


def regressors(results: Results, data: str, output: str = "linear") -> list[TaskResult]:
    """Returns the regressions of a data set, one per seed."""
    return results.where(name=data, output=output)


def reduced(finding: Finding, used: tuple[int, int], paper: tuple[int, int]) -> Finding:
    """Leaves a claim untested that fails with fewer states or epochs than the paper's.

    Args:
        finding: What was found.
        used: States and epochs.
        paper: Those of the paper.
    """
    if finding.outcome is not Outcome.NOT_REPRODUCED or (
        used[0] >= paper[0] and used[1] >= paper[1]
    ):
        return finding
    said = (
        f"trained on {used[0]} states for {used[1]} epochs, the paper on {paper[0]} for "
        f"{paper[1]}; at this size {finding.reason}"
    )
    return replace(finding, outcome=Outcome.NOT_TESTED, reason=said)


def explained(finding: Finding) -> Finding:
    """Says why numbers about general states exceed the published ones, if they do."""
    if finding.outcome is not Outcome.EXCEEDED:
        return finding
    return replace(finding, reason=UNKNOWN_LAW)
