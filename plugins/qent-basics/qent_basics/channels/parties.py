"""Which parties a channel acts on, and how to see one of them in a batch of states."""

from __future__ import annotations

import math

from qent_core.api import DimensionsMismatchError, StateBatch
from qent_core.linalg import Array, Dims


def chosen_parties(
    parties: tuple[int, ...] | None, batch: StateBatch, channel: str, *, qubits: bool = False
) -> tuple[int, ...]:
    """Returns the parties a channel acts on: all of them if none are named.

    Args:
        parties: The channel's parameter.
        batch: The states.
        channel: Name of the channel, for the message.
        qubits: Whether the channel is defined for qubits only.

    Raises:
        DimensionsMismatchError: The states have no such party, or it is no qubit.

    Example:
        >>> batch = StateBatch([[1, 0, 0, 0]], (2, 2))
        >>> chosen_parties(None, batch, "bit-flip"), chosen_parties((1,), batch, "bit-flip")
        ((0, 1), (1,))
    """
    chosen = tuple(range(batch.parties)) if parties is None else parties
    missing = [party for party in chosen if party >= batch.parties]
    if missing:
        raise DimensionsMismatchError(
            f"'{channel}' acts on party {missing[0]}, the states have {batch.parties} parties",
            where=f"states of dims {batch.dims}",
            do=f"choose parties from 0 to {batch.parties - 1}",
        )
    wide = [party for party in chosen if batch.dims[party] != 2]
    if qubits and wide:
        raise DimensionsMismatchError(
            f"'{channel}' acts on qubits, party {wide[0]} has dimension {batch.dims[wide[0]]}",
            where=f"states of dims {batch.dims}",
            do="choose parties that are qubits, or another channel",
        )
    return chosen


def split_party(rho: Array, dims: Dims, party: int) -> Array:
    """Returns ``(n, a, d, b, a, d, b)``: the indices of a party apart from those before and after.

    The result shares memory with ``rho`` if that is contiguous.

    Example:
        >>> import numpy as np
        >>> split_party(np.zeros((5, 12, 12)), (2, 3, 2), 1).shape
        (5, 2, 3, 2, 2, 3, 2)
    """
    before, after = math.prod(dims[:party]), math.prod(dims[party + 1 :])
    shape = (before, dims[party], after)
    return rho.reshape(len(rho), *shape, *shape)
