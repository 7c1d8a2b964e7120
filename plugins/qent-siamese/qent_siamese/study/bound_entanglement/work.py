"""The tasks: physical scores of the pairs, and models trained without the family they are asked."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, component, integer_seed
from qent_core.linalg import partial_transpose, realign
from qent_siamese.study.bound_entanglement.benchmark import (
    Family,
    Sizes,
    autoencoder_of,
    measure_of,
    presented,
    test_families,
    training_data,
)
from qent_siamese.study.bound_entanglement.families import FAMILIES
from qent_siamese.study.bound_entanglement.matching import purity
from qent_siamese.study.scores import area_under_curve, balanced_accuracy, share_of
from qent_studies import Made

NONE = "none"
"""Regime: no PPT-entangled state in the training set."""

_CRITERIA = {"realignment": 1.0, "least eigenvalue of the partial transpose": 1e-10}
"""Scores that are criteria too, with the value beyond which they say "entangled"."""


def physical(*, system: str, seed: int, sizes: Mapping[str, Any]) -> Made:
    """Scores the pairs of every family with what needs no training.

    Args:
        system: ``"2x4"`` or ``"3x3"``.
        seed: Seed of the study.
        sizes: Of the benchmark.
    """
    given = Sizes.of(dict(sizes))
    values: dict[str, Any] = {}
    arrays = {}
    for name, family in test_families(system, given, seed).items():
        truth = family.pairs.entangled
        values[name] = {
            "pairs": int(truth.sum()),
            "entangled": int(family.unmatched.entangled.sum()),
            "separable candidates": int((~family.unmatched.entangled).sum()),
            "unknown": family.pairs.unknown,
            "matched": _scored(system, family.pairs.states, truth, given, seed),
            "unmatched": _scored(
                system, family.unmatched.states, family.unmatched.entangled, given, seed
            ),
        }
        for kind, part in (("pairs", family.pairs), ("all", family.unmatched)):
            arrays[f"{name} {kind} purity"] = purity(part.states.density())
            arrays[f"{name} {kind} entangled"] = part.entangled
    return Made({"families": values}, arrays)


def trained(
    *,
    system: str,
    model: str,
    held_out: str,
    seed: int,
    sizes: Mapping[str, Any],
    options: Mapping[str, Any],
) -> Made:
    """Trains a model and asks it about pairs of a family that it has not seen.

    Args:
        system: ``"2x4"`` or ``"3x3"``.
        model: Component.
        held_out: Family that is tested; all others are trained on. ``"none"``: nothing but the
            general states is trained on, and every family is tested.
        seed: Seed of the study.
        sizes: Of the benchmark.
        options: Parameters of the model.
    """
    began = time.perf_counter()
    given = Sizes.of(dict(sizes))
    taught = [] if held_out == NONE else [name for name in FAMILIES[system] if name != held_out]
    asked = FAMILIES[system] if held_out == NONE else [held_out]
    states, labels = training_data(system, taught, given, seed)
    tests = test_families(system, given, seed)
    drawn = time.perf_counter()
    chosen = dict(options)
    if model == "siamese-ensemble":
        chosen["autoencoder"] = autoencoder_of(given, seed)
    estimator = component(
        model, "model", **chosen, random_state=integer_seed(seed, "bound-entanglement", model)
    )
    fitted = estimator.fit(states, labels)
    values = {
        "families": {name: _answered(system, fitted, tests[name]) for name in asked},
        "states": len(states),
        "unknown labels": int((labels == -1).sum()),
    }
    times = {
        "data_seconds": round(drawn - began, 2),
        "fit_seconds": round(time.perf_counter() - drawn, 2),
    }
    return Made(values, measured=times)


def _answered(system: str, fitted: Any, family: Family) -> dict[str, Any]:
    if not len(family.pairs):  # a few states may have no partner within the caliper
        return {figure: {} for figure in ("auc", "balanced", "found", "kept")}
    p = np.asarray(fitted.predict_proba(presented(system, family.pairs.states)))[:, 0]
    truth = family.pairs.entangled
    answers = p > 0.5
    return {
        "auc": area_under_curve(p, truth),
        "balanced": balanced_accuracy(answers, truth),
        "found": share_of(answers[truth]),
        "kept": share_of(~answers[~truth]),
    }


def _scored(
    system: str, states: StateBatch, truth: NDArray[np.bool_], sizes: Sizes, seed: int
) -> dict[str, Any]:
    """Returns the areas under the curve of physical quantities, and what criteria say."""
    rho, dims = states.density(), states.dims
    transposed = np.linalg.eigvalsh(partial_transpose(rho, dims, [1]))[:, 0]
    realigned = np.linalg.svd(realign(rho, dims, [0]), compute_uv=False).sum(axis=1)
    scores = {
        "purity": purity(rho),
        "least eigenvalue of the state": -np.linalg.eigvalsh(rho)[:, 0],
        "least eigenvalue of the partial transpose": -transposed,
        "realignment": realigned,
    }
    m = measure_of(system, states, sizes, seed)
    if m is not None:
        scores["M"] = m
    found: dict[str, Any] = {name: {"auc": _rounded_area(s, truth)} for name, s in scores.items()}
    for name, least in _CRITERIA.items():
        answers = scores[name] > least
        found[name] |= {
            "balanced": balanced_accuracy(answers, truth),
            "found": share_of(answers[truth]),
        }
    for name, answer in (("always entangled", True), ("always separable", False)):
        found[name] = {"balanced": balanced_accuracy(np.full(len(truth), answer), truth)}
    return found


def _rounded_area(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> dict[str, Any]:
    # Eigenvalues that are 0 in truth differ by rounding, which must not rank the states.
    return area_under_curve(np.round(scores, 10), truth)
