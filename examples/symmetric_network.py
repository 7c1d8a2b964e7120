"""What the symmetry of entanglement is worth: the negativity of random pure states of two spins.

python examples/symmetric_network.py [STATES] [SPIN]
"""

import sys

import numpy as np
from qent_stacking.ensemble import StackingEnsemble
from qent_stacking.symmetric_regressor import SymmetricNetwork

from qent_core.api import component

count = int(sys.argv[1]) if len(sys.argv) > 1 else 4000
spin = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0

states = component("spin-pure", spin=spin).sample(count, np.random.default_rng(1))
labels = component("normalized-negativity").label(states)
X, y = states.array, labels.values("normalized-negativity[A|B]")
train, test = slice(0, 4 * count // 5), slice(4 * count // 5, None)
print(f"J = {spin:g}: {X.shape[1]} coefficients, variance of the target {y[test].var():.4f}")

models = {
    "stack on raw coefficients": StackingEnsemble(folds=2, random_state=0),
    "network, rotated at random": SymmetricNetwork("augmentation", epochs=60, random_state=0),
    "network on moments": SymmetricNetwork("moments", random_state=0),
    "network on invariants": SymmetricNetwork("invariants", random_state=0),
}
for name, model in models.items():
    print(f"{name}: R2 = {model.fit(X[train], y[train]).score(X[test], y[test]):.5f}")

d = round(2 * spin) + 1
s = np.linalg.svd(X[test].reshape(-1, d, d), compute_uv=False)
exact = (s.sum(axis=1) ** 2 - 1) / (d - 1)
print(f"singular values: off by {np.abs(exact - y[test]).max():.0e}")
