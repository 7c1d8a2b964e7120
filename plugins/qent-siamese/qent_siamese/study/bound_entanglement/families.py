"""PPT states of both kinds with certificates, family by family, in 2x4 and 3x3."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, Verdict, component, stream
from qent_siamese.study.bound_entanglement.separable import product_mixtures
from qent_siamese.study.proven import certified_verdicts

SYSTEMS: Mapping[str, tuple[int, int]] = {"2x4": (2, 4), "3x3": (3, 3)}
"""Name to local dimensions."""

_NOISY_TERMS = (4, 5, 6)
_NOISE = (1e-3, 0.2)
"""Products and white noise in the separable candidates of full rank."""

_ZERO = 1e-9
"""Eigenvalues below count as 0: rounding leaves 1e-16, the families have 1e-5 and more."""


@dataclass(frozen=True)
class Source:
    """A state family with its parameters."""

    name: str
    parameters: Mapping[str, Any]


FAMILIES: Mapping[str, Mapping[str, tuple[Source, ...]]] = {
    "2x4": {
        "Horodecki": (Source("horodecki-2x4", {"b": {"uniform": [0.05, 0.95]}}),),
        "extreme": (Source("extreme-ppt", {"dims": (2, 4), "certify": True}),),
        "noisy": (
            Source(
                "horodecki-2x4",
                {"b": {"uniform": [0.1, 0.9]}, "white_noise": {"uniform": [0.0, 0.03]}},
            ),
            Source("extreme-ppt", {"dims": (2, 4), "white_noise": {"uniform": [0.0, 0.015]}}),
        ),
    },
    "3x3": {
        "Horodecki": (Source("horodecki-3x3", {"a": {"uniform": [0.05, 0.95]}}),),
        "extreme": (Source("extreme-ppt", {"dims": (3, 3), "certify": True}),),
        "chessboard": (Source("chessboard", {}),),
        "UPB": (
            Source("upb-tiles", {}),
            Source("upb-pyramid", {}),
            Source("upb-sixparam", {}),
        ),
        "noisy": (
            Source("chessboard", {"white_noise": {"uniform": [0.0, 0.04]}}),
            Source("upb-sixparam", {"white_noise": {"uniform": [0.0, 0.12]}}),
            Source("upb-tiles", {"white_noise": {"uniform": [0.0, 0.2]}}),
        ),
    },
}
"""System to families, each with its sources in equal shares.

``noisy`` mixes states of others with white noise around the point where they become separable, and
so gives pairs of both kinds that differ in little else.
"""


@dataclass(frozen=True)
class Certified:
    """States of a bipartite system and the verdict that a certificate proves."""

    states: StateBatch
    entangled: NDArray[np.bool_]
    """``(n,)``."""
    unknown: int = 0
    """How many more were drawn and left out because nothing was proven."""

    def __len__(self) -> int:
        return len(self.states)

    def take(self, rows: NDArray[Any]) -> Certified:
        """Returns the chosen states."""
        return Certified(self.states[rows], self.entangled[rows], self.unknown)


def family_states(
    system: str, family: str, count: int, seed: int, use: str, limits: Mapping[str, int]
) -> Certified:
    """Returns certified states of a family, turned by random local unitaries.

    Args:
        system: ``"2x4"`` or ``"3x3"``.
        family: One of its `FAMILIES`.
        count: How many are drawn; those without a certificate are counted and left out.
        seed: Seed of the study.
        use: What they are for: another word, other states.
        limits: Of the search for certificates.
    """
    sources = FAMILIES[system][family]
    drawn = []
    for number, source in enumerate(sources):
        share = count // len(sources) + (number < count % len(sources))
        rng = stream(seed, "bound-entanglement", system, family, use, number)
        made = component(source.name, "state-family", rotate=True, **source.parameters)
        if share:
            drawn.append(_plain(made.sample(share, rng)))
    return _decided(StateBatch.concatenate(drawn), limits)


def separable_pool(
    system: str, ranks: NDArray[np.intp], copies: int, seed: int, use: str
) -> Certified:
    """Returns separable candidates: for each state of a family several of its rank.

    Args:
        system: ``"2x4"`` or ``"3x3"``.
        ranks: ``(n,)`` ranks of the family's states.
        copies: Candidates for each.
        seed: Seed of the study.
        use: What they are for.
    """
    dims = SYSTEMS[system]
    drawn = []
    for rank, count in zip(*np.unique(ranks, return_counts=True), strict=True):
        rng = stream(seed, "bound-entanglement", system, "separable", use, int(rank))
        whole = dims[0] * dims[1]
        if rank < whole:
            drawn.append(_decided(product_mixtures(dims, int(rank), copies * count, rng), {}))
            continue
        # States of full rank near the border: few products and a little noise.
        for terms in _NOISY_TERMS:
            made = product_mixtures(dims, terms, -(-copies * count // 3), rng, noise=_NOISE)
            drawn.append(_decided(made, {}))
    return Certified(
        StateBatch.concatenate([part.states for part in drawn]),
        np.concatenate([part.entangled for part in drawn]),
        sum(part.unknown for part in drawn),
    )


def rank_of(states: StateBatch) -> NDArray[np.intp]:
    """Returns the ranks, ``(n,)``: the number of eigenvalues above 1e-9.

    Example:
        >>> rank_of(StateBatch(np.diag([0.5, 0.5, 0, 0])[None], (2, 2))).tolist()
        [2]
    """
    return np.asarray((np.linalg.eigvalsh(states.density()) > _ZERO).sum(axis=1))


def _plain(batch: StateBatch) -> StateBatch:
    """Returns complex states without what they are known to be: certificates alone decide."""
    states = batch.density().astype(np.complex128)
    return StateBatch(states, batch.dims, certificates=batch.certificates)


def _decided(states: StateBatch, limits: Mapping[str, int]) -> Certified:
    verdicts = certified_verdicts(states, "A|B", limits)
    rows = np.flatnonzero(verdicts != Verdict.UNKNOWN)
    bare = StateBatch(states.array[rows], states.dims)
    return Certified(bare, verdicts[rows] == Verdict.ENTANGLED, len(states) - len(rows))
