"""Which tasks the study consists of, and what each will cost."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, log2
from typing import Any

from qent_stacking.study.settings import SPINS, Settings
from qent_stacking.study.states import local_dimension
from qent_studies import Task

_WORK, _MORE = "qent_stacking.study.work", "qent_stacking.study.more_work"
_BOTH = ("S0-01", "S0-07", "S0-08", "S0-09", "S0-10", "S0-11")
_PURE = (*_BOTH, "S0-12", "S0-14", "S0-15", "S0-17", "S0-18")
_ISOTROPIC = (*_BOTH, "S0-13", "S0-14", "S0-16", "S0-19", "S0-20")
_SHIFT = ("S0-02", "S0-03", "S0-04", "S0-05")


def split(count: int, settings: Settings) -> tuple[int, int]:
    """Returns how many states are drawn, and how many of them train.

    Example:
        >>> from qent_stacking.study.settings import sizes
        >>> split(10_000, sizes("paper"))
        (10000, 8000)
    """
    if settings.sizes_are == "training-part":
        return ceil(count / settings.training_share), count
    return count, int(settings.training_share * count)


def study_tasks(settings: Settings, seeds: tuple[int, ...]) -> Iterator[Task]:
    """Yields all tasks but the outlook's."""
    reading = settings.reading()
    for seed in seeds:
        for number in range(len(SPINS)):
            for regime in settings.regimes:
                yield _pure(settings, number, regime, seed, reading)
            yield _isotropic(settings, number, seed, reading)
    for seed in seeds[: settings.scaling_seeds]:
        yield from _sizes(settings, seed, reading)
    yield from _distributions(settings, seeds[0], reading)
    for seed in seeds:
        yield from _symmetric(settings, seed, reading)
    yield Task(
        key="equation-13", run="qent_stacking.study.published:asked_sizes", claims=("S0-22",)
    )
    yield Task(
        key="real-symmetric",
        run=f"{_MORE}:real_symmetric",
        parameters={"phi": settings.phi, "seed": seeds[0]},
        claims=("S0-21",),
        seconds=1,
    )


def _pure(settings: Settings, number: int, regime: str, seed: int, reading: dict[str, Any]) -> Task:
    spin = SPINS[number]
    count, training = split(settings.pure_states[number], settings)
    learners = {**settings.learners(), "nn_symmetry": settings.nn_symmetry}
    columns = local_dimension(spin) ** 2 * (2 if settings.coefficients == "complex" else 1)
    return Task(
        key=f"pure-{regime}-j{spin:g}-seed{seed}",
        run=f"{_WORK}:fit_pure",
        parameters={
            "spin": spin,
            "regime": regime,
            "count": count,
            "training": training,
            "seed": seed,
            "curve": settings.curve_points,
            "learners": learners,
            "reading": reading,
            "heap": settings.memory == "python-heap",
        },
        claims=_PURE + (_SHIFT if regime == "a" and spin == 1 else ()),
        seconds=1 + fit_seconds(training, columns, settings),
        memory=fit_memory(training, columns, settings),
    )


def _isotropic(settings: Settings, number: int, seed: int, reading: dict[str, Any]) -> Task:
    spin = SPINS[number]
    reading = {**reading, "phi": settings.phi_at(spin)}
    count, training = split(settings.isotropic_states[number], settings)
    columns, drawing = _isotropic_columns(spin, settings)
    return Task(
        key=f"isotropic-j{spin:g}-seed{seed}",
        run=f"{_WORK}:fit_isotropic",
        parameters={
            "spin": spin,
            "count": count,
            "training": training,
            "seed": seed,
            "curve": settings.curve_points,
            "learners": settings.learners(),
            "reading": reading,
            "heap": settings.memory == "python-heap",
        },
        claims=_ISOTROPIC,
        seconds=1 + count * drawing + fit_seconds(training, columns, settings),
        memory=fit_memory(training, columns, settings) + 8.0 * count * columns,
    )


def _sizes(settings: Settings, seed: int, reading: dict[str, Any]) -> Iterator[Task]:
    for number, spin in enumerate(SPINS):
        columns, drawing = _isotropic_columns(spin, settings)
        for size in settings.scaling_sizes:
            for regime in (*settings.regimes, ""):
                if regime and size > settings.scaling_largest[number]:
                    continue
                if not regime and size > settings.isotropic_states[number]:
                    continue
                pure = local_dimension(spin) ** 2
                cost = fit_seconds(size, pure if regime else columns, settings)
                if not regime:
                    cost += drawing * (size + settings.scaling_tests)
                name = f"pure-{regime}" if regime else "isotropic"
                yield Task(
                    key=f"size-{name}-j{spin:g}-s{size}-seed{seed}",
                    run=f"{_MORE}:data_size",
                    parameters={
                        "states": "pure" if regime else "isotropic",
                        "spin": spin,
                        "regime": regime,
                        "size": size,
                        "tests": settings.scaling_tests,
                        "seed": seed,
                        "learners": settings.learners(),
                        "reading": {**reading, "phi": settings.phi_at(spin)},
                    },
                    claims=("S0-14", "S0-12" if regime else "S0-13"),
                    seconds=0.3 + cost,
                    memory=fit_memory(size, pure if regime else columns, settings),
                )


def _distributions(settings: Settings, seed: int, reading: dict[str, Any]) -> Iterator[Task]:
    for number, spin in enumerate(SPINS):
        count, training = split(settings.pure_states[number], settings)
        for regime in ("a", "b", "c"):
            yield Task(
                key=f"distribution-{regime}-j{spin:g}",
                run=f"{_MORE}:distribution",
                parameters={
                    "spin": spin,
                    "regime": regime,
                    "count": count,
                    "training": training,
                    "seed": seed,
                    "reading": reading,
                },
                claims=("S0-06",),
                seconds=1 + 5e-5 * count,
                memory=4e8 + 4000.0 * count,
            )


def _symmetric(settings: Settings, seed: int, reading: dict[str, Any]) -> Iterator[Task]:
    if settings.coefficients == "complex":
        return
    for number, spin in enumerate(SPINS):
        count, training = split(settings.symmetric_states[number], settings)
        for symmetry in settings.symmetric_kinds:
            # The weaker two are shown on one regime only.
            best = symmetry == "invariants"
            for regime in settings.regimes if best else (settings.pure_regime,):
                epochs = settings.symmetric_epochs
                epochs *= settings.augmented_epochs if symmetry == "augmentation" else 1
                yield Task(
                    key=f"symmetric-{symmetry}-{regime}-j{spin:g}-seed{seed}",
                    run=f"{_MORE}:symmetric",
                    parameters={
                        "spin": spin,
                        "regime": regime,
                        "symmetry": symmetry,
                        "count": count,
                        "training": training,
                        "seed": seed,
                        "epochs": epochs,
                        "reading": reading,
                    },
                    claims=("S0-B1",),
                    seconds=1 + 5e-5 * count + 5e-6 * training * epochs,
                    memory=6e8 + 6000.0 * count,
                )


def _isotropic_columns(spin: float, settings: Settings) -> tuple[int, float]:
    """Returns how many columns are kept, and the seconds that drawing one state takes."""
    d = local_dimension(spin)
    if settings.phi_at(spin) == "random-real":
        columns = d**4
    else:
        columns = 3 if settings.duplicates == "drop" else d**2 + d * (d - 1)
    return columns, 1e-7 * d**4


def fit_seconds(rows: int, columns: int, settings: Settings) -> float:
    """Estimates one fit of the stack on one core; measured at 80,000 rows of 121 columns."""
    tried = max(4.0, columns * settings.et_max_features)
    depth = max(1.0, log2(max(2.0, rows / max(1.0, settings.et_min_samples_leaf))))
    trees = settings.et_trees * rows * tried * depth * 6e-8
    boosting = settings.xgb_rounds * (1e-3 + 1.5e-8 * rows * columns)
    network = settings.nn_epochs * rows * (7e-4 / settings.nn_batch_size + 2e-6)
    meta = settings.cb_iterations * (1e-3 + 1e-7 * rows)
    return meta + settings.folds * (trees + boosting + network)


def fit_memory(rows: int, columns: int, settings: Settings) -> float:
    """Estimates the peak memory of one fit in bytes: three copies of the rows, one forest."""
    leaf = settings.et_min_samples_leaf
    leaves = rows / leaf if leaf >= 1 else min(rows, 1 / leaf)
    return 7e8 + 24.0 * rows * columns + 150.0 * settings.et_trees * leaves
