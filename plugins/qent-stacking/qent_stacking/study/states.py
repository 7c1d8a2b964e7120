"""The states of the study, drawn from named streams, as features and target."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, component, stream
from qent_stacking.compact_columns import CompactColumns

Reals = NDArray[np.float64]
Reading = Mapping[str, Any]

COLUMN = "negativity[A|B]"
_SHARD_NUMBERS = 4_000_000
_REGIME = {"a": "structured", "b": "semi-structured", "c": "unstructured"}


@dataclass(frozen=True)
class Drawn:
    """Features and target of some states."""

    X: Reals
    y: Reals
    dense_bytes: int
    """Of the features as the paper reads them out."""
    columns: int
    """Features before any were dropped."""


def local_dimension(spin: float) -> int:
    """Returns d = 2J + 1.

    Example:
        >>> local_dimension(0.5), local_dimension(5)
        (2, 11)
    """
    return round(2 * spin) + 1


def in_units(negativity: Reals, spin: float, target: str) -> Reals:
    """Returns N or 2N/(d-1)."""
    scale = 2 / (local_dimension(spin) - 1) if target == "normalised" else 1.0
    return negativity * scale


def pure_states(
    spin: float, regime: str, count: int, seed: int, use: str, reading: Reading
) -> Drawn:
    """Draws pure states of a regime; features are their coefficients.

    Args:
        spin: J.
        regime: ``"a"``, ``"b"`` or ``"c"``.
        count: How many.
        seed: Root of the stream.
        use: Where in the study they are used; other uses draw other states.
        reading: See `Settings.reading`.
    """
    own: dict[str, Any] = {"regime": _REGIME[regime]}
    if regime == "a" and reading["structured"] == "zeros-only":
        own = {"regime": "semi-structured"}
    elif regime == "a":
        own["zeros_in"] = reading["structured"]
    family = component("spin-pure", spin=spin, real=reading["coefficients"] == "real", **own)
    states = family.sample(count, stream(seed, "stacking", "pure", f"{spin:g}", regime, use))
    return pure_features(states, spin, reading)


def pure_features(states: StateBatch, spin: float, reading: Reading) -> Drawn:
    """Returns coefficients and negativity of kets."""
    X = component("ket-coefficients").fit(states).transform(states)
    if reading["coefficients"] == "complex" and states.is_real:
        X = np.concatenate([X, np.zeros_like(X)], axis=1)
    negativity = component("negativity").label(states).values(COLUMN)
    return Drawn(X, in_units(negativity, spin, reading["target"]), X.nbytes, X.shape[1])


def isotropic_states(
    spin: float, count: int, seed: int, use: str, reading: Reading
) -> tuple[Drawn, CompactColumns]:
    """Draws states alpha |phi><phi| + (1 - alpha) I/d^2 shard by shard, twice.

    The first pass finds constant and repeated columns, the second keeps the others: all ``d**4``
    of them never are in memory for more than one shard. Which columns were dropped, and how to
    rebuild them, is the second value.
    """
    compact = CompactColumns(duplicates=reading["duplicates"] == "drop")
    for X, _ in _isotropic_shards(spin, count, seed, use, reading):
        compact.partial_fit(X)
    kept, targets = [], []
    for X, y in _isotropic_shards(spin, count, seed, use, reading):
        kept.append(compact.transform(X))
        targets.append(y)
    columns = compact.n_features_in_
    X, y = np.concatenate(kept), np.concatenate(targets)
    return Drawn(X, y, 8 * count * columns, columns), compact


def isotropic_features(states: StateBatch) -> Reals:
    """Returns the matrix entries, row by row."""
    X: Reals = component("density-vector").fit(states).transform(states)
    return X


def _isotropic_shards(
    spin: float, count: int, seed: int, use: str, reading: Reading
) -> Iterator[tuple[Reals, Reals]]:
    family = component("isotropic", spin=spin, phi=reading["phi"])
    rows = max(16, _SHARD_NUMBERS // local_dimension(spin) ** 4)
    for number, start in enumerate(range(0, count, rows)):
        rng = stream(seed, "stacking", "isotropic", f"{spin:g}", use, number)
        states = family.sample(min(rows, count - start), rng)
        negativity = family.exact(COLUMN, states.parameters)
        yield isotropic_features(states), in_units(negativity, spin, reading["target"])
