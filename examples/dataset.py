"""A data set from Python: made in shards, filtered, split, and learnt from batch by batch.

Run it with ``python examples/dataset.py [FOLDER] [STATES]``. If it is interrupted, the same command
goes on where it stopped.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import r2_score
from sklearn.neural_network import MLPRegressor

from qent_core.api import Dataset, Experiment, StateBatch, generate_dataset, use

COLUMN = "negativity[A|B]"


def make(folder: Path, count: int, workers: int) -> Dataset:
    """Returns the data set; the number of workers changes nothing but the time."""
    experiment = Experiment(
        run={"name": "two-qubits", "seed": 7, "shard_size": 5_000},
        states=[
            use("hilbert-schmidt", count=count, dims=[2, 2]),
            use("isotropic", count=count, spin=0.5),
        ],
        labels=[use("negativity"), use("ppt")],
    )
    return generate_dataset(experiment, folder / "data.zarr", workers=workers)


def numbers(states: StateBatch) -> np.ndarray:
    """Returns the real and imaginary parts of the density matrices as rows."""
    rho = states.density().reshape(len(states), -1)
    return np.concatenate([rho.real, rho.imag], axis=1)


def learn(train: Dataset, rounds: int) -> MLPRegressor:
    """Returns a small network that has never seen more than one batch at a time."""
    model = MLPRegressor(hidden_layer_sizes=(64, 64), random_state=1)
    for _ in range(rounds):
        for states, labels in train.batches(memory="8MB", columns=[COLUMN]):
            model.partial_fit(numbers(states), labels.values(COLUMN))
    return model


def main(folder: Path, count: int = 20_000, workers: int = 2, rounds: int = 10) -> None:
    """Makes, filters and learns."""
    data = make(folder, count, workers)
    print(data)
    entangled = data.where(question="A|B", verdict="entangled")
    weak = entangled.where(source="isotropic", between={"alpha": (0.0, 0.5)})
    print(f"{len(entangled)} states are entangled, {len(weak)} of them isotropic with alpha <= 0.5")
    train, test = data.split(test_fraction=0.2, seed=7)
    model = learn(train, rounds=rounds)
    states = test.states()
    print(f"R² on {len(test)} held-out states:", end=" ")
    print(f"{r2_score(test.columns[COLUMN], model.predict(numbers(states))):.3f}")


if __name__ == "__main__":
    words = sys.argv[1:]
    main(Path(words[0] if words else "runs/dataset"), *map(int, words[1:2]))
