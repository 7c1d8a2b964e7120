"""From states, or a data set of them, to the rows that a training goes through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from qent_core.api import (
    Dataset,
    DimensionsMismatchError,
    LabelsInvalidError,
    QentError,
    StateBatch,
    StateInvalidError,
    as_states,
    stream,
)
from qent_core.dataset.rows import memory_size
from qent_siamese.models.verdict_targets import VerdictTargets, read_verdicts
from qent_siamese.training.batches import (
    ResidentRows,
    Rows,
    StreamedRows,
    TrainingRows,
    as_targets,
)

Prepare = Callable[[StateBatch], Tensor]
"""Makes a network's inputs of states."""

_STATES_AT_ONCE = 16_384


@dataclass(frozen=True)
class Source:
    """Training rows, the labels they come with, and what is held out for validation."""

    rows: TrainingRows
    targets: VerdictTargets
    held_out: Rows | None
    used: int


def checked_states(X: Any, where: str, *, dims: tuple[int, ...] | None = None) -> Any:
    """Returns states or a data set of them, after a check.

    Raises:
        DimensionsMismatchError: It is neither, nor states of another library.
        DimensionsMismatchError: The model was fitted to states of other dims.
    """
    if not isinstance(X, StateBatch | Dataset):
        try:
            X = as_states(X)
        except QentError as error:
            raise error.located(where) from error
    if dims is not None and X.dims != dims:
        raise DimensionsMismatchError(
            f"the model was fitted to states of dims {dims}, these have {X.dims}",
            where=where,
            do="train a model on states of these dims",
        )
    return X


def images(states: StateBatch, dtype: torch.dtype) -> Tensor:
    """Returns real and imaginary parts of the density matrices, ``(n, 2, D, D)``.

    Raises:
        StateInvalidError: An entry is NaN or infinite.
    """
    size = states.dimension
    result = torch.zeros((len(states), 2, size, size), dtype=dtype)
    array = result.numpy()
    for start in range(0, len(states), _STATES_AT_ONCE):
        piece = slice(start, start + _STATES_AT_ONCE)
        rho = states[piece].density()
        array[piece, 0] = rho.real
        if np.iscomplexobj(rho):
            array[piece, 1] = rho.imag
        check_finite(array[piece], start)
    return result


def check_finite_states(states: StateBatch) -> None:
    """Refuses states with NaN or infinite entries; see `check_finite`."""
    check_finite(states.array)


def check_finite(array: np.ndarray[Any, Any], start: int = 0) -> None:
    """Refuses NaN and infinity, naming the first state that has them.

    Raises:
        StateInvalidError: There is one.
    """
    good = np.isfinite(array).reshape(len(array), -1).all(axis=1)
    if not good.all():
        raise StateInvalidError(
            "a density matrix has entries that are NaN or infinite",
            where=f"state {start + int(np.argmin(good))}",
            do="find out which family or channel made it: StateBatch.validated() names the defect",
        )


def read_source(
    X: StateBatch | Dataset,
    y: Any,
    prepare: Prepare,
    *,
    where: str,
    device: torch.device,
    memory: str,
    fraction: float,
    seed: int,
    drop_undecided: bool,
) -> Source:
    """Returns the rows to train on and those held out.

    Args:
        X: States, or a data set that is read as it is needed if it does not fit ``memory``.
        y: Verdicts, for a data set the names of its label columns; None for no labels.
        prepare: Makes a network's inputs of states.
        where: For messages.
        device: Where the network is.
        memory: Most bytes of prepared rows.
        fraction: Share of the states to hold out.
        seed: Fixes which.
        drop_undecided: Whether states without any decided label are of no use.
    """
    if isinstance(X, Dataset):
        return _from_data_set(X, y, prepare, where, device, memory, fraction, seed)
    targets = _no_verdicts(len(X)) if y is None else read_verdicts(y, len(X), where)
    useful = np.arange(len(X))
    if drop_undecided:
        useful = np.flatnonzero((targets.values != -1).any(axis=1))
    order = stream(seed, "held out").permutation(useful)
    held, used = np.split(order, [int(fraction * len(order))])
    held, used = np.sort(held), np.sort(used)
    inputs, verdicts = prepare(X), as_targets(targets.values)
    rows = ResidentRows(inputs[used], verdicts[used], device)
    kept = (inputs[held], verdicts[held]) if len(held) else None
    return Source(rows, targets, kept, len(used))


def _from_data_set(
    data: Dataset,
    columns: Any,
    prepare: Prepare,
    where: str,
    device: torch.device,
    memory: str,
    fraction: float,
    seed: int,
) -> Source:
    names = [columns] if isinstance(columns, str) else list(() if columns is None else columns)
    if not all(isinstance(name, str) for name in names):
        raise LabelsInvalidError(
            "labels of a data set are named, not given",
            where=where,
            do="give the names of its label columns as y, such as ['negativity[A|BC]', …]",
        )
    targets = _no_verdicts(len(data))
    if names:
        verdicts = np.stack([_column(data, name, where) for name in names], axis=1)
        targets = VerdictTargets(verdicts, isinstance(columns, str))
    train, held = data, None
    if int(fraction * len(data)) > 0:
        train, test = data.split(fraction, seed)
        held = _read(test, names, prepare)
    one = prepare(data[:1])
    each = one[0].nbytes + len(names)
    most = memory_size(memory)
    if each * len(train) <= most:
        return Source(
            ResidentRows(*_read(train, names, prepare), device), targets, held, len(train)
        )
    # Two stretches are in memory at once, each of them once as states and once as rows.
    stretches = list(train.stretches(max(1, most // (4 * each))))
    readers = [partial(_read, part, names, prepare) for part in stretches]
    rows = StreamedRows(readers, [len(part) for part in stretches], device)
    return Source(rows, targets, held, len(train))


def _read(data: Dataset, names: Sequence[str], prepare: Prepare) -> Rows:
    verdicts = [np.asarray(data.columns[name]) for name in names]
    stacked = np.stack(verdicts, axis=1) if verdicts else np.zeros((len(data), 0))
    return prepare(data.states()), as_targets(stacked)


def _column(data: Dataset, name: str, where: str) -> np.ndarray[Any, Any]:
    if name not in data.verdict_columns:
        raise LabelsInvalidError(
            f"'{name}' is no column of verdicts of this data set",
            where=where,
            do=f"choose from: {', '.join(data.verdict_columns) or 'none; label it first'}",
        )
    return np.asarray(data.columns[name], dtype=np.int8)


def _no_verdicts(states: int) -> VerdictTargets:
    return VerdictTargets(np.zeros((states, 0), dtype=np.int8), True)
