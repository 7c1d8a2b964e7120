"""Saving and loading: the same bits come back, and nothing that is not data is read."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from qent_vqc.classifier import VQCClassifier
from qent_vqc.persistence import _digest
from qiskit import QuantumCircuit
from qiskit.circuit import ParameterVector
from qiskit.quantum_info import random_unitary

from qent_core.api import ModelFileError

X = np.random.default_rng(0).uniform(0, 3, (20, 2))
Y = np.where(X[:, 0] > 1.5, "entangled", "separable")


def _own() -> QuantumCircuit:
    circuit, x, w = QuantumCircuit(2), ParameterVector("x", 2), ParameterVector("w", 3)
    circuit.ry(x[0] * w[0].sin(), 0)
    circuit.unitary(random_unitary(4, seed=2), [1, 0])
    circuit.u(w[1], x[1], w[2], 1)
    return circuit


CASES: dict[str, dict[str, Any]] = {
    "named": {"batch_size": np.int64(7)},
    "own circuit": {"circuit": _own()},
    "readout": {"readout": "first-qubit", "cost": "mse", "random_state": 3},
    "live generator": {"random_state": np.random.default_rng(0)},
}


@pytest.mark.parametrize("case", CASES)
def test_a_reloaded_model_predicts_the_same_bits(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = VQCClassifier(max_iter=2, **CASES[case]).fit(X, Y)
    model.save(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.json", "weights.safetensors"]

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("a pickle was opened")

    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, forbidden)
    monkeypatch.setattr(torch, "load", forbidden)
    again = VQCClassifier.load(tmp_path)
    assert np.array_equal(again.predict_proba(X), model.predict_proba(X))
    assert np.array_equal(again.predict(X), model.predict(X))
    assert again.loss_curve_ == model.loss_curve_
    assert again.fit(X, Y).weights_.shape == model.weights_.shape


@pytest.mark.parametrize("name", ["model.json", "weights.safetensors"])
@pytest.mark.parametrize("damage", ["missing", "cut", "flipped"])
def test_a_damaged_file_is_refused(name: str, damage: str, tmp_path: Path) -> None:
    VQCClassifier(max_iter=1).fit(X, Y).save(tmp_path)
    data = (tmp_path / name).read_bytes()
    middle = len(data) // 2
    (tmp_path / name).unlink()
    if damage == "cut":
        (tmp_path / name).write_bytes(data[:middle])
    elif damage == "flipped":
        (tmp_path / name).write_bytes(
            data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
        )
    with pytest.raises(ModelFileError) as caught:
        VQCClassifier.load(tmp_path)
    assert caught.value.do


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("program", "angles", 0), ["__import__", "os"]),
        (("program", "angles", 0), ["data", 99]),
        (("program", "angles", 0), ["number", "nan"]),
        (("program", "operations", 0, "name"), "measure"),
        (("program", "operations", 0, "qubits"), [7]),
        (("program", "operations", 0, "qubits"), [True]),
        (("program", "qubits"), 10**6),
        (("program", "encoding"), 10**6),
        (("parameters", "cost"), "hinge"),
        (("parameters", "surprise"), 1),
        (("parameters", "primitive"), "x"),
        (("features",), 3),
        (("classes",), {"dtype": "O", "values": ["a"]}),
        (("format",), "qent-vqc 99"),
    ],
)
def test_a_forged_description_is_refused(
    place: tuple[Any, ...], value: object, tmp_path: Path
) -> None:
    VQCClassifier(max_iter=1).fit(X, Y).save(tmp_path)
    outer = json.loads((tmp_path / "model.json").read_text())
    inner = outer["content"]
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    outer["sha256"] = _digest(outer["content"])
    (tmp_path / "model.json").write_text(json.dumps(outer))
    with pytest.raises(ModelFileError):
        VQCClassifier.load(tmp_path)


def test_saving_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ModelFileError, match="existing, empty folder"):
        VQCClassifier(max_iter=1).fit(X, Y).save(tmp_path)
