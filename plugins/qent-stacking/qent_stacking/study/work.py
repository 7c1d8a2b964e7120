"""The tasks of the main figures: a fit on pure states, and one on isotropic states."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from qent_core.api import StateBatch, component, stream
from qent_stacking.study.anchors import from_one_entry, from_singular_values, ridge_on_squares
from qent_stacking.study.fitting import Fit
from qent_stacking.study.scores import Reals, scores
from qent_stacking.study.states import (
    COLUMN,
    in_units,
    isotropic_features,
    isotropic_states,
    local_dimension,
    pure_features,
    pure_states,
)
from qent_studies import Made

_CONSTRUCTED = 2000


def fit_pure(
    spin: float,
    regime: str,
    count: int,
    training: int,
    seed: int,
    curve: int,
    learners: Mapping[str, Any],
    reading: Mapping[str, Any],
    heap: bool,
) -> Made:
    """Fits the stack to pure states of a regime and tests it on what the paper tests.

    Args:
        spin: J.
        regime: ``"a"``, ``"b"`` or ``"c"``.
        count: States, training and test together.
        training: Of them, how many it is fitted to.
        seed: Of states and learners.
        curve: Points of theta on [0, pi].
        learners: Parameters of the stack.
        reading: See `Settings.reading`.
        heap: Measure Python's heap.
    """
    drawn = pure_states(spin, regime, count, seed, "fit", reading)
    X, y = drawn.X[:training], drawn.y[:training]
    held, truth = drawn.X[training:], drawn.y[training:]
    fit = Fit(X, y, learners, seed, f"pure-{spin:g}-{regime}", heap=heap)
    said = fit.predictions(held)
    values: dict[str, Any] = {**fit.scores(held, truth), "training_bytes": int(X.nbytes)}
    values |= {"dense_bytes": drawn.dense_bytes, "columns": drawn.columns, "kept": drawn.columns}
    exact = from_singular_values(held, spin, reading["target"])
    values |= scores("singular values", truth, exact)
    values |= scores("ridge on squares", truth, ridge_on_squares(X, y, held))
    if regime == "a":
        for other in ("b", "c"):
            shifted = pure_states(spin, other, count - training, seed, "shift", reading)
            values |= fit.scores(shifted.X, shifted.y, f"on {other}: ")
    arrays = {"true": truth, **said, "train": y}
    theta = np.linspace(0.0, np.pi, curve)
    zeta = component("zeta", spin=spin, theta=theta).sample(curve, stream(0))
    line = pure_features(zeta, spin, reading)
    arrays |= {"theta": theta, "curve": line.y, "curve said": fit.predictions(line.X)["stack"]}
    values |= scores("curve", line.y, arrays["curve said"])
    # How far the curve lies from what was trained on, in the target.
    values["trained from"], values["trained to"] = (
        float(v) for v in np.quantile(y, [0.001, 0.999])
    )
    made = pure_features(spread_of_schmidt(spin, _CONSTRUCTED, seed), spin, reading)
    arrays |= {"constructed": made.y, "constructed said": fit.predictions(made.X)["stack"]}
    return Made(values, arrays, fit.measured)


def fit_isotropic(
    spin: float,
    count: int,
    training: int,
    seed: int,
    curve: int,
    learners: Mapping[str, Any],
    reading: Mapping[str, Any],
    heap: bool,
) -> Made:
    """Fits the stack to states alpha |phi><phi| + (1 - alpha) I/d^2; see `fit_pure`."""
    d = local_dimension(spin)
    drawn, compact = isotropic_states(spin, count, seed, "fit", reading)
    X, y = drawn.X[:training], drawn.y[:training]
    held, truth = drawn.X[training:], drawn.y[training:]
    fit = Fit(X, y, learners, seed, f"isotropic-{spin:g}", heap=heap)
    values: dict[str, Any] = {**fit.scores(held, truth), "training_bytes": int(X.nbytes)}
    values |= {
        "dense_bytes": drawn.dense_bytes,
        "columns": drawn.columns,
        "kept": X.shape[1],
        "constant": int(compact.constant_.sum()),
    }
    if reading["phi"] == "maximally-entangled":
        # Row 0, column d + 1 of the matrix: <00|rho|11> = alpha/d.
        entry = held[:, np.searchsorted(compact.kept_, compact.representative_[d + 1])]
        values |= scores("one entry", truth, from_one_entry(entry, spin, reading["target"]))
    arrays = {"true": truth, **fit.predictions(held), "train": y}
    alpha = np.linspace(0.0, 1.0, curve)
    family = component("isotropic", spin=spin, alpha=alpha)
    said = []
    for piece in np.array_split(alpha, max(1, curve * d**4 // 2_000_000)):
        states = component("isotropic", spin=spin, alpha=piece).sample(len(piece), stream(0))
        rows = compact.transform(isotropic_features(states))
        said.append(fit.predictions(rows)["stack"])
    line = in_units(family.exact(COLUMN, {"alpha": alpha}), spin, reading["target"])
    arrays |= {"alpha": alpha, "curve": line, "curve said": np.concatenate(said)}
    values |= scores("curve", line, arrays["curve said"])
    values |= _bent_line(alpha, arrays["curve said"], float(family.thresholds("A|B")["alpha"]))
    return Made(values, arrays, fit.measured)


def spread_of_schmidt(spin: float, count: int, seed: int) -> StateBatch:
    """Returns real kets from product to maximally entangled, in random local bases.

    Schmidt coefficients (1-u) (1, 0, ..., 0) + u (1, ..., 1), normalised, with u on a grid of
    [0, 1]: random states of large J come near neither end.
    """
    d = local_dimension(spin)
    rng = stream(seed, "stacking", "constructed", f"{spin:g}")
    u = np.linspace(0.0, 1.0, count)[:, None]
    s = u + (1 - u) * (np.arange(d) == 0)
    s /= np.linalg.norm(s, axis=1, keepdims=True)
    left, right = (_rotations(count, d, rng) for _ in range(2))
    C = (left * s[:, None, :]) @ right
    return StateBatch(C.reshape(count, d * d), (d, d))


def _rotations(count: int, d: int, rng: np.random.Generator) -> Reals:
    q, r = np.linalg.qr(rng.standard_normal((count, d, d)))
    haar: Reals = q * np.sign(np.diagonal(r, axis1=1, axis2=2))[:, None, :]
    return haar


def _bent_line(alpha: Reals, said: Reals, threshold: float) -> dict[str, float]:
    """Fits the rise well above the threshold; where this line meets 0 is the predicted one."""
    high = alpha > threshold + 0.1 * (1 - threshold)
    slope, intercept = np.polyfit(alpha[high], said[high], 1)
    return {
        "slope": float(slope),
        "threshold": float(-intercept / slope),
        "below": float(np.abs(said[alpha < 0.9 * threshold]).max()),
    }
