"""The other tasks: data size, distributions of the target, learners that know the symmetry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from qent_core.api import component, integer_seed, stream
from qent_stacking.study.fitting import Fit
from qent_stacking.study.scores import scores
from qent_stacking.study.states import isotropic_states, pure_states
from qent_stacking.symmetric_regressor import SymmetricNetwork
from qent_studies import Made

_BINS = 50


def data_size(
    states: str,
    spin: float,
    regime: str,
    size: int,
    tests: int,
    seed: int,
    learners: Mapping[str, Any],
    reading: Mapping[str, Any],
) -> Made:
    """Fits the stack to so many states and tests it on others, the same for every size.

    Smaller training sets are the first states of larger ones.

    Args:
        states: ``"pure"`` or ``"isotropic"``.
        spin: J.
        regime: Of pure states; ``""`` for isotropic ones.
        size: Training states S.
        tests: Test states.
        seed: Of states and learners.
        learners: Parameters of the stack.
        reading: See `Settings.reading`.
    """
    if states == "pure":
        drawn = pure_states(spin, regime, size, seed, "size", reading)
        asked = pure_states(spin, regime, tests, seed, "size tests", reading)
        X, y, held, truth = drawn.X, drawn.y, asked.X, asked.y
    else:
        # Drawn together, because what was dropped must be the same in both.
        drawn, _ = isotropic_states(spin, tests + size, seed, "size", reading)
        X, y, held, truth = drawn.X[tests:], drawn.y[tests:], drawn.X[:tests], drawn.y[:tests]
    fit = Fit(X, y, learners, seed, f"size-{states}-{spin:g}-{regime}")
    return Made(fit.scores(held, truth), measured=fit.measured)


def distribution(
    spin: float, regime: str, count: int, training: int, seed: int, reading: Mapping[str, Any]
) -> Made:
    """Measures P(N) of the states that `fit_pure` draws, training and test part."""
    y = pure_states(spin, regime, count, seed, "fit", reading).y
    top = 1.0 if reading["target"] == "normalised" else spin
    edges = np.linspace(0.0, top, _BINS + 1)
    inside = np.clip(y, 0.0, top)
    values = {
        "mean": float(y.mean()),
        "std": float(y.std()),
        "least": float(y.min()),
        "most": float(y.max()),
        "zeros": int((y < 1e-9 * top).sum()),
        "low": int((y < 0.05 * top).sum()),
    }
    arrays = {
        "edges": edges,
        "training": np.histogram(inside[:training], edges)[0],
        "test": np.histogram(inside[training:], edges)[0],
    }
    return Made(values, arrays)


def symmetric(
    spin: float,
    regime: str,
    symmetry: str,
    count: int,
    training: int,
    seed: int,
    epochs: int,
    reading: Mapping[str, Any],
) -> Made:
    """Fits a network that knows the symmetry to pure states; see `SymmetricNetwork`."""
    drawn = pure_states(spin, regime, count, seed, "fit", reading)
    model = SymmetricNetwork(
        symmetry=symmetry,
        epochs=epochs,
        random_state=integer_seed(seed, "stacking", "symmetric", symmetry, f"{spin:g}", regime),
    )
    model.fit(drawn.X[:training], drawn.y[:training])
    held, truth = drawn.X[training:], drawn.y[training:]
    said = model.predict(held)
    values = scores("symmetric", truth, said)
    values |= {"variance": float(np.var(truth)), "tests": len(truth)}
    return Made(values, {"true": truth, "said": said})


def real_symmetric(phi: str, seed: int) -> Made:
    """Measures how far random states alpha |phi><phi| + (1 - alpha) I/d^2 are from symmetric."""
    apart = 0.0
    for spin in (0.5, 1.0, 5.0):
        states = component("isotropic", spin=spin, phi=phi).sample(20, stream(seed, f"{spin:g}"))
        rho = np.asarray(states.array)
        apart = max(apart, float(np.abs(rho - rho.swapaxes(1, 2)).max()))
        apart = max(apart, float(np.abs(rho.imag).max()))
    return Made({"asymmetry": apart})
