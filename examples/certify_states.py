"""Proof-carrying labels for your own states, and the independent check of their proofs.

Writes ``certified_states.npz`` and ``certified_labels.npz``. The same from the command line:

    qent label certified_states.npz --use certified --out certified_labels.npz
    qent verify certified_labels.npz --states certified_states.npz
"""

import sys
from pathlib import Path

import numpy as np

from qent_core.api import Labels, StateBatch, check_labels, label_states
from qent_core.labelling import explain_state, labelers_of


def random_ppt_states(count: int, seed: int) -> np.ndarray:
    """Returns random 2x4 states whose partial transpose is positive."""
    rng = np.random.default_rng(seed)
    g = rng.normal(size=(20 * count, 8, 16, 2)) @ np.array([1, 1j])
    rho = g @ g.conj().swapaxes(1, 2)
    rho /= np.trace(rho, axis1=1, axis2=2).real[:, None, None]
    turned = rho.reshape(-1, 2, 4, 2, 4).transpose(0, 3, 2, 1, 4).reshape(rho.shape)
    return rho[np.linalg.eigvalsh(turned)[:, 0] > 0][:count]


def horodecki(b: float) -> np.ndarray:
    """Returns P. Horodecki's 2x4 state: positive partial transpose, and entangled."""
    rho = np.diag([b, b, b, b, (1 + b) / 2, b, b, (1 + b) / 2])
    for i, j in ((0, 5), (1, 6), (2, 7)):
        rho[i, j] = rho[j, i] = b
    rho[4, 7] = rho[7, 4] = np.sqrt(1 - b * b) / 2
    return rho / (7 * b + 1)


def main(folder: Path) -> None:
    """Labels the states, prints the proofs, and checks them from the files."""
    states = np.concatenate([random_ppt_states(3, seed=1), [horodecki(0.3)]])
    batch = StateBatch(states, dims=(2, 4))
    batch.save(folder / "certified_states.npz")

    labels = label_states(batch, ["certified"], parameters={"certified": {"quality": "strict"}})
    labels.save(folder / "certified_labels.npz")
    for row in (0, 3):
        print(explain_state(labelers_of(["certified"]), batch, labels, row), end="\n\n")

    # Whoever gets the two files checks every proof again, without the program that found it.
    for column in check_labels(batch, Labels.load(folder / "certified_labels.npz")):
        print(column.question, column.counts())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("."))
