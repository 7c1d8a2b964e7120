"""The paper's data sets: states through their channel, features and labels, in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, component, stream

Array = NDArray[np.float64]

SPECTRA = {
    "A": {"law": "dirichlet", "concentration": 0.875},
    "B": {"law": "largest", "low": 0.386, "high": 0.666},
}
"""Two readings of the unnamed law of eigenvalues of general states; both make 42 % entangled."""

FAMILIES = {
    "psi1-depolarized": ("psi1", "depolarizing"),
    "psi1": ("psi1", "dephasing"),
    "psi2": ("psi2", "dephasing"),
    "psi3": ("psi3", "dephasing"),
    "gt-A": ("random-spectrum", None),
    "gt-B": ("random-spectrum", None),
}
"""Data set to family and channel; GT is the paper's word for general two-qubit states."""

_PIECE = 50_000


@dataclass(frozen=True)
class Table:
    """Features and labels of n states."""

    features: Array
    """``(n, 15)``, in the paper's order."""
    entangled: NDArray[np.bool_]
    concurrence: Array
    parameters: dict[str, Array]
    """Angles, and ``p``, the strength of the channel."""

    def __len__(self) -> int:
        return len(self.features)


def pieces(name: str, count: int, seed: int, purpose: str) -> Iterator[StateBatch]:
    """Yields the states of a data set; a smaller one of whole pieces is the beginning of a larger.

    Args:
        name: A key of `FAMILIES`.
        count: Number of states.
        seed: Seed of the run.
        purpose: Sets of different purpose are independent.
    """
    family_name, channel_name = FAMILIES[name]
    settings = {"spectrum": SPECTRA[name[-1]]} if family_name == "random-spectrum" else {}
    family = component(family_name, **settings)
    for number, start in enumerate(range(0, count, _PIECE)):
        rng = stream(seed, "dephasing", name, purpose, number)
        batch = family.sample(min(_PIECE, count - start), rng)
        if channel_name is not None:
            channel = component(channel_name, "channel", strength={"uniform": [0.0, 1.0]})
            batch = channel.apply(batch, rng)
        yield batch


def table(name: str, count: int, seed: int, purpose: str, *, labels: bool = True) -> Table:
    """Returns features, verdicts (PPT, exact for two qubits), concurrence and parameters.

    Args:
        name: A key of `FAMILIES`.
        count: Number of states.
        seed: Seed of the run.
        purpose: Sets of different purpose are independent.
        labels: Compute the concurrence too, which takes longest.
    """
    features, ppt = component("bell-correlations"), component("ppt")
    concurrence = component("concurrence")
    made = Table(np.empty((count, 15)), np.empty(count, bool), np.full(count, np.nan), {})
    start = 0
    for batch in pieces(name, count, seed, purpose):
        rows = slice(start, start + len(batch))
        made.features[rows] = features.fit_transform(batch)
        made.entangled[rows] = ppt.label(batch).values("ppt[A|B]") == 1
        if labels:
            made.concurrence[rows] = concurrence.label(batch).values("concurrence[A|B]")
        for key, values in batch.parameters.items():
            column = "p" if "." in key else key
            made.parameters.setdefault(column, np.empty(count))[rows] = values
        start += len(batch)
    return made


def least_eigenvalues(batch: StateBatch) -> Array:
    """Returns the least eigenvalue of each state's partial transpose.

    Example:
        >>> bell = StateBatch([[2**-0.5, 0, 0, 2**-0.5]], (2, 2))
        >>> least_eigenvalues(bell).round(12).tolist()
        [-0.5]
    """
    rho = batch.density().reshape(-1, 2, 2, 2, 2)
    return np.asarray(np.linalg.eigvalsh(rho.swapaxes(2, 4).reshape(-1, 4, 4))[:, 0])
