"""States as the literature writes them, with everything that is proven about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qent_core.api import BISEPARABLE, Verdict, check_question, cuts, full_separability
from qent_core.linalg import Array, Dims
from qent_pptes.product_mixture import ProductMixture

Verdicts = NDArray[np.int8]

UNDECIDED = 1e-12
"""How near a border the float64 matrix decides nothing."""


@dataclass(frozen=True, kw_only=True)
class StandardForm:
    """A batch before it is turned, permuted or made noisy."""

    states: Array
    """``(n, D, D)`` density matrices."""
    dims: Dims
    parameters: Mapping[str, Array] = field(default_factory=dict)
    """Name to ``(n,)`` numbers."""
    verdicts: Mapping[str, Verdicts] = field(default_factory=dict)
    """Question to ``(n,)`` proven verdicts, for every cut, full separability and biseparability."""
    mixtures: Mapping[str, tuple[ProductMixture, ...]] = field(default_factory=dict)
    """Question to explicit product mixtures; no state has two for one question."""

    @property
    def parties(self) -> int:
        """Number of parties."""
        return len(self.dims)


def questions_of(parties: int) -> tuple[str, ...]:
    """Returns every cut, full separability and, from three parties on, biseparability.

    Example:
        >>> questions_of(3)
        ('A|BC', 'B|AC', 'C|AB', 'A|B|C', 'biseparable')
    """
    if parties == 2:
        return cuts(2)
    return (*cuts(parties), full_separability(parties), BISEPARABLE)


def with_implications(
    proven: Mapping[str, ArrayLike], parties: int, count: int
) -> dict[str, Verdicts]:
    """Returns the verdicts for every question, with what follows from those given.

    Entanglement across a cut excludes full separability; separability across a cut implies
    biseparability; a fully separable state is separable across every cut; a genuinely multipartite
    entangled one across none.

    Args:
        proven: Question to a verdict or ``(n,)`` verdicts; the rest starts as UNKNOWN.
        parties: Number of parties.
        count: Number of states n.

    Example:
        >>> found = with_implications({"B|AC": Verdict.ENTANGLED}, 3, 1)
        >>> {question: int(values[0]) for question, values in found.items()}
        {'A|BC': -1, 'B|AC': 1, 'C|AB': -1, 'A|B|C': 1, 'biseparable': -1}
    """
    full = {
        question: np.full(count, Verdict.UNKNOWN, np.int8) for question in questions_of(parties)
    }
    for question, verdict in proven.items():
        full[check_question(question, parties)][:] = verdict
    if parties == 2:
        return full
    fine, coarse = full[full_separability(parties)], full[BISEPARABLE]
    for cut in cuts(parties):
        full[cut][fine == Verdict.SEPARABLE] = Verdict.SEPARABLE
        full[cut][coarse == Verdict.ENTANGLED] = Verdict.ENTANGLED
    for cut in cuts(parties):
        fine[full[cut] == Verdict.ENTANGLED] = Verdict.ENTANGLED
        coarse[full[cut] == Verdict.SEPARABLE] = Verdict.SEPARABLE
    return full


def between(values: Array, low: float, high: float) -> Verdicts:
    """Returns ENTANGLED inside an interval whose ends are separable, UNKNOWN very near them.

    Closer than 1e-12 to an end the rounding of the matrix decides, so nothing is claimed there.

    Example:
        >>> between(np.array([0.0, 1e-13, 0.5, 1.0]), 0.0, 1.0).tolist()
        [0, -1, 1, 0]
    """
    verdicts = np.full(len(values), Verdict.ENTANGLED, np.int8)
    verdicts[(values < low + UNDECIDED) | (values > high - UNDECIDED)] = Verdict.UNKNOWN
    verdicts[(values == low) | (values == high)] = Verdict.SEPARABLE
    return verdicts


def repeated(matrix: Array, count: int) -> Array:
    """Returns ``count`` copies of a matrix as an ``(n, D, D)`` stack."""
    return np.repeat(matrix[None], count, axis=0)
