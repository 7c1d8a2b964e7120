"""Checks of the models' constructor parameters, made when they are fitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite
from numbers import Integral, Real
from typing import Any

from numpy.random import Generator, RandomState, SeedSequence

from qent_core.api import ParameterInvalidError
from qent_siamese.symmetry.permutations import MATCHINGS
from qent_siamese.symmetry.unitaries import LAWS
from qent_siamese.training.devices import DTYPES
from qent_siamese.training.selection import RULES

_WHOLE = {
    "epochs": 1,
    "autoencoder_epochs": 1,
    "batch_size": 1,
    "threads": 1,
    "conv_layers": 1,
    "kernel_size": 1,
    "dense_layers": 0,
    "width": 1,
    "regularise_from": 0,
    "rounds": 1,
    "terms": 1,
    "bond": 1,
    "features": 1,
    "leaves": 2,
}
_POSITIVE = ("learning_rate",)
_NOT_NEGATIVE = ("regularisation", "tolerance")
_TRUTHS = ("cuda_graphs", "permutation_bug")
_CHOICES: dict[str, tuple[str, ...]] = {
    "dtype": tuple(DTYPES),
    "select": RULES,
    "unitaries": LAWS,
    "matching": MATCHINGS,
    "reading": ("paper", "code"),
    "answer": ("majority", "entangled", "separable"),
}


def check_parameters(parameters: Mapping[str, Any], where: str) -> None:
    """Refuses parameters that make no sense, one clear sentence each.

    Args:
        parameters: What ``get_params()`` returned; only names known here are checked.
        where: Name of the estimator, for the message.

    Raises:
        ParameterInvalidError: A parameter has the wrong type or is out of range.
    """

    def demand(name: str, good: Any, form: str) -> None:
        if name in parameters and not good(parameters[name]):
            raise ParameterInvalidError(
                f"{name} must be {form}, not {parameters[name]!r}",
                where=f"{where}, parameter {name}",
                do=f"set {name} to {form}",
            )

    for name, least in _WHOLE.items():
        demand(name, lambda v, m=least: _whole(v, m), f"a whole number, at least {least}")
    for name in _POSITIVE:
        demand(name, lambda v: _real(v) and v > 0, "a number above 0")
    for name in _NOT_NEGATIVE:
        demand(name, lambda v: _real(v) and v >= 0, "a number, at least 0")
    for name in _TRUTHS:
        demand(name, lambda v: isinstance(v, bool), "true or false")
    for name, choices in _CHOICES.items():
        demand(name, lambda v, c=choices: v in c, f"one of {', '.join(map(repr, choices))}")
    demand("patience", lambda v: v is None or _whole(v, 1), "a whole number, at least 1, or None")
    demand(
        "validation_fraction", lambda v: _real(v) and 0 <= v < 1, "a number from 0 up to but not 1"
    )
    demand("quantile", lambda v: _real(v) and 0 <= v <= 1, "a number from 0 to 1")
    demand("mixed_precision", lambda v: v == "auto" or isinstance(v, bool), "'auto', true or false")
    demand("device", lambda v: isinstance(v, str), "'auto' or the name of a device")
    demand("checkpoint", lambda v: v is None or isinstance(v, str), "a folder's path, or None")
    demand("questions", lambda v: v is None or _texts(v), "a list of questions, or None")
    demand(
        "edges", lambda v: v is None or _edges(v), "an ascending list of numbers that begins at 0"
    )
    demand("hidden", _sizes, "a list of whole numbers, at least 1, such as [128, 128]")
    demand(
        "random_state",
        lambda v: v is None or _whole(v, 0) or isinstance(v, RandomState | Generator),
        "a whole number from 0, None, or a NumPy random generator",
    )


def root_seed(random_state: int | RandomState | Generator | None) -> int:
    """Returns the number from which all random streams of one fit are derived.

    ``None`` asks the operating system: NumPy's global stream belongs to the caller.
    """
    if random_state is None:
        return int(SeedSequence().generate_state(1)[0])
    if isinstance(random_state, RandomState):
        return int(random_state.randint(2**31 - 1))
    if isinstance(random_state, Generator):
        return int(random_state.integers(2**31 - 1))
    return int(random_state)


def _whole(value: object, least: int) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least


def _real(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)


def _texts(value: object) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and all(isinstance(item, str) for item in value)
    )


def _sizes(value: object) -> bool:
    return isinstance(value, tuple | list) and all(_whole(item, 1) for item in value)


def _edges(value: object) -> bool:
    return (
        isinstance(value, tuple | list)
        and len(value) > 0
        and all(_real(item) for item in value)
        and value[0] == 0
        and all(low < high for low, high in pairwise(value))
    )
