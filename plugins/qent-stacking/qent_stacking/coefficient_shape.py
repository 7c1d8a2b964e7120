"""From flattened coefficients of kets back to their matrix."""

from __future__ import annotations

from math import isqrt

from qent_core.errors import ParameterInvalidError


def matrix_shape(features: int, party_a: int | None, where: str) -> tuple[int, int]:
    """Returns d_A and d_B of coefficients that were flattened row by row.

    Args:
        features: Their number.
        party_a: d_A, or None if both parties have the same dimension.
        where: For the message.

    Raises:
        ParameterInvalidError: They make no matrix.

    Example:
        >>> matrix_shape(9, None, "here"), matrix_shape(6, 2, "here")
        ((3, 3), (2, 3))
    """
    if party_a is None:
        d = isqrt(features)
        if d * d != features:
            raise ParameterInvalidError(
                f"{features} features are no square matrix of coefficients",
                where=where,
                do="give the d*d coefficients of kets of two equal parties",
            )
        return d, d
    if features % party_a:
        raise ParameterInvalidError(
            f"{features} features cannot be arranged in {party_a} rows",
            where=where,
            do="give the dimension of party A, which divides the number of coefficients",
        )
    return party_a, features // party_a
