r"""Brackets of a threshold from certificates alone.

The states $v\rho + (1-v)\,\mathbb{1}/D$ are separable for small visibility v, and once entangled
stay so as v grows. Bisecting v with proven verdicts only gives a bracket that needs no trust.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2
from typing import Any

import numpy as np

from qent_core.certificates import Certificate
from qent_core.components import Labeler
from qent_core.errors import DimensionsMismatchError, ParameterInvalidError
from qent_core.foreign_states import as_states
from qent_core.labels import VerdictColumn
from qent_core.progress import track
from qent_core.questions import check_question
from qent_core.states import StateBatch
from qent_core.verdicts import Verdict


@dataclass(frozen=True, eq=False)
class Bracket:
    """Where the answer to a question flips, as far as it is proven."""

    question: str
    separable: float
    """Largest visibility proven separable."""
    entangled: float
    """Smallest visibility proven entangled; above 1 if the state itself was not proven so."""
    below: Certificate | None
    """Proof at ``separable``."""
    above: Certificate | None
    """Proof at ``entangled``."""
    unknown: int
    """Visibilities tried without a verdict."""

    @property
    def width(self) -> float:
        """Width of the bracket."""
        return self.entangled - self.separable


def certified_bracket(
    state: Any,
    question: str,
    labeler: Labeler,
    width: float = 1e-3,
    tries: int = 40,
) -> Bracket:
    """Bisects the white-noise visibility at which a state turns entangled.

    Where the labeler answers UNKNOWN the bracket is narrowed from both sides of that point, so the
    result may be wider than asked for, but it is proven.

    Args:
        state: A batch of one state, or one in any form that `qent_core.foreign_states.as_states`
            knows.
        question: For example ``"A|BC"`` or ``"biseparable"``.
        labeler: Gives a verdict column for the question.
        width: Stop at a bracket this narrow.
        tries: Most visibilities tried.

    Raises:
        DimensionsMismatchError: Not exactly one state.
        ParameterInvalidError: A width that is not positive.

    Example:
        >>> from qent_core.labelling import labelers_of
        >>> (ppt,) = labelers_of(["ppt"]).labelers
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), (2, 2))
        >>> bracket = certified_bracket(bell, "A|B", ppt.component)
        >>> bracket.separable < 1 / 3 < bracket.entangled, bracket.width < 1e-3
        (True, True)
    """
    state = as_states(state)
    if len(state) != 1:
        raise DimensionsMismatchError(
            f"a threshold belongs to one state, {len(state)} were given", do="choose one: batch[0]"
        )
    if not width > 0:
        raise ParameterInvalidError(f"the width must be positive, it is {width}")
    question = check_question(question, state.parties)
    search = _Search(state, question, labeler)
    top = search.verdict(1.0)
    if top != Verdict.ENTANGLED:
        search.entangled = np.nextafter(1.0, 2.0)
    # Each verdict halves the bracket; points that stay open come on top.
    halvings = min(tries, max(1, ceil(-log2(width))))
    with track(f"threshold for {question}", total=halvings) as step:
        for _ in range(tries):
            if search.entangled - search.separable <= width or search.separable >= 1.0:
                break
            point = search.next_point(width)
            if point is None:
                break
            search.verdict(point)
            step(detail=f"{search.separable:.4f} to {search.entangled:.4f}")
    return Bracket(
        question,
        search.separable,
        search.entangled,
        search.below,
        search.above,
        len(search.unknown),
    )


class _Search:
    def __init__(self, state: StateBatch, question: str, labeler: Labeler) -> None:
        self.rho = state.density()
        self.dims = state.dims
        self.question = question
        self.labeler = labeler
        self.separable, self.entangled = 0.0, 1.0
        self.below: Certificate | None = None
        self.above: Certificate | None = None
        self.unknown: list[float] = []

    def verdict(self, visibility: float) -> int:
        """Labels the state at one visibility and narrows the bracket."""
        size = self.rho.shape[1]
        noisy = visibility * self.rho + (1 - visibility) * np.eye(size) / size
        labels = self.labeler.label(StateBatch(noisy, self.dims))
        for column in labels.columns.values():
            if isinstance(column, VerdictColumn) and column.question == self.question:
                value = int(column.values[0])
                proof = column.certificates[0]
                break
        else:
            raise ParameterInvalidError(
                f"the labeler does not answer '{self.question}'",
                do=f'give it questions=["{self.question}"]',
            )
        if value == Verdict.SEPARABLE:
            self.separable, self.below = visibility, proof
        elif value == Verdict.ENTANGLED:
            self.entangled, self.above = visibility, proof
        else:
            self.unknown.append(visibility)
        return value

    def next_point(self, width: float) -> float | None:
        """Returns the middle of the widest side that no unknown point blocks."""
        inside = [v for v in self.unknown if self.separable < v < self.entangled]
        if not inside:
            return (self.separable + self.entangled) / 2
        low, high = min(inside) - self.separable, self.entangled - max(inside)
        if max(low, high) <= width / 8:
            return None
        if low >= high:
            return self.separable + low / 2
        return self.entangled - high / 2
