"""The tasks of the benchmark and what they cost."""

from __future__ import annotations

from typing import Any, get_args

from qent_siamese.study.bound_entanglement.families import FAMILIES
from qent_siamese.study.bound_entanglement.settings import Model, Settings
from qent_siamese.study.bound_entanglement.work import NONE
from qent_studies import Task

_WORK = "qent_siamese.study.bound_entanglement.work"

MODELS: dict[str, tuple[str, ...]] = {
    "2x4": get_args(Model),
    "3x3": ("cnn", "siamese-cnn", "mlp", "invariant", "boosting"),
}
"""System to the models that can be asked; M, and with it the Ensemble, is for three qubits."""

_NO_EPOCHS = ("boosting",)


def tasks_of(settings: Settings, seeds: tuple[int, ...]) -> list[Task]:
    """Returns the tasks: the physical scores of each system, and every training."""
    sizes = settings.model_dump(mode="json", exclude={"systems", "models", "epochs"})
    tasks = []
    for seed in seeds:
        for system in settings.systems:
            common: dict[str, Any] = {"system": system, "seed": seed, "sizes": sizes}
            tasks.append(
                Task(
                    key=f"physical-{system}-seed{seed}",
                    run=f"{_WORK}:physical",
                    parameters=common,
                    claims=("BE-01", "BE-02", "BE-03"),
                    seconds=_data_seconds(settings, system),
                    memory=_memory(settings),
                )
            )
            for model in models_of(settings, system):
                for held_out in (NONE, *FAMILIES[system]):
                    tasks.append(_training(settings, common, model, held_out))
    return tasks


def models_of(settings: Settings, system: str) -> list[str]:
    """Returns the models that are wanted and can be asked about a system."""
    return [model for model in MODELS[system] if model in settings.models]


def _training(settings: Settings, common: dict[str, Any], model: str, held_out: str) -> Task:
    without = held_out == NONE
    claim = "BE-06"
    if without:
        claim = "BE-05" if model in ("invariant", "boosting") else "BE-04"
    options: dict[str, Any] = {} if model in _NO_EPOCHS else {"epochs": settings.epochs}
    if model.startswith("siamese"):
        options["regularise_from"] = (settings.epochs + 1) // 2
    system, seed = common["system"], common["seed"]
    return Task(
        key=f"{system}-{model}-{held_out.lower()}-seed{seed}",
        run=f"{_WORK}:trained",
        parameters={**common, "model": model, "held_out": held_out, "options": options},
        claims=(claim,),
        seconds=5 + _steps(settings, without) * (0.12 if model.startswith("siamese") else 0.06),
        memory=_memory(settings),
    )


def _steps(settings: Settings, without: bool) -> float:
    states = 560_000 * settings.general_fraction
    states += 0 if without else 6 * settings.training_states
    return settings.epochs * states / 128


def _data_seconds(settings: Settings, system: str) -> float:
    families = len(FAMILIES[system])
    return 10 + 0.3 * settings.noisy_states + 5e-3 * settings.test_states * families


def _memory(settings: Settings) -> float:
    return 1.2e9 + 2e9 * settings.general_fraction
