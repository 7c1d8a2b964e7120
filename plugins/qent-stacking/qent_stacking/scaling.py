"""Standardisation that survives constant columns and numerical noise around a constant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from qent_stacking.learner import Floats

# A column that varies by less than this, relative to the largest entry, is a constant plus
# rounding: matrix entries that vanish by symmetry come out as 1e-17 after a channel.
_NOISE = 1e-12
_BLOCK = 512


def largest_size(rows: Floats) -> float:
    """Returns the largest modulus among the entries, 0 if there are none."""
    return float(max(rows.max(initial=0.0), -rows.min(initial=0.0)))


@dataclass(frozen=True, slots=True)
class Scaling:
    """Shifts columns to mean 0 and divides them by their spread.

    Example:
        >>> import numpy as np
        >>> rows = np.array([[1.0, 5.0], [3.0, 5.0]])
        >>> scaling = Scaling.of(rows)
        >>> print(scaling.apply(rows))
        [[-1.  0.]
         [ 1.  0.]]
        >>> bool(np.all(scaling.undo(scaling.apply(rows)) == rows))
        True
    """

    mean: Floats
    """``(columns,)``."""
    spread: Floats
    """``(columns,)`` standard deviations; 0 marks a constant column."""

    @classmethod
    def of(cls, rows: Floats) -> Self:
        """Measures the columns of ``(n, columns)`` rows."""
        # Block by block: the deviations of a whole feature matrix would double its memory.
        blocks = [rows[:, i : i + _BLOCK] for i in range(0, rows.shape[1], _BLOCK)]
        mean = np.concatenate([block.mean(axis=0, dtype=np.float64) for block in blocks])
        spread = np.concatenate([block.std(axis=0, dtype=np.float64) for block in blocks])
        return cls(mean, np.where(spread > _NOISE * largest_size(rows), spread, 0.0))

    @classmethod
    def from_texts(cls, texts: Mapping[str, str], columns: int) -> Self:
        """Reads what `to_texts` wrote.

        Raises:
            KeyError: A text is missing.
            ValueError: A text is no list of finite numbers or has another length.
        """
        arrays = [
            np.array([float.fromhex(word) for word in texts[name].split()])
            for name in ("mean", "spread")
        ]
        if any(a.shape != (columns,) or not np.isfinite(a).all() for a in arrays):
            raise ValueError(f"the scaling does not hold {columns} finite numbers")
        return cls(*arrays)

    def to_texts(self) -> dict[str, str]:
        """Returns mean and spread as hexadecimal floats, which lose no bit, unlike decimal ones."""
        arrays = {"mean": self.mean, "spread": self.spread}
        return {name: " ".join(float(v).hex() for v in array) for name, array in arrays.items()}

    def apply(self, rows: Floats) -> Floats:
        """Returns standardised rows; constant columns become 0 whatever they hold now.

        A column that never varied while learning carries no knowledge, so a value it takes later
        must not push the prediction anywhere.
        """
        factor = np.divide(1.0, self.spread, out=np.zeros_like(self.spread), where=self.spread > 0)
        scaled: Floats = (rows - self.mean) * factor
        return scaled

    def undo(self, rows: Floats) -> Floats:
        """Returns standardised rows to the original units."""
        original: Floats = rows * self.spread + self.mean
        return original
