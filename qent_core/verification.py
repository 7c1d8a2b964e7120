"""Checking a whole file or data set: in pieces, counted column by column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from qent_core.checker.check import CheckedColumn, check_labels
from qent_core.checker.witnesses import DEFAULT_BUDGET
from qent_core.errors import DimensionsMismatchError, LabelsInvalidError
from qent_core.foreign_states import as_states
from qent_core.labels import Labels, VerdictColumn
from qent_core.progress import track
from qent_core.states import StateBatch

AT_ONCE = 1_000
"""States checked at a time: what a check computes stays small beside what it reads."""


@dataclass
class VerifiedColumn:
    """What the checker found in one verdict column."""

    name: str
    question: str
    states: int = 0
    decided: int = 0
    """States whose verdict is not UNKNOWN."""
    without_proof: int = 0
    """Decided states without a certificate."""
    within_delta: int = 0
    """Accepted verdicts that hold for a state within 1e-12 of the given one."""
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)
    """Kind of certificate to the numbers accepted, refused and open."""
    refused: list[int] = field(default_factory=list)
    """Numbers of the states whose certificate was refused."""

    def add(self, checked: CheckedColumn, first: int) -> None:
        """Adds what was found in a piece.

        Args:
            checked: The same column of the piece.
            first: Number of the piece's first state.
        """
        self.states += len(checked.status)
        self.decided += int(checked.decided.sum())
        self.without_proof += checked.without_proof
        self.within_delta += int(checked.within_delta.sum())
        for kind, counts in checked.counts().items():
            mine = self.kinds.setdefault(kind, dict.fromkeys(counts, 0))
            for word, number in counts.items():
                mine[word] += number
        self.refused += (checked.refused + first).tolist()

    @property
    def accepted(self) -> int:
        """Number of certificates that prove their verdict."""
        return sum(counts["accepted"] for counts in self.kinds.values())

    def facts(self) -> dict[str, Any]:
        """Returns everything, for JSON."""
        return {
            "question": self.question,
            "states": self.states,
            "decided": self.decided,
            "unknown": self.states - self.decided,
            "criteria": self.kinds,
            "within_delta": self.within_delta,
            "without_proof": self.without_proof,
            "refused_states": self.refused,
        }


class Verification:
    """Collects what the checker finds in piece after piece.

    Args:
        budget: Most evaluations for the bound of one witness.
    """

    def __init__(self, budget: int = DEFAULT_BUDGET) -> None:
        self._budget = budget
        self._columns: dict[str, VerifiedColumn] = {}
        self._done = 0

    @property
    def columns(self) -> tuple[VerifiedColumn, ...]:
        """What was found so far."""
        return tuple(self._columns.values())

    @property
    def refused(self) -> bool:
        """Whether any certificate was refused."""
        return any(column.refused for column in self.columns)

    def add(self, states: StateBatch, labels: Labels) -> int:
        """Checks the next states and returns how many they were."""
        for checked in check_labels(states, labels, budget=self._budget):
            column = self._columns.setdefault(
                checked.name, VerifiedColumn(checked.name, checked.question)
            )
            column.add(checked, self._done)
        self._done += len(states)
        return len(states)


def verify_labels(states: Any, labels: Labels, *, budget: int = DEFAULT_BUDGET) -> Verification:
    """Checks every certificate of every verdict column.

    Args:
        states: The states that were labelled, in any form that
            `qent_core.foreign_states.as_states` knows.
        labels: Their labels.
        budget: Most evaluations for the bound of one witness.

    Raises:
        DimensionsMismatchError: Other numbers of states and labels.
        LabelsInvalidError: There is no verdict to check.

    Example:
        >>> import numpy as np
        >>> from qent_core.certificates import PptSmallCertificate
        >>> from qent_core.certificate_column import CertificateColumn
        >>> noise = StateBatch([np.eye(4) / 4] * 3, (2, 2))
        >>> proofs = CertificateColumn.from_records([PptSmallCertificate(question="A|B")] * 3)
        >>> labels = Labels.verdicts("x[A|B]", "A|B", [0, 0, 0], "ppt-small", proofs)
        >>> verify_labels(noise, labels).columns[0].kinds
        {'ppt-small': {'accepted': 3, 'refused': 0, 'open': 0}}
    """
    states = as_states(states)
    if len(states) != len(labels):
        raise DimensionsMismatchError(
            f"there are {len(states)} states and labels for {len(labels)}",
            do="check labels against the states they were made for",
        )
    need_verdicts(c for c in labels.columns.values() if isinstance(c, VerdictColumn))
    found = Verification(budget)
    with track("checking proofs", total=len(states)) as step:
        for start in range(0, max(1, len(states)), AT_ONCE):
            piece = slice(start, start + AT_ONCE)
            step(found.add(states[piece], labels[piece]))
    return found


def need_verdicts(columns: Iterable[Any]) -> None:
    """Refuses what has no verdict column.

    Raises:
        LabelsInvalidError: There is none.
    """
    if not any(True for _ in columns):
        raise LabelsInvalidError(
            "there are no verdicts to check",
            do="label with a labeler that gives verdicts with proof, for example --use certified",
        )
