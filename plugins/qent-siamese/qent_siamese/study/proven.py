"""Proven verdicts: by construction, by a partial transpose, else by certificate; or unknown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, Verdict, component, cuts

Budgets = Mapping[str, int]
"""Iterations per state of single stages of ``certified``."""

_AT_ONCE = 2_000


def proven_verdicts(states: StateBatch, budgets: Budgets) -> NDArray[np.int8]:
    """Returns what is proven of every cut, ``(n, cuts)``: 0 separable, 1 entangled, -1 unknown.

    Verdicts by construction come first, then a negative partial transpose, and for what is left
    the search of ``certified``.

    Args:
        states: Any states.
        budgets: Limits of the search; what it does not decide is unknown.

    Example:
        >>> bell = StateBatch([[2**-0.5, 0, 0, 2**-0.5]], (2, 2))
        >>> proven_verdicts(bell, {}).tolist()
        [[1]]
    """
    columns = []
    for cut in cuts(states.parties):
        known = states.known.get(cut)
        verdicts = np.full(len(states), Verdict.UNKNOWN, np.int8) if known is None else known.copy()
        for labeler, parameters in (
            ("ppt", {"certify": False}),
            ("certified", {"budgets": budgets}),
        ):
            left = np.flatnonzero(verdicts == Verdict.UNKNOWN)
            if len(left):
                verdicts[left] = _asked(states[left], labeler, cut, parameters)
        columns.append(verdicts)
    return np.stack(columns, axis=1)


def certified_verdicts(states: StateBatch, cut: str, budgets: Budgets) -> NDArray[np.int8]:
    """Returns the verdicts on one cut that carry a certificate, ``(n,)``.

    Nothing is taken on trust: what is known by construction counts only with its certificate.
    """
    return _asked(states, "certified", cut, {"budgets": budgets})


def certified_separability(
    states: StateBatch, stages: Sequence[str], question: str
) -> NDArray[np.int8]:
    """Returns the verdicts of single stages of ``certified`` on one question, ``(n,)``."""
    return _asked(states, "certified", question, {"stages": list(stages)})


def _asked(
    states: StateBatch, labeler: str, question: str, parameters: Mapping[str, object]
) -> NDArray[np.int8]:
    asked = component(labeler, "labeler", questions=[question], **parameters)
    name = f"{labeler}[{question}]"
    parts = [
        asked.label(states[start : start + _AT_ONCE]).values(name)
        for start in range(0, len(states), _AT_ONCE)
    ]
    return np.concatenate(parts) if parts else np.zeros(0, np.int8)
