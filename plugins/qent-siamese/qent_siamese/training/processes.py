"""Training by several processes, through torch.distributed: each takes a share of every batch.

Whoever starts the processes (``torchrun``, a scheduler) sets up the process group; `fit` finds it
and needs no parameter. Each process holds the same rows, takes the same random numbers and computes
its share of the step; torch's DistributedDataParallel adds the gradients up. The result is that of
one process up to the order of summation, and the same in all of them.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, distributed, nn


def process_count() -> int:
    """Returns how many processes train together."""
    return distributed.get_world_size() if _together() else 1


def is_first_process() -> bool:
    """Tells whether this process writes checkpoints and reports progress."""
    return not _together() or distributed.get_rank() == 0


def share_of(rows: int) -> slice:
    """Returns which rows of a batch are this process's."""
    if not _together():
        return slice(0, rows)
    rank, count = distributed.get_rank(), distributed.get_world_size()
    return slice(rows * rank // count, rows * (rank + 1) // count)


def joined(network: Any, device: torch.device) -> Any:
    """Returns the network wrapped so that the gradients of all processes are averaged."""
    if process_count() == 1:
        return network
    module: nn.Module = nn.parallel.DistributedDataParallel(
        network, device_ids=[device] if device.type == "cuda" else None
    )
    return module


def summed(values: Tensor) -> Tensor:
    """Returns the sum over all processes."""
    if process_count() > 1:
        distributed.all_reduce(values)
    return values


def wait_for_all() -> None:
    """Returns when every process has come here: a checkpoint is written before it is read."""
    if process_count() > 1:
        distributed.barrier()


def _together() -> bool:
    return distributed.is_available() and distributed.is_initialized()
