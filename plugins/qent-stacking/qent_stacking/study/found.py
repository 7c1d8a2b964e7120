"""The results by what they are about: seeds to values, quantities, pooled arrays."""

from __future__ import annotations

import numpy as np

from qent_stacking.study.published import LABEL
from qent_stacking.study.scores import Reals
from qent_stacking.study.settings import Settings
from qent_studies import Quantity, Results, TaskResult, mean_over_seeds


def tasks_of(results: Results, name: str) -> list[TaskResult]:
    """Returns the results of one fit for all seeds, for example of ``"pure-c-j5"``."""
    return [result for key, result in results.items() if key.startswith(f"{name}-seed")]


def by_seed(results: Results, name: str, value: str) -> dict[int, float]:
    """Returns seed to one value of a fit."""
    return {int(r.parameter("seed")): float(r[value]) for r in tasks_of(results, name)}


def mean(results: Results, name: str, value: str) -> float:
    """Returns the mean of one value over the seeds."""
    return float(np.mean(list(by_seed(results, name, value).values())))


def spread(results: Results, name: str, value: str) -> float:
    """Returns the standard deviation of one value over the seeds, 0 for a single one."""
    values = list(by_seed(results, name, value).values())
    return float(np.std(values, ddof=1)) if len(values) > 1 else 0.0


def quantity(results: Results, fit: str, value: str, name: str, test: str = "") -> Quantity:
    """Returns the mean over seeds of one value, with n and the variance of the target.

    Args:
        results: Of the study.
        fit: For example ``"pure-c-j5"``.
        value: For example ``"stack R2"``.
        name: What the quantity is called.
        test: In front of the names of values where another regime was tested, ``"on b: "``.
    """
    first = tasks_of(results, fit)[0]
    variance = mean(results, fit, f"{test}variance")
    return mean_over_seeds(
        by_seed(results, fit, f"{test}{value}"),
        name=name,
        n=int(first[f"{test}tests"]),
        note=f"variance of the target {variance:.3g}" if value.endswith("R2") else "",
    )


def pooled(results: Results, fit: str, array: str) -> Reals:
    """Returns one array of all seeds, joined."""
    return np.concatenate([result.arrays[array] for result in tasks_of(results, fit)])


def fits(settings: Settings, spin: float) -> dict[str, str]:
    """Returns what was fitted for a J: a name for the reader to the name of the fit.

    Example:
        >>> from qent_stacking.study.settings import sizes
        >>> fits(sizes("smoke"), 5.0)["isotropic, J = 5"]
        'isotropic-j5'
    """
    named = {
        f"pure {regime}, {LABEL[spin]}": f"pure-{regime}-j{spin:g}" for regime in settings.regimes
    }
    return {**named, f"isotropic, {LABEL[spin]}": f"isotropic-j{spin:g}"}
