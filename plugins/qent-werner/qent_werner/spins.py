"""How a spin quantum number fixes the space and its basis.

Basis vector k of one party, counted from 0, is the spin state with magnetic number m = k - J: the
first is |-J>, the last |J>. Two parties have the index ``k_A * d + k_B``, party A in front.
"""

from __future__ import annotations


def local_dimension(spin: float) -> int:
    """Returns the dimension d = 2J + 1 of a spin-J system.

    Example:
        >>> local_dimension(0.5), local_dimension(1), local_dimension(5)
        (2, 3, 11)
    """
    return round(2 * spin) + 1
