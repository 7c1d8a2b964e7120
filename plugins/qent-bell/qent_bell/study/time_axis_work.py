"""Work of the outlook: psi2 on a time axis."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qent_bell.death_in_time import psi2_alive, psi2_death
from qent_core.api import StateBatch, Values, component, stream
from qent_studies import Made

_ANGLES = (0.15, 0.5, 1.0, np.pi / 2)
"""Values of phi whose curves are drawn."""

_HALVINGS = 40


def psi2_in_time(times: list[float], count: int, seed: int) -> Made:
    r"""Counts the entangled psi2 at each time, and finds when each of a hundred ends.

    Args:
        times: In units of the inverse rate.
        count: States, all followed at every time.
        seed: Of the states.
    """
    states = component("psi2").sample(count, stream(seed, "outlook-time"))
    alive = [int((_after(states, np.full(count, time)) > 0).sum()) for time in times]
    some = states[:100]
    phi = some.parameters["phi"]
    apart = float(np.abs(_deaths(some) - psi2_death(phi)).max())
    fine = np.linspace(0.0, max(times), 121)
    curves = []
    for angle in _ANGLES:
        one = component("psi2", theta=np.pi / 2, phi=angle).sample(len(fine), stream(0))
        curves.append(_after(one, fine, "concurrence"))
    return Made(
        {"alive": alive, "exact": psi2_alive(times).tolist(), "death apart": apart},
        {"times": fine, "angles": np.array(_ANGLES), "curves": np.stack(curves)},
    )


def _after(
    states: StateBatch, times: NDArray[np.float64], measure: str = "negativity"
) -> NDArray[np.float64]:
    """Returns a measure of the states, each after its own time at rate 1."""
    noisy = component("dephasing-in-time", time=Values(tuple(times))).apply(states, stream(0))
    values: NDArray[np.float64] = component(measure).label(noisy).values(f"{measure}[A|B]")
    return values


def _deaths(states: StateBatch) -> NDArray[np.float64]:
    """Returns the times at which the partial transpose turns positive, by bisection."""
    low, high = np.zeros(len(states)), np.full(len(states), 2.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        alive = _after(states, middle) > 0
        low, high = np.where(alive, middle, low), np.where(alive, high, middle)
    return high
