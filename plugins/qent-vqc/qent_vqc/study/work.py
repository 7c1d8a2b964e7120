"""The tasks of the study: the toy circuit, the artefact, the true values, and trainings."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qent_core.api import StateBatch, component, stream
from qent_core.tracking import Tracker, TrainingStep
from qent_studies import Made
from qent_vqc.circuits import from_parts
from qent_vqc.classifier import VQCClassifier
from qent_vqc.costs import COSTS
from qent_vqc.datasets import Labelled, ad_hoc_data, blobs, random_unitary
from qent_vqc.objective import Objective
from qent_vqc.optimizers import Adam
from qent_vqc.program import translate
from qent_vqc.readouts import classes_of_outcomes
from qent_vqc.simulator import Simulator
from qent_vqc.study.published import FINAL, FIRST_MOMENT, INITIAL, POINT, blobs_moments
from qent_vqc.toy import BellTraining, bell_kets, bell_loss

_NODES = 240
"""Gauss-Legendre nodes per axis for means over the square of features."""


def toy(rate: float, steps: int) -> Made:
    """Trains the Bell circuit with the blog's rule and by true gradient descent."""
    entropy, concurrence = component("entanglement-entropy"), component("concurrence")
    arrays: dict[str, NDArray[Any]] = {}
    values: dict[str, Any] = {}
    for name, training in {
        "blog": BellTraining(rate=rate, steps=steps),
        "gradient": BellTraining("gradient", start=-10.0, rate=0.02, steps=steps),
    }.items():
        angles = training.angles()
        states = bell_kets(angles)
        arrays[f"{name}-angle"], arrays[f"{name}-loss"] = angles, bell_loss(angles)
        bits = entropy.label(states).values("entanglement-entropy[A|B]")
        arrays[f"{name}-entropy"] = bits
        values[name] = {
            "angle": angles[-1],
            "loss": bell_loss(angles)[[0, 50, 100, 200, -1]],
            "entropy": bits[[0, 50, 100, 200, -2, -1]],
            "rises": bool((np.diff(bits) > -1e-12).all()),
            "concurrence": concurrence.label(states).values("concurrence[A|B]")[-1],
        }
        values[name]["entropy_of_the_whole"] = float(_whole_entropy(states).max())
    k = np.radians(rate)
    time = np.arange(steps + 1)
    fit = np.polyval(np.polyfit(time, arrays["blog-loss"], 2), time)
    residual, total = arrays["blog-loss"] - fit, arrays["blog-loss"] - arrays["blog-loss"].mean()
    values["lorentzian_off"] = float(np.abs(arrays["blog-loss"] - 1 / (1 + (k * time) ** 2)).max())
    values["parabola_r2"] = float(1 - (residual**2).sum() / (total**2).sum())
    return Made(values, arrays)


def artefact() -> Made:
    """Puts Adam's first moments into the circuit, as the notebooks did, and the true parameters."""
    simulator, moments = _simulator(), blobs_moments()
    point = np.array([POINT])
    wrong = np.array([_meyer_wallach(simulator, point, m)[0] for m in moments])
    adam, weights = Adam(), np.array(INITIAL)
    second, before, path = np.zeros(4), np.zeros(4), [weights]
    for moment in moments:
        gradient = (moment - adam.beta1 * before) / (1 - adam.beta1)
        second = adam.beta2 * second + (1 - adam.beta2) * gradient**2
        weights = adam.moved(weights, moment, second)
        before = moment
        path.append(weights)
    true = np.array([_meyer_wallach(simulator, point, w)[0] for w in path])
    values = {
        "ad-hoc t=1": _meyer_wallach(simulator, point, np.array(FIRST_MOMENT["ad-hoc"]))[0],
        "blobs t=1": wrong[0],
        "blobs t=50": wrong[-1],
        "zero angles": _meyer_wallach(simulator, point, np.zeros(4))[0],
        "closed form": float(np.sin(2 * POINT[1]) ** 2),
        "final_off": float(np.abs(path[-1] - np.array(FINAL["blobs"])).max()),
        "true falls": bool((np.diff(true) < 0).all()),
    }
    return Made(values, {"artefact": wrong, "true": true})


def true_values() -> Made:
    """Measures the published initial and final parameters: at the point, and over the square."""
    simulator, values = _simulator(), {}
    nodes, weight = np.polynomial.legendre.leggauss(_NODES)
    x, w = np.pi * (nodes + 1), weight / 2
    square = np.stack(np.meshgrid(x, x, indexing="ij"), axis=-1).reshape(-1, 2)
    area = np.outer(w, w).ravel()
    for name, parameters in {"initial": INITIAL, **FINAL}.items():
        theta = np.array(parameters)
        kets = simulator.kets(np.array([POINT]), theta)
        values[name] = {
            "point": _meyer_wallach(simulator, np.array([POINT]), theta)[0],
            "mean": float(area @ _meyer_wallach(simulator, square, theta)),
            "whole": float(_whole_entropy(StateBatch(kets, (2, 2)))[0]),
        }
    encoded = StateBatch(simulator.encoded(square), (2, 2))
    share = component("meyer-wallach").label(encoded).values("meyer-wallach")
    values["feature map"] = {"mean": float(area @ share)}
    return Made(values)


def training(
    data: str, seed: int, rate: float, entanglers: bool, iterations: int, spread: float
) -> Made:
    """Trains the blog's classifier on fresh data and tracks it, artefact and truth side by side."""
    train, test = _data(data, seed, spread)
    model = VQCClassifier(
        entanglement="reverse_linear" if entanglers else "none",
        learning_rate=rate,
        max_iter=iterations,
        gradient="finite-difference",
        difference_step=1e-10,
        initial_weights=INITIAL,
        random_state=0,
    )
    point = np.array([POINT])
    over_data = Tracker(["meyer-wallach", "entanglement-entropy", "concurrence"])
    at_point, wrong = (Tracker(["meyer-wallach"], stages=["trained"]) for _ in range(2))
    observers = [
        over_data.following(),
        at_point.following(point),
        wrong.following(point, _first_moment),
    ]

    def observe(step: TrainingStep) -> str:
        said, *_ = [observer(step) for observer in observers]
        return said

    model.fit(*train, on_step=observe)
    mean = "trained meyer-wallach mean"
    arrays = {
        "loss": np.array(model.loss_curve_),
        "weights": model.weights_,
        "artefact": wrong.track.column(mean),
        "point": at_point.track.column(mean),
    }
    for name in over_data.track.names:
        if name.startswith(("trained", "encoded")):
            arrays[name] = over_data.track.column(name)
    values = {
        "loss_start": model.loss_curve_[0],
        "loss_end": model.loss_curve_[-1],
        "accuracy": float(model.score(*test)),
        "accuracy_train": float(model.score(*train)),
        "tests": len(test.y),
        "mean_change": float(arrays[mean][-1] - arrays[mean][0]),
        "point_change": float(arrays["point"][-1] - arrays["point"][0]),
        "moved": float(np.abs(model.weights_ - model.initial_weights_).max()),
        "artefact_first": float(arrays["artefact"][1]),
        "artefact_last": float(arrays["artefact"][-1]),
        "steps_in_five": {cost: _flatness(train, cost, model) for cost in ("sigmoid", "mse")},
    }
    return Made(values, arrays)


def _data(name: str, seed: int, spread: float) -> tuple[Labelled, Labelled]:
    rng = stream(seed, "entropy-tracking", name)
    if name == "ad-hoc":
        V = random_unitary(4, rng)
        return ad_hoc_data(100, rng, unitary=V), ad_hoc_data(20, rng, unitary=V)
    drawn = blobs(100, rng, spread=spread)
    return Labelled(drawn.X[:75], drawn.y[:75]), Labelled(drawn.X[75:], drawn.y[75:])


def _first_moment(step: TrainingStep) -> NDArray[np.float64]:
    moment = step.memory["first_moment"]
    return moment if len(moment) else np.zeros(4)


def _simulator() -> Simulator:
    return Simulator(translate(from_parts("zz_feature_map", "real_amplitudes", 2)))


def _meyer_wallach(simulator: Simulator, X: Any, weights: Any) -> NDArray[np.float64]:
    states = StateBatch(simulator.kets(X, weights), (2, 2))
    values: NDArray[np.float64] = component("meyer-wallach").label(states).values("meyer-wallach")
    return values


def _whole_entropy(states: StateBatch) -> NDArray[np.float64]:
    """Returns the entropy of the whole states, as rounding has it: exactly, it is 0."""
    p = np.linalg.eigvalsh(states.density()).clip(1e-300, None)
    entropy: NDArray[np.float64] = np.abs(-(p * np.log2(p)).sum(axis=1))
    return entropy


def _flatness(train: Labelled, cost: str, model: VQCClassifier) -> float:
    """Returns how little the loss changes inside one step's five evaluations.

    The largest change among the evaluations at the step's point and its four displaced points,
    over the change that the step itself makes.
    """
    simulator = Simulator(model.program_)
    numbers = (train.y == model.classes_[1]).astype(np.int64)
    outcomes = classes_of_outcomes("parity", 2, 2)
    objective = Objective(simulator, COSTS[cost], train.X, numbers, outcomes, 2)
    start, end = model.initial_weights_, model.weights_
    centre = objective.loss(start)
    inside = [abs(objective.loss(start + 1e-10 * e) - centre) for e in np.eye(4)]
    between = abs(objective.loss(end) - centre) / model.n_iter_
    return float(max(inside) / max(between, 1e-15))
