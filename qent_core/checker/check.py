"""From a labelled batch to a report: every certificate is checked against its state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.certificate_column import CertificateBlock
from qent_core.certificates import CERTIFICATE_KINDS
from qent_core.checker.content import checkable
from qent_core.checker.entangled import (
    check_npt,
    check_permutation_norm,
    check_realignment,
    check_x_form,
)
from qent_core.checker.extension import check_extension
from qent_core.checker.extremality import check_extremal
from qent_core.checker.margins import LARGEST_DEFECT, state_defect
from qent_core.checker.outcome import Outcome, Status, all_refused, joined
from qent_core.checker.separable import (
    check_biseparable_decomposition,
    check_decomposition,
    check_low_rank,
    check_ppt_small,
)
from qent_core.checker.witnesses import DEFAULT_BUDGET, check_ppt_mixer, check_witness
from qent_core.errors import DimensionsMismatchError, QuestionInvalidError
from qent_core.labels import Labels, VerdictColumn
from qent_core.linalg import Dims
from qent_core.questions import BISEPARABLE, check_question, is_coarser, parse_partition
from qent_core.states import StateBatch
from qent_core.verdicts import Verdict

Array = NDArray[Any]


@dataclass(frozen=True)
class CheckedColumn:
    """What the checker found in one verdict column."""

    name: str
    question: str
    status: NDArray[np.int8]
    """``(n,)`` values of `Status` for states with a certificate; UNDECIDED for the others."""
    within_delta: NDArray[np.bool_]
    certified: NDArray[np.bool_]
    """``(n,)`` True where there is a certificate."""
    decided: NDArray[np.bool_]
    """``(n,)`` True where the verdict is not UNKNOWN."""
    criteria: NDArray[np.str_]
    """``(n,)`` kind of certificate."""

    def counts(self) -> dict[str, dict[str, int]]:
        """Returns kind of certificate to the numbers accepted, refused and not decided."""
        words = {Status.ACCEPTED: "accepted", Status.REFUSED: "refused", Status.UNDECIDED: "open"}
        return {
            str(kind): {
                word: int(((self.criteria == kind) & (self.status == status)).sum())
                for status, word in words.items()
            }
            for kind in np.unique(self.criteria[self.certified])
        }

    @property
    def refused(self) -> NDArray[np.intp]:
        """Row numbers whose certificate was refused."""
        return np.flatnonzero(self.certified & (self.status == Status.REFUSED))

    @property
    def without_proof(self) -> int:
        """Number of decided states without a certificate."""
        return int((self.decided & ~self.certified).sum())


def check_labels(
    states: StateBatch, labels: Labels, *, budget: int = DEFAULT_BUDGET
) -> tuple[CheckedColumn, ...]:
    """Checks every certificate of every verdict column.

    Args:
        states: The states that were labelled.
        labels: Their labels.
        budget: Most evaluations for the bound of one witness.

    Raises:
        DimensionsMismatchError: Other numbers of states and labels.
        QuestionInvalidError: A column's question does not fit the states.

    Example:
        >>> from qent_core.certificates import NptCertificate
        >>> from qent_core.certificate_column import CertificateColumn
        >>> bell = StateBatch([[1, 0, 0, 1]] / np.sqrt(2), (2, 2))
        >>> proof = NptCertificate(question="A|B", vector=np.array([0, 1, -1, 0]) / 2**0.5)
        >>> column = CertificateColumn.from_records([proof])
        >>> labels = Labels.verdicts("x", "A|B", [1], "npt", column)
        >>> check_labels(bell, labels)[0].counts()
        {'npt': {'accepted': 1, 'refused': 0, 'open': 0}}
    """
    if len(states) != len(labels):
        raise DimensionsMismatchError(
            f"there are {len(states)} states and labels for {len(labels)}",
            do="check labels against the states they were made for",
        )
    verdicts = {n: c for n, c in labels.columns.items() if isinstance(c, VerdictColumn)}
    for name, column in verdicts.items():
        try:
            check_question(column.question, states.parties)
        except QuestionInvalidError as error:
            raise error.located(f"label column '{name}', states of dims {states.dims}") from None
    rho = states.density().astype(np.complex128)
    return tuple(
        _check_column(rho, states.dims, name, column, budget) for name, column in verdicts.items()
    )


def check_block(
    rho: Array, dims: Dims, block: CertificateBlock, *, budget: int = DEFAULT_BUDGET
) -> Outcome:
    """Checks a stack of certificates of one kind against their states.

    Args:
        rho: ``(k, D, D)`` the states of the block's rows, in their order.
        dims: Local dimensions.
        block: The certificates.
        budget: Most evaluations for the bound of one witness.
    """
    try:
        arrays, usable = checkable(block.arrays, len(rho))
        with np.errstate(all="ignore"):
            outcome = _dispatch(rho, dims, block, arrays, budget)
            # Asked this way round, a matrix with NaN is no state either.
            is_state = state_defect(rho) <= LARGEST_DEFECT
        if outcome.status.shape != (len(rho),):
            raise ValueError(f"an answer of shape {outcome.status.shape} for {len(rho)} states")
    except (KeyError, IndexError, ValueError, TypeError):
        # Content that does not even have the right form proves nothing ...
        if len(rho) < 2:
            return all_refused(len(rho))
            # ... but what stands beside it in the stack may.
        rows = range(len(rho))
        return joined(
            [check_block(rho[i : i + 1], dims, _row(block, i), budget=budget) for i in rows]
        )
    return outcome.refused_where(~(is_state & usable))


def _row(block: CertificateBlock, row: int) -> CertificateBlock:
    arrays = {name: array[row : row + 1] for name, array in block.arrays.items()}
    return replace(block, rows=block.rows[row : row + 1], arrays=arrays)


def _dispatch(
    rho: Array, dims: Dims, block: CertificateBlock, arrays: Mapping[str, Array], budget: int
) -> Outcome:
    kind = block.kind
    if kind == "biseparable-decomposition":
        return check_biseparable_decomposition(rho, dims, arrays)
    if kind == "ppt-mixer":
        parts = {name: array for name, array in arrays.items() if name.startswith("parts/")}
        return check_ppt_mixer(rho, dims, arrays["operator"], parts)
    partition = parse_partition(block.question, len(dims))
    match kind:
        case "npt":
            return check_npt(rho, dims, partition, arrays["vector"])
        case "ppt-small":
            return check_ppt_small(rho, dims, partition)
        case "realignment":
            return check_realignment(rho, dims, partition)
        case "permutation-norm":
            return check_permutation_norm(rho, dims, partition, arrays["permutation"])
        case "x-form":
            return check_x_form(rho, dims, partition, arrays)
        case "decomposition":
            return check_decomposition(rho, dims, partition, arrays)
        case "low-rank":
            return check_low_rank(rho, dims, partition, arrays)
        case "witness":
            return check_witness(rho, dims, partition, arrays["operator"], budget)
        case "extremal":
            return check_extremal(rho, dims, partition)
        case "extension":
            return check_extension(rho, dims, partition, arrays)
    undecided = np.zeros(len(rho), dtype=np.int8)
    return Outcome(undecided, np.zeros(len(rho)), np.zeros(len(rho), dtype=bool))


def _check_column(
    rho: Array, dims: Dims, name: str, column: VerdictColumn, budget: int
) -> CheckedColumn:
    count = len(rho)
    status, within = np.zeros(count, dtype=np.int8), np.zeros(count, dtype=bool)
    for block in column.certificates.blocks:
        rows = block.rows
        outcome = check_block(rho[rows], dims, block, budget=budget)
        proves = CERTIFICATE_KINDS[block.kind].proves
        beside = ~answers(block, column.question, len(dims)) | (column.values[rows] != proves)
        outcome = outcome.refused_where(np.broadcast_to(beside, (len(rows),)))
        status[rows], within[rows] = outcome.status, outcome.within_delta
    return CheckedColumn(
        name,
        column.question,
        status,
        within,
        column.certificates.present,
        column.values != Verdict.UNKNOWN,
        column.certificates.kinds(),
    )


def answers(block: CertificateBlock, question: str, parties: int) -> np.bool_:
    """Tells whether what a certificate proves decides a question.

    Separability for a partition implies it for every coarser one; entanglement for a partition
    implies it for every finer one. A mixture of states separable across different cuts, or its
    negation, speaks of biseparability.
    """
    proves = CERTIFICATE_KINDS[block.kind].proves
    asked = block.question
    if block.kind in ("biseparable-decomposition", "ppt-mixer"):
        asked = BISEPARABLE
    coarse, fine = (question, asked) if proves == Verdict.SEPARABLE else (asked, question)
    try:
        return np.bool_(is_coarser(coarse, fine, parties))
    except QuestionInvalidError:  # the certificate's own question is none for these states
        return np.False_
