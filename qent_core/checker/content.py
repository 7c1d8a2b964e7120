"""What a certificate holds, brought into a form in which it can be checked, or found to be none.

Certificates may come from a stranger's file: numbers of any type, infinite ones, and ones so large
that sums of them overflow. A comparison with the NaN that follows is false whichever way it is
asked, so such numbers are kept out before anything is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LARGEST = 1e30
"""No number in a sensible certificate is larger; products of several such do not overflow."""


def checkable(arrays: Mapping[str, Array], count: int) -> tuple[dict[str, Array], Array]:
    """Returns the arrays in double precision, and which items can be checked at all.

    Args:
        arrays: Name to ``(count, ...)``.
        count: Number of certificates.

    Raises:
        ValueError: An array holds no numbers, or another number of items.

    Example:
        >>> found, usable = checkable({"vector": np.array([[1, 0], [np.nan, 1e200]])}, 2)
        >>> usable.tolist(), found["vector"].tolist()
        ([True, False], [[1.0, 0.0], [0.0, 0.0]])
    """
    usable = np.ones(count, dtype=bool)
    found: dict[str, Array] = {}
    for name, array in arrays.items():
        if array.dtype.kind not in "biufc" or array.shape[:1] != (count,):
            raise ValueError(f"'{name}' of type {array.dtype} and shape {array.shape}")
        if array.dtype.kind in "biu":
            found[name] = array.astype(np.int64)
            continue
        kind = np.complex128 if array.dtype.kind == "c" else np.float64
        with np.errstate(all="ignore"):
            double = array.astype(kind)
        size = np.maximum(np.abs(double.real), np.abs(double.imag))
        good = ((size <= LARGEST) | (size == 0)).reshape(count, -1).all(axis=1)
        usable &= good
        found[name] = np.where(good.reshape(-1, *(1,) * (array.ndim - 1)), double, 0)
    return found, usable
