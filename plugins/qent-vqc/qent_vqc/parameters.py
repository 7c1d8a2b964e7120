"""Checks of the classifier's constructor parameters, made when it is fitted."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.random import Generator, RandomState, SeedSequence

from qent_core.api import ParameterInvalidError
from qent_vqc.backends import BACKENDS
from qent_vqc.costs import COSTS
from qent_vqc.objective import GRADIENTS
from qent_vqc.optimizers import OPTIMIZERS
from qent_vqc.readouts import READOUTS

_WHOLE = {"feature_map_reps": 1, "ansatz_reps": 0, "max_iter": 0, "shots": 1}
_POSITIVE = ("learning_rate", "epsilon", "difference_step")
_CHOICES = {
    "cost": tuple(COSTS),
    "optimizer": OPTIMIZERS,
    "gradient": GRADIENTS,
    "readout": READOUTS,
    "backend": BACKENDS,
}


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Refuses parameters that make no sense, one clear sentence each.

    Args:
        parameters: What ``get_params()`` returned.

    Raises:
        ParameterInvalidError: A parameter has the wrong type or is out of range.
    """

    def demand(name: str, ok: bool, form: str) -> None:
        if not ok:
            raise ParameterInvalidError(
                f"{name} must be {form}, not {parameters[name]!r}",
                where=f"VQCClassifier, parameter {name}",
                do=f"set {name} to {form}",
            )

    for name, least in _WHOLE.items():
        demand(name, _is_whole(parameters[name], least), f"a whole number, at least {least}")
    for name in _POSITIVE:
        demand(name, _is_real(parameters[name]) and parameters[name] > 0, "a number above 0")
    for name in ("beta1", "beta2"):
        value = parameters[name]
        demand(name, _is_real(value) and 0 <= value < 1, "a number from 0 up to but not 1")
    for name, choices in _CHOICES.items():
        value = parameters[name]
        demand(name, isinstance(value, str) and value in choices, f"one of {', '.join(choices)}")
    size = parameters["batch_size"]
    demand("batch_size", size is None or _is_whole(size, 1), "a whole number, at least 1, or None")
    seed = parameters["random_state"]
    ok = seed is None or _is_whole(seed, 0) or isinstance(seed, RandomState | Generator)
    demand("random_state", ok, "a whole number from 0, None, or a NumPy random generator")
    if parameters["gradient"] == "exact" and parameters["backend"] != "exact":
        raise ParameterInvalidError(
            f"the backend '{parameters['backend']}' has no exact gradients",
            where="VQCClassifier, parameter gradient",
            do="set gradient to 'parameter-shift', 'finite-difference' or 'auto'",
        )
    if parameters["optimizer"] == "l-bfgs" and parameters["batch_size"] is not None:
        raise ParameterInvalidError(
            "L-BFGS works on all samples at once",
            where="VQCClassifier, parameter batch_size",
            do="leave batch_size out, or use optimizer='adam'",
        )


def root_seed(random_state: int | RandomState | Generator | None) -> int:
    """Returns the number from which all random streams of one fit are derived.

    ``None`` asks the operating system: NumPy's global stream belongs to the caller.
    """
    if random_state is None:
        return int(SeedSequence().generate_state(1)[0])
    if isinstance(random_state, RandomState):
        return int(random_state.randint(np.iinfo(np.int32).max))
    if isinstance(random_state, Generator):
        return int(random_state.integers(np.iinfo(np.int32).max))
    return int(random_state)


def initial_weights(given: Any, count: int, seed: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    r"""Returns given weights after a check, else uniform ones in $[0, 2\pi)$.

    Raises:
        ParameterInvalidError: The given weights are not ``count`` finite numbers.
    """
    from qent_core.api import stream

    if given is None:
        return stream(seed, "vqc", "weights").uniform(0, 2 * np.pi, count)
    try:
        weights = np.array(given, dtype=np.float64)
    except (TypeError, ValueError):
        weights = np.empty(0)
    if weights.shape != (count,) or not np.isfinite(weights).all():
        raise ParameterInvalidError(
            f"initial_weights must be {count} finite numbers, one per weight of the circuit",
            where="VQCClassifier, parameter initial_weights",
            do="leave it out for random ones",
        )
    return weights


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least


def _is_real(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)
