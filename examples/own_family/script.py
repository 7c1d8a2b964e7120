"""A family of your own in a script: register the class, then use it by name."""

import numpy as np

from qent_core.api import Experiment, Probability, StateBatch, StateFamily, draw, register, use


@register(name="partly-entangled")
class PartlyEntangled(StateFamily):
    """Two qubits in sqrt(1-p)|00> + sqrt(p)|11>, with negativity sqrt(p (1-p))."""

    p: Probability = 0.5

    def sample(self, count: int, rng: np.random.Generator) -> StateBatch:
        """Returns ``(count, 4)`` real kets."""
        p = draw(self.p, count, rng)
        kets = np.zeros((count, 4))
        kets[:, 0], kets[:, 3] = np.sqrt(1 - p), np.sqrt(p)
        return StateBatch(kets, dims=(2, 2), parameters={"p": p})


if __name__ == "__main__":
    run = Experiment(
        run={"name": "partly-entangled", "seed": 3},
        states=use("partly-entangled", count=500, p={"uniform": [0.0, 1.0]}),
        labels=use("negativity"),
    ).execute()
    exact = np.sqrt(run.states.parameters["p"] * (1 - run.states.parameters["p"]))
    error = np.abs(run.labels.values("negativity[A|B]") - exact).max()
    print(run.table())
    print(f"largest deviation from sqrt(p (1-p)): {error:.1e}")
