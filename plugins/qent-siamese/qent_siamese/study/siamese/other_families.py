"""Three-qubit states with bound cuts that are none of the paper's tests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from qent_core.api import StateBatch, Verdict, component, cuts, label_states, stream
from qent_siamese.study.proven import proven_verdicts
from qent_siamese.study.qubits import as_qubits, permuted
from qent_siamese.study.siamese.datasets import PPT, Limits, Test, Training, training_set


def _extreme(count: int, rng: Generator) -> StateBatch:
    """Extreme points of the PPT states of 2x4: one bound cut, mostly NPT in the others."""
    family = component("extreme-ppt", "state-family", dims=(2, 4))
    return permuted(as_qubits(family.sample(count, rng)))


def _noisy(count: int, rng: Generator) -> StateBatch:
    """The same with white noise, to both sides of the point where the cut becomes separable."""
    noise = {"uniform": [0.0, 0.008]}
    family = component("extreme-ppt", "state-family", dims=(2, 4), white_noise=noise)
    return permuted(as_qubits(family.sample(count, rng)))


def _extreme_qubits(count: int, rng: Generator) -> StateBatch:
    """Extreme points of the states that are PPT in all three cuts."""
    sampled: StateBatch = component("extreme-ppt", "state-family", dims=(2, 2, 2)).sample(
        count, rng
    )
    return sampled


def _mixtures(count: int, rng: Generator) -> StateBatch:
    """Mixtures of five products of a qubit and two qubits: separable, of rank five."""
    family = component(
        "separable-mixture", "state-family", dims=(2, 2, 2), question="A|BC", terms=5
    )
    return permuted(family.sample(count, rng))


FAMILIES: Mapping[str, Callable[[int, Generator], StateBatch]] = {
    "extreme 2x4": _extreme,
    "noisy extreme 2x4": _noisy,
    "extreme 2x2x2": _extreme_qubits,
    "separable 2x4": _mixtures,
}
"""Name to sampler."""

_SHARE = {
    "extreme 2x4": 10.0,
    "noisy extreme 2x4": 1.0,
    "extreme 2x2x2": 0.2,
    "separable 2x4": 10.0,
}
"""How many of each, relative to the others: proofs take a millisecond here and a second there."""


@cache
def other_tests(count: int, seed: int, limits: Limits) -> dict[str, Test]:
    """Returns the further families as tests with proven verdicts.

    ``count`` noisy states, ten times as many where proofs are cheap, a fifth where they are dear.

    The label "claimed" for them is 1 in the bound cut and in NPT cuts, the paper's rule.
    """
    return {name: _test(name, "test", count, seed, limits) for name in FAMILIES}


@cache
def training_with_bound_states(
    numbers: str, fraction: float, seed: int, limits: Limits, count: int
) -> Training:
    """Returns the certified training set and beside it the further families.

    None of them belongs to the families of the paper's tests, Horodecki, UPB and Acin.
    """
    base = training_set("certified", numbers, fraction, seed, limits)
    extra = [_test(name, "training", count, seed, limits) for name in FAMILIES]
    states = [base.states, *(test.states.astype(np.complex64) for test in extra)]
    labels = [base.labels, *(test.proven for test in extra)]
    return Training(StateBatch.concatenate(states), np.concatenate(labels))


def _test(name: str, use: str, count: int, seed: int, limits: Limits) -> Test:
    states = FAMILIES[name](
        max(1, round(_SHARE[name] * count)), stream(seed, "siamese", "other", name, use)
    )
    proven = proven_verdicts(states, dict(limits))
    negativity = label_states(states, ["negativity"], questions=cuts(3))
    ppt = np.stack([negativity.values(f"negativity[{cut}]") for cut in cuts(3)], axis=1) < PPT
    bare = StateBatch(states.density(), states.dims)
    return Test(bare, _claimed(proven, ppt), proven, ppt)


def _claimed(proven: NDArray[np.int8], ppt: NDArray[np.bool_]) -> NDArray[np.int8]:
    return (~ppt | (proven == Verdict.ENTANGLED)).astype(np.int8)
