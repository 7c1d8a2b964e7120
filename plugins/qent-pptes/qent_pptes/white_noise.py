"""White noise: what it leaves of the proven verdicts, and what it proves by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qent_core.api import BISEPARABLE, Verdict, parse_partition
from qent_core.linalg import Array
from qent_pptes.standard_form import UNDECIDED, StandardForm, with_implications

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class NoiseLimits:
    """How much white noise proven verdicts bear, where that is proven too."""

    entangled_below: Mapping[str, Floats] = field(default_factory=dict)
    """Question to ``(n,)`` strengths below which the entanglement is proven to survive."""
    separable_from: Mapping[str, Floats] = field(default_factory=dict)
    """Question to ``(n,)`` strengths from which the states are proven separable."""


def with_white_noise(form: StandardForm, noise: Floats, limits: NoiseLimits) -> StandardForm:
    r"""Returns $(1-p)\rho + p I/D$ with the verdicts that are still, or newly, proven.

    Separability survives, since $I/D$ is fully separable and separable states mix to separable
    ones. Entanglement survives below the family's proven limits and is UNKNOWN above. Whatever the
    family, a state near enough to $I/D$ is separable; see `in_separable_ball`.
    """
    count, size = form.states.shape[:2]
    states = (1 - noise)[:, None, None] * form.states
    diagonal = np.arange(size)
    states[:, diagonal, diagonal] += (noise / size)[:, None]
    touched = noise > 0
    verdicts = {question: values.copy() for question, values in form.verdicts.items()}
    for question, values in verdicts.items():
        below = limits.entangled_below.get(question, np.zeros(count))
        values[touched & (values == Verdict.ENTANGLED) & (noise > below - UNDECIDED)] = (
            Verdict.UNKNOWN
        )
        if question in limits.separable_from:
            above = noise > limits.separable_from[question] + UNDECIDED
            values[touched & above] = Verdict.SEPARABLE
        if question != BISEPARABLE:
            blocks = len(parse_partition(question, form.parties))
            values[touched & in_separable_ball(states, blocks)] = Verdict.SEPARABLE
    return StandardForm(
        states=states,
        dims=form.dims,
        parameters=form.parameters,
        verdicts=with_implications(verdicts, form.parties, count),
        mixtures={
            question: tuple(p.with_white_noise(noise, question, form.dims) for p in pieces)
            for question, pieces in form.mixtures.items()
        },
    )


def in_separable_ball(states: Array, blocks: int) -> NDArray[np.bool_]:
    r"""Tells which states are separable for any partition into so many blocks.

    $I + \Delta$ is separable for m parties if $\|\Delta\|_F \le 2^{1-m/2}$ (Gurvits and Barnum,
    Phys. Rev. A 66, 062311 (2002) for two, Phys. Rev. A 68, 042312 (2003) for more).

    Args:
        states: ``(n, D, D)`` density matrices.
        blocks: Number of blocks m.

    Example:
        >>> in_separable_ball(np.eye(9)[None] / 9, 2).tolist()
        [True]
    """
    size = states.shape[1]
    distance = np.linalg.norm(size * states - np.eye(size), axis=(1, 2))
    return np.asarray(distance <= 2 ** (1 - blocks / 2) * (1 - 1e-9))


def surviving_negativity(lowest: Floats, noise: Floats | float, size: int) -> Floats:
    r"""Returns $\max(0, -(1-p)\lambda - p/D)$: what noise leaves of a negative eigenvalue."""
    return np.maximum(0.0, -((1 - noise) * lowest + noise / size))


def npt_limit(lowest: Floats, size: int) -> Floats:
    r"""Returns the noise at which the least eigenvalue of a partial transpose reaches zero.

    $(1-p)\lambda + p/D = 0$; it is 0 where $\lambda$ is not negative.

    Example:
        >>> npt_limit(np.array([-0.5, 0.0]), 4)
        array([0.66666667, 0.        ])
    """
    negative = np.abs(np.minimum(0.0, lowest))
    return np.asarray(negative / (negative + 1 / size))
