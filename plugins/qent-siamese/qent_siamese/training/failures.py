"""What can go wrong in a training, told with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from qent_core.api import RunFailedError

_SIGNS = ("out of memory", "can't allocate memory", "not enough memory", "alloc_cpu")


class TrainingDivergedError(RunFailedError):
    """The loss is no longer a number; the last good weights are kept in the model."""


@contextmanager
def memory_advice(batch_size: int, where: str) -> Iterator[None]:
    """Turns running out of memory into an error that proposes a smaller batch.

    Raises:
        RunFailedError: The memory of the device or of the host did not suffice.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise _too_large(batch_size, where) from error
    except RuntimeError as error:
        if not any(sign in str(error).lower() for sign in _SIGNS):
            raise
        raise _too_large(batch_size, where) from error


def diverged(epoch: int, batch: int | None, where: str, kept: str) -> TrainingDivergedError:
    """Returns the error for a loss that is NaN or infinite.

    Args:
        epoch: Counted from 0.
        batch: Counted from 0; None if the last step of the epoch spoiled the weights.
        where: The estimator.
        kept: Which weights the model has now.
    """
    place = "after its last batch" if batch is None else f"batch {batch}"
    return TrainingDivergedError(
        f"the loss became NaN or infinite in epoch {epoch}, {place} (both counted from 0); "
        f"the model keeps {kept}",
        where=where,
        do="use a smaller learning_rate, or dtype='float64'; check the states for extreme entries",
    )


def _too_large(batch_size: int, where: str) -> RunFailedError:
    smaller = max(batch_size // 2, 1)
    return RunFailedError(
        f"there is not enough memory for batches of {batch_size} states",
        where=where,
        do=f"set batch_size={smaller}" if smaller < batch_size else "use a larger machine",
    )
