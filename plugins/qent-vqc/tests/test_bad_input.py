"""Every refusal names what is wrong and what to do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from qent_vqc.classifier import VQCClassifier
from qent_vqc.simulator import check_memory
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter, ParameterVector

from qent_core.api import ParameterInvalidError

X = np.random.default_rng(0).uniform(0, 3, (12, 2))
Y = np.arange(12) % 2


def _circuit(**extra: Any) -> QuantumCircuit:
    circuit, x, w = QuantumCircuit(2, 1), ParameterVector("x", 2), ParameterVector("w", 2)
    for qubit in range(2):
        circuit.ry(x[qubit], qubit)
        circuit.rx(w[qubit], qubit)
    return circuit


def _measuring() -> QuantumCircuit:
    circuit = _circuit()
    circuit.measure(0, 0)
    return circuit


def _resetting() -> QuantumCircuit:
    circuit = _circuit()
    circuit.reset(0)
    return circuit


def _branching() -> QuantumCircuit:
    circuit = _circuit()
    with circuit.if_test((circuit.clbits[0], 1)):
        circuit.x(0)
    return circuit


def _complex() -> QuantumCircuit:
    circuit = QuantumCircuit(2)
    circuit.ry(ParameterVector("x", 2)[0], 0)
    circuit.append(QuantumCircuit(1).to_gate(), [0])
    return circuit


def _shared() -> dict[str, Any]:
    t = ParameterVector("t", 2)
    one, two = QuantumCircuit(2), QuantumCircuit(2)
    for qubit in range(2):
        one.ry(t[qubit], qubit)
        two.rx(t[qubit], qubit)
    return {"feature_map": one, "ansatz": two}


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"circuit": _circuit(), "weight_parameters": ["w[0]"]}, "neither data nor weight"),
        ({"circuit": _circuit(), "data_parameters": "q"}, "no parameter 'q'"),
        ({"circuit": _circuit(), "data_parameters": ["x[0]", "x[0]"]}, "twice"),
        ({"circuit": _circuit(), "weight_parameters": ["x[0]", "w[0]", "w[1]"]}, "both"),
        (
            {"circuit": _circuit(), "data_parameters": ["x[0]"], "weight_parameters": None},
            "n_features=2, the circuit takes 1",
        ),
        ({"circuit": _measuring()}, "'measure'"),
        ({"circuit": _resetting()}, "'reset'"),
        ({"circuit": _branching()}, "'if_else'"),
        ({"circuit": "zz"}, "QuantumCircuit"),
        (_shared(), "parameter of the feature map and of the ansatz"),
        ({"feature_map": QuantumCircuit(2)}, "no data parameter"),
        ({"ansatz": QuantumCircuit(3)}, "feature map has 2 qubits, the ansatz 3"),
        ({"feature_map": "zz"}, "zz_feature_map"),
        ({"ansatz": "zz"}, "real_amplitudes"),
        ({"readout": "majority"}, "parity"),
        ({"cost": "hinge"}, "sigmoid"),
        ({"optimizer": "spsa"}, "adam"),
        ({"learning_rate": 0.0}, "above 0"),
        ({"learning_rate": True}, "above 0"),
        ({"beta1": 1.0}, "but not 1"),
        ({"max_iter": -1}, "at least 0"),
        ({"batch_size": 0}, "at least 1"),
        ({"optimizer": "l-bfgs", "batch_size": 4}, "all samples at once"),
        ({"backend": "sampler", "gradient": "exact"}, "no exact gradients"),
        ({"backend": "cloud"}, "estimator"),
        ({"initial_weights": [1.0]}, "4 finite numbers"),
        ({"initial_weights": [1.0, 2.0, 3.0, np.nan]}, "4 finite numbers"),
        ({"random_state": "x"}, "whole number"),
    ],
)
def test_a_parameter_is_refused(parameters: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterInvalidError) as caught:
        VQCClassifier(**{"max_iter": 1, **parameters}).fit(X, Y)
    assert message in str(caught.value)
    assert caught.value.do


def test_more_classes_than_the_readout_tells_apart() -> None:
    with pytest.raises(ParameterInvalidError, match="3 classes apart, the labels have 4"):
        VQCClassifier(max_iter=1).fit(X, np.arange(12) % 4)
    VQCClassifier(max_iter=1, readout="index").fit(X, np.arange(12) % 4)
    with pytest.raises(ParameterInvalidError, match="sampler"):
        VQCClassifier(max_iter=1, readout="index", backend="estimator").fit(X, np.arange(12) % 4)


def test_more_features_than_the_feature_map_takes() -> None:
    encode = QuantumCircuit(2)
    encode.ry(Parameter("a"), 0)
    with pytest.raises(ParameterInvalidError, match="n_features=2, the circuit takes 1"):
        VQCClassifier(feature_map=encode).fit(X, Y)


def test_what_does_not_fit_memory_is_said_before_allocation() -> None:
    wide = np.zeros((10, 60))
    wide[:, 0] = np.arange(10)
    with pytest.raises(ParameterInvalidError, match="10 samples of 60 qubits need about"):
        VQCClassifier().fit(wide, np.arange(10) % 2)
    check_memory(1000, 10)


def test_aer_that_is_not_installed_is_named() -> None:
    from importlib.util import find_spec

    if find_spec("qiskit_aer") is not None:
        pytest.skip("qiskit-aer is installed")
    with pytest.raises(ParameterInvalidError, match="qiskit-aer"):
        VQCClassifier(backend="aer").fit(X, Y)


def test_one_class_and_one_feature() -> None:
    with pytest.raises(ParameterInvalidError, match="one class"):
        VQCClassifier().fit(X, np.zeros(12))
    with pytest.raises(ParameterInvalidError, match="z_feature_map"):
        VQCClassifier().fit(X[:, :1], Y)
