"""Your own states: written by QuTiP or Qiskit, labelled and predicted by qent.

Writes ``qutip_states.npz`` and ``qiskit_states.npz``, labels them, and predicts their negativity
with a small model trained on the spot. The same from the command line:

    qent label qutip_states.npz --use negativity --use ppt
    qent predict RUN qutip_states.npz

python examples/own_states.py [FOLDER] [STATES]
"""

import sys
from pathlib import Path

import numpy as np
import qutip
from qiskit import QuantumCircuit
from qiskit.quantum_info import DensityMatrix, Statevector

from qent_core.api import Experiment, Predictor, StateBatch, label_states, use


def write_qutip_states(path: Path) -> None:
    """Writes noisy Bell states made by QuTiP; QuTiP's first factor is party A as it stands."""
    bell = qutip.bell_state("00").proj()
    noise = qutip.tensor(qutip.qeye(2), qutip.qeye(2)) / 4
    states = [v * bell + (1 - v) * noise for v in (1.0, 0.6, 0.4, 0.2)]
    np.savez(path, states=np.stack([state.full() for state in states]), dims=[2, 2])


def write_qiskit_states(path: Path) -> None:
    """Writes states prepared by a Qiskit circuit; Qiskit is little-endian, so the file says so."""
    states = []
    for angle in (0.3, 1.0, np.pi / 2):
        circuit = QuantumCircuit(2)
        circuit.ry(angle, 0)
        circuit.cx(0, 1)
        states.append(DensityMatrix(Statevector(circuit)).data)
    np.savez(path, states=np.stack(states), dims=[2, 2], order="little")


def train_model(folder: Path, count: int) -> None:
    """Trains a small model of the negativity of two qubits."""
    Experiment(
        run={"name": "two-qubits", "seed": 1},
        states=use("induced", count=count, environment=3),
        labels=use("negativity"),
        features=use("pauli-correlations"),
        model=use("stacking", folds=3),
    ).execute(folder, overwrite=True)


def main(folder: Path, count: int) -> None:
    """Writes, labels and predicts; the model learns from ``count`` states."""
    folder.mkdir(parents=True, exist_ok=True)
    write_qutip_states(folder / "qutip_states.npz")
    write_qiskit_states(folder / "qiskit_states.npz")
    train_model(folder / "run", count)
    predictor = Predictor.load(folder / "run")
    for name in ("qutip_states.npz", "qiskit_states.npz"):
        states = StateBatch.load(folder / name)
        labels = label_states(states, ["negativity", "ppt"])
        predicted = predictor.predict(states)["negativity[A|B]"]
        print(name)
        for i, exact in enumerate(labels.values("negativity[A|B]")):
            verdict = labels.column("ppt[A|B]").criteria[i]
            print(f"  state {i}: negativity {exact:.4f}, predicted {predicted[i]:.4f}, {verdict}")


if __name__ == "__main__":
    main(
        Path(sys.argv[1] if len(sys.argv) > 1 else "runs/own-states"),
        int(sys.argv[2]) if len(sys.argv) > 2 else 4000,
    )
