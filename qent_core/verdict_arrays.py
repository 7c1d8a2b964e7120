"""Arrays of verdicts, checked before they are narrowed: a value that is no verdict never wraps."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qent_core.errors import LabelsInvalidError
from qent_core.verdicts import Verdict

_VALUES = [verdict.value for verdict in Verdict]


def verdict_array(values: ArrayLike, what: str) -> NDArray[np.int8]:
    """Returns values as 8-bit integers if each is exactly 0, 1 or -1.

    Args:
        values: Numbers of any type and shape.
        what: What they are, for the message, for example ``"known 'A|B'"``.

    Raises:
        LabelsInvalidError: Names the first value that is no verdict.

    Example:
        >>> verdict_array([1.0, 0.0, -1.0], "a column")
        array([ 1,  0, -1], dtype=int8)
    """
    array = np.asarray(values)
    bad = ~np.isin(array, _VALUES)
    if array.dtype.kind not in "iubf" or bad.any():
        row = int(np.argmax(bad))
        shown = f" ({array.flat[row]} at state {row})" if bad.any() and array.ndim == 1 else ""
        raise LabelsInvalidError(
            f"{what} holds values that are no verdict{shown}",
            do="use 0 (separable), 1 (entangled) or -1 (unknown)",
        )
    return array.astype(np.int8)
