"""Random kets: products of rotated qubits, random circuits on subsets, and pairs of qubits."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from qent_circuits.blocks import block_program, local_layer, random_orders
from qent_circuits.gates import Amplitudes, random_angles, u2_kets
from qent_circuits.haar import haar_kets
from qent_circuits.programs import ControlledGates, Integers, Program
from qent_circuits.settings import Source
from qent_circuits.simulation import run
from qent_core.linalg import tensor

_PAIR_GATES = 4
"""CU gates in a two-qubit circuit of the biseparable states."""


def qubit_kets(source: Source, count: int, rng: Generator) -> Amplitudes:
    """Returns one-qubit kets ``(count, 2)``: two consecutive random U on |0>, or Haar."""
    return u2_kets(count, rng) if source == "circuit" else haar_kets((count, 2), rng)


def product_kets(source: Source, count: int, qubits: int, rng: Generator) -> Amplitudes:
    """Returns products ``(count, 2**qubits)`` of independent one-qubit kets."""
    kets: Amplitudes = tensor(*(qubit_kets(source, count, rng) for _ in range(qubits)))
    return kets


def pair_kets(source: Source, count: int, rng: Generator) -> Amplitudes:
    """Returns two-qubit kets ``(count, 4)``, Haar or of a circuit.

    The circuit is one U on each qubit, four CU whose direction alternates, and two consecutive U
    on each qubit.
    """
    if source == "haar":
        return haar_kets((count, 4), rng)
    control = np.tile(np.arange(_PAIR_GATES) % 2, count)
    gates = ControlledGates(
        np.full(count, _PAIR_GATES, dtype=np.intp),
        control,
        1 - control,
        random_angles((count * _PAIR_GATES, 4), rng),
    )
    layers = local_layer(count, 2, 1, rng), local_layer(count, 2, 2, rng)
    return run(Program(2, (layers[0], gates, layers[1])))


def random_subset_sizes(count: int, sizes: tuple[int, ...], rng: Generator) -> Integers:
    """Returns ``(count,)`` sizes, each of those given with equal chance."""
    chosen: Integers = np.asarray(sizes, dtype=np.intp)[rng.integers(len(sizes), size=count)]
    return chosen


def random_circuits(count: int, qubits: int, sizes: tuple[int, ...], rng: Generator) -> Program:
    """Returns circuits RC on uniformly random subsets of a register."""
    members = random_orders(count, qubits, rng)
    return block_program("random", members, random_subset_sizes(count, sizes, rng), rng)
