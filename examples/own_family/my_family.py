"""A family of your own in one file: GHZ states that lost coherence.

Use it from an experiment with

    [plugins]
    local = ["my_family.py"]
"""

import numpy as np

from qent_core.api import Probability, StateBatch, StateFamily, Uniform, draw


class FadedGHZ(StateFamily):
    r"""Three-qubit GHZ states whose coherence is reduced to a fraction c.

    $\rho = \frac12(|000\rangle\langle000| + |111\rangle\langle111|)
    + \frac{c}{2}(|000\rangle\langle111| + h.c.)$, with negativity c/2 in every cut.
    """

    coherence: Probability = Uniform(0.0, 1.0)

    def sample(self, count: int, rng: np.random.Generator) -> StateBatch:
        """Returns ``(count, 8, 8)`` real density matrices."""
        c = draw(self.coherence, count, rng)
        rho = np.zeros((count, 8, 8))
        rho[:, 0, 0] = rho[:, 7, 7] = 0.5
        rho[:, 0, 7] = rho[:, 7, 0] = c / 2
        return StateBatch(rho, dims=(2, 2, 2), parameters={"coherence": c})
