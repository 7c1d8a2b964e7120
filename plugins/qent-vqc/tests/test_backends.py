"""The same model on Qiskit's primitives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from qent_vqc.classifier import VQCClassifier
from qiskit.primitives import StatevectorSampler
from qiskit.transpiler import generate_preset_pass_manager


def _data() -> tuple[Any, Any]:
    X = np.random.default_rng(0).uniform(0, np.pi, (6, 2))
    return X, np.where(X[:, 0] > 1.5, "A", "B")


def _fitted(**options: Any) -> VQCClassifier:
    return VQCClassifier(max_iter=1, initial_weights=[0.8, -0.5, 1.5, 0.0], **options).fit(*_data())


def test_an_estimator_without_noise_agrees_with_the_simulation() -> None:
    from qiskit.primitives import StatevectorEstimator

    class Exact(StatevectorEstimator):
        def run(self, pubs: Any, *, precision: Any = None) -> Any:
            return super().run(pubs, precision=0.0)

    device, exact = _fitted(backend="estimator", primitive=Exact()), _fitted()
    assert device.loss_curve_ == pytest.approx(exact.loss_curve_, abs=1e-12)
    assert device.weights_ == pytest.approx(exact.weights_, abs=1e-9)
    X = _data()[0]
    assert np.abs(device.predict_proba(X) - exact.predict_proba(X)).max() < 1e-9


@pytest.mark.parametrize("backend", ["sampler", "estimator"])
def test_shots_scatter_around_the_exact_probabilities(backend: str) -> None:
    X, y = _data()
    model = VQCClassifier(
        max_iter=0,
        initial_weights=[0.8, -0.5, 1.5, 0.0],
        backend=backend,
        shots=4000,
        random_state=1,
    ).fit(X, y)
    exact = VQCClassifier(max_iter=0, initial_weights=[0.8, -0.5, 1.5, 0.0]).fit(X, y)
    difference = np.abs(model.predict_proba(X) - exact.predict_proba(X)).max()
    assert 0 < difference < 5 / np.sqrt(4000)


def test_qubits_are_not_turned_round() -> None:
    # Outcomes of the first qubit alone tell an order from its reverse.
    X, y = _data()
    options: dict[str, Any] = {
        "max_iter": 0,
        "readout": "first-qubit",
        "initial_weights": [0.3, 1.2, 0.4, 2.0],
    }
    exact = VQCClassifier(**options).fit(X, y).predict_proba(X)
    for backend in ("sampler", "estimator"):
        device = VQCClassifier(**options, backend=backend, shots=4000, random_state=0).fit(X, y)
        assert np.abs(device.predict_proba(X) - exact).max() < 0.08


def test_a_pass_manager_prepares_the_circuit_for_hardware() -> None:
    passes = generate_preset_pass_manager(
        1, basis_gates=["cz", "sx", "rz", "x"], coupling_map=[[0, 1], [1, 2]], seed_transpiler=0
    )
    X, y = _data()
    options: dict[str, Any] = {"max_iter": 0, "initial_weights": [0.8, -0.5, 1.5, 0.0]}
    exact = VQCClassifier(**options).fit(X, y).predict_proba(X)
    for backend in ("sampler", "estimator"):
        device = VQCClassifier(
            **options, backend=backend, pass_manager=passes, shots=4000, random_state=0
        ).fit(X, y)
        assert np.abs(device.predict_proba(X) - exact).max() < 0.08


def test_a_sampler_of_your_own() -> None:
    sampler = StatevectorSampler(seed=3)
    model = _fitted(
        backend="sampler",
        primitive=sampler,
        shots=50,
        gradient="finite-difference",
        difference_step=0.5,
    )
    assert np.isfinite(model.loss_curve_).all()
