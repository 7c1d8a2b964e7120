"""Checks of the ensemble's constructor parameters, made when it is fitted."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.random import Generator, RandomState, SeedSequence

from qent_core.errors import ParameterInvalidError

_WHOLE_NUMBERS = {
    "folds": (2, None),
    "nn_epochs": (1, None),
    "nn_batch_size": (1, None),
    "nn_patience": (1, None),
    "et_trees": (1, None),
    "xgb_rounds": (1, None),
    "xgb_max_depth": (1, 30),
    "cb_iterations": (1, None),
    "cb_depth": (1, 16),
    "threads": (1, None),
}
_OPTIONAL_WHOLE_NUMBERS = {"et_max_depth": (1, None), "et_max_leaf_nodes": (2, None)}
_CHOICES = {
    "nn_symmetry": ("none", "invariants", "augmentation"),
    "meta_features": ("out-of-fold", "in-sample"),
}
_RATES = ("nn_learning_rate", "xgb_learning_rate")


def check_parameters(parameters: Mapping[str, Any], where: str) -> None:
    """Refuses parameters that make no sense, one clear sentence each.

    Args:
        parameters: What ``get_params()`` returned.
        where: Name of the estimator, for the message.

    Raises:
        ParameterInvalidError: A parameter has the wrong type or is out of range.
    """

    def demand(name: str, ok: bool, form: str) -> None:
        if not ok:
            raise ParameterInvalidError(
                f"{name} must be {form}, not {parameters[name]!r}",
                where=f"{where}, parameter {name}",
                do=f"set {name} to {form}",
            )

    for name, (least, most) in _WHOLE_NUMBERS.items():
        demand(name, _is_whole(parameters[name], least, most), _whole_form(least, most))
    for name, (least, most) in _OPTIONAL_WHOLE_NUMBERS.items():
        value = parameters[name]
        form = f"{_whole_form(least, most)}, or None for no limit"
        demand(name, value is None or _is_whole(value, least, most), form)
    for name in _RATES:
        demand(name, _is_in(parameters[name], 0, 1), "a number above 0 and at most 1")
    rate = parameters["cb_learning_rate"]
    form = "a number above 0 and at most 1, or None to let CatBoost choose"
    demand("cb_learning_rate", rate is None or _is_in(rate, 0, 1), form)
    share = parameters["nn_validation_fraction"]
    form = "a number from 0 (no early stopping) up to 0.9"
    demand("nn_validation_fraction", _is_in(share, 0, 0.9) or _is_zero(share), form)
    leaf = parameters["et_min_samples_leaf"]
    form = "a whole number of rows, at least 1, or a share of the rows between 0 and 1"
    demand("et_min_samples_leaf", _is_whole(leaf, 1, None) or _is_share(leaf), form)
    tried = parameters["et_max_features"]
    ok = tried in ("sqrt", "log2") if isinstance(tried, str) else False
    form = "'sqrt', 'log2', a whole number of features, or a share of them up to 1.0"
    ok = ok or _is_whole(tried, 1, None) or (isinstance(tried, float) and _is_in(tried, 0, 1))
    demand("et_max_features", ok, form)
    for name, known in _CHOICES.items():
        form = " or ".join(f"'{word}'" for word in known)
        demand(name, parameters[name] in known, form)
    layers = parameters["nn_hidden_layers"]
    ok = isinstance(layers, tuple | list) and all(_is_whole(size, 1, None) for size in layers)
    demand("nn_hidden_layers", ok, "a list of whole numbers, at least 1, such as [128, 64, 32]")
    seed = parameters["random_state"]
    ok = seed is None or _is_whole(seed, 0, None) or isinstance(seed, RandomState | Generator)
    demand("random_state", ok, "a whole number from 0, None, or a NumPy random generator")


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


def _is_whole(value: object, least: int, most: int | None) -> bool:
    if not isinstance(value, Integral) or isinstance(value, bool):
        return False
    return int(value) >= least and (most is None or int(value) <= most)


def _is_in(value: object, above: float, most: float) -> bool:
    if not isinstance(value, Real) or isinstance(value, bool):
        return False
    return above < float(value) <= most


def _is_zero(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and float(value) == 0


def _is_share(value: object) -> bool:
    return isinstance(value, float) and 0 < value < 1


def _whole_form(least: int, most: int | None) -> str:
    return f"a whole number, at least {least}" + (f" and at most {most}" if most else "")
