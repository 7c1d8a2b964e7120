"""Train a variational classifier and watch its entanglement, in a table and three plots.

python examples/vqc.py [FOLDER] [EPOCHS]
"""

import sys
from pathlib import Path

import numpy as np
from qent_vqc.classifier import VQCClassifier
from qent_vqc.datasets import ad_hoc_data, random_unitary

from qent_core.tracking import Tracker

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "vqc-out")
epochs = int(sys.argv[2]) if len(sys.argv) > 2 else 100
folder.mkdir(parents=True, exist_ok=True)

# Training and test points of one and the same problem: the unitary says which.
rng = np.random.default_rng(3)
unitary = random_unitary(4, rng)
X, y = ad_hoc_data(100, rng, unitary=unitary)
X_test, y_test = ad_hoc_data(50, rng, unitary=unitary)

model = VQCClassifier(
    feature_map_reps=2, ansatz_reps=3, learning_rate=0.1, max_iter=epochs, random_state=0
)
tracker = Tracker(["meyer-wallach", "entanglement-entropy", "negativity"])
model.fit(X, y, on_step=tracker.following())

print(f"loss {model.loss_curve_[0]:.3f} -> {model.loss_curve_[-1]:.3f}")
print(f"accuracy on new points: {model.score(X_test, y_test):.2f}")
track = tracker.track
for stage in ("encoded", "trained"):
    values = track.column(f"{stage} meyer-wallach mean")
    print(f"Meyer-Wallach, {stage}: {values[0]:.3f} -> {values[-1]:.3f}")

track.save(folder / "track.csv")
try:
    track.figure("trained meyer-wallach mean").savefig(folder / "track.svg")
except ImportError as missing:
    print(missing)
(folder / "model").mkdir()
model.save(folder / "model")
print(f"written: {folder}")
