"""Gradients, costs, optimisers, and what a fitted classifier says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from qent_vqc.circuits import from_circuit, from_parts
from qent_vqc.classifier import VQCClassifier
from qent_vqc.costs import COSTS
from qent_vqc.objective import Objective
from qent_vqc.optimizers import Adam
from qent_vqc.program import translate
from qent_vqc.readouts import classes_of_outcomes
from qent_vqc.simulator import Simulator
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import SparsePauliOp, Statevector

from qent_core.tracking import StatePreparing, TrainingStep


def _own() -> Any:
    circuit, x, w = QuantumCircuit(2), ParameterVector("x", 2), ParameterVector("w", 3)
    circuit.ry(x[0] * w[0], 0)
    circuit.crx(w[1].sin(), 0, 1)
    circuit.u(w[2] ** 2, x[1], w[0] / 2, 1)
    circuit.cp(w[2], 0, 1)
    circuit.h(0)
    return from_circuit(circuit, "x")


def _objective(model: Any, cost: str, **options: Any) -> Objective:
    program, rng = translate(model), np.random.default_rng(1)
    rows, classes = rng.uniform(-2, 2, (7, 2)), rng.integers(0, 2, 7)
    return Objective(
        Simulator(program),
        COSTS[cost],
        rows,
        classes,
        classes_of_outcomes("parity", 2, 2),
        2,
        **options,
    )


@pytest.mark.parametrize("cost", sorted(COSTS))
@pytest.mark.parametrize("kind", ["named", "own"])
def test_three_gradients_agree(kind: str, cost: str) -> None:
    model = _own() if kind == "own" else from_parts("zz_feature_map", "real_amplitudes", 2)
    weights = np.random.default_rng(2).uniform(-2, 2, len(model.weights))
    loss, exact = _objective(model, cost).loss_and_gradient(weights)
    shifted = _objective(model, cost, gradient="parameter-shift").loss_and_gradient(weights)
    assert shifted[0] == pytest.approx(loss, abs=1e-12)
    assert np.abs(shifted[1] - exact).max() < 1e-10
    rough = _objective(model, cost, gradient="finite-difference").loss_and_gradient(weights)
    assert np.abs(rough[1] - exact).max() < 1e-4


def test_the_gradient_against_qiskit() -> None:
    # d<ZZ>/dt of one sample, from Qiskit's own state vectors and the shift rule.
    model = from_parts("zz_feature_map", "real_amplitudes", 2)
    x, w = np.array([0.5, 0.9]), np.array([0.8, -0.5, 1.5, 0.3])

    def parity(weights: Any) -> float:
        values = dict(zip((*model.data, *model.weights), (*x, *weights), strict=True))
        state = Statevector(model.circuit.assign_parameters(values))
        return float(state.expectation_value(SparsePauliOp("ZZ")).real)

    simulator = Simulator(translate(model))
    variable = torch.tensor(w, requires_grad=True)
    kets = simulator.finish(simulator.before_weights(x[None]), x[None], variable)
    signs = torch.tensor([1.0, -1.0, -1.0, 1.0], dtype=torch.float64)
    ((kets.abs() ** 2) @ signs).sum().backward()
    expected = [(parity(w + s) - parity(w - s)) / 2 for s in np.eye(4) * np.pi / 2]
    assert variable.grad is not None
    assert np.abs(variable.grad.numpy() - expected).max() < 1e-10


def test_the_sigmoid_cost_at_its_ends() -> None:
    p = torch.tensor([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5]], dtype=torch.float64, requires_grad=True)
    cost = COSTS["sigmoid"](p, torch.tensor([0, 0, 0]))
    assert cost.detach().numpy() == pytest.approx([1.0, 0.0, 0.5])
    cost.sum().backward()
    assert p.grad is not None
    assert torch.isfinite(p.grad).all()


def test_adam_by_hand() -> None:
    # First step: the corrections make m / sqrt(v) the sign of the gradient.
    adam = Adam()
    moved = adam.step(np.zeros(2), np.array([0.02, -3.0]))
    assert moved == pytest.approx([-1e-3, 1e-3], rel=1e-6)
    assert adam.first_moment == pytest.approx([0.002, -0.3])
    assert adam.second_moment == pytest.approx(0.01 * np.array([0.02, -3.0]) ** 2)


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "l-bfgs"])
@pytest.mark.parametrize("cost", sorted(COSTS))
def test_every_optimiser_lowers_every_cost(optimizer: str, cost: str) -> None:
    X = np.random.default_rng(0).uniform(0, np.pi, (50, 2))
    y = np.cos(2 * X[:, 1]) > 0
    # Started off the plateau of the sigmoid.
    model = VQCClassifier(
        feature_map="z_feature_map",
        cost=cost,
        optimizer=optimizer,
        learning_rate=0.05,
        max_iter=25,
        random_state=4,
    ).fit(X, y)
    assert model.loss_curve_[-1] < model.loss_curve_[0]
    assert len(model.loss_curve_) == model.n_iter_ + 1
    assert model.predict_proba(X).sum(axis=1) == pytest.approx(1.0)


def test_batches_are_seeded() -> None:
    X = np.random.default_rng(0).uniform(0, np.pi, (30, 2))
    y = X[:, 0] > 1.5
    fits = [VQCClassifier(batch_size=8, max_iter=2, random_state=5).fit(X, y) for _ in range(2)]
    assert fits[0].n_iter_ == 8
    assert np.array_equal(fits[0].weights_, fits[1].weights_)


def test_three_classes() -> None:
    X = np.random.default_rng(0).uniform(0, np.pi, (60, 3))
    y = np.digitize(X[:, 0], [1.0, 2.0])
    for readout in ("parity", "index"):
        model = VQCClassifier(readout=readout, max_iter=2, random_state=0).fit(X, y)
        assert model.predict_proba(X).shape == (60, 3)


def test_steps_are_reported() -> None:
    X = np.random.default_rng(0).uniform(0, np.pi, (20, 2))
    y = X[:, 0] > 1.5
    seen: list[TrainingStep] = []
    model = VQCClassifier(max_iter=4, random_state=0).fit(X, y, on_step=seen.append)
    assert isinstance(model, StatePreparing)
    assert [step.step for step in seen] == [0, 1, 2, 3, 4]
    assert [step.loss for step in seen] == model.loss_curve_
    assert np.array_equal(seen[-1].parameters, model.weights_)
    assert set(seen[-1].memory) == {"first_moment", "second_moment"}
    final = seen[-1].data["trained"](model.weights_)
    assert np.abs(final.array - model.states(X).array).max() < 1e-14


def test_random_state_is_the_only_source_of_randomness() -> None:
    X = np.random.default_rng(0).uniform(0, np.pi, (20, 2))
    y = X[:, 0] > 1.5
    one, two = (VQCClassifier(max_iter=1, random_state=9).fit(X, y) for _ in range(2))
    assert np.array_equal(one.weights_, two.weights_)
    other = VQCClassifier(max_iter=1, random_state=10).fit(X, y)
    assert not np.array_equal(one.weights_, other.weights_)
