"""The tasks of the study and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qent_siamese.study.siamese.settings import HELD_OUT, Settings
from qent_studies import Task

_HERE = "qent_siamese.study.siamese"
_SECONDS_PER_PASS = 0.08
"""Forward and backward pass of the convolutional network over 128 states, one core of two."""
_SECONDS_PER_AUTOENCODER_STEP = 0.025
_TRAINING, _AUTOENCODER = 560_000, 530_000
_ONE_PASS = {"mlp": 0.05, "tensor-network": 0.1, "invariant": 0.1}
"""Cost of a pass relative to the convolutional network's."""

BACKBONES = ("mlp", "tensor-network")
"""Networks in the place of the convolutions (S1-13)."""

_PERMUTATION_ERROR = "permutation-error"


def tasks_of(settings: Settings, seeds: tuple[int, ...]) -> list[Task]:
    """Returns all tasks; each draws its own data, so that none waits for another."""
    tasks = [
        Task(
            key="composition", run=f"{_HERE}.facts:composition", claims=("S1-01", "S1-02", "S1-03")
        )
    ]
    for seed in seeds:
        tasks += [*_facts(settings, seed), *_trainings(settings, seed), *_others(settings, seed)]
    return tasks


def table_2_strategy(settings: Settings, model: str) -> str:
    """Returns on which training set a model of Table II is trained.

    With ``data_limit`` only the Ensemble sees the hand-labelled group, as in the released scripts.
    """
    limited = settings.data_limit and model != "siamese-ensemble"
    wanted = "verified" if limited else "verified+max-rank"
    return wanted if (model, wanted) in settings.trainings else "verified"


def training_key(model: str, strategy: str, seed: int) -> str:
    """Returns the key of the task that trains a model on a training set."""
    return f"train-{model}-{strategy.replace('+', '-')}-seed{seed}"


def switch_key(seed: int) -> str:
    """Returns the key of the training with the other reading of the permutations."""
    return f"train-siamese-cnn-{_PERMUTATION_ERROR}-seed{seed}"


def _facts(settings: Settings, seed: int) -> Iterator[Task]:
    yield Task(
        key=f"label-proofs-seed{seed}",
        run=f"{_HERE}.facts:label_proofs",
        parameters={"states": settings.label_proofs, "witnesses": 9, "seed": seed},
        claims=("S1-03", "S1-04", "S1-05", "S1-07", "S1-08", "S1-15"),
        seconds=3 + 4e-3 * settings.label_proofs,
    )
    yield Task(
        key=f"maximal-rank-seed{seed}",
        run=f"{_HERE}.facts:maximal_rank",
        parameters={
            "numbers": settings.numbers,
            "fraction": settings.max_rank_fraction,
            "seed": seed,
        },
        claims=("S1-01",),
        seconds=3 + 600 * settings.max_rank_fraction,
        memory=5e8,
    )
    yield Task(
        key=f"constants-seed{seed}",
        run=f"{_HERE}.facts:constants",
        parameters={
            "numbers": settings.numbers,
            "fraction": settings.test_fraction,
            "seed": seed,
            "proofs": settings.proofs,
        },
        claims=("S1-04", "S1-05", "S1-06"),
        seconds=3 + 40 * settings.test_fraction,
        memory=5e8 + 5e8 * settings.test_fraction,
    )
    yield Task(
        key=f"measure-seed{seed}",
        run=f"{_HERE}.measure:measure",
        parameters={
            "seed": seed,
            "fraction": settings.autoencoder_fraction,
            "test_fraction": settings.test_fraction,
            "options": _autoencoder(settings),
        },
        claims=("S1-09",),
        seconds=5 + _autoencoder_seconds(settings),
        memory=_memory(settings.autoencoder_fraction),
    )


def _trainings(settings: Settings, seed: int) -> Iterator[Task]:
    for model, strategy in settings.trainings:
        claims = {"verified": ("S1-04",), "negativity": ("S1-05",), "certified": ("S1-05",)}[
            strategy.partition("+")[0]
        ]
        other = 0
        if strategy == table_2_strategy(settings, model):
            claims += ("S1-07", "S1-08", "S1-11", "S1-12", "S1-13", "S1-14", "S1-15")
            other = settings.other_states
        if strategy == "negativity":
            claims += ("S1-08",)
        yield _training(
            settings, model, strategy, seed, training_key(model, strategy, seed), claims, other
        )
    base = table_2_strategy(settings, "siamese-cnn")
    yield _training(
        settings,
        "siamese-cnn",
        base,
        seed,
        switch_key(seed),
        ("S1-04", "S1-14"),
        permutation_error=not settings.permutation_error,
    )


def _others(settings: Settings, seed: int) -> Iterator[Task]:
    for backbone in BACKBONES:
        strategy = table_2_strategy(settings, "cnn")
        key = training_key(backbone, strategy, seed)
        yield _training(settings, backbone, strategy, seed, key, ("S1-13",))
    for strategy in ("certified", "certified+bound"):
        key = training_key("invariant", strategy, seed)
        tested = settings.other_states if strategy == "certified" else 0
        yield _training(settings, "invariant", strategy, seed, key, ("S1-14", "S1-15"), tested)
    for layers, kernel in settings.architectures:
        for model in ("cnn", "siamese-cnn"):
            fraction = settings.architecture_fraction
            yield Task(
                key=f"architecture-{model}-{layers}x{kernel}-seed{seed}",
                run=f"{_HERE}.training:architecture",
                parameters={
                    "model": model,
                    "strategy": "verified",
                    "seed": seed,
                    "fraction": fraction,
                    "validation_fraction": settings.fraction,
                    "numbers": settings.numbers,
                    "selection": settings.selection,
                    "options": {
                        **_options(settings, model),
                        "conv_layers": layers,
                        "kernel_size": kernel,
                    },
                },
                claims=("S1-10",),
                seconds=3 + _seconds(settings, model, fraction),
                memory=_memory(max(fraction, settings.fraction / 5)),
            )


def _training(
    settings: Settings,
    model: str,
    strategy: str,
    seed: int,
    key: str,
    claims: tuple[str, ...],
    other_states: int = 0,
    permutation_error: bool | None = None,
) -> Task:
    proofs = 2300 * settings.fraction if strategy.startswith("certified") else 0.0
    return Task(
        key=key,
        run=f"{_HERE}.training:train",
        parameters={
            "model": model,
            "strategy": strategy,
            "seed": seed,
            "fraction": settings.fraction,
            "test_fraction": settings.test_fraction,
            "numbers": settings.numbers,
            # The paper's second validation set is the distribution of a test.
            "selection": HELD_OUT if model == "invariant" else settings.selection,
            "options": _options(settings, model, permutation_error),
            "proofs": settings.proofs,
            "bound_states": settings.other_states if strategy.endswith("+bound") else 0,
            "other_states": other_states,
            "autoencoder": {
                "fraction": settings.autoencoder_fraction,
                "options": _autoencoder(settings),
            }
            if model == "siamese-ensemble"
            else None,
        },
        claims=claims,
        seconds=4 + proofs + 0.8 * other_states + _seconds(settings, model, settings.fraction),
        memory=_memory(settings.fraction),
    )


def _options(
    settings: Settings, model: str, permutation_error: bool | None = None
) -> dict[str, Any]:
    """Returns the parameters that a model's constructor gets."""
    options: dict[str, Any] = {
        "epochs": settings.epochs,
        "batch_size": settings.batch_size,
        "learning_rate": settings.learning_rate,
    }
    if model.startswith("siamese"):
        error = settings.permutation_error if permutation_error is None else permutation_error
        options |= {
            "regularisation": settings.symmetry_weight,
            "regularise_from": settings.plain_epochs,
            "permutation_bug": error,
        }
    return options


def _autoencoder(settings: Settings) -> dict[str, Any]:
    return {"epochs": settings.autoencoder_epochs, "batch_size": settings.batch_size}


def passes(settings: Settings, model: str) -> int:
    """Returns how often a training sends each state through a network, forward and backward."""
    plain = min(settings.plain_epochs, settings.epochs)
    return settings.epochs + (2 * (settings.epochs - plain) if model.startswith("siamese") else 0)


def _seconds(settings: Settings, model: str, fraction: float) -> float:
    batches = fraction * _TRAINING / 128 * passes(settings, model)
    seconds = _SECONDS_PER_PASS * _ONE_PASS.get(model, 1.0) * batches
    return seconds + (_autoencoder_seconds(settings) if model == "siamese-ensemble" else 0.0)


def _autoencoder_seconds(settings: Settings) -> float:
    steps = settings.autoencoder_fraction * _AUTOENCODER / 128 * settings.autoencoder_epochs
    return _SECONDS_PER_AUTOENCODER_STEP * steps


def _memory(fraction: float) -> float:
    return 9e8 + 3e9 * fraction
