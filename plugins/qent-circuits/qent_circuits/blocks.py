"""Random blocks on subsets of a register: random circuits RC, W circuits and GHZ circuits."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.random import Generator

from qent_circuits.gates import HADAMARD, PAULI_X, Angles, random_angles
from qent_circuits.programs import ControlledGates, Integers, LocalLayer, Mask, Program

Block = Literal["random", "w", "ghz"]
"""What happens on a subset: random U and CU gates, or the circuit that makes W or GHZ."""


def random_orders(count: int, qubits: int, rng: Generator) -> Integers:
    """Returns ``(count, qubits)`` uniformly random orders of the qubits of a register."""
    return rng.random((count, qubits)).argsort(axis=1)


def subset_mask(members: Integers, sizes: Integers) -> Mask:
    """Returns ``(n, q)``: whether a qubit is among the first ``sizes`` of the ``members``."""
    mask = np.zeros(members.shape, dtype=np.bool_)
    np.put_along_axis(mask, members, np.arange(members.shape[1]) < sizes[:, None], axis=1)
    return mask


def draw_block(
    kind: Block, members: Integers, sizes: Integers, rng: Generator
) -> tuple[LocalLayer, ControlledGates]:
    """Returns the one-qubit layer and the CU gates of a block on the subset S of each state.

    ``random``: one U on each qubit of S, then n CU on random ordered pairs of S, n uniform on
    1..m(m-1)-1 for m qubits (arXiv:2210.07410, Appendix 1; 1 for m = 2). ``w``: a flip of the
    first qubit, then down the line a controlled rotation that leaves the excitation behind with
    the right amplitude and a CNOT back. ``ghz``: a Hadamard gate, then a line of CNOTs.

    Args:
        kind: Which block.
        members: ``(n, q)`` orders of the register's qubits; S are the first ones.
        sizes: ``(n,)`` sizes m of S; 0 for no block at all, else at least 2.
        rng: Source of randomness.
    """
    if kind == "random":
        return _random_block(members, sizes, rng)
    return _line_block(kind, members, sizes)


def random_pairs(
    members: Integers, sizes: Integers, counts: Integers, rng: Generator
) -> tuple[Integers, Integers]:
    """Returns uniformly random ordered pairs of distinct qubits of S, ``counts`` per state."""
    state = np.repeat(np.arange(len(counts)), counts)
    size = sizes[state]
    first = rng.integers(0, size)
    second = rng.integers(0, size - 1)
    second += second >= first
    return members[state, first], members[state, second]


def gate_counts(sizes: Integers, rng: Generator) -> Integers:
    """Returns numbers of CU gates, uniform on 1..m(m-1)-1; none for an empty subset."""
    counts = rng.integers(1, np.maximum(sizes * (sizes - 1), 2))
    return np.where(sizes > 0, counts, 0)


def local_layer(count: int, qubits: int, repeats: int, rng: Generator) -> LocalLayer:
    """Returns ``repeats`` consecutive random U on every qubit; two are the paper's local layer."""
    return LocalLayer(
        random_angles((count, qubits, repeats, 3), rng),
        np.ones((count, qubits, repeats), dtype=np.bool_),
    )


def block_program(kind: Block, members: Integers, sizes: Integers, rng: Generator) -> Program:
    """Returns circuits of one block on a subset, then two consecutive U on every qubit."""
    layer, gates = draw_block(kind, members, sizes, rng)
    count, qubits = members.shape
    return Program(qubits, (layer, gates, local_layer(count, qubits, 2, rng)))


def _random_block(
    members: Integers, sizes: Integers, rng: Generator
) -> tuple[LocalLayer, ControlledGates]:
    count, qubits = members.shape
    acts = subset_mask(members, sizes)[:, :, None]
    layer = LocalLayer(random_angles((count, qubits, 1, 3), rng), acts)
    counts = gate_counts(sizes, rng)
    control, target = random_pairs(members, sizes, counts, rng)
    return layer, ControlledGates(counts, control, target, random_angles((len(control), 4), rng))


def _line_block(
    kind: Block, members: Integers, sizes: Integers
) -> tuple[LocalLayer, ControlledGates]:
    count, qubits = members.shape
    acts = np.zeros((count, qubits, 1), dtype=np.bool_)
    acts[np.arange(count), members[:, 0], 0] = sizes > 0
    angles = np.empty((count, qubits, 1, 3))
    angles[:] = PAULI_X if kind == "w" else HADAMARD
    steps = np.maximum(sizes - 1, 0)
    state = np.repeat(np.arange(count), steps)
    link = np.arange(len(state)) - np.repeat(np.cumsum(steps) - steps, steps)
    here, there = members[state, link], members[state, link + 1]
    cnot = np.zeros((len(state), 4))
    cnot[:, :3] = PAULI_X
    if kind == "ghz":
        return LocalLayer(angles, acts), ControlledGates(steps, here, there, cnot)
    return LocalLayer(angles, acts), ControlledGates(
        2 * steps,
        np.stack([here, there], axis=1).reshape(-1),
        np.stack([there, here], axis=1).reshape(-1),
        np.stack([_w_rotation(sizes[state] - link), cnot], axis=1).reshape(-1, 4),
    )


def _w_rotation(remaining: Integers) -> Angles:
    """Returns the CU angles that leave an amplitude sqrt(1/r) behind, r qubits remaining."""
    angles = np.zeros((len(remaining), 4))
    angles[:, 0] = 2 * np.arccos(np.sqrt(1.0 / remaining))
    return angles
