"""The ball of separable states around the identity."""

from __future__ import annotations


def separable_radius(blocks: int) -> float:
    """Returns r such that I + Delta is separable whenever the Frobenius norm of Delta is <= r.

    Args:
        blocks: Number of blocks of the partition.

    For two blocks the radius is 1 (Gurvits and Barnum, Phys. Rev. A 66, 062311 (2002)); for m
    blocks it is at least $2^{1 - m/2}$ (Gurvits and Barnum, Phys. Rev. A 68, 042312 (2003)),
    whatever the local dimensions.

    Example:
        >>> separable_radius(2), round(separable_radius(3), 4)
        (1.0, 0.7071)
    """
    return float(2.0 ** (1 - blocks / 2))
