r"""Generators of local transformations: spin operators, or a complete basis for every party.

Generators come in groups: the real symmetric ones, and the imaginary antisymmetric ones, which are
kept as $-i$ times themselves and so are real as well. For states with real coefficients the quantum
Fisher information between the two groups vanishes, and everything can be computed in real numbers.
"""

from __future__ import annotations

import string
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qent_core.linalg import Dims

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Generators:
    """Generators of one party."""

    names: tuple[str, ...]
    symmetric: Reals
    """``(k, d, d)`` real symmetric matrices, the generators themselves."""
    antisymmetric: Reals
    """``(l, d, d)`` real antisymmetric matrices K; the generators are iK, named last."""

    def __len__(self) -> int:
        return len(self.names)


def spin_generators(d: int) -> Generators:
    r"""Returns $J_x, J_z, J_y$ of a spin $J = (d-1)/2$, in units of $\hbar$.

    The basis is $|{-J}\rangle, \dots, |J\rangle$.

    Example:
        >>> spin_generators(3).symmetric[1].diagonal().tolist()
        [-1.0, 0.0, 1.0]
    """
    j = (d - 1) / 2
    m = np.arange(d) - j
    raising = np.zeros((d, d))
    raising[np.arange(1, d), np.arange(d - 1)] = np.sqrt(j * (j + 1) - m[:-1] * (m[:-1] + 1))
    # J_y = (J+ - J-)/(2i) = i K with K = (J- - J+)/2.
    return Generators(
        names=("x", "z", "y"),
        symmetric=np.stack([(raising + raising.T) / 2, np.diag(m)]),
        antisymmetric=((raising.T - raising) / 2)[None],
    )


def complete_generators(d: int) -> Generators:
    r"""Returns the $d^2-1$ generalised Gell-Mann matrices, $\mathrm{tr}(G_aG_b) = 2\delta_{ab}$.

    Names: ``S01`` symmetric, ``D1`` diagonal, ``A01`` antisymmetric; for qubits X, Z and Y.

    Source: R. A. Bertlmann and P. Krammer, J. Phys. A 41, 235303 (2008), section 3.

    Example:
        >>> complete_generators(2).names
        ('S01', 'D1', 'A01')
    """
    mark = "" if d <= 10 else "."
    pairs = [(j, k) for k in range(1, d) for j in range(k)]
    symmetric = np.zeros((len(pairs) + d - 1, d, d))
    antisymmetric = np.zeros((len(pairs), d, d))
    for row, (j, k) in enumerate(pairs):
        symmetric[row, j, k] = symmetric[row, k, j] = 1
        antisymmetric[row, j, k], antisymmetric[row, k, j] = -1, 1
    for k in range(1, d):
        weights = np.zeros(d)
        weights[:k], weights[k] = 1, -k
        symmetric[len(pairs) + k - 1] = np.diag(weights * np.sqrt(2 / (k * (k + 1))))
    return Generators(
        names=(
            *(f"S{j}{mark}{k}" for j, k in pairs),
            *(f"D{k}" for k in range(1, d)),
            *(f"A{j}{mark}{k}" for j, k in pairs),
        ),
        symmetric=symmetric,
        antisymmetric=antisymmetric,
    )


KINDS = {"spin": spin_generators, "complete": complete_generators}
"""The sets to choose from."""


def local_generators(kind: str, dims: Dims) -> list[Generators]:
    """Returns the generators of every party.

    Example:
        >>> [len(party) for party in local_generators("complete", (2, 3))]
        [3, 8]
    """
    return [KINDS[kind](d) for d in dims]


def party_name(party: int) -> str:
    """Returns the letter of a party, or a number where letters run out.

    Example:
        >>> party_name(1)
        'B'
    """
    letters = string.ascii_uppercase
    return letters[party] if party < len(letters) else str(party)
