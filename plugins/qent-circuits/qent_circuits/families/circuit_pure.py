"""Pure states of a circuit on a random subset of the qubits: random gates, W and GHZ."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.random import Generator
from pydantic import model_validator

from qent_circuits.blocks import Block, block_program, random_orders, subset_mask
from qent_circuits.programs import ControlledGates, Integers, Mask, Program
from qent_circuits.pure_kets import random_subset_sizes
from qent_circuits.settings import Qubits, SubsetSizes, possible_sizes
from qent_circuits.simulation import run
from qent_circuits.verdicts import entangled_subset, separable_qubits
from qent_core.api import StateBatch, StateFamily


class CircuitPure(StateFamily):
    r"""Pure states of random circuits, or W or GHZ states, on a random subset of the qubits.

    ``block = "random"``: one U on each of the m qubits of the subset, then n CU on random ordered
    pairs of them, n uniform on 1..m(m-1)-1 (1 for m = 2). ``"w"`` and ``"ghz"``: the W or GHZ
    state of the subset, |0> elsewhere. Then two consecutive U on every qubit; all angles are
    uniform on [0, 2 pi) (Pawlowski and Krawczyk, arXiv:2210.07410, Appendix 1).

    W and GHZ states have known verdicts for every question. Random circuits have them for qubits
    that no CU touches.

    Formula:
        $$|\psi\rangle = \bigotimes_{q=1}^N V_qU_q\;\bigl(|\varphi\rangle_S \otimes
        |0\dots0\rangle\bigr), \quad |\varphi\rangle = \prod_{k=1}^n CU_{c_kt_k} \prod_{q \in S}
        W_q \,|0\dots0\rangle$$

        S is a random subset of m qubits, and $c_k, t_k$ are control and target of gate k. With
        ``w`` or ``ghz``, $|\varphi\rangle$ is that state of S. Every gate has random angles of its
        own.

    Args:
        block: Random gates, or the circuit that makes W or GHZ.
        qubits: Number of qubits.
        subset_sizes: Sizes the subset may have, equally likely; 2 up to all qubits if left out.

    Example:
        >>> batch = CircuitPure(block="ghz", subset_sizes=(3,)).sample(1, np.random.default_rng(0))
        >>> {question: int(verdict[0]) for question, verdict in batch.known.items()}
        {'A|BC': 1, 'B|AC': 1, 'C|AB': 1, 'A|B|C': 1, 'biseparable': 1}
    """

    block: Block = "random"
    qubits: Qubits = 3
    subset_sizes: SubsetSizes = ()

    @classmethod
    def conformance_parameters(cls) -> list[dict[str, Any]]:
        """Returns the parameter sets that qent's conformance kit tries."""
        return [{}, {"block": "w", "qubits": 4}, {"block": "ghz", "subset_sizes": [2]}]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        possible_sizes(self.subset_sizes, self.qubits)
        return self

    def sample(self, count: int, rng: Generator) -> StateBatch:
        """Returns kets ``(count, 2**qubits)`` with the parameter ``subset``, the subset's size."""
        members, sizes, program = self.circuits(count, rng)
        known = (
            separable_qubits(~_coupled(program))
            if self.block == "random"
            else entangled_subset(subset_mask(members, sizes))
        )
        return StateBatch(
            run(program),
            (2,) * self.qubits,
            parameters={"subset": sizes},
            known=known,
            source="circuit-pure",
        )

    def circuits(self, count: int, rng: Generator) -> tuple[Integers, Integers, Program]:
        """Returns what `sample` simulates: orders of the qubits, subset sizes, and circuits."""
        members = random_orders(count, self.qubits, rng)
        sizes = random_subset_sizes(count, possible_sizes(self.subset_sizes, self.qubits), rng)
        return members, sizes, block_program(self.block, members, sizes, rng)


def _coupled(program: Program) -> Mask:
    coupled = np.zeros((len(program), program.qubits), dtype=np.bool_)
    for step in program.steps:
        if isinstance(step, ControlledGates):
            coupled |= step.touched(program.qubits)
    return coupled
