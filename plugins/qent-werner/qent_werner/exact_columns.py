"""From the negativity of a state to the label columns that it fixes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_werner.closed_forms import (
    entanglement_of_formation,
    logarithmic_negativity,
    normalized_negativity,
)

QUESTION = "A|B"
"""The only cut of two parties."""


def column_from_negativity(
    column: str, negativity: NDArray[np.float64], d: int
) -> NDArray[np.float64] | None:
    r"""Returns the closed form of a column, or None if the negativity does not fix it.

    For d = 2 the concurrence of every family of this plugin is 2N: pure states have
    $C = 2|\det C_{mn}| = 2 s_1 s_2$, and the mixed ones are, up to local unitaries, X-states of
    which one off-diagonal pair alone counts, $C = 2\max(0, \alpha s_1 s_2 - (1-\alpha)/4)$. The
    concurrence in turn fixes the entanglement of formation of two qubits.

    Args:
        column: Name of the column, for example ``"negativity[A|B]"``.
        negativity: ``(n,)`` negativities.
        d: Local dimension of both parties.

    Example:
        >>> column_from_negativity("logarithmic-negativity[A|B]", np.array([0.5]), 2)
        array([1.])
        >>> column_from_negativity("concurrence[A|B]", np.array([0.5]), 3) is None
        True
    """
    if column == f"negativity[{QUESTION}]":
        return negativity
    if column == f"normalized-negativity[{QUESTION}]":
        return normalized_negativity(negativity, d)
    if column == f"logarithmic-negativity[{QUESTION}]":
        return logarithmic_negativity(negativity)
    if column == f"concurrence[{QUESTION}]" and d == 2:
        return 2 * negativity
    if column == f"entanglement-of-formation[{QUESTION}]" and d == 2:
        return entanglement_of_formation(2 * negativity)
    return None
