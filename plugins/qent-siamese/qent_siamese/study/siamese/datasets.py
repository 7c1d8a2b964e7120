"""Training, validation and test sets of the paper, with its labels and with proven verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, Verdict
from qent_siamese.study.proven import proven_verdicts
from qent_siamese.study.recipes import Drawn, draw, joined
from qent_siamese.study.siamese.published import LABEL_THRESHOLD, MAX_RANK_THRESHOLD

Limits = tuple[tuple[str, int], ...]
"""Iterations of single stages of the search for proofs, as something that can be a key."""

TESTS = {
    "pure": "test-pure",
    "mixed": "test-mixed",
    "Horodecki": "test-horodecki",
    "UPB": "test-upb",
    "Acin": "test-acin",
}
"""Column of the tables to recipe."""

ENTANGLED_BY_NAME = ("Horodecki", "UPB", "Acin")
"""Tests whose states the paper labels entangled in every cut."""

PPT = 1e-10
"""Negativity below which a cut counts as PPT: rounding leaves 1e-15, the families 1e-3 and more."""


@dataclass(frozen=True)
class Training:
    """States and what a network is told about them."""

    states: StateBatch
    labels: NDArray[np.int8]
    """``(n, 3)``: 0 separable, 1 entangled, -1 not told."""


@dataclass(frozen=True)
class Test:
    """A test set, with the paper's labels and the proven ones."""

    states: StateBatch
    claimed: NDArray[np.int8]
    """``(n, 3)`` labels of the paper."""
    proven: NDArray[np.int8]
    """``(n, 3)`` proven verdicts, -1 where nothing is proven."""
    ppt: NDArray[np.bool_]
    """``(n, 3)`` True where the partial transpose is positive."""

    __test__ = False  # pytest takes names that begin with Test for tests

    @property
    def bound(self) -> NDArray[np.bool_]:
        """``(n, 3)``: cuts that are proven entangled though PPT."""
        return self.ppt & (self.proven == Verdict.ENTANGLED)


def negativity_labels(negativity: NDArray[np.float64]) -> NDArray[np.int8]:
    """Returns the paper's labels: entangled if 2N exceeds 1e-4.

    Example:
        >>> negativity_labels(np.array([[0.0, 4e-5, 6e-5]])).tolist()
        [[0, 0, 1]]
    """
    return (2 * negativity > LABEL_THRESHOLD).astype(np.int8)


def hand_labels(group: Drawn) -> NDArray[np.int8]:
    """Returns the labels of the maximal-rank group: PPT cuts are called entangled.

    All but products by construction: the released program sets the label to 1 where 2N is below
    1e-3 and the cut is not separable by construction.
    """
    labels = negativity_labels(group.negativity)
    by_hand = (2 * group.negativity < MAX_RANK_THRESHOLD) & (group.known != Verdict.SEPARABLE)
    labels[by_hand] = 1
    return labels


@lru_cache(maxsize=1)
def training_set(
    strategy: str, numbers: str, fraction: float, seed: int, limits: Limits
) -> Training:
    """Returns a training set.

    Tasks that run one after the other in one process often want the same one, so the last is kept.

    Args:
        strategy: One of `qent_siamese.study.siamese.published.STRATEGIES`.
        numbers: ``"text"`` or ``"code"``: terms, pools and group sizes of the paper's text or of
            its released program.
        fraction: Share of the paper's size.
        seed: Seed of the study.
        limits: Of the search for proofs, where the strategy is ``certified``.
    """
    suffix = "" if numbers == "text" else "-code"
    if strategy == "certified":
        drawn = draw(
            f"negativity{suffix}",
            fraction,
            seed,
            prove=lambda states: proven_verdicts(states, dict(limits)),
            stream="training",
        )
        return Training(drawn.states, drawn.proven)
    base, _, extra = strategy.partition("+")
    drawn = draw(f"{base}{suffix}", fraction, seed, stream="training")
    labels = negativity_labels(drawn.negativity)
    if extra:
        group = maximal_rank_group(numbers, fraction, seed, None)
        labels = np.concatenate([labels, hand_labels(group)])
        drawn = joined([drawn, group])
    return Training(drawn.states, labels)


@lru_cache(maxsize=1)
def maximal_rank_group(numbers: str, fraction: float, seed: int, limits: Limits | None) -> Drawn:
    """Returns the group that the text puts at 20 000 states and the program at 10 000.

    Args:
        numbers: ``"text"`` or ``"code"``.
        fraction: Share of it.
        seed: Seed of the study.
        limits: Of the search for proofs; None looks for none.
    """
    share = fraction if numbers == "text" else fraction / 2
    if limits is None:
        return draw("max-rank", share, seed)
    return draw("max-rank", share, seed, prove=lambda states: proven_verdicts(states, dict(limits)))


@cache
def validation_sets(fraction: float, seed: int) -> dict[str, Training]:
    """Returns both validation sets with the paper's labels."""
    first = draw("validation-1", fraction, seed)
    second = draw("validation-2", fraction, seed)
    return {
        "validation-1": Training(first.states, negativity_labels(first.negativity)),
        "validation-2": Training(second.states, np.ones_like(second.known)),
    }


@cache
def test_sets(fraction: float, numbers: str, seed: int, limits: Limits) -> dict[str, Test]:
    """Returns the five tests of the tables.

    Args:
        fraction: Share of the paper's size.
        numbers: With ``"code"`` the mixed test has the 50 000 states of the released program.
        seed: Seed of the study.
        limits: Of the search for proofs.
    """
    tests = {}
    for column, name in TESTS.items():
        recipe = "test-mixed-code" if (column, numbers) == ("mixed", "code") else name
        drawn = draw(
            recipe, fraction, seed, prove=lambda states: proven_verdicts(states, dict(limits))
        )
        claimed = negativity_labels(drawn.negativity)
        if column in ENTANGLED_BY_NAME:
            claimed = np.ones_like(claimed)
        tests[column] = Test(drawn.states, claimed, drawn.proven, drawn.negativity < PPT)
    return tests


test_sets.__test__ = False  # type: ignore[attr-defined]
