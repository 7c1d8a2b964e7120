"""Checks of labelers: sound on states whose truth is known, and honest about what they don't."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from qent_core.checker.check import check_labels
from qent_core.errors import QentError
from qent_core.labels import Labels, MeasureColumn, VerdictColumn
from qent_core.linalg import apply_local
from qent_core.questions import check_question, is_coarser
from qent_core.states import StateBatch
from qent_core.verdicts import Verdict
from qent_testing.acting import accepted, act
from qent_testing.checks import NotApplicableError, check, require
from qent_testing.reference_states import reference_batches, reference_names
from qent_testing.samples import unitaries
from qent_testing.subject import Subject

_CLOSE = 1e-6

_BUDGET = 200_000
"""Evaluations for the bound of one witness; what needs more is left open."""


@check("labeler", needs=("check_works",))
def check_labeler_columns(subject: Subject) -> None:
    """It gives columns of the sort the record declares, each for a question the states have.

    ``gives="verdict"`` means verdict columns, ``gives="measure"`` columns of finite real numbers;
    None leaves it open.
    """
    for given, labels, _ in _labelled(subject):
        require(labels.names or given.parties < 2, "it gives no column")
        for name, column in labels.columns.items():
            sort = "verdict" if isinstance(column, VerdictColumn) else "measure"
            require(
                subject.spec.gives in (None, sort),
                f"the record says it gives a {subject.spec.gives}, '{name}' is a {sort}",
            )
            if sort == "verdict" or column.question:
                check_question(column.question, given.parties)
            require(
                sort == "verdict" or np.isfinite(column.values).all(), f"'{name}' is not finite"
            )


@check("labeler", needs=("check_works",))
def check_labeler_unknown(subject: Subject) -> None:
    """UNKNOWN carries no criterion and no certificate; every other verdict names its criterion.

    A criterion that did not decide is no reason for anything. `Labels.verdicts` sees to it.
    """
    _needs_verdicts(subject)
    for _, labels, batch_name in _answers(subject):
        for name, column in labels.columns.items():
            if not isinstance(column, VerdictColumn):
                continue
            decided = column.values != Verdict.UNKNOWN
            named = column.criteria != ""
            require(
                (named == decided).all() and not (column.certificates.present & ~decided).any(),
                f"'{name}' names a criterion, or has a certificate, for states that it did not "
                f"decide, or none for states that it did (on {batch_name})",
            )


@check("labeler", needs=("check_labeler_unknown",))
def check_labeler_sound(subject: Subject) -> None:
    """No verdict is wrong on states whose truth is known from the literature.

    The bank holds product, Bell, GHZ, W and Smolin states; Werner, isotropic, Bell-diagonal and
    noisy GHZ states down to 1e-9 around their thresholds; and bound entangled states: Horodecki
    3x3 and 2x4, tiles, pyramid and shifts UPBs, and Acin's. UNKNOWN is never wrong.
    """
    _needs_verdicts(subject)
    for batch, labels, _ in _answers(subject):
        for name, column in labels.columns.items():
            if not isinstance(column, VerdictColumn):
                continue
            truth = batch.known.get(check_question(column.question, batch.parties))
            if truth is None:
                continue
            wrong = (column.values != truth) & (column.values != -1) & (truth != -1)
            if wrong.any():
                row = int(np.argmax(wrong))
                said, true = Verdict(int(column.values[row])), Verdict(int(truth[row]))
                state = reference_names(batch)[row]
                require(
                    False,
                    f"'{name}' calls {state} {said.word} for '{column.question}' by the criterion "
                    f"'{column.criteria[row]}'; it is {true.word}",
                )


@check("labeler", needs=("check_labeler_sound",))
def check_labeler_invariance(subject: Subject) -> None:
    """If the record says so, local unitaries change no measure and contradict no verdict.

    Entanglement does not depend on the local basis. A labeler that does must say
    ``local_unitary_invariant=False``.
    """
    if not subject.spec.local_unitary_invariant:
        raise NotApplicableError("the record does not declare it")
    # Searches take long on rotated states near a threshold; every fourth reference will do.
    some = [(batch[::4], labels[::4], one) for batch, labels, one in _on_references(subject)]
    for given, before, instance in [*_labelled(subject), *some]:
        local = [unitaries(len(given), d, 31 + k) for k, d in enumerate(given.dims)]
        turned = StateBatch(apply_local(given.array, given.dims, local), given.dims)
        try:
            after = act("labeler", instance, turned)
        except QentError:
            continue
        for name, column in before.columns.items():
            _compare(name, column, after.column(name), given)


@check("labeler", needs=("check_labeler_unknown",))
def check_labeler_certificates(subject: Subject) -> None:
    """Every certificate is of a kind that proves its verdict, for the question of its column."""
    _needs_verdicts(subject)
    for batch, labels, batch_name in _answers(subject):
        for name, column in labels.columns.items():
            if not isinstance(column, VerdictColumn):
                continue
            question = check_question(column.question, batch.parties)
            for row in np.flatnonzero(column.certificates.present):
                proof = column.certificates[int(row)]
                assert proof is not None
                asked = check_question(proof.question, batch.parties)
                separable = proof.proves == Verdict.SEPARABLE
                implied = (question, asked) if separable else (asked, question)
                require(
                    proof.proves == column.values[row] and is_coarser(*implied, batch.parties),
                    f"the {proof.kind} certificate of '{name}' proves {proof.proves.word} for "
                    f"'{proof.question}', the verdict is {Verdict(int(column.values[row])).word} "
                    f"(state {row} of {batch_name})",
                )


@check("labeler", needs=("check_labeler_certificates",))
def check_labeler_proofs(subject: Subject) -> None:
    """The core's checker refuses none of its certificates.

    The checker re-derives every bound from the state and the certificate alone. What it refuses
    proves nothing, whatever the labeler believes; what it leaves open, because a number lies
    within its margins, is no fault. ``qent verify`` shows users the same.
    """
    _needs_verdicts(subject)
    for batch, labels, batch_name in _answers(subject):
        for column in check_labels(batch, labels, budget=_BUDGET):
            if not len(column.refused):
                continue
            row = int(column.refused[0])
            require(
                False,
                f"the checker refuses {len(column.refused)} certificates of '{column.name}', the "
                f"first is the {column.criteria[row]} certificate of state {row} of {batch_name}",
            )


@check("labeler", needs=("check_works",))
def check_labeler_batching(subject: Subject) -> None:
    """A state gets the same label alone as among others."""
    for given, labels, instance in _labelled(subject):
        for row in range(len(given)):
            alone = act("labeler", instance, given[row])
            require(alone.names == labels.names, f"alone it gives the columns {alone.names}")
            for name, column in labels.columns.items():
                same = np.allclose(
                    alone.values(name)[0], column.values[row], rtol=_CLOSE, atol=_CLOSE
                )
                require(same, f"'{name}' of state {row} is another when it is labelled alone")


def _needs_verdicts(subject: Subject) -> None:
    if subject.spec.gives == "measure":
        raise NotApplicableError("it measures and gives no verdicts")


def _labelled(subject: Subject) -> list[tuple[StateBatch, Labels, Any]]:
    def ask() -> Iterator[tuple[StateBatch, Labels, Any]]:
        for instance in subject.instances():
            for given in accepted(subject, instance):
                yield given, act("labeler", instance, given), instance

    return subject.remembered("labelled", lambda: list(ask()))  # type: ignore[no-any-return]


def _references(subject: Subject) -> Iterator[StateBatch]:
    restricted = subject.spec.dims
    for batch in reference_batches():
        if restricted is not None and batch.dims != tuple(restricted):
            continue
        if subject.spec.pure_only and batch.kind != "kets":
            continue
        yield batch


def _answers(subject: Subject) -> list[tuple[StateBatch, Labels, str]]:
    """Returns what it says about random states and about the references it accepts."""
    return subject.remembered("answers", lambda: list(_asked(subject)))  # type: ignore[no-any-return]


def _asked(subject: Subject) -> Iterator[tuple[StateBatch, Labels, str]]:
    for given, labels, _ in _labelled(subject):
        yield given, labels, f"random states of dims {given.dims}"
    for batch, labels, _ in _on_references(subject):
        yield batch, labels, f"the reference states of dims {batch.dims}"


def _on_references(subject: Subject) -> list[tuple[StateBatch, Labels, Any]]:
    def ask() -> Iterator[tuple[StateBatch, Labels, Any]]:
        for instance in subject.instances():
            for batch in _references(subject):
                try:
                    labels = act("labeler", instance, batch)
                except QentError:  # it may refuse states it is not made for
                    continue
                yield batch, labels, instance

    return subject.remembered("references", lambda: list(ask()))  # type: ignore[no-any-return]


def _compare(name: str, before: Any, after: Any, given: StateBatch) -> None:
    if isinstance(before, MeasureColumn):
        worst = float(np.abs(before.values - after.values).max(initial=0.0))
        scale = 1 + float(np.abs(before.values).max(initial=0.0))
        require(
            worst < _CLOSE * scale,
            f"local unitaries change '{name}' by up to {worst:.3g} on dims {given.dims}",
        )
        return
    clash = (before.values != after.values) & (before.values != -1) & (after.values != -1)
    require(
        not clash.any(),
        f"local unitaries turn a verdict of '{name}' into its opposite on dims {given.dims}",
    )
