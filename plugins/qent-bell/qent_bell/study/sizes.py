"""Sizes and readings of the study, and its tasks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qent_bell.study.data_sets import FAMILIES
from qent_studies import Task

ALL = tuple(range(1, 16))
"""All numbers of features."""

REGRESSED = ("psi1", "psi2", "psi3", "gt-A", "gt-B")

PAPER_CLASSIFIER = (200_000, 200)
PAPER_BIG = (1_000_000, 200)
PAPER_REGRESSOR = (100_000, 200)
"""States and epochs of the paper."""

_EXACT = "qent_bell.study.exact_work"
_TRAINING = "qent_bell.study.training_work"


class NetworkSettings(BaseModel):
    """Sizes and readings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    classifier_states: int = Field(ge=100, description="States per classifier, 80 % to learn from")
    classifier_epochs: int = Field(ge=1, description="Epochs of the classifiers")
    big_states: int = Field(ge=100, description="States for the network of 100 nodes")
    big_epochs: int = Field(ge=1, description="Its epochs")
    regressor_states: int = Field(ge=100, description="States per regressor, 80 % to learn from")
    regressor_epochs: int = Field(ge=1, description="Epochs of the regressors")
    regressor_subsets: tuple[int, ...] = Field(
        default=ALL, description="Numbers of features of the regressors, 4 and 9 among them"
    )
    probes: int = Field(ge=100, description="Fresh states for maps of errors")
    counted: int = Field(ge=1000, description="States for the shares of entangled ones")
    spectrum: Literal["A", "B"] = Field(
        default="A",
        description="Reading of the unnamed law of eigenvalues that is compared with the paper: A "
        "is Dirichlet(0.875), B a first one uniform in [0.386, 0.666]; both are shown",
    )


def network_sizes(scale: str) -> dict[str, object]:
    """Returns the settings of a scale, by name.

    Example:
        >>> network_sizes("paper")["big_states"]
        1000000
    """
    if scale == "smoke":
        return {
            "classifier_states": 40_000,
            "classifier_epochs": 30,
            "big_states": 40_000,
            "big_epochs": 15,
            "regressor_states": 20_000,
            "regressor_epochs": 40,
            "regressor_subsets": (1, 2, 4, 5, 9, 15),
            "probes": 50_000,
            "counted": 100_000,
        }
    whole = {
        "classifier_states": PAPER_CLASSIFIER[0],
        "classifier_epochs": PAPER_CLASSIFIER[1],
        "big_states": PAPER_BIG[0],
        "regressor_states": PAPER_REGRESSOR[0],
        "regressor_epochs": PAPER_REGRESSOR[1],
        "probes": 400_000,
        "counted": 1_000_000,
    }
    if scale == "standard":
        return {**whole, "big_epochs": 10, "regressor_subsets": (2, 4, 5, 9, 15)}
    return {**whole, "big_epochs": PAPER_BIG[1]}


def network_tasks(settings: NetworkSettings, seeds: tuple[int, ...]) -> Iterator[Task]:
    """Yields closed forms, ceilings, shares, and all trainings."""
    yield Task(
        key="bayes",
        run=f"{_EXACT}:bayes",
        claims=("S2-01", "S2-02", "S2-04", "S2-06", "S2-07", "S2-08", "S2-09"),
        seconds=2,
    )
    yield Task(
        key="closed-forms",
        run=f"{_EXACT}:closed_forms",
        parameters={"count": 20_000, "seed": seeds[0]},
        claims=("S2-01", "S2-02", "S2-08", "S2-11", "S2-12"),
        seconds=3,
    )
    for seed in seeds:
        for name in FAMILIES:
            yield Task(
                key=f"shares-{name}-seed{seed}",
                run=f"{_EXACT}:shares",
                parameters={"name": name, "count": settings.counted, "seed": seed},
                claims=("S2-01", "S2-02", "S2-03", "S2-09", "S2-10"),
                seconds=1 + 1e-5 * settings.counted,
                memory=4e8,
            )
        yield from _classifiers(settings, seed)
        yield from _regressors(settings, seed)


def _classifiers(settings: NetworkSettings, seed: int) -> Iterator[Task]:
    served = {
        "psi1-depolarized": ("S2-01",),
        "psi2": ("S2-02", "S2-04", "S2-05", "S2-06", "S2-13"),
        "gt-A": ("S2-04", "S2-05", "S2-06"),
        "gt-B": ("S2-04", "S2-05", "S2-06"),
    }
    others = {"psi2": ["gt-A", "gt-B"], "gt-A": ["psi2"], "gt-B": ["psi2"]}
    for name, claims in served.items():
        yield _classifier(
            f"classifier-{name}-seed{seed}",
            claims,
            7e-5,
            name=name,
            states=settings.classifier_states,
            epochs=settings.classifier_epochs,
            nodes=15,
            seed=seed,
            others=others.get(name, []),
            probes=settings.probes if name.startswith("psi") else 0,
        )
    for name in ("gt-A", "gt-B"):
        yield _classifier(
            f"big-{name}-seed{seed}",
            ("S2-06",),
            2.3e-4,
            name=name,
            states=settings.big_states,
            epochs=settings.big_epochs,
            nodes=100,
            seed=seed,
            others=[],
            probes=0,
        )


def _classifier(key: str, claims: tuple[str, ...], per_step: float, **parameters: object) -> Task:
    states, epochs = int(str(parameters["states"])), int(str(parameters["epochs"]))
    return Task(
        key=key,
        run=f"{_TRAINING}:classify",
        parameters={**parameters, "subsets": ALL},
        claims=claims,
        seconds=5 + per_step * epochs * states * 0.8 / 32 + 2e-5 * states,
        memory=4e8 + 700 * states,
    )


def _regressors(settings: NetworkSettings, seed: int) -> Iterator[Task]:
    steps = settings.regressor_epochs * settings.regressor_states * 0.8 / 32
    for name in REGRESSED:
        compared = name[:2] != "gt" or name[-1] == settings.spectrum
        wanted = settings.regressor_subsets if compared else (4, 9, 15)
        subsets = tuple(sorted({*wanted, 4, 9}))
        for output in ("linear", "logistic"):
            if output == "logistic" and name not in ("psi2", "psi3"):
                continue
            chosen = subsets if output == "linear" else (4,)
            claims: tuple[str, ...] = (
                ("S2-07", "S2-08", "S2-10") if output == "linear" else ("S2-10",)
            )
            probed = name == "psi2" and output == "linear"
            yield Task(
                key=f"regressor-{name}-{output}-seed{seed}",
                run=f"{_TRAINING}:regress",
                parameters={
                    "name": name,
                    "states": settings.regressor_states,
                    "epochs": settings.regressor_epochs,
                    "subsets": chosen,
                    "seed": seed,
                    "output": output,
                    "probes": settings.probes if probed else 0,
                },
                claims=(*claims, "S2-13") if probed else claims,
                seconds=3 + (8e-5 + 4.4e-5 * len(chosen)) * steps,
                memory=4e8 + 700 * settings.regressor_states,
            )
