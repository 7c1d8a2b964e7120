"""Checks of the models' constructor parameters, made when they are fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.random import Generator, RandomState, SeedSequence
from numpy.typing import NDArray

from qent_bell.training import RECIPES
from qent_core.api import ParameterInvalidError

_CHOICES = {
    "recipe": tuple(RECIPES),
    "engine": ("numpy", "torch"),
    "output": ("linear", "logistic"),
}


def check_parameters(parameters: Mapping[str, Any], who: str) -> None:
    """Refuses parameters that make no sense, one clear sentence each.

    Args:
        parameters: What ``get_params()`` returned.
        who: Name of the model, for the message.

    Raises:
        ParameterInvalidError: A parameter has the wrong type or is out of range.
    """

    def demand(name: str, ok: bool, form: str) -> None:
        if not ok:
            raise ParameterInvalidError(
                f"{name} must be {form}, not {parameters[name]!r}",
                where=f"{who}, parameter {name}",
                do=f"set {name} to {form}",
            )

    for name, choices in _CHOICES.items():
        if name in parameters:
            value = parameters[name]
            ok = isinstance(value, str) and value in choices
            demand(name, ok, f"one of {', '.join(choices)}")
    for name in ("batch_size", "epochs"):
        value = parameters[name]
        ok = value is None or _is_whole(value, 1)
        demand(name, ok, "a whole number, at least 1, or None for the recipe's")
    rate = parameters["learning_rate"]
    ok = rate is None or (isinstance(rate, Real) and not isinstance(rate, bool) and 0 < rate < 1e6)
    demand("learning_rate", ok, "a number above 0, or None for the recipe's")
    layers = parameters["hidden_layers"]
    ok = isinstance(layers, tuple | list) and len(layers) > 0
    ok = ok and all(_is_whole(size, 1) for size in layers)
    demand("hidden_layers", ok, "a list of whole numbers, at least 1, such as [100, 50, 50]")
    chosen = parameters["features"]
    ok = chosen is None or _is_whole(chosen, 1)
    if isinstance(chosen, Sequence | np.ndarray) and not isinstance(chosen, str):
        ok = len(chosen) > 0 and all(_is_whole(column, 0) for column in chosen)
        ok = ok and len({int(column) for column in chosen}) == len(chosen)
    form = "None for all, the number of first columns, or a list of different columns from 0"
    demand("features", ok, form)
    device = parameters["device"]
    demand("device", isinstance(device, str) and bool(device), "a device of torch such as 'cpu'")
    seed = parameters["random_state"]
    ok = seed is None or _is_whole(seed, 0) or isinstance(seed, RandomState | Generator)
    demand("random_state", ok, "a whole number from 0, None, or a NumPy random generator")
    if parameters["engine"] == "numpy" and device != "cpu":
        raise ParameterInvalidError(
            f"the engine 'numpy' cannot use the device '{device}'",
            where=f"{who}, parameter device",
            do="set engine to 'torch'",
        )


def read_columns(chosen: Any, available: int, who: str) -> NDArray[np.intp]:
    """Returns the columns that a model reads.

    Args:
        chosen: None for all, the number of first columns, or columns.
        available: Number of columns of the table.
        who: Name of the model, for the message.

    Raises:
        ParameterInvalidError: There are not so many.

    Example:
        >>> read_columns(2, 5, "").tolist(), read_columns([4, 0], 5, "").tolist()
        ([0, 1], [4, 0])
    """
    if chosen is None:
        return np.arange(available)
    columns = np.arange(chosen) if _is_whole(chosen, 1) else np.asarray(chosen, dtype=np.intp)
    if columns.max() >= available:
        raise ParameterInvalidError(
            f"features asks for column {columns.max()}, and the data have n_features={available}",
            where=f"{who}, parameter features",
            do=f"columns go from 0 to {available - 1}",
        )
    return columns


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


def _is_whole(value: object, least: int) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least
