"""What the tasks of the toy study do."""

import os
import time

import numpy as np

from qent_core.api import stream
from qent_core.linalg import partial_transpose
from qent_studies import Made


def negativities(seed, count):
    """Draws visibilities and computes the negativity from the partial transpose."""
    if "TOY_LOG" in os.environ:
        with open(os.environ["TOY_LOG"], "a") as log:
            log.write(f"{seed}\n")
    if os.environ.get("TOY_FAIL") == str(seed):
        raise ZeroDivisionError("no noise left")
    if os.environ.get("TOY_DIE") == str(seed):
        os._exit(9)
    if seed != 1:
        time.sleep(float(os.environ.get("TOY_PAUSE", "0")))
    v = stream(seed, "visibility").uniform(0, 1, count)
    bell = np.zeros((4, 4))
    bell[[0, 0, 3, 3], [0, 3, 0, 3]] = 0.5
    rho = v[:, None, None] * bell + (1 - v)[:, None, None] * np.eye(4) / 4
    least = np.linalg.eigvalsh(partial_transpose(rho, (2, 2), (1,)))[:, 0]
    n = np.maximum(0, -least)
    slope = np.polyfit(v[n > 0.01], n[n > 0.01], 1)[0]
    return Made(
        {"slope": slope, "mean": n.mean(), "entangled": (n > 1e-12).sum()},
        {"v": v, "n": n},
        {"note": "a line"},
    )


def no_state():
    """Serves a claim on its own."""
    return {"least": 1 / 3}
