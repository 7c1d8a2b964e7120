"""Circuits in which a subsystem is entangled through, or with, qubits that are traced out."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from qent_circuits.blocks import gate_counts, local_layer, random_orders, random_pairs
from qent_circuits.gates import random_angles
from qent_circuits.kept_qubits import KeptQubits, label_order
from qent_circuits.programs import ControlledGates, Integers, LocalLayer, Mask, Program

PARTIES = 3


def draw_kept(subsystem: Integers, others: Integers, register: int, rng: Generator) -> KeptQubits:
    """Returns random places for a subsystem, which is kept, and for the qubits it meets.

    Args:
        subsystem: ``(n,)`` sizes of the subsystem, 2 or 3; it has the first labels.
        others: ``(n,)`` numbers of the qubits it meets; they have the next labels. Missing kept
            qubits come from the rest of the register.
        register: Number of qubits.
        rng: Source of randomness.
    """
    rank = random_orders(len(subsystem), register, rng).argsort(axis=1)
    touched = (subsystem + others)[:, None]
    ends = [subsystem[:, None], touched, touched + PARTIES - subsystem[:, None]]
    group = np.select([rank < end for end in ends], [0, 1, 2], 3)
    return KeptQubits(label_order(group), touched[:, 0], subsystem, PARTIES)


def carrier_program(
    subsystem: Integers, carriers: Integers, extra: Mask, register: int, rng: Generator
) -> Program:
    """Returns circuits in which carriers control the qubits of a subsystem.

    One U on every qubit; the carriers are entangled by CU on random pairs; each qubit of the
    subsystem is the target of one CU controlled by a random carrier; where ``extra`` says so, CU
    act on random pairs inside the subsystem; two U on every qubit. Numbers of CU on random pairs
    are those of a random circuit.
    """
    count = len(subsystem)
    target, state = _labels(subsystem)
    control = subsystem[state] + rng.integers(0, carriers[state])
    meet = ControlledGates(subsystem, control, target, random_angles((len(state), 4), rng))
    return Program(
        register,
        (
            local_layer(count, register, 1, rng),
            _random_gates(subsystem, np.where(carriers > 1, carriers, 0), rng),
            meet,
            _random_gates(np.zeros_like(subsystem), np.where(extra, subsystem, 0), rng),
            local_layer(count, register, 2, rng),
        ),
    )


def direct_program(subsystem: Integers, others: Integers, register: int, rng: Generator) -> Program:
    """Returns circuits in which a subsystem is entangled with other qubits.

    A random circuit on the subsystem, then each other qubit in turn is the target of one CU whose
    control is a random qubit before it, in the subsystem or not; two U on every qubit.
    """
    count = len(subsystem)
    place, state = _labels(others)
    target = subsystem[state] + place
    meet = ControlledGates(
        others, rng.integers(0, target), target, random_angles((len(state), 4), rng)
    )
    first = local_layer(count, register, 1, rng)
    acts = (np.arange(register) < subsystem[:, None])[:, :, None]
    return Program(
        register,
        (
            LocalLayer(first.angles, acts),
            _random_gates(np.zeros_like(subsystem), subsystem, rng),
            meet,
            local_layer(count, register, 2, rng),
        ),
    )


def _random_gates(first: Integers, sizes: Integers, rng: Generator) -> ControlledGates:
    """Returns CU on random pairs of the labels first..first+size-1; none for size 0."""
    counts = gate_counts(sizes, rng)
    width = int(sizes.max(initial=0))
    members = first[:, None] + np.arange(max(width, 1))
    control, target = random_pairs(members, sizes, counts, rng)
    return ControlledGates(counts, control, target, random_angles((len(control), 4), rng))


def _labels(sizes: Integers) -> tuple[Integers, Integers]:
    """Returns 0..size-1 for each state, end to end, and the state of each entry."""
    state = np.repeat(np.arange(len(sizes)), sizes)
    place = np.arange(len(state)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return place, state
