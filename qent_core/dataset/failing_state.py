"""Which state of a shard does a labeler fail on?"""

from __future__ import annotations

from qent_core.errors import QentError
from qent_core.generation import Pipeline
from qent_core.states import StateBatch


def name_failing_state(
    pipeline: Pipeline, batch: StateBatch, start: int, error: QentError
) -> QentError:
    """Returns the error with the first state on which the labelers fail by themselves.

    Args:
        pipeline: The labelers.
        batch: States on which they failed together.
        start: Number of the first of them in the data set.
        error: How they failed.
    """
    found = _failing(pipeline, batch)
    if found is None:
        last = start + len(batch) - 1
        return type(error)(
            error.what, where=_joined(error.where, f"states {start} to {last}"), do=error.do
        )
    row, failure = found
    values = [f"{name} = {v[row]:.6g}" for name, v in batch.parameters.items() if v[row] == v[row]]
    state = f"state {start + row} of '{batch.source[row]}'"
    described = f"{state} ({', '.join(values)})" if values else state
    return type(failure)(failure.what, where=_joined(failure.where, described), do=failure.do)


def _failing(pipeline: Pipeline, batch: StateBatch) -> tuple[int, QentError] | None:
    """Returns the row of the first state that fails alone, by halving."""
    low, high = 0, len(batch)
    failure: QentError | None = None
    while high - low > 1:
        middle = (low + high) // 2
        left = _failure(pipeline, batch[low:middle])
        if left is not None:
            high, failure = middle, left
            continue
        right = _failure(pipeline, batch[middle:high])
        if right is None:
            return None  # only together
        low, failure = middle, right
    failure = _failure(pipeline, batch[low:high]) if failure is None else failure
    return None if failure is None else (low, failure)


def _failure(pipeline: Pipeline, batch: StateBatch) -> QentError | None:
    try:
        pipeline.label(batch)
    except QentError as error:
        return error
    return None


def _joined(first: str, second: str) -> str:
    return f"{first}, {second}" if first else second
