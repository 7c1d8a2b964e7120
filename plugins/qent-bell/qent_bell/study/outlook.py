"""The outlook of the study: sizes and tasks for three qubits and for the time axis."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from qent_bell.study.three_qubits_work import CLASSES
from qent_studies import Drawing, Results, Task

CLASS_CLAIM, LABEL_CLAIM, MODEL_CLAIM, TIME_CLAIM = "S2-O1", "S2-O2", "S2-O3", "S2-O4"

TIMES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.88, 1.0)
_DECAY_TIMES = tuple(round(0.05 * step, 2) for step in range(51))
_AT_ONCE = 60
_PER_SECOND = 5.0
"""Certified states of the classes W and GHZ."""

_SIZES = {
    "smoke": {
        "outlook_kets": 5,
        "outlook_strengths": (0.0, 0.2, 0.5, 0.8),
        "outlook_learnt": 40,
        "outlook_curves": 100,
    },
    "standard": {
        "outlook_kets": 100,
        "outlook_strengths": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8),
        "outlook_learnt": 1_000,
        "outlook_curves": 1_000,
    },
    "paper": {
        "outlook_kets": 600,
        "outlook_strengths": (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
        "outlook_learnt": 5_000,
        "outlook_curves": 5_000,
    },
}


class OutlookSettings(BaseModel):
    """Sizes of the outlook; numbers of states are divided among the seeds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outlook_kets: int = Field(ge=2, description="Outlook: three-qubit kets per class")
    outlook_strengths: tuple[float, ...] = Field(
        description="Outlook: strengths at which they are labelled, ascending from 0"
    )
    outlook_learnt: int = Field(
        ge=40, description="Outlook: states for networks, 20 times as many for one cut"
    )
    outlook_curves: int = Field(ge=10, description="Outlook: kets per class whose decay is drawn")
    outlook_condition: float = Field(
        default=10.0, description="Outlook: largest condition number of a local operator"
    )

    @field_validator("outlook_strengths")
    @classmethod
    def _ascending(cls, strengths: tuple[float, ...]) -> tuple[float, ...]:
        if len(strengths) < 2 or strengths[0] != 0 or strengths[-1] > 1:
            raise ValueError("must begin with 0 and stay within [0, 1]")
        if any(first >= second for first, second in pairwise(strengths)):
            raise ValueError("must ascend")
        return strengths


def outlook_sizes(scale: str) -> dict[str, Any]:
    """Returns the settings of the outlook at a scale, by name.

    Example:
        >>> outlook_sizes("smoke")["outlook_kets"]
        5
    """
    return dict(_SIZES[scale])


def outlook_tasks(settings: OutlookSettings, seeds: tuple[int, ...]) -> Iterator[Task]:
    """Yields labels of every class, decay curves, networks, and psi2 in time."""
    room = {"condition": settings.outlook_condition}
    for seed, kets in zip(seeds, _divided(settings.outlook_kets, len(seeds)), strict=True):
        for name in CLASSES:
            for start in range(0, kets, _AT_ONCE):
                count = min(_AT_ONCE, kets - start)
                states = count * len(settings.outlook_strengths)
                yield Task(
                    key=f"outlook-{name}-seed{seed}-from{start}",
                    run="qent_bell.study.three_qubits_work:shares",
                    parameters={
                        "representative": name,
                        "strengths": settings.outlook_strengths,
                        "count": count,
                        "start": start,
                        "seed": seed,
                        **room,
                    },
                    claims=(CLASS_CLAIM, LABEL_CLAIM),
                    seconds=2 + states / (_PER_SECOND if name in ("w", "ghz") else 40.0),
                    memory=6e8,
                )
    for seed, count in zip(seeds, _divided(settings.outlook_learnt, len(seeds)), strict=True):
        yield Task(
            key=f"outlook-learnt-seed{seed}",
            run="qent_bell.study.three_qubits_models:learnt",
            parameters={"count": count, "seed": seed, **room},
            claims=(MODEL_CLAIM,),
            seconds=10 + 0.4 * count,
            memory=8e8,
        )
    yield Task(
        key="outlook-decay",
        run="qent_bell.study.three_qubits_work:decay",
        parameters={
            "times": _DECAY_TIMES,
            "count": settings.outlook_curves,
            "seed": seeds[0],
            **room,
        },
        claims=(CLASS_CLAIM, TIME_CLAIM),
        seconds=2 + 0.02 * settings.outlook_curves,
    )
    yield Task(
        key="outlook-time",
        run="qent_bell.study.time_axis_work:psi2_in_time",
        parameters={
            "times": TIMES,
            "count": 20 * settings.outlook_curves,
            "seed": seeds[0],
        },
        claims=(TIME_CLAIM,),
        seconds=2 + 1e-3 * settings.outlook_curves,
    )


def outlook_figures(results: Results, settings: OutlookSettings) -> dict[str, Drawing]:
    """Returns the figures of the outlook by name."""

    def draw(name: str) -> Any:
        from qent_bell.study import outlook_drawing

        return getattr(outlook_drawing, name)(results, settings)

    return {
        "outlook-classes": Drawing(
            lambda: draw("classes"),
            "Three-qubit classes under dephasing: shares proven to be entangled (line) and not "
            "proven to be separable (upper edge of the band); between them nothing is proven.",
            (LABEL_CLAIM,),
        ),
        "outlook-time": Drawing(
            lambda: draw("time_axis"),
            "On a time axis: psi2 (closed forms and sudden deaths), the share of psi2 still "
            "entangled, and the negativity of three-qubit classes across a cut (median, 10 to "
            "90 %).",
            (TIME_CLAIM,),
        ),
    }


def _divided(total: int, parts: int) -> list[int]:
    return [len(range(k, total, parts)) or 1 for k in range(parts)]
