"""Which qubits the blocks of a traced circuit act on, and which of them are kept.

A register of R qubits goes through one or more blocks, each on a random subset; E is the union of
the subsets. Some qubits of E are kept, the rest of the wanted number comes from outside E, all
others are traced out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from qent_circuits.blocks import Block, draw_block, local_layer, random_orders, subset_mask
from qent_circuits.kept_qubits import KeptQubits, label_order
from qent_circuits.programs import ControlledGates, Integers, LocalLayer, Mask, Program


@dataclass(frozen=True)
class TracedLayout:
    """Subsets and kept qubits of n traced circuits; see `KeptQubits` for what labels are."""

    rounds: Integers
    """``(n,)`` numbers of blocks."""
    members: Integers
    """``(n, blocks, R)`` labels of the register in a random order per block; the subset of a
    block are the first ones."""
    sizes: Integers
    """``(n, blocks)`` sizes of the subsets; 0 for blocks a state does not have."""
    kept: KeptQubits
    """What E is, and which qubits are kept."""

    def __len__(self) -> int:
        return len(self.rounds)

    def take(self, rows: Integers) -> TracedLayout:
        """Returns the layouts of the chosen states."""
        return TracedLayout(
            self.rounds[rows], self.members[rows], self.sizes[rows], self.kept.take(rows)
        )


def draw_layout(
    count: int, register: int, max_rounds: int, rng: Generator, *, kept: int = 3
) -> TracedLayout:
    """Returns random layouts.

    The number of blocks is uniform on 1..max_rounds, the size of each subset on 2..R. Of the
    ``kept`` qubits a number uniform on max(1, |E| - (R - kept))..min(kept, |E|) lies in E.
    """
    rounds = rng.integers(1, max_rounds + 1, count)
    there = np.arange(max_rounds) < rounds[:, None]
    sizes = np.where(there, rng.integers(2, register + 1, (count, max_rounds)), 0)
    orders = random_orders(count * max_rounds, register, rng).reshape(count, max_rounds, register)
    subsets = subset_mask(orders.reshape(-1, register), sizes.reshape(-1))
    union = np.asarray(subsets.reshape(count, max_rounds, register).any(axis=1))
    touched = union.sum(axis=1)
    inside = rng.integers(np.maximum(1, touched - (register - kept)), np.minimum(kept, touched) + 1)
    order = _label_order(union, inside, kept, rng)
    label = np.empty_like(order)
    np.put_along_axis(label, order, np.arange(register)[None], axis=1)
    members = np.take_along_axis(np.broadcast_to(label[:, None], orders.shape), orders, axis=2)
    return TracedLayout(rounds, members, sizes, KeptQubits(order, touched, inside, kept))


def _label_order(union: Mask, inside: Integers, kept: int, rng: Generator) -> Integers:
    count, register = union.shape
    # A random rank within E and another outside E; the lowest ranks are kept.
    score = rng.random((count, register))
    rank_in = np.where(union, score, 2.0).argsort(axis=1).argsort(axis=1)
    rank_out = np.where(union, 2.0, score).argsort(axis=1).argsort(axis=1)
    chosen = np.where(union, rank_in < inside[:, None], rank_out < kept - inside[:, None])
    return label_order(np.where(union, 0, 2) + ~chosen)


def draw_program(layout: TracedLayout, block: Block, rng: Generator) -> Program:
    """Returns the circuits of some layouts, with labels for qubits.

    Two consecutive U act on every qubit after each block (arXiv:2210.07410, Appendix 1); after a
    state's last block they stand in the program's last layer.
    """
    count, blocks, register = layout.members.shape
    steps: list[LocalLayer | ControlledGates] = []
    for number in range(blocks):
        layer, gates = draw_block(block, layout.members[:, number], layout.sizes[:, number], rng)
        if number > 0:
            between = local_layer(count, register, 2, rng)
            more = (layout.rounds > number)[:, None, None]
            layer = LocalLayer(
                np.concatenate([between.angles, layer.angles], axis=2),
                np.concatenate([between.acts & more, layer.acts], axis=2),
            )
        steps += [layer, gates]
    return Program(register, (*steps, local_layer(count, register, 2, rng)))
