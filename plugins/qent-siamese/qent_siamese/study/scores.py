"""Scores of answers against labels, each with a 95 % interval and the number behind it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

_Z = 1.959963984540054
"""Half width of a normal 95 % interval in standard deviations."""

Scored = dict[str, Any]
"""``value``, ``low``, ``high`` and ``n``, as JSON has them; empty if there was nothing to score."""


def share_of(hits: NDArray[Any], chosen: NDArray[Any] | None = None) -> Scored:
    """Returns the share of true entries in per cent, with Wilson's interval.

    Cuts of one state are not independent, so n counts states: the interval is rather too wide.

    Args:
        hits: ``(n,)`` or ``(n, cuts)``, boolean.
        chosen: Which entries count, of the same shape; by default all.

    Example:
        >>> found = share_of(np.arange(100) < 42)
        >>> [round(found[key], 1) for key in ("value", "low", "high")], found["n"]
        ([42.0, 32.8, 51.8], 100)
    """
    chosen = np.ones(hits.shape, bool) if chosen is None else chosen
    n = int((chosen.any(axis=1) if chosen.ndim > 1 else chosen).sum())
    if not n:
        return {}
    p = float(hits[chosen].mean())
    centre = (p + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
    half = _Z * math.sqrt(p * (1 - p) / n + _Z * _Z / (4 * n * n)) / (1 + _Z * _Z / n)
    # At the ends the interval ends there exactly, but for rounding.
    low = max(0.0, centre - half) if p > 0 else 0.0
    high = min(1.0, centre + half) if p < 1 else 1.0
    return {"value": 100 * p, "low": 100 * low, "high": 100 * high, "n": n}


def balanced_accuracy(answers: NDArray[Any], truth: NDArray[Any]) -> Scored:
    """Returns the mean of sensitivity and specificity in per cent.

    The interval adds the variances of both shares, each with two successes and two failures added
    (Agresti and Coull, Am. Stat. 52, 119, 1998), so that a perfect score has a width too.

    Args:
        answers: ``(n,)`` boolean, True for entangled.
        truth: ``(n,)`` boolean.

    Example:
        >>> truth = np.arange(200) < 100
        >>> balanced_accuracy(np.ones(200, bool), truth)["value"]
        50.0
    """
    answers, truth = np.asarray(answers, bool), np.asarray(truth, bool)
    if truth.all() or not truth.any():
        return {}
    value, variance = 0.0, 0.0
    for right in (answers[truth], ~answers[~truth]):
        n = len(right)
        p = (right.sum() + 2) / (n + 4)
        value += float(right.mean()) / 2
        variance += p * (1 - p) / (n + 4) / 4
    return _around(100 * value, 100 * _Z * math.sqrt(variance), len(truth))


def area_under_curve(scores: NDArray[Any], truth: NDArray[Any]) -> Scored:
    """Returns the area under the ROC curve in per cent, with DeLong's interval.

    The chance that an entangled state scores higher than a separable one, ties counted half; 50 is
    chance. Source: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44, 837 (1988).

    Args:
        scores: ``(n,)`` real numbers, higher for entangled.
        truth: ``(n,)`` boolean.

    Example:
        >>> area_under_curve(np.array([0.1, 0.4, 0.35, 0.8]), np.array([0, 0, 1, 1]))["value"]
        75.0
    """
    scores, truth = np.asarray(scores, float), np.asarray(truth, bool)
    m, n = int(truth.sum()), int((~truth).sum())
    if not m or not n:
        return {}
    ranks = rankdata(scores)
    above = (ranks[truth] - rankdata(scores[truth])) / n
    below = 1 - (ranks[~truth] - rankdata(scores[~truth])) / m
    variance = sum(float(part.var(ddof=1)) / len(part) for part in (above, below) if len(part) > 1)
    return _around(100 * float(above.mean()), 100 * _Z * math.sqrt(variance), m + n)


def _around(value: float, half: float, n: int) -> Scored:
    return {
        "value": value,
        "low": max(0.0, value - half),
        "high": min(100.0, value + half),
        "n": n,
    }
