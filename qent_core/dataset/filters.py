"""Which states of a data set pass a filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qent_core.errors import DatasetError
from qent_core.names import nearest
from qent_core.questions import check_question
from qent_core.verdicts import Verdict

if TYPE_CHECKING:
    from qent_core.dataset.data_set import Dataset

Between = Mapping[str, tuple[float, float]]


def passing(
    data: Dataset,
    *,
    source: str | Sequence[str] | None,
    question: str | None,
    verdict: Verdict | str | int | None,
    between: Between,
) -> NDArray[np.bool_]:
    """Returns the ``(n,)`` mask of the states that pass every filter; see `Dataset.where`.

    Raises:
        DatasetError: A filter names nothing that is there, or half of a pair is missing.
    """
    mask = np.ones(len(data), dtype=bool)
    if source is not None:
        names = [source] if isinstance(source, str) else list(source)
        for name in names:
            _check_known(data, "family", name, data.sources)
        mask &= data.source_mask(names)
    if (question is None) != (verdict is None):
        raise DatasetError(
            "a question needs a verdict, and a verdict a question",
            where=data.path,
            do='write, for example, where(question="A|B", verdict="entangled")',
        )
    if question is not None and verdict is not None:
        wanted = verdict_of(verdict)
        mask &= data.combined_verdicts(check_question(question, len(data.dims))) == wanted
    for name, (low, high) in between.items():
        _check_known(data, "parameter or measure", name, [*data.parameters, *data.columns])
        values = data.parameters[name] if name in data.parameters else data.columns[name]
        # NaN, where a state has no such parameter, is never inside.
        mask &= (values >= low) & (values <= high)
    return mask


def verdict_of(verdict: Verdict | str | int) -> Verdict:
    """Returns a verdict from its word or number.

    Raises:
        DatasetError: It is neither.

    Example:
        >>> verdict_of("entangled")
        <Verdict.ENTANGLED: 1>
    """
    words = {v.word: v for v in Verdict}
    try:
        return words[verdict] if isinstance(verdict, str) else Verdict(verdict)
    except (KeyError, ValueError):
        raise DatasetError(
            f"{verdict!r} is no verdict", do=f"use one of: {', '.join(words)}"
        ) from None


def described(
    source: Any, question: str | None, verdict: Verdict | str | int | None, between: Between
) -> str:
    """Returns a filter in words."""
    parts = []
    if source is not None:
        parts.append(f"source {source if isinstance(source, str) else ', '.join(source)}")
    if question is not None and verdict is not None:
        parts.append(f"'{question}' {verdict_of(verdict).word}")
    parts += [f"{name} in [{low:g}, {high:g}]" for name, (low, high) in between.items()]
    return "(" + "; ".join(parts) + ")"


def _check_known(data: Dataset, what: str, name: str, known: Sequence[str]) -> None:
    if name not in known:
        near = nearest(name, known, count=1)
        hint = f"did you mean '{near[0]}'? " if near else ""
        raise DatasetError(
            f"the data set has no {what} '{name}'",
            where=data.path,
            do=f"{hint}Known here: {', '.join(known) or 'none'}",
        )
