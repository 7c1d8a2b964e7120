"""The three-valued answer to a separability question."""

from __future__ import annotations

from enum import IntEnum


class Verdict(IntEnum):
    """Separable, entangled, or not known.

    The values are those scikit-learn expects: classes 0 and 1, and -1 for "unlabelled".

    Example:
        >>> Verdict.ENTANGLED.word
        'entangled'
    """

    SEPARABLE = 0
    ENTANGLED = 1
    UNKNOWN = -1

    @property
    def word(self) -> str:
        """The verdict as a lower-case word."""
        return self.name.lower()
