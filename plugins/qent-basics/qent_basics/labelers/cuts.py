"""Which cuts a labeler answers, and clear refusals of states it cannot label."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Annotated

from pydantic import Field

from qent_core.api import (
    DimensionsMismatchError,
    Labels,
    StateBatch,
    check_question,
    column_name,
    cut_of,
    cuts,
    parse_partition,
)
from qent_core.linalg import Dims, local_dimensions

Questions = Annotated[
    Annotated[tuple[str, ...], Field(min_length=1)] | None,
    Field(description='Cuts to label, such as ["A|BC"]; every cut if left out.'),
]
"""The parameter every labeler of cuts has."""

Side = tuple[int, ...]


def chosen_cuts(questions: tuple[str, ...] | None, batch: StateBatch) -> list[tuple[str, Side]]:
    """Returns each question in its usual spelling with the parties of its first block.

    That is the block with party A, the one that certificates transpose and list first.

    Raises:
        DimensionsMismatchError: The states have one party only.
        QuestionInvalidError: A question is no cut of the states.

    Example:
        >>> import numpy as np
        >>> chosen_cuts(("BC|A",), StateBatch(np.eye(8), dims=(2, 2, 2)))
        [('A|BC', (0,))]
    """
    if batch.parties < 2:
        raise DimensionsMismatchError(
            f"states with dims {batch.dims} have one party, so there is no cut to label",
            do="give the local dimension of every party, such as dims=(2, 2)",
        )
    chosen = {}  # a question asked twice, or in two spellings, is answered once
    for question in cuts(batch.parties) if questions is None else questions:
        cut_of(question, batch.parties)  # refuses what is no cut
        first = parse_partition(question, batch.parties)[0]
        chosen[check_question(question, batch.parties)] = first
    return list(chosen.items())


def label_cuts(
    name: str,
    questions: tuple[str, ...] | None,
    batch: StateBatch,
    label: Callable[[str, str, Side], Labels],
) -> Labels:
    """Returns the labels of every chosen cut, from ``label(column, question, side)``."""
    return joined(
        label(column_name(name, question), question, side)
        for question, side in chosen_cuts(questions, batch)
    )


def joined(parts: Iterable[Labels]) -> Labels:
    """Returns the columns of all parts together."""
    return reduce(or_, parts)


def side_dimensions(dims: Dims, side: Side) -> tuple[int, int]:
    """Returns the dimension of the given parties and of all others."""
    rest = tuple(party for party in range(len(dims)) if party not in side)
    first, second = local_dimensions(dims, (side, rest))
    return first, second


def require_two_qubits(batch: StateBatch, what: str) -> None:
    """Raises unless the states are of two qubits."""
    if batch.dims != (2, 2):
        raise DimensionsMismatchError(
            f"{what} is defined for two qubits, the states have dims {batch.dims}",
            do="label them with 'negativity', which takes any dimensions",
        )


def require_kets(batch: StateBatch, what: str) -> None:
    """Raises unless the states are kets."""
    if batch.kind != "kets":
        raise DimensionsMismatchError(
            f"{what} measures entanglement of pure states only, the states are density matrices",
            do="use a family of kets without channels, or label with 'negativity'",
        )


def require_qubits(batch: StateBatch, what: str) -> None:
    """Raises unless every party is a qubit."""
    if any(d != 2 for d in batch.dims):
        raise DimensionsMismatchError(
            f"{what} is defined for qubits, the states have dims {batch.dims}",
            do="label them with 'entanglement-entropy' or 'negativity' instead",
        )
