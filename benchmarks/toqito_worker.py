"""toqito's `is_separable`, one state after the other: a script for an environment of its own.

    python benchmarks/toqito_worker.py STATES.npz

Prints one JSON line per state: seconds of CPU time, the verdict, and its reason. Needs toqito.
"""

import json
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np


def main(path: str) -> None:
    """Decides every state of a file."""
    from toqito.state_props import is_separable

    print(json.dumps({"version": version("toqito")}), flush=True)
    warnings.simplefilter("ignore")
    with np.load(path) as file:
        states, dims = file["states"], file["dims"].tolist()
    for rho in states:
        start = time.process_time()
        found = is_separable(rho, dims)
        seconds = time.process_time() - start
        verdict, reason = found if isinstance(found, tuple) else (found, "")
        line = {"seconds": seconds, "separable": bool(verdict), "reason": str(reason)}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
