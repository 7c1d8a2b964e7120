r"""The two-qubit circuit that learns a Bell state: RY(theta) on qubit 0, then CX.

The ket is $\cos(\theta/2)|00\rangle + \sin(\theta/2)|11\rangle$, so everything about it is a
closed form: the loss $(p_{00} - p_{11})^2 = \cos^2\theta$, the concurrence $|\sin\theta|$, and the
entropy of one qubit $h(\cos^2(\theta/2))$.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qent_core.api import ParameterInvalidError, StateBatch

Angles = NDArray[np.float64]


def bell_kets(degrees: Angles) -> StateBatch:
    """Returns the kets of the circuit at angles in degrees.

    Example:
        >>> abs(bell_kets(np.array([90.0])).array[0]).round(6)
        array([0.707107, 0.      , 0.      , 0.707107])
    """
    half = np.radians(np.asarray(degrees, dtype=np.float64)) / 2
    zero = np.zeros_like(half)
    kets = np.stack([np.cos(half), zero, zero, np.sin(half)], axis=-1)
    return StateBatch(kets, (2, 2), parameters={"theta": np.asarray(degrees, dtype=np.float64)})


def bell_loss(degrees: Angles) -> Angles:
    r"""Returns $(p_{00} - p_{11})^2 = \cos^2\theta$.

    Example:
        >>> print(bell_loss(np.array([0.0, 60.0])).round(12))
        [1.   0.25]
    """
    loss: Angles = np.cos(np.radians(degrees)) ** 2
    return loss


@dataclass(frozen=True)
class BellTraining:
    """The angles that a training of the circuit passes through.

    Example:
        >>> blog = BellTraining().angles()
        >>> print(len(blog), round(float(blog[-1]), 3))
        501 -84.948
        >>> honest = BellTraining(rule="gradient", start=-10.0, rate=0.1, steps=100).angles()
        >>> print(round(float(honest[-1]), 6))
        -90.0
    """

    rule: Literal["blog", "gradient"] = "blog"
    r"""``"blog"``: the angle in degrees loses rate times the *loss*. ``"gradient"``: the angle in
    radians loses rate times the slope $-\sin 2\theta$, which vanishes at 0."""
    start: float = 0.0
    """In degrees."""
    rate: float = 1.29
    steps: int = 500

    def angles(self) -> Angles:
        """Returns ``(steps + 1,)`` angles in degrees.

        Raises:
            ParameterInvalidError: The rule is unknown.
        """
        if self.rule not in ("blog", "gradient"):
            raise ParameterInvalidError(
                f"the rule {self.rule!r} is not known", do="use 'blog' or 'gradient'"
            )
        angles = [self.start]
        for _ in range(self.steps):
            theta = np.radians(angles[-1])
            if self.rule == "blog":
                angles.append(angles[-1] - self.rate * float(np.cos(theta) ** 2))
            else:
                angles.append(float(np.degrees(theta + self.rate * np.sin(2 * theta))))
        return np.array(angles)
