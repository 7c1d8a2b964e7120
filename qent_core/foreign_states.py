"""States as users bring them: of QuTiP, Qiskit or PennyLane, or plain arrays with their dims."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import numpy as np

from qent_core.conversion import from_numpy, from_pennylane, from_qiskit, from_qutip
from qent_core.errors import DimensionsMismatchError
from qent_core.states import StateBatch

_S = TypeVar("_S")
_P = ParamSpec("_P")
_R = TypeVar("_R")

_DO = (
    "give a StateBatch, states of QuTiP, Qiskit or PennyLane, or a pair (array, dims), "
    "for example (array, (2, 2))"
)


def as_states(states: Any) -> StateBatch:
    """Returns a batch of whatever states a user may have; a `StateBatch` is returned as it is.

    * a QuTiP ``Qobj``, a Qiskit ``Statevector`` or ``DensityMatrix``, or a sequence of them;
    * PennyLane tensors, or a sequence of them: qubits, wire 0 is party A;
    * a pair ``(array, dims)``; an array alone does not say which parties its states have.

    All but a `StateBatch` are validated.

    Args:
        states: The states.

    Raises:
        DimensionsMismatchError: They are in no known form, or an array is given without dims.
        StateInvalidError: They are not physical.

    Example:
        >>> as_states(([[1, 0, 0, 0, 0, 0]], (2, 3))).dims
        (2, 3)
    """
    if isinstance(states, StateBatch):
        return states
    if isinstance(states, tuple) and len(states) == 2 and _are_dims(states[1]):
        return from_numpy(states[0], states[1])
    first = states
    if isinstance(states, list | tuple) and len(states):
        first = states[0]
    if hasattr(first, "isket") and hasattr(first, "isoper"):
        return from_qutip(states)
    if type(first).__module__.startswith("pennylane"):
        return from_pennylane(states)
    if callable(getattr(first, "dims", None)) and hasattr(first, "data"):
        return from_qiskit(states)
    if isinstance(states, np.ndarray):
        raise DimensionsMismatchError(
            f"an array of shape {states.shape} does not say which parties its states have", do=_DO
        )
    raise DimensionsMismatchError(f"{type(states).__name__} is no known form of states", do=_DO)


def accepting_states(
    method: Callable[Concatenate[_S, StateBatch, _P], _R],
) -> Callable[Concatenate[_S, Any, _P], _R]:
    """Returns a method whose first argument may be states in any form `as_states` knows."""

    @functools.wraps(method)
    def accepting(self: _S, batch: Any, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        # The common case costs one comparison.
        known = batch if isinstance(batch, StateBatch) else as_states(batch)
        return method(self, known, *args, **kwargs)

    return cast(Callable[Concatenate[_S, Any, _P], _R], accepting)


def _are_dims(value: Any) -> bool:
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        return False
    return all(isinstance(entry, int | np.integer) and entry > 0 for entry in value)
