"""One fit of the stack, and everything that is asked of it."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Mapping
from typing import Any

import numpy as np

from qent_core.api import integer_seed
from qent_stacking.ensemble import StackingEnsemble
from qent_stacking.study.resident import resident_growth
from qent_stacking.study.scores import Reals, scores

STACK = "stack"
BASE_LEARNERS = ("neural-network", "extra-trees", "xgboost")
LEARNERS = (STACK, *BASE_LEARNERS)


class Fit:
    """The stack fitted to the training part of some states.

    Args:
        X: Features of the training states.
        y: Their target.
        learners: Parameters of the stack.
        seed: Root of its random stream.
        path: Where in the study it stands; other places draw other numbers.
        heap: Measure the peak of Python's heap, which takes longer.
    """

    def __init__(
        self,
        X: Reals,
        y: Reals,
        learners: Mapping[str, Any],
        seed: int,
        path: str,
        *,
        heap: bool = False,
    ) -> None:
        number = integer_seed(seed, "stacking", "fit", path)
        settings = {**learners, "nn_hidden_layers": tuple(learners["nn_hidden_layers"])}
        model = StackingEnsemble(**settings, threads=1, random_state=number)
        if heap:
            tracemalloc.start()
        self.measured: dict[str, Any] = {}
        with resident_growth(self.measured):
            began = time.perf_counter()
            self.model = model.fit(X, y)
            self.measured["fit_seconds"] = round(time.perf_counter() - began, 3)
        if heap:
            self.measured["heap_peak"] = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()

    def predictions(self, X: Reals) -> dict[str, Reals]:
        """Returns what the stack and each base learner say, ``(n,)`` by name."""
        return {STACK: self.model.predict(X), **self.model.base_predictions(X)}

    def scores(self, X: Reals, y: Reals, where: str = "") -> dict[str, float]:
        """Returns the scores of all four on some states, with ``where`` in front of the names."""
        found: dict[str, float] = {}
        for name, said in self.predictions(X).items():
            found |= scores(f"{where}{name}", y, said)
        return {**found, f"{where}variance": float(np.var(y)), f"{where}tests": len(y)}
