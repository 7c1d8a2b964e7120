"""Training by two processes gives what one gives, and the same in both."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from qent_siamese.models.siamese import SiameseClassifier

WORKER = """
import json, sys
import numpy as np
from torch import distributed
from qent_core.api import StateBatch
from qent_siamese.models.siamese import SiameseClassifier
states, verdicts, out, settings = sys.argv[1:5]
distributed.init_process_group("gloo")
model = SiameseClassifier(**json.loads(settings))
model.fit(StateBatch.load(states), np.load(verdicts))
rank = distributed.get_rank()
np.savez(f"{out}/{rank}.npz", **{k: v.numpy() for k, v in model.network_.state_dict().items()})
with open(f"{out}/{rank}.json", "w") as file:
    json.dump([row["loss"] for row in model.history_], file)
distributed.destroy_process_group()
"""


@pytest.mark.slow
def test_two_processes(problem: Any, tmp_path: Path) -> None:
    states, verdicts = problem
    verdicts = verdicts.copy()
    verdicts[:9, 0] = -1
    settings = {
        "conv_layers": 2, "dense_layers": 1, "width": 8, "epochs": 3, "batch_size": 18,
        "regularise_from": 1, "dtype": "float64", "random_state": 0,
        "checkpoint": str(tmp_path / "kept"),
    }  # fmt: skip
    states.save(tmp_path / "states.npz")
    np.save(tmp_path / "verdicts.npy", verdicts)
    script = tmp_path / "worker.py"
    script.write_text(WORKER)
    command = [
        sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2", "--standalone",
        str(script), str(tmp_path / "states.npz"), str(tmp_path / "verdicts.npy"), str(tmp_path),
        json.dumps(settings),
    ]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr.decode()[-3000:]

    one = SiameseClassifier(**{**settings, "checkpoint": None}).fit(states, verdicts)
    parts = [dict(np.load(tmp_path / f"{rank}.npz")) for rank in (0, 1)]
    for name, tensor in one.network_.state_dict().items():
        np.testing.assert_array_equal(parts[0][name], parts[1][name])
        np.testing.assert_allclose(parts[0][name], tensor.numpy(), rtol=1e-8, atol=1e-10)
    losses = json.loads((tmp_path / "0.json").read_text())
    assert losses == pytest.approx([row["loss"] for row in one.history_], rel=1e-9)
