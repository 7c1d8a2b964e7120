"""The questions one can ask about a state: partitions in party letters, and biseparability.

``"A|BC"`` asks whether a state is separable across one cut, ``"A|B|C"`` whether it is fully
separable, ``"biseparable"`` whether it is a mixture of states separable across some cut (if it is
not, it is genuinely multipartite entangled). Party A is the first tensor factor.
"""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterator
from functools import lru_cache

from qent_core.errors import QuestionInvalidError

BISEPARABLE = "biseparable"
"""The question whose negation is genuine multipartite entanglement."""

PARTY_LETTERS = string.ascii_uppercase

Partition = tuple[tuple[int, ...], ...]
"""Blocks of party indices, each sorted, ordered by their first party."""


@lru_cache(maxsize=1024)
def parse_partition(question: str, parties: int) -> Partition:
    """Returns the blocks of a partition question.

    Args:
        question: Blocks of party letters joined by ``|``, such as ``"A|BC"``; every party once.
        parties: How many parties the states have.

    Raises:
        QuestionInvalidError: Malformed, or it names other parties than the states have.

    Example:
        >>> parse_partition("B|AC", 3)
        ((0, 2), (1,))
    """
    letters = PARTY_LETTERS[:parties]
    if len(letters) != parties:
        raise QuestionInvalidError(
            f"there are letters for {len(PARTY_LETTERS)} parties, the states have {parties}"
        )
    blocks = question.split("|")
    used = [letter for block in blocks for letter in block]
    if len(blocks) < 2 or "" in blocks or sorted(used) != list(letters):
        suggested = ", ".join(map(repr, suggested_questions(parties)))
        raise QuestionInvalidError(
            f"the question '{question}' does not fit states of {parties} "
            f"{'party' if parties == 1 else 'parties'}",
            do=f"ask for one of: {suggested}" if suggested else "use states of several parties",
        )
    # Lexicographic order of sorted blocks is the order of their first parties.
    return tuple(sorted(tuple(sorted(letters.index(x) for x in block)) for block in blocks))


def check_question(question: str, parties: int) -> str:
    """Returns the canonical spelling of a question.

    Raises:
        QuestionInvalidError: It does not fit states of so many parties.

    Example:
        >>> check_question("BC|A", 3)
        'A|BC'
    """
    if question == BISEPARABLE:
        if parties < 3:
            raise QuestionInvalidError(
                f"'biseparable' needs three or more parties, the states have {parties}",
                do="ask for 'A|B' instead",
            )
        return BISEPARABLE
    return partition_question(parse_partition(question, parties))


def partition_question(partition: Partition) -> str:
    """Returns the spelling of a partition with the shorter block in front, as papers write it.

    Example:
        >>> partition_question(((0, 2), (1,)))
        'B|AC'
    """
    blocks = sorted(partition, key=lambda block: (len(block), block))
    return "|".join("".join(PARTY_LETTERS[party] for party in block) for block in blocks)


def cut_of(question: str, parties: int) -> tuple[int, ...]:
    """Returns the parties on the first side of a two-block question.

    Raises:
        QuestionInvalidError: The question is no cut into two blocks.

    Example:
        >>> cut_of("B|AC", 3)
        (1,)
    """
    partition = parse_partition(question, parties)
    if len(partition) != 2:
        raise QuestionInvalidError(
            f"the question '{question}' is no cut into two blocks",
            do="ask for one of: " + ", ".join(map(repr, itertools.islice(_cuts(parties), 7))),
        )
    return min(partition, key=lambda block: (len(block), block))


@lru_cache(maxsize=64)
def cuts(parties: int) -> tuple[str, ...]:
    """Returns every cut into two blocks.

    Example:
        >>> cuts(3)
        ('A|BC', 'B|AC', 'C|AB')
    """
    return tuple(_cuts(parties))


def _cuts(parties: int) -> Iterator[str]:
    """Yields the cuts one by one: there are 2^(n-1) - 1 of them."""
    for size in range(1, parties // 2 + 1):
        for block in itertools.combinations(range(parties), size):
            rest = tuple(party for party in range(parties) if party not in block)
            if size * 2 < parties or block < rest:
                yield partition_question((block, rest))


@lru_cache(maxsize=64)
def full_separability(parties: int) -> str:
    """Returns the question of full separability.

    Example:
        >>> full_separability(3)
        'A|B|C'
    """
    return "|".join(PARTY_LETTERS[:parties])


def suggested_questions(parties: int) -> tuple[str, ...]:
    """Returns the questions worth naming in a message: cuts, full separability, biseparable."""
    if parties < 2:
        return ()
    named = list(itertools.islice(_cuts(parties), 7))
    if parties > 2:
        named += [full_separability(parties), BISEPARABLE]
    return tuple(named)


def is_coarser(coarse: str, fine: str, parties: int) -> bool:
    """Tells whether separability for ``fine`` implies separability for ``coarse``.

    Args:
        coarse: A question; ``"biseparable"`` is implied by every partition.
        fine: A question.
        parties: How many parties the states have.

    Example:
        >>> is_coarser("A|BC", "A|B|C", 3), is_coarser("A|BC", "B|AC", 3)
        (True, False)
    """
    if coarse == fine:
        return True
    if fine == BISEPARABLE:
        return False
    if coarse == BISEPARABLE:
        return True
    outer = parse_partition(coarse, parties)
    return all(
        any(set(block) <= set(big) for big in outer) for block in parse_partition(fine, parties)
    )
