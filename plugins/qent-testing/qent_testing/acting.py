"""Letting a component do its work, whatever its kind, and comparing what came out."""

from __future__ import annotations

from typing import Any

import numpy as np

from qent_core.errors import QentError
from qent_core.labels import Labels, VerdictColumn
from qent_core.states import StateBatch
from qent_testing.checks import CheckFailedError
from qent_testing.samples import copied, inputs
from qent_testing.subject import Subject

SEED = 20_240
COUNT = 5
"""States that a family is asked for."""


def act(kind: str, instance: Any, batch: StateBatch | int, seed: int = SEED) -> Any:
    """Returns what a component makes of a batch; of a number of states if it is a family.

    The component gets a copy of the batch, so that writing into it does no harm here.
    """
    rng = np.random.default_rng(seed)
    if kind == "state-family":
        return instance.sample(batch, rng)
    assert isinstance(batch, StateBatch)
    if kind == "channel":
        return instance.apply(copied(batch), rng)
    if kind == "labeler":
        return instance.label(copied(batch))
    return instance.fit(copied(batch)).transform(copied(batch))


def accepted(subject: Subject, instance: Any) -> list[Any]:
    """Returns the inputs that a component takes: batches, or a number of states for a family.

    A component may refuse states with one of qent's own errors; at least one input it must take.

    Raises:
        CheckFailedError: It refuses every input.
    """
    if subject.kind == "state-family":
        return [COUNT]
    taken, refusals = [], []
    for batch in inputs(subject.spec):
        try:
            act(subject.kind, instance, batch)
        except QentError as refusal:
            refusals.append(f"{batch!r}: {refusal.what}")
        else:
            taken.append(batch)
    if not taken:
        raise CheckFailedError(
            "it refuses every kind of states it was tried on; say in the record (dims, pure_only) "
            "what it needs, or give fitting parameters in conformance_parameters():\n  "
            + "\n  ".join(refusals)
        )
    return taken


def difference(first: Any, second: Any, *, tolerance: float = 0.0) -> str:
    """Returns in what two results differ, or nothing if they agree."""
    one, other = _parts(first), _parts(second)
    if one.keys() != other.keys():
        return f"one has {sorted(one)}, the other {sorted(other)}"
    for name, left in one.items():
        right = other[name]
        if left.shape != right.shape:
            return f"{name} has shape {left.shape} and {right.shape}"
        if left.dtype.kind in "fc" or right.dtype.kind in "fc":
            equal = np.allclose(left, right, rtol=tolerance, atol=tolerance, equal_nan=True)
        else:
            equal = bool((left == right).all())
        if not equal:
            return f"{name} differs"
    return ""


def _parts(result: Any) -> dict[str, np.ndarray[Any, Any]]:
    if isinstance(result, StateBatch):
        return {
            "the states": result.array,
            **{f"parameter '{name}'": values for name, values in result.parameters.items()},
            **{f"known '{question}'": values for question, values in result.known.items()},
        }
    if isinstance(result, Labels):
        parts: dict[str, np.ndarray[Any, Any]] = {}
        for name, column in result.columns.items():
            parts[f"column '{name}'"] = column.values
            if isinstance(column, VerdictColumn):
                parts[f"the criteria of '{name}'"] = column.criteria
        return parts
    return {"the result": np.asarray(result)}
