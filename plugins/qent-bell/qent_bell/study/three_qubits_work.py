"""Work of the outlook: three-qubit classes under dephasing, with certified labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_bell.slocc import CUTS, QUESTIONS
from qent_core.api import StateBatch, Values, Verdict, component, stream
from qent_studies import Made

CLASSES = ("product", "biseparable", "w", "ghz")

NAMES = {
    Verdict.SEPARABLE: "separable",
    Verdict.ENTANGLED: "entangled",
    Verdict.UNKNOWN: "unknown",
}

VerdictArray = NDArray[np.int8]


def shares(
    representative: str,
    condition: float,
    strengths: list[float],
    count: int,
    seed: int,
    start: int = 0,
) -> Made:
    """Labels the same states of one class at every strength with certificates.

    Dephasing by more is dephasing by less and then by some more, and it makes no separable state
    entangled. So a proof of separability holds for all larger strengths, a proof of entanglement
    for all smaller ones; what follows in this way is counted apart, and a contradiction would show
    an unsound proof.

    Args:
        representative: The class.
        condition: Largest condition number of the local operators.
        strengths: In ascending order, the first 0.
        count: States.
        seed: Of the states.
        start: Which part of a seed's states these are; another number, other states.
    """
    family = component("slocc", representative=representative, condition=condition)
    states = family.sample(count, stream(seed, "outlook", representative, start))
    batch = _at_strengths(states, strengths)
    labels = component("certified", questions=list(QUESTIONS)).label(batch)
    columns = [labels.column(f"certified[{question}]") for question in QUESTIONS]
    found = np.stack([column.values.reshape(len(strengths), count) for column in columns])
    known = np.stack([states.known[question] for question in QUESTIONS])
    values: dict[str, Any] = {
        "certified": _counts(found),
        "implied": _counts(implied(found)),
        "contradictions": contradictions(found),
        "wrong at strength 0": int(((found[:, 0] != known) & (found[:, 0] != -1)).sum()),
        "proofs": dict(
            Counter(str(kind) for column in columns for kind in column.criteria if str(kind))
        ),
        "positive partial transpose": _of_ppt(batch, found, count),
    }
    return Made(values, {"verdicts": found})


def decay(condition: float, times: list[float], count: int, seed: int) -> Made:
    r"""Follows the negativity across every cut in time, and finds the times at which it ends.

    Args:
        condition: Largest condition number of the local operators.
        times: In units of the inverse rate.
        count: States of each class.
        seed: Of the states.
    """
    values: dict[str, Any] = {}
    arrays: dict[str, NDArray[Any]] = {"times": np.array(times)}
    for name in CLASSES[1:]:
        family = component("slocc", representative=name, condition=condition)
        states = family.sample(count, stream(seed, "outlook-decay", name))
        curves = np.stack([_negativity(states, np.full(count, time)) for time in times])
        arrays[f"{name} quantiles"] = np.quantile(curves, (0.1, 0.5, 0.9), axis=(1, 2)).T
        deaths = _deaths(states)
        arrays[f"{name} deaths"] = deaths
        entangled = np.stack([states.known[cut] == 1 for cut in CUTS], axis=1)
        finite = deaths[entangled]
        values[f"{name}: median death"] = float(np.median(finite))
        values[f"{name}: latest death"] = float(finite.max())
    for name in ("w", "ghz"):
        state = component(name).sample(1, stream(0))
        arrays[name] = np.array([_negativity(state, np.array([time]))[0, 0] for time in times])
    return Made(values, arrays)


def implied(found: VerdictArray) -> VerdictArray:
    """Fills in what follows from proofs at other strengths.

    Args:
        found: ``(questions, strengths, n)`` verdicts, strengths ascending.

    Example:
        >>> implied(np.array([[[-1], [1], [-1], [0], [-1]]], dtype=np.int8))[0, :, 0].tolist()
        [1, 1, -1, 0, 0]
    """
    entangled = np.flip(np.maximum.accumulate(np.flip(found == 1, 1), axis=1), 1)
    separable = np.maximum.accumulate(found == 0, axis=1)
    return np.where(entangled, 1, np.where(separable, 0, -1)).astype(np.int8)


def contradictions(found: VerdictArray) -> int:
    """Returns how often a state proven separable is proven entangled at a larger strength.

    Example:
        >>> contradictions(np.array([[[0], [-1], [1]]], dtype=np.int8))
        1
    """
    separable_before = np.maximum.accumulate(found == 0, axis=1)
    return int(((found == 1) & separable_before).sum())


def _at_strengths(states: StateBatch, strengths: list[float]) -> StateBatch:
    """Returns all states at the first strength, then all at the second, without known verdicts."""
    batches = [
        component("dephasing", "channel", strength=p).apply(states, stream(0)) for p in strengths
    ]
    whole = np.concatenate([batch.density() for batch in batches])
    return StateBatch(whole, states.dims)


def _counts(found: VerdictArray) -> dict[str, dict[str, list[int]]]:
    """Returns question to verdict to the number of states at each strength."""
    return {
        question: {name: (rows == verdict).sum(axis=1).tolist() for verdict, name in NAMES.items()}
        for question, rows in zip(QUESTIONS, found, strict=True)
    }


def _of_ppt(batch: StateBatch, found: VerdictArray, count: int) -> Mapping[str, int]:
    """Counts the verdicts on cuts whose partial transpose is positive."""
    negativity = component("negativity").label(batch)
    positive = np.stack(
        [negativity.values(f"negativity[{cut}]").reshape(-1, count) == 0 for cut in CUTS]
    )
    of_cuts = found[: len(CUTS)]
    return {name: int((positive & (of_cuts == verdict)).sum()) for verdict, name in NAMES.items()}


def _negativity(states: StateBatch, times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Returns ``(n, 3)`` negativities of the states, each after its own time at rate 1."""
    noisy = component("dephasing-in-time", time=Values(tuple(times))).apply(states, stream(0))
    labels = component("negativity").label(StateBatch(noisy.density(), states.dims))
    return np.stack([labels.values(f"negativity[{cut}]") for cut in CUTS], axis=1)


def _deaths(states: StateBatch) -> NDArray[np.float64]:
    """Returns ``(n, 3)`` times at which the partial transpose of each cut turns positive.

    By bisection of the whole batch at once; 0 where it is positive from the start.
    """
    deaths = np.zeros((len(states), 3))
    for cut in range(3):
        low, high = np.zeros(len(states)), np.full(len(states), _LATEST)
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            alive = _negativity(states, middle)[:, cut] > 0
            low, high = np.where(alive, middle, low), np.where(alive, high, middle)
        deaths[:, cut] = np.where(high > _LATEST * 2.0 ** (1 - _HALVINGS), high, 0.0)
    return deaths


_LATEST = 12.0
"""Time at which all coherences are below 1e-5."""

_HALVINGS = 24
