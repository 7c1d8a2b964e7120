"""The child process of `benchmarks.separability`: labels a file of states, over and over.

Prints one JSON line: seconds of CPU time of each repeat, labels and their second check together,
and how many states were decided.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from qent_core.api import StateBatch, check_labels
from qent_core.build import build
from qent_core.registry import default_registry


def main() -> None:
    """Reads a request from standard input, measures, prints the answer."""
    request = json.loads(sys.stdin.read())
    with np.load(request["file"]) as file:
        batch = StateBatch(file["states"], tuple(file["dims"].tolist()))
    component = default_registry().resolve("certified", "labeler", where="benchmark")
    labeler: Any = build(component, {}, where="benchmark")
    seconds, accepted = [], 0
    with threadpool_limits(1):
        labeler.label(batch[:20])
        for _ in range(request["repeats"]):
            start = time.process_time()
            (checked,) = check_labels(batch, labeler.label(batch))
            seconds.append(time.process_time() - start)
            accepted = int((checked.status == 1).sum())
    print(json.dumps({"seconds": seconds, "accepted": accepted, "states": len(batch)}))


if __name__ == "__main__":
    main()
