"""States that the tests of this plugin share: three qubits, some product, some entangled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from qent_core.api import StateBatch, cuts
from qent_core.linalg import partial_transpose, projectors

Problem = tuple[StateBatch, Any]


def haar(rng: np.random.Generator, count: int, d: int) -> Any:
    drawn = rng.normal(size=(count, d)) + 1j * rng.normal(size=(count, d))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def mixtures(seed: int, count: int, *, noise: float = 0.3) -> StateBatch:
    """Returns one half of product states and one half of Haar states, with white noise."""
    rng = np.random.default_rng(seed)
    half = count // 2
    a, b, c = (haar(rng, half, 2) for _ in range(3))
    products = np.einsum("na,nb,nc->nabc", a, b, c).reshape(half, 8)
    rho = projectors(np.concatenate([products, haar(rng, count - half, 8)]))
    share = rng.uniform(0, noise, count)[:, None, None]
    rho = (1 - share) * rho + share * np.eye(8) / 8
    return StateBatch(rho[rng.permutation(count)], (2, 2, 2))


def npt(states: StateBatch) -> Any:
    """Returns for each cut whether the partial transpose has a negative eigenvalue, ``(n, 3)``."""
    columns = [
        np.linalg.eigvalsh(partial_transpose(states.density(), states.dims, [party]))[:, 0] < -1e-9
        for party in range(len(cuts(3)))
    ]
    return np.stack(columns, axis=1).astype(np.int8)


@pytest.fixture
def problems() -> Callable[[int, int], Problem]:
    """Returns a function from a seed and a number to states and their verdicts per cut."""

    def made(seed: int, count: int) -> Problem:
        states = mixtures(seed, count)
        return states, npt(states)

    return made


@pytest.fixture
def problem(problems: Callable[[int, int], Problem]) -> Problem:
    return problems(1, 64)
