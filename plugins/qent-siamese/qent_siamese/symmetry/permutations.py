"""Permutations of the parties, and which question about the permuted state is which of the old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from math import prod

import torch
from torch import Tensor

from qent_core.api import BISEPARABLE, parse_partition
from qent_core.questions import partition_question

Pairs = tuple[tuple[int, int], ...]
"""Question j of the state has the answer of question k of its permuted copy."""

MATCHINGS = ("all", "code")

_BUG = {(1, 2, 0): (2, 1, 0)}
"""The permutation that the paper's code carries out wrongly, and what it does instead.

There, with its least significant qubit first, (2, 0, 1) is carried out as (2, 1, 0).
"""


@dataclass(frozen=True)
class Permutation:
    """One permutation of the parties."""

    order: tuple[int, ...]
    """``order[k]`` is the party that becomes party ``k``."""
    rows: Tensor
    """``(D,)`` where each basis state of the permuted state comes from."""
    pairs: Pairs

    def apply(self, images: Tensor) -> Tensor:
        """Returns the permuted states, ``(n, 2, D, D)``."""
        return images[..., self.rows[:, None], self.rows[None, :]]


def permuted_question(question: str, order: Sequence[int]) -> str:
    """Returns what a question about a state becomes for its permuted copy.

    Example:
        >>> permuted_question("B|AC", (0, 2, 1))
        'C|AB'
    """
    if question == BISEPARABLE:
        return question
    blocks = parse_partition(question, len(order))
    place = {party: position for position, party in enumerate(order)}
    return partition_question(
        tuple(tuple(sorted(place[party] for party in block)) for block in blocks)
    )


def matched(questions: Sequence[str], order: Sequence[int], matching: str = "all") -> Pairs:
    """Returns the pairs of questions with one answer.

    Args:
        questions: In the order of the model's outputs.
        order: ``order[k]`` is the party that becomes party ``k``.
        matching: ``"all"``, or ``"code"`` for what the paper's code uses: with its order of the
            outputs, the reverse of ours, only pairs whose second index is not the smaller one.

    Example:
        >>> matched(("A|BC", "B|AC", "C|AB"), (0, 2, 1))
        ((0, 0), (1, 2), (2, 1))
        >>> matched(("A|BC", "B|AC", "C|AB"), (0, 2, 1), "code")
        ((0, 0), (2, 1))
    """
    names = list(questions)
    pairs = []
    for j, question in enumerate(names):
        image = permuted_question(question, order)
        if image in names:
            pairs.append((j, names.index(image)))
    return tuple((j, k) for j, k in pairs if matching == "all" or k <= j)


def non_trivial(
    dims: Sequence[int],
    questions: Sequence[str],
    *,
    matching: str = "all",
    bug: bool = False,
    device: torch.device | str = "cpu",
) -> tuple[Permutation, ...]:
    """Returns every permutation of parties of equal dimension but the identity.

    Those without a pair of questions are left out.

    Args:
        dims: Local dimensions.
        questions: In the order of the model's outputs.
        matching: See `matched`.
        bug: Whether one of the five permutations of three parties is carried out wrongly, as in
            the paper's code, while the questions are matched as if it were right.
        device: Where the index arrays are needed.

    Example:
        >>> len(non_trivial((2, 2, 2), ("A|BC", "B|AC", "C|AB")))
        5
    """
    found = []
    for order in permutations(range(len(dims))):
        fits = all(dims[party] == dims[place] for place, party in enumerate(order))
        pairs = matched(questions, order, matching)
        if order == tuple(range(len(dims))) or not fits or not pairs:
            continue
        carried_out = _BUG.get(order, order) if bug else order
        grid = torch.arange(prod(dims)).reshape(*dims).permute(*carried_out)
        found.append(Permutation(order, grid.reshape(-1).to(device), pairs))
    return tuple(found)
