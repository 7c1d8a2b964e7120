"""One tree of random streams, keyed by name and shard, so a result depends on the seed alone.

A stream is named, not numbered: adding a component or a worker never changes another's numbers.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.random import Generator, SeedSequence


def stream(seed: int, *keys: str | int) -> Generator:
    """Returns the random generator of one place in the tree.

    Args:
        seed: The run's seed, a non-negative integer.
        keys: Path in the tree, for example ``("states", "isotropic", 0)``.

    Returns:
        A PCG64DXSM generator; equal paths give equal streams, distinct paths independent ones.

    Example:
        >>> same = stream(42, "states", "bell", 0), stream(42, "states", "bell", 0)
        >>> bool(same[0].random() == same[1].random())
        True
    """
    return np.random.Generator(np.random.PCG64DXSM(sequence(seed, *keys)))


def sequence(seed: int, *keys: str | int) -> SeedSequence:
    """Returns the seed sequence of one place in the tree; see `stream`."""
    return SeedSequence(seed, spawn_key=tuple(_key_number(key) for key in keys))


def integer_seed(seed: int, *keys: str | int) -> int:
    """Returns a 31-bit integer seed for libraries that want one, such as ``random_state``."""
    return int(sequence(seed, *keys).generate_state(1, np.uint32)[0] >> 1)


def _key_number(key: str | int) -> int:
    # Strings and integers live in disjoint ranges, so that "0" and 0 are different places.
    if isinstance(key, str):
        return 2**63 + (int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 1)
    return key
