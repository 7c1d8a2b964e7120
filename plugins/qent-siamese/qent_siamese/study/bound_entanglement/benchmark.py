"""The benchmark itself: matched pairs to test on, and what may be trained on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, Verdict, component, label_states, stream
from qent_siamese.study.bound_entanglement.families import (
    FAMILIES,
    SYSTEMS,
    Certified,
    family_states,
    rank_of,
    separable_pool,
)
from qent_siamese.study.bound_entanglement.matching import matched, purity
from qent_siamese.study.proven import certified_verdicts
from qent_siamese.study.qubits import as_qubits
from qent_siamese.study.siamese.datasets import training_set
from qent_siamese.study.siamese.measure import fitted_autoencoder, measured

_GENERAL = 560_000


@dataclass(frozen=True)
class Sizes:
    """How many states of which sort, as something that can be a key."""

    test_states: int
    training_states: int
    noisy_states: int
    pool: int
    caliper: float
    general_fraction: float
    autoencoder_fraction: float
    autoencoder_epochs: int
    proofs: tuple[tuple[str, int], ...]
    general_proofs: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, parameters: dict[str, Any]) -> Sizes:
        """Returns the sizes that a task's parameters hold."""
        limits = {
            name: tuple(sorted(parameters[name].items())) for name in ("proofs", "general_proofs")
        }
        return cls(**{**parameters, **limits})


@dataclass(frozen=True)
class Family:
    """Matched pairs of a family, and what was there before matching."""

    pairs: Certified
    """As many entangled as separable states."""
    unmatched: Certified
    """All certified states of the family and all separable candidates."""


@cache
def test_families(system: str, sizes: Sizes, seed: int) -> dict[str, Family]:
    """Returns every family of a system as matched pairs."""
    return {name: _family(system, name, sizes, seed, "test") for name in FAMILIES[system]}


@cache
def training_families(system: str, sizes: Sizes, seed: int) -> dict[str, Family]:
    """Returns the same from other streams, for training."""
    return {name: _family(system, name, sizes, seed, "training") for name in FAMILIES[system]}


@cache
def general_states(system: str, sizes: Sizes, seed: int) -> tuple[StateBatch, NDArray[np.int8]]:
    """Returns states without any of the families, with proven labels of each cut."""
    if system == "2x4":
        data = training_set("certified", "text", sizes.general_fraction, seed, sizes.general_proofs)
        return data.states, data.labels
    count = round(_GENERAL * sizes.general_fraction)
    dims = SYSTEMS[system]
    sources = (
        ("haar-pure", {}),
        ("product", {}),
        ("induced", {"environment": 3}),
        ("induced", {"environment": 9}),
        ("induced", {"environment": 16}),
        ("induced", {"environment": 30}),
        ("separable-mixture", {"terms": 4, "certify": True}),
        ("separable-mixture", {"terms": 12, "certify": True}),
    )
    parts = []
    for number, (name, parameters) in enumerate(sources):
        family = component(name, "state-family", dims=dims, **parameters)
        rng = stream(seed, "bound-entanglement", system, "general", number)
        made = family.sample(-(-count // len(sources)), rng)
        density = made.density().astype(np.complex128)
        parts.append(StateBatch(density, dims, known=made.known, certificates=made.certificates))
    states = StateBatch.concatenate(parts)
    verdicts = certified_verdicts(states, "A|B", dict(sizes.general_proofs))
    return StateBatch(states.array, dims), verdicts[:, None]


def training_data(
    system: str, families: Sequence[str], sizes: Sizes, seed: int
) -> tuple[StateBatch, NDArray[np.int8]]:
    """Returns the general states and, beside them, the pairs of the named families."""
    states, labels = general_states(system, sizes, seed)
    made = training_families(system, sizes, seed) if families else {}
    for name in families:
        pairs = made[name].pairs
        if not len(pairs):
            continue
        seen = presented(system, pairs.states)
        states = StateBatch.concatenate(
            [states, StateBatch(seen.density().astype(states.dtype), seen.dims)]
        )
        labels = np.concatenate([labels, _labels(system, pairs, seen)])
    return states, labels


def presented(system: str, states: StateBatch) -> StateBatch:
    """Returns the states as models see them: 2x4 as three qubits."""
    return as_qubits(states) if system == "2x4" else states


def measure_of(
    system: str, states: StateBatch, sizes: Sizes, seed: int
) -> NDArray[np.float64] | None:
    """Returns M, ``(n,)``, or None where there is no autoencoder for the dimensions."""
    if system != "2x4":
        return None
    return measured(autoencoder_of(sizes, seed), as_qubits(states))


def autoencoder_of(sizes: Sizes, seed: int) -> Any:
    """Returns the autoencoder of three qubits, trained on separable states alone."""
    options = (("batch_size", 128), ("epochs", sizes.autoencoder_epochs))
    return fitted_autoencoder(seed, sizes.autoencoder_fraction, options)


def _family(system: str, name: str, sizes: Sizes, seed: int, use: str) -> Family:
    count = sizes.test_states if use == "test" else sizes.training_states
    count = sizes.noisy_states if name == "noisy" else count
    found = family_states(system, name, count, seed, use, dict(sizes.proofs))
    rows = np.flatnonzero(found.entangled)
    entangled = found.take(rows)
    if not len(rows):
        return Family(entangled, found)
    separable = separable_pool(system, rank_of(entangled.states), sizes.pool, seed, f"{use} {name}")
    # Noise gives states of both kinds that differ in little else.
    own = found.take(np.flatnonzero(~found.entangled))
    separable = _joined(own, separable, 0) if len(own) else separable
    both = (entangled, separable)
    covariates = [_covariates(system, part.states, sizes, seed) for part in both]
    strata = [rank_of(part.states) for part in both]
    left, right = matched(*covariates, *strata, caliper=sizes.caliper)
    return Family(
        _joined(entangled.take(left), separable.take(right), found.unknown),
        _joined(entangled, separable, found.unknown),
    )


def _covariates(system: str, states: StateBatch, sizes: Sizes, seed: int) -> NDArray[np.float64]:
    # Noise lifts the least eigenvalue; without any it is 0 on both sides.
    least = np.linalg.eigvalsh(states.density())[:, 0]
    found = [purity(states.density()), np.log10(np.maximum(least, 1e-9))]
    m = measure_of(system, states, sizes, seed)
    if m is not None:
        found.append(np.log10(m))
    return np.stack(found, axis=1)


def _joined(entangled: Certified, separable: Certified, unknown: int) -> Certified:
    return Certified(
        StateBatch.concatenate([entangled.states, separable.states]),
        np.concatenate([entangled.entangled, separable.entangled]),
        unknown,
    )


def _labels(system: str, pairs: Certified, seen: StateBatch) -> NDArray[np.int8]:
    """Returns a column per cut: the certified verdict; of other cuts what the PPT test proves."""
    own = pairs.entangled.astype(np.int8)
    if system != "2x4":
        return own[:, None]
    ppt = label_states(
        seen, ["ppt"], questions=["B|AC", "C|AB"], parameters={"ppt": {"certify": False}}
    )
    others = [ppt.values(f"ppt[{cut}]") for cut in ("B|AC", "C|AB")]
    assert all(set(np.unique(column)) <= {Verdict.UNKNOWN, Verdict.ENTANGLED} for column in others)
    return np.stack([own, *others], axis=1)
