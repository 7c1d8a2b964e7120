"""Labelling a user's own states with named labelers, without an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

import qent_core
from qent_core.build import build, load_target
from qent_core.errors import DimensionsMismatchError, ParameterInvalidError
from qent_core.foreign_states import as_states
from qent_core.generation import Keeper, Part, Pipeline
from qent_core.labels import Labels
from qent_core.names import nearest
from qent_core.progress import FINISHED_BEFORE, track
from qent_core.registry import Registry, default_registry
from qent_core.states import StateBatch


def label_states(
    states: Any,
    labelers: Sequence[str],
    *,
    questions: Sequence[str] = (),
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    registry: Registry | None = None,
    shard_size: int = 10_000,
) -> Labels:
    """Returns the labels that the named labelers give to states.

    Args:
        states: A batch, or states in any other form that `qent_core.foreign_states.as_states`
            knows.
        labelers: Names of labelers.
        questions: Passed to every labeler that takes ``questions``.
        parameters: Labeler name to parameters of its own.
        registry: Where names are looked up; by default what is installed.
        shard_size: States labelled at a time, which bounds the memory.

    Raises:
        DimensionsMismatchError: There is no state.
        QentError: A name, parameter or question does not fit.
    """
    states = as_states(states)
    if not len(states):
        raise DimensionsMismatchError("there is no state to label")
    chosen = labelers_of(labelers, questions=questions, parameters=parameters, registry=registry)
    return label_with(chosen, states, shard_size=shard_size)


def label_with(
    labelers: Pipeline,
    states: StateBatch,
    *,
    shard_size: int = 10_000,
    keeper: Keeper | None = None,
) -> Labels:
    """Returns the labels that built labelers give to states, ``shard_size`` states at a time.

    Args:
        labelers: From `labelers_of`.
        states: What to label.
        shard_size: States labelled at a time.
        keeper: Keeps the labels of every shard, and has those of an earlier attempt.
    """
    made = []
    with track("labels", total=len(states)) as step:
        for number, start in enumerate(range(0, len(states), shard_size)):
            shard = states[start : start + shard_size]
            found = keeper.load(number) if keeper else None
            labels = found[1] if found else labelers.label(shard)
            if keeper and not found:
                keeper.save(number, labels)
            made.append(labels)
            step(len(shard), FINISHED_BEFORE if found else "")
    return Labels.concatenate(made)


def labelers_of(
    labelers: Sequence[str],
    *,
    questions: Sequence[str] = (),
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    registry: Registry | None = None,
) -> Pipeline:
    """Returns a pipeline of named labelers alone; for the arguments see `label_states`."""
    registry = registry or default_registry()
    for name in labelers:
        if not isinstance(name, str):
            raise ParameterInvalidError(
                f"labelers go by name, got a {type(name).__name__}",
                where="labelers",
                do="give names such as 'ppt', or call the object's own label(states)",
            )
    own = dict(parameters or {})
    for name in own:
        if name not in labelers:
            near = nearest(name, labelers, count=1)
            raise ParameterInvalidError(
                f"parameters were given for '{name}', which is not used",
                where=f"--set {name}",
                do=f"did you mean '{near[0]}'?" if near else f"add --use {name}",
            )
    parts = []
    for name in dict.fromkeys(labelers):
        component = registry.resolve(name, "labeler", where="--use")
        given = dict(own.get(name, {}))
        takes_questions = "questions" in getattr(load_target(component), "model_fields", {})
        if questions and takes_questions:
            given.setdefault("questions", list(questions))
        parts.append(Part(name, name, build(component, given, where=f"labeler '{name}'")))
    return Pipeline(0, 1, (), labelers=tuple(parts))


def origin_of(labelers: Pipeline, command: str, registry: Registry | None = None) -> dict[str, Any]:
    """Returns where labels come from, for the file that holds them.

    Args:
        labelers: What gives them.
        command: The command line.
        registry: Where names are looked up; by default what is installed.
    """
    registry = registry or default_registry()
    components = [registry.resolve(part.name, "labeler") for part in labelers.labelers]
    versions = {"qent-core": qent_core.__version__, "numpy": np.__version__}
    versions |= {c.distribution: c.version for c in components if c.origin == "plugin"}
    references = dict.fromkeys(reference for c in components for reference in c.spec.references)
    return {
        "command": command,
        "versions": dict(sorted(versions.items())),
        "references": [asdict(reference) for reference in references],
    }


def explain_state(labelers: Pipeline, states: StateBatch, labels: Labels, row: int) -> str:
    """Returns what the labelers that can explain themselves say about one state.

    A labeler explains itself with a method ``explain(batch, labels, row)``.
    """
    texts = [
        part.component.explain(states, labels, row)
        for part in labelers.labelers
        if hasattr(part.component, "explain")
    ]
    return "\n\n".join(texts)
