"""Which qubits of a register are simulated, which are kept, and which party each one becomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qent_circuits.programs import Integers, Mask


@dataclass(frozen=True)
class KeptQubits:
    """Kept qubits of n registers of R qubits.

    E are the qubits that some gate may couple to others; those outside E are in product with
    everything, so only E is simulated. Qubits go by *labels*, numbers of a state's own: first the
    kept qubits of E, then the rest of E, then the kept qubits outside E, then all others.
    """

    order: Integers
    """``(n, R)`` the register's qubit behind each label."""
    touched: Integers
    """``(n,)`` size of E."""
    inside: Integers
    """``(n,)`` how many kept qubits lie in E, at least one."""
    total: int
    """How many qubits are kept."""

    def __len__(self) -> int:
        return len(self.touched)

    @property
    def labels(self) -> Integers:
        """``(n, total)`` labels of the kept qubits: those in E first."""
        place = np.arange(self.total)
        outside = self.touched[:, None] + place - self.inside[:, None]
        labels: Integers = np.where(place < self.inside[:, None], place, outside)
        return labels

    @property
    def register(self) -> Integers:
        """``(n, total)`` register qubits that become parties A, B, C: in the register's order."""
        return np.sort(np.take_along_axis(self.order, self.labels, axis=1), axis=1)

    @property
    def outside(self) -> Mask:
        """``(n, total)`` whether party A, B, C comes from outside E."""
        rank = np.take_along_axis(self.order, self.labels, axis=1).argsort(axis=1)
        mask: Mask = rank >= self.inside[:, None]
        return mask

    @property
    def free(self) -> Mask:
        """``(n, total)`` whether a party is in product with the others by construction."""
        mask: Mask = self.outside | (self.inside == 1)[:, None]
        return mask

    def take(self, rows: Integers) -> KeptQubits:
        """Returns the chosen states."""
        return KeptQubits(self.order[rows], self.touched[rows], self.inside[rows], self.total)


def label_order(group: NDArray[np.integer]) -> Integers:
    """Returns ``(n, R)`` register qubits sorted by group ``(n, R)``, then by number."""
    register = group.shape[1]
    order: Integers = (group.astype(np.intp) * register + np.arange(register)).argsort(axis=1)
    return order
