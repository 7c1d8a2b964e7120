"""From results to findings: means over seeds, shares, comparison with what was published."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from qent_studies.claims import Claim
from qent_studies.findings import Finding, Outcome, Quantity

_CONFIDENCE = 0.95


def mean_over_seeds(
    values: Mapping[int, float], *, name: str = "", n: int | None = None, note: str = ""
) -> Quantity:
    """Returns the mean over seeds with Student's 95 % interval (none from a single seed).

    Args:
        values: Seed to value.
        name: Which of several quantities of a claim.
        n: Number of states behind each value.
        note: Said beside the number.

    Example:
        >>> mean_over_seeds({1: 0.5, 2: 0.7}).value
        0.6
    """
    seeds = tuple(sorted(values))
    numbers = np.array([values[seed] for seed in seeds], dtype=float)
    mean = float(numbers.mean())
    interval = None
    if len(numbers) > 1:
        from scipy.special import stdtrit

        half = float(stdtrit(len(numbers) - 1, (1 + _CONFIDENCE) / 2))
        half *= float(numbers.std(ddof=1)) / math.sqrt(len(numbers))
        interval = (mean - half, mean + half)
    return Quantity(value=mean, name=name, interval=interval, n=n, seeds=seeds, note=note)


def share(
    hits: int, n: int, *, name: str = "", seeds: Iterable[int] = (), percent: bool = False
) -> Quantity:
    """Returns a share with Wilson's 95 % interval.

    Args:
        hits: How many.
        n: Of how many.
        name: Which of several quantities of a claim.
        seeds: Seeds of the states.
        percent: Give per cent instead of a number from 0 to 1.

    Example:
        >>> low, high = share(42, 100).interval
        >>> round(low, 3), round(high, 3)
        (0.328, 0.518)
    """
    z, p = 1.959963984540054, hits / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    # None and all are the ends themselves, which rounding would miss by some 1e-19.
    low, high = 0.0 if hits == 0 else centre - half, 1.0 if hits == n else centre + half
    scale = 100.0 if percent else 1.0
    return Quantity(
        value=scale * p,
        name=name,
        interval=(scale * low, scale * high),
        n=n,
        seeds=tuple(sorted(seeds)),
    )


def compare(
    claim: Claim, *ours: Quantity, why_not: str = "", truth: str = "", measured: str = ""
) -> Finding:
    """Returns the finding that follows from comparing our numbers with the published ones.

    Each number is compared with the published one of its name. One that differs by more than the
    tolerance, and not for the better, leaves the claim not reproduced; if all agree and one is
    better by more than the tolerance, the claim is exceeded.

    Args:
        claim: The claim, with numbers and a tolerance.
        ours: Our numbers; those without a published counterpart are shown, not compared.
        why_not: The reason to give if the claim is not reproduced.
        truth: See `Finding`.
        measured: See `Finding`.

    Raises:
        ValueError: Nothing could be compared, or the claim has no tolerance.

    Example:
        >>> claim = Claim(id="S9-01", where="Fig. 1", statement="Accuracy", published=0.9,
        ...               tolerance=0.01, better="higher")
        >>> str(compare(claim, Quantity(value=0.95)).outcome)
        'exceeded'
        >>> compare(claim, Quantity(value=0.8)).reason
        '0.8 against 0.9 published (allowed: 0.01)'
    """
    apart, ahead, compared = [], False, 0
    for quantity in ours:
        published, allowed = claim.value(quantity.name), claim.allowance(quantity.name)
        if published is None:
            continue
        if allowed is None:
            raise ValueError(f"claim {claim.id} has no tolerance for '{quantity.name}'")
        compared += 1
        difference = quantity.value - published
        gain = {"higher": difference, "lower": -difference}.get(claim.better or "", 0.0)
        if gain > allowed:
            ahead = True
        elif not abs(difference) <= allowed:
            apart.append(
                f"{quantity.short(claim.unit)} against {published:.6g} published "
                f"(allowed: {allowed:.3g})"
            )
    if not compared:
        raise ValueError(f"claim {claim.id} publishes none of the numbers it is compared with")
    outcome, reason = Outcome.REPRODUCED, ""
    if apart:
        outcome = Outcome.NOT_REPRODUCED
        reason = "; ".join([*apart, *([why_not] if why_not else [])])
    elif ahead:
        outcome = Outcome.EXCEEDED
    return Finding(
        claim=claim.id, outcome=outcome, ours=ours, reason=reason, truth=truth, measured=measured
    )
