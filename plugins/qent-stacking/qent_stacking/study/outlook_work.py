"""Work of the outlook: plain learners on raw coefficients and on quantum Fisher descriptors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from qent_core.api import StateBatch, component, integer_seed, stream
from qent_stacking.extra_trees import ExtraTrees
from qent_stacking.fisher_matrix import fisher_matrices
from qent_stacking.gradient_boosting import GradientBoosting
from qent_stacking.learner import Learner, Task
from qent_stacking.local_generators import local_generators
from qent_stacking.neural_network import NeuralNetwork
from qent_stacking.scaling import Scaling
from qent_studies import Made

Reals = NDArray[np.float64]

REPRESENTATIONS = ("raw", "spin", "complete", "complete blocks")
"""Coefficients or matrix entries; eigenvalues of F of the spin operators; of F of a complete local
basis; the latter with the invariants of its blocks."""

LEARNERS = ("linear", "neural network", "extra trees", "xgboost")

_COLUMN = "normalized-negativity[A|B]"
_TRAINING = 0.8


def descriptors(family: str, spin: float, count: int, seed: int) -> Made:
    """Fits every plain learner on every representation of the same states.

    Args:
        family: ``"pure"``, real Gaussian coefficients, or ``"isotropic"``, alpha uniform on [0, 1].
        spin: J.
        count: States, of which a fifth is held out.
        seed: Of states and learners.
    """
    states, target = _states(family, spin, count, seed)
    train = int(_TRAINING * count)
    held = target[train:]
    values: dict[str, Any] = {"variance": float(held.var()), "tests": len(held)}
    arrays = {"true": held}
    for name, described in _representations(states, family):
        varying = Scaling.of(described[:train]).spread > 0
        values[f"{name}: numbers"] = described.shape[1]
        values[f"{name}: varying"] = int(varying.sum())
        X = described[:, varying]
        for learner in LEARNERS:
            said = _learnt(learner, X[:train], target[:train], X[train:], seed)
            values[f"{name}, {learner}"] = float(r2_score(held, said))
            arrays[f"{name}, {learner}"] = said
    return Made(values, arrays)


def same_information() -> Made:
    r"""Compares F of two isotropic states of two qubits, one separable and one entangled.

    White noise scales F by $\alpha^2/(\alpha + (1-\alpha)/2)$, which is 1/3 for $\alpha = -1/3$ and
    for $\alpha = 1/2$; the states are separable exactly for $\alpha \le 1/3$.
    """
    states = component("isotropic", alpha=np.array([-1 / 3, 0.5])).sample(2, stream(0))
    apart = 0.0
    for kind in ("spin", "complete"):
        (both,) = fisher_matrices(states, local_generators(kind, states.dims))
        apart = max(apart, float(np.abs(both[0] - both[1]).max()))
    negativity = component("negativity").label(states).values("negativity[A|B]")
    return Made({"apart": apart, "separable": negativity[0], "entangled": negativity[1]})


def exact_negativity(own: Reals, cross: Reals, d: int) -> Reals:
    r"""Returns the negativity of pure states from their Fisher matrix of complete local bases.

    $N = (\|F_{AB}\|_1 - \mathrm{tr}F_{AA})/16 + (d-1)/2$. The singular values of $F_{AB}$ are
    $8s_is_j$, twice for every pair of Schmidt coefficients, and those of
    $8(\mathrm{diag}\,p - pp^T)$ with $p_i = s_i^2$, which add up to $8(1-\mathrm{tr}\rho_A^2)$;
    $\mathrm{tr}F_{AA} = 8(d-\mathrm{tr}\rho_A^2)$.

    Args:
        own: ``(n, d*d - 1)`` eigenvalues of party A's block.
        cross: ``(n, d*d - 1)`` singular values of the block between the parties.
        d: Local dimension of both.

    Example:
        >>> float(exact_negativity(np.full((1, 3), 4.0), np.full((1, 3), 4.0), 2)[0])
        0.5
    """
    result: Reals = (cross.sum(axis=1) - own.sum(axis=1)) / 16 + (d - 1) / 2
    return result


def _states(family: str, spin: float, count: int, seed: int) -> tuple[StateBatch, Reals]:
    rng = stream(seed, "stacking-outlook", family, str(spin))
    if family == "pure":
        states = component("spin-pure", spin=spin).sample(count, rng)
        return states, component("normalized-negativity").label(states).values(_COLUMN)
    isotropic = component("isotropic", spin=spin)
    states = isotropic.sample(count, rng)
    return states, isotropic.exact(_COLUMN, states.parameters)


def _representations(states: StateBatch, family: str) -> Iterator[tuple[str, Reals]]:
    raw = "ket-coefficients" if family == "pure" else "density-vector"
    yield "raw", component(raw).fit(states).transform(states)
    spin = component("quantum-fisher").fit(states)
    yield "spin", spin.transform(states)
    blocks = component("quantum-fisher", generators="complete", descriptors="blocks").fit(states)
    X = blocks.transform(states)
    # The eigenvalues of the whole matrix come first.
    yield "complete", X[:, : 2 * (states.dims[0] ** 2 - 1)]
    yield "complete blocks", X


def _learnt(learner: str, X: Reals, y: Reals, asked: Reals, seed: int) -> Reals:
    if learner == "linear":
        scaling = Scaling.of(X)
        model = LinearRegression().fit(scaling.apply(X), y)
        return np.asarray(model.predict(scaling.apply(asked)))
    made: Learner = {
        "neural network": NeuralNetwork(),
        "extra trees": ExtraTrees(threads=1),
        "xgboost": GradientBoosting(threads=1),
    }[learner]
    number = integer_seed(seed, "stacking-outlook", learner)
    fitted = made.fit(X, y[:, None], Task("regression", 1), number)
    return np.asarray(fitted.predict(asked))[:, 0]
