"""States from and to NumPy, QuTiP, Qiskit and PennyLane; none is imported unless it is used.

Qiskit counts qubits from the least significant digit: its qubit 0 is the last tensor factor. Here
party A is the first factor, so the order is reversed on the way in and on the way out, and Qiskit's
qubit 0 is party A. PennyLane's wire 0 is the first factor already, and party A as it stands.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from qent_core.errors import DimensionsMismatchError, StateFileError, StateInvalidError
from qent_core.linalg import permute_parties
from qent_core.states import StateBatch, checked_dims

KINDS = ("kets", "density")
ORDERS = ("big", "little")


def from_numpy(
    states: ArrayLike,
    dims: Sequence[int],
    *,
    kind: str | None = None,
    order: str = "big",
) -> StateBatch:
    """Returns a validated batch from a plain array.

    Args:
        states: ``(n, D)`` kets, ``(n, D, D)`` density matrices, or one ket ``(D,)``.
        dims: Local dimensions, party A first.
        kind: ``"kets"`` or ``"density"``; needed only for a lone ``(D, D)`` array, which could be
            D kets or one density matrix.
        order: ``"big"`` if party A is the most significant digit of the index (the first tensor
            factor), ``"little"`` if it is the least significant one.

    Raises:
        StateInvalidError: The states are not physical, or their kind is ambiguous.
        DimensionsMismatchError: The array does not fit the dims.

    Example:
        >>> from_numpy([[0, 1, 0, 0]], dims=(2, 2), order="little").array   # A is 1, B is 0
        array([[0., 0., 1., 0.]])
    """
    try:
        array = np.asarray(states)
    except ValueError as error:
        raise StateInvalidError(f"states must form one array: {error}") from error
    if kind is not None and kind not in KINDS:
        raise StateFileError(f"kind '{kind}' is unknown", do="use 'kets' or 'density'")
    if order not in ORDERS:
        raise StateFileError(f"order '{order}' is unknown", do="use 'big' or 'little'")
    size = math.prod(checked_dims(dims))
    if array.ndim == 1:
        array = array[None]
    elif array.shape == (size, size):
        if kind is None:
            raise StateInvalidError(
                f"a lone array of shape {array.shape} may be {size} kets or one density matrix",
                do="say which: kind='kets' or kind='density' (--kind on the command line)",
            )
        array = array[None] if kind == "density" else array
    if (kind == "kets" and array.ndim != 2) or (kind == "density" and array.ndim != 3):
        raise DimensionsMismatchError(f"an array of shape {array.shape} holds no {kind}")
    batch = StateBatch(array, dims)
    if order == "little":
        batch = _reversed(batch.array, batch.dims)
    return batch.validated()


def from_qutip(states: Any) -> StateBatch:
    """Returns a validated batch from a QuTiP ``Qobj`` or a sequence of them.

    Raises:
        DimensionsMismatchError: No state, or states of different dims, or no kets or operators.
    """
    objects = _as_list(states, "QuTiP", ("isket", "isoper", "dims"))
    for index, obj in enumerate(objects):
        if not (obj.isket or obj.isoper):
            raise DimensionsMismatchError(
                f"object {index} is a {obj.type}, not a ket or a density matrix"
            )
    dims = _common([tuple(obj.dims[0]) for obj in objects])
    if all(obj.isket for obj in objects):
        array = np.stack([obj.full()[:, 0] for obj in objects])
    else:
        array = np.stack([(obj.proj() if obj.isket else obj).full() for obj in objects])
    return StateBatch(array, dims, source="qutip").validated()


def to_qutip(batch: StateBatch) -> list[Any]:
    """Returns a list of QuTiP ``Qobj`` with the batch's dims."""
    import qutip

    dims = list(batch.dims)
    if batch.kind == "kets":
        return [qutip.Qobj(ket[:, None], dims=[dims, [1]]) for ket in batch.array]
    return [qutip.Qobj(rho, dims=[dims, dims]) for rho in batch.array]


def from_qiskit(states: Any) -> StateBatch:
    """Returns a validated batch from a Qiskit ``Statevector`` or ``DensityMatrix``, or several.

    Raises:
        DimensionsMismatchError: No state, or states of different dims.
    """
    objects = _as_list(states, "Qiskit", ("dims", "data"))
    dims = _common([tuple(obj.dims()) for obj in objects])
    arrays = [np.asarray(obj.data) for obj in objects]
    if any(array.ndim == 2 for array in arrays):
        arrays = [a if a.ndim == 2 else np.outer(a, a.conj()) for a in arrays]
    return _reversed(np.stack(arrays), dims).with_source("qiskit").validated()


def to_qiskit(batch: StateBatch) -> list[Any]:
    """Returns a list of Qiskit ``Statevector`` or ``DensityMatrix``; party A is qubit 0."""
    from qiskit.quantum_info import DensityMatrix, Statevector

    flipped = permute_parties(batch.array, batch.dims, tuple(reversed(range(batch.parties))))
    kind = Statevector if batch.kind == "kets" else DensityMatrix
    return [kind(np.array(state, dtype=complex), dims=batch.dims) for state in flipped]


def from_pennylane(states: Any, *, kind: str | None = None) -> StateBatch:
    """Returns a validated batch of qubits from what ``qml.state()`` or ``qml.density_matrix`` gave.

    PennyLane has no class for states: a QNode returns arrays or tensors (of NumPy, autograd, torch
    or JAX), one state or a batch of them.

    Args:
        states: Such an array, or a sequence of them.
        kind: ``"kets"`` or ``"density"``; by default a square array alone is one density matrix,
            which is what a QNode means by it.

    Raises:
        DimensionsMismatchError: The dimension is no power of two.
        StateInvalidError: The states are not physical.

    Example:
        >>> from_pennylane(np.array([1, 0, 0, 1]) / np.sqrt(2)).dims
        (2, 2)
    """
    several = isinstance(states, list | tuple)
    array = np.stack([_plain(s) for s in states]) if several else _plain(states)
    size = array.shape[-1] if array.ndim else 0
    wires = size.bit_length() - 1
    if size < 2 or size != 2**wires:
        raise DimensionsMismatchError(
            f"an array of shape {array.shape} holds no states of qubits",
            do="PennyLane's wires are qubits; other systems: StateBatch.from_numpy(array, dims)",
        )
    if kind is None and not several and array.shape == (size, size):
        kind = "density"
    batch = from_numpy(array, (2,) * wires, kind=kind or ("kets" if array.ndim < 3 else None))
    return batch.with_source("pennylane")


def to_pennylane(batch: StateBatch) -> Any:
    """Returns complex numbers for ``StatePrep`` (kets) or ``QubitDensityMatrix``, one per state.

    Raises:
        DimensionsMismatchError: A party is no qubit.
    """
    if set(batch.dims) != {2}:
        raise DimensionsMismatchError(
            f"PennyLane's wires are qubits, these states have dims {batch.dims}",
            do="take the array itself: batch.array",
        )
    return np.array(batch.array, dtype=complex)


def _plain(state: Any) -> Any:
    """Returns an array of NumPy; a tensor of torch that is part of a graph is taken out of it."""
    return np.asarray(state.detach() if hasattr(state, "detach") else state)


def _reversed(array: Any, dims: tuple[int, ...]) -> StateBatch:
    """Returns the batch for an array in which party A is the least significant digit."""
    order = tuple(reversed(range(len(dims))))
    return StateBatch(permute_parties(array, dims[::-1], order), dims)


def _as_list(states: Any, library: str, attributes: tuple[str, ...]) -> list[Any]:
    """Returns the objects to convert; a state is known by its attributes, without an import."""
    single = all(hasattr(states, name) for name in attributes)
    if not single and not isinstance(states, Iterable):
        raise DimensionsMismatchError(f"{type(states).__name__} is no state of {library}")
    objects = [states] if single else list(states)
    if not objects:
        raise DimensionsMismatchError("there is no state to convert", do="give at least one")
    for index, obj in enumerate(objects):
        if not all(hasattr(obj, name) for name in attributes):
            raise DimensionsMismatchError(
                f"object {index} is of type {type(obj).__name__}, no state of {library}"
            )
    return objects


def _common(dims: list[tuple[int, ...]]) -> tuple[int, ...]:
    if len(set(dims)) > 1:
        index = next(i for i, d in enumerate(dims) if d != dims[0])
        raise DimensionsMismatchError(
            f"state {index} has dims {dims[index]}, state 0 has {dims[0]}",
            do="convert states of equal dims together",
        )
    return dims[0]
