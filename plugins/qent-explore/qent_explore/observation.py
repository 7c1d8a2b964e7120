"""What the explorer shows of one state: from its parameters to verdicts and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

from qent_core.api import (
    DimensionsMismatchError,
    Labels,
    MeasureColumn,
    QentError,
    StateBatch,
    Verdict,
    VerdictColumn,
    check_labels,
    cuts,
)
from qent_core.build import build
from qent_core.checker.outcome import Status
from qent_core.questions import suggested_questions
from qent_core.registry import Registry, default_registry
from qent_explore.predictions import Prediction, RunModel, predictions
from qent_explore.spectra import CutView, cut_views

LARGEST_DIMENSION = 64
"""Beyond this a page no longer answers while a slider moves."""
MOST_CUTS = 7
_PROVERS = ("certified", "ppt", "realignment")
"""Labelers that give verdicts; the first one installed is asked."""
_QUICK = {"witness": 5, "decomposition": 100, "ppt-mixer": 200}
_SEARCHES = ("decomposition", "low-rank", "witness", "biseparable-decomposition", "ppt-mixer")
_SMALL = 9
"""Searches in larger dimensions take seconds; unless they are asked for, they do not begin."""

_CHECKED = {
    Status.ACCEPTED: "accepted by the checker",
    Status.REFUSED: "REFUSED by the checker",
    Status.UNDECIDED: "not decided by the checker",
}


@dataclass(frozen=True)
class Choice:
    """What was chosen on the page."""

    family: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    channel: str = ""
    """No channel if it is empty."""
    channel_parameters: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    """Of what is random in the family and the channel."""
    thorough: bool = False
    """Whether searches for certificates get their whole budget."""


@dataclass(frozen=True)
class Finding:
    """The verdict on one question with its proof."""

    question: str
    verdict: Verdict
    criterion: str
    """Kind of the certificate, or the criterion; empty if nothing is proved."""
    proof: str
    """The content of the certificate in a few words."""
    checked: str
    """What the independent checker says of it."""
    known: Verdict | None
    """What the family says by construction."""


@dataclass(frozen=True)
class Observation:
    """Everything the page shows of one state."""

    states: StateBatch
    findings: tuple[Finding, ...]
    measures: Mapping[str, float]
    cuts: tuple[CutView, ...]
    predictions: tuple[Prediction, ...]
    thresholds: Mapping[str, Mapping[str, float]]
    """Question to where its answer flips, without a channel, by the closed form of the family."""
    prover: str
    """The labeler that was asked for verdicts."""
    cut_count: int = 0
    """Number of cuts there are; ``cuts`` has the first `MOST_CUTS` of them."""


def observe(
    choice: Choice, models: tuple[RunModel, ...] = (), registry: Registry | None = None
) -> Observation:
    """Returns what there is to say about one state.

    Args:
        choice: Family, channel, their parameters and a seed.
        models: Trained models that are asked too.
        registry: Where names are looked up; by default what is installed.

    Raises:
        QentError: A name or parameter does not fit, or the state is too large.

    Example:
        >>> seen = observe(Choice("isotropic", {"alpha": 0.4}))
        >>> [(f.question, f.verdict.word, f.criterion) for f in seen.findings]
        [('A|B', 'entangled', 'npt')]
    """
    registry = registry or default_registry()
    states, thresholds = sampled(choice, registry)
    prover, verdicts = _verdicts(states, choice.thorough, registry)
    measures = _measures(states, registry)
    return Observation(
        states=states,
        findings=_findings(states, verdicts),
        measures=measures,
        cuts=cut_views(states, tuple(islice(cuts(states.parties), MOST_CUTS))),
        predictions=predictions(models, states, measures, _by_question(verdicts)),
        thresholds=thresholds,
        prover=prover,
        cut_count=2 ** (states.parties - 1) - 1,
    )


def sampled(
    choice: Choice, registry: Registry
) -> tuple[StateBatch, dict[str, Mapping[str, float]]]:
    """Returns one state after its channel, and the thresholds that its family knows.

    Raises:
        QentError: A name or parameter does not fit, or the state is too large.
    """
    rng = np.random.default_rng(choice.seed)
    component = registry.resolve(choice.family, "state-family")
    family = build(component, choice.parameters, where=choice.family)
    states = family.sample(1, rng)
    if states.dimension > LARGEST_DIMENSION:
        raise DimensionsMismatchError(
            f"these states have dimension {states.dimension}, "
            f"and the explorer shows states of up to {LARGEST_DIMENSION}",
            do="choose smaller parties, or use qent label",
        )
    if states.parties < 2:
        raise DimensionsMismatchError(
            "a single party is entangled with nothing", do="choose two parties or more"
        )
    if choice.channel:
        component = registry.resolve(choice.channel, "channel")
        channel = build(component, choice.channel_parameters, where=choice.channel)
        states = channel.apply(states, rng)
    asked = suggested_questions(states.parties)
    return states, {q: found for q in asked if (found := family.thresholds(q))}


def _verdicts(states: StateBatch, thorough: bool, registry: Registry) -> tuple[str, Labels]:
    installed = {component.name: component for component in registry.components("labeler")}
    name = next((name for name in _PROVERS if name in installed), "")
    if not name:
        return "", Labels(1)
    parameters: dict[str, Any] = {"questions": suggested_questions(states.parties)}
    if name == "certified":
        quick = _QUICK if states.dimension <= _SMALL else dict.fromkeys(_SEARCHES, 0)
        parameters["budgets"] = {} if thorough else quick
    else:
        parameters["questions"] = cuts(states.parties)
    return name, build(installed[name], parameters, where=name).label(states)


def _findings(states: StateBatch, verdicts: Labels) -> tuple[Finding, ...]:
    checked = {column.name: column for column in check_labels(states, verdicts)}
    found = []
    for name, column in verdicts.columns.items():
        if not isinstance(column, VerdictColumn):
            continue
        proof = column.certificates[0]
        status = _CHECKED[Status(int(checked[name].status[0]))] if proof is not None else ""
        if proof is not None and checked[name].within_delta[0]:
            status += ", for a state within 1e-12"
        known = states.known.get(column.question)
        found.append(
            Finding(
                column.question,
                Verdict(int(column.values[0])),
                str(column.criteria[0]),
                "" if proof is None else described(proof),
                status,
                None if known is None else Verdict(int(known[0])),
            )
        )
    return tuple(found)


def described(proof: Any) -> str:
    """Returns what a certificate holds, in a few words.

    Args:
        proof: The certificate.

    Example:
        >>> from qent_core.api import NptCertificate
        >>> described(NptCertificate(question="A|B", vector=np.array([0, 1, -1, 0]) / 2**0.5))
        'vector (4,)'
    """
    if proof.kind in ("decomposition", "low-rank"):
        return f"mixture of {len(proof.weights)} product vectors"
    if proof.kind == "biseparable-decomposition":
        count = sum(len(weights) for weights in proof.weights.values())
        return f"mixture of {count} products over {len(proof.weights)} cuts"
    contents = [
        f"{name} {array.shape}" if array.ndim else f"{name} {float(array):.4g}"
        for name, array in ((n, np.asarray(a)) for n, a in proof.arrays().items())
        if "/" not in name
    ]
    return ", ".join(contents) or "recomputed from the state"


def _measures(states: StateBatch, registry: Registry) -> dict[str, float]:
    found: dict[str, float] = {}
    for component in registry.components("labeler"):
        spec: Any = component.spec
        fits = spec.dims in (None, states.dims) and not (spec.pure_only and states.kind != "ket")
        if spec.gives != "measure" or not fits:
            continue
        try:
            labels = build(component, {}).label(states)
        except QentError:  # not defined for these states, or its plugin is broken
            continue
        for name, column in labels.columns.items():
            if isinstance(column, MeasureColumn):
                found.setdefault(name, float(column.values[0]))
    return found


def _by_question(verdicts: Labels) -> dict[str, Verdict]:
    return {
        column.question: Verdict(int(column.values[0]))
        for column in verdicts.columns.values()
        if isinstance(column, VerdictColumn)
    }
