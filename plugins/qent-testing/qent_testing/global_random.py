"""The random states that all code of a process shares, and whether some work touches them."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

_UNLIKELY = 987_654_321
"""Nobody seeds with this, so that seeding is noticed even if it was done before."""


def touched_states(work: Callable[[], Any]) -> list[str]:
    """Returns the libraries whose global random state some work changes; all are put back.

    Example:
        >>> touched_states(lambda: np.random.seed(0)), touched_states(lambda: None)
        (['NumPy'], [])
    """
    torch = sys.modules.get("torch")
    kept = random.getstate(), np.random.get_state(legacy=True)
    kept_torch = torch.random.get_rng_state() if torch is not None else None
    try:
        random.seed(_UNLIKELY)
        np.random.seed(_UNLIKELY)
        if torch is not None:
            torch.manual_seed(_UNLIKELY)
        before = _states(torch)
        work()
        after = _states(torch)
    finally:
        random.setstate(kept[0])
        np.random.set_state(kept[1])
        if torch is not None:
            torch.random.set_rng_state(kept_torch)
    return [name for name in before if before[name] != after[name]]


def _states(torch: Any) -> dict[str, object]:
    numpy_state: Any = np.random.get_state(legacy=True)
    states: dict[str, object] = {
        "Python": random.getstate(),
        "NumPy": (numpy_state[1].tobytes(), *numpy_state[2:]),
    }
    if torch is not None:
        states["torch"] = torch.random.get_rng_state().numpy().tobytes()
    return states
