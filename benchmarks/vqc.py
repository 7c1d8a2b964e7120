"""The classifier of qent-vqc beside qiskit-machine-learning's, and what tracking costs.

    python -m benchmarks.vqc [--steps N] [--peer-python PYTHON] [--wide] [--json FILE]

One epoch is one step of the optimiser over all 200 samples of ad hoc data: two qubits, ZZ feature
map, RealAmplitudes, ADAM with finite differences (five evaluations a step), as in the blog. All
figures are CPU time of one process with linear algebra on one thread. The peer runs in the Python
that ``--peer-python`` names, by default this one, and gets the same samples.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")

# The peer in a process of its own: its Python need not have qent.
_PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
import numpy as np
from qiskit.circuit.library import real_amplitudes, zz_feature_map
from qiskit.primitives import StatevectorSampler
from qiskit_machine_learning.algorithms import VQC
from qiskit_machine_learning.optimizers import ADAM
data, steps = np.load(sys.argv[1]), int(sys.argv[2])
def cpu(maxiter):
    model = VQC(
        feature_map=zz_feature_map(2, reps=1), ansatz=real_amplitudes(2, reps=1),
        optimizer=ADAM(maxiter=maxiter, lr=1e-3, tol=0.0), sampler=StatevectorSampler(seed=0),
        initial_point=np.array([5.93038576, 0.55633854, 4.36914465, 4.3981691]),
    )
    start = time.process_time()
    model.fit(data["X"], data["y"])
    return time.process_time() - start
one = cpu(1)
print(json.dumps((cpu(1 + steps) - one) / steps))
"""


def main() -> None:
    """Runs the measurements and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=2, help="epochs of the peer")
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--wide", action="store_true", help="also 10 qubits, 1,000 samples")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if any(os.environ.get(name) != "1" for name in _THREADS):
        # Libraries read these when they are loaded, so this process starts again with them.
        environment = os.environ | dict.fromkeys(_THREADS, "1")
        command = [sys.executable, "-m", "benchmarks.vqc", *sys.argv[1:]]
        raise SystemExit(subprocess.run(command, env=environment, check=False).returncode)
    found = own(200)
    found["peer"] = peer(options.peer_python, options.steps)
    if options.wide:
        found["wide"] = wide()
    for name, seconds in found.items():
        print(f"{name:<44}{'not installed' if seconds is None else f'{1e3 * seconds:12.3f} ms'}")
    if found["peer"] is not None:
        for name in ("finite differences", "exact gradients"):
            print(f"peer / {name:<37}{found['peer'] / found[name]:12.0f} times")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


def own(epochs: int) -> dict[str, float | None]:
    """Returns CPU seconds per epoch of this project, plain and tracked."""
    from qent_vqc.classifier import VQCClassifier

    from qent_core.tracking import Tracker

    X, y = samples()
    found: dict[str, float | None] = {}
    kinds = {"finite differences": "finite-difference", "exact gradients": "exact"}
    VQCClassifier(max_iter=2).fit(X, y, on_step=Tracker().following())  # first-use costs
    for name, gradient in kinds.items():
        for suffix, track in (("", False), (", default measures tracked", True)):
            best = float("inf")
            for _ in range(3):
                model = VQCClassifier(max_iter=epochs, gradient=gradient, random_state=0)
                observer = Tracker().following() if track else None
                start = time.process_time()
                model.fit(X, y, on_step=observer)
                best = min(best, time.process_time() - start)
            found[name + suffix] = best / epochs
    return found


def wide() -> float:
    """Returns CPU seconds per epoch of 10 qubits, depth 3, on 1,000 samples."""
    import numpy as np
    from qent_vqc.classifier import VQCClassifier

    rng = np.random.default_rng(0)
    X, y = rng.uniform(0, 2 * np.pi, (1000, 10)), rng.integers(0, 2, 1000)
    start = time.process_time()
    VQCClassifier(ansatz_reps=3, max_iter=5, random_state=0).fit(X, y)
    return (time.process_time() - start) / 5


def samples() -> tuple:
    """Returns the ad hoc data that both get."""
    import numpy as np
    from qent_vqc.datasets import ad_hoc_data

    X, letters = ad_hoc_data(100, np.random.default_rng(1))
    return X, (letters == "B").astype(int)


def peer(python: str, steps: int) -> float | None:
    """Returns CPU seconds per epoch of qiskit-machine-learning, None if it is not installed."""
    import numpy as np

    probe = [python, "-c", "import qiskit_machine_learning"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        return None
    X, y = samples()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.npz"
        np.savez(path, X=X, y=y)
        done = subprocess.run(
            [python, "-c", _PEER, str(path), str(steps)], capture_output=True, text=True, check=True
        )
    return float(json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
