"""Training rows batch by batch: resident on the device, in the host's memory, or read as needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from qent_core.api import stream

Rows = tuple[Tensor, Tensor]
"""Inputs ``(n, ...)`` and targets ``(n, k)``."""

_DEVICE_SHARE = 0.6
"""Share of a GPU's free memory that the training rows may fill."""


@dataclass(frozen=True)
class Batch:
    """The rows of one step, or the share of them that falls to one process."""

    inputs: Tensor
    targets: Tensor
    size: int
    """Rows of the whole step."""
    decided: Tensor
    """How many targets of the whole step are not UNKNOWN, at least 1; on the device."""
    share: slice
    """Which rows of the step these are."""


class TrainingRows(Protocol):
    """Rows that can be gone through in a new order each epoch."""

    size: int

    def first(self) -> Tensor:
        """Returns inputs to take scales from, on the host: all rows, or the first stretch."""

    def batches(self, epoch: int, batch_size: int, seed: int) -> Iterator[Rows]:
        """Yields all rows in an order that depends on the seed and the epoch alone."""


class ResidentRows:
    """Rows in memory: on the device if they fit there, else on the host and sent as needed."""

    def __init__(self, inputs: Tensor, targets: Tensor, device: torch.device) -> None:
        self.size = len(inputs)
        self.device = device
        wanted = inputs.nbytes + targets.nbytes
        if device.type == "cuda" and wanted > _DEVICE_SHARE * torch.cuda.mem_get_info(device)[0]:
            self.inputs, self.targets = inputs.pin_memory(), targets.pin_memory()
        else:
            self.inputs, self.targets = inputs.to(device), targets.to(device)

    def first(self) -> Tensor:
        """Returns the inputs of all rows."""
        return self.inputs.cpu()

    def batches(self, epoch: int, batch_size: int, seed: int) -> Iterator[Rows]:
        """Yields all rows, shuffled; see `TrainingRows`."""
        order = torch.from_numpy(stream(seed, "order", epoch).permutation(self.size))
        for chosen in order.to(self.inputs.device).split(batch_size):
            # Half the time of indexing with brackets, which shows beside a step of a small network.
            yield (
                self.inputs.index_select(0, chosen).to(self.device, non_blocking=True),
                self.targets.index_select(0, chosen).to(self.device, non_blocking=True),
            )


class StreamedRows:
    """Rows that are read stretch by stretch; two stretches are in memory at a time.

    Each epoch takes the stretches in a new order and shuffles inside each; the next one is read
    while the network is busy with the present one.

    Args:
        stretches: Functions that read one stretch each.
        sizes: Their numbers of rows.
        device: Where batches are needed.
    """

    def __init__(
        self,
        stretches: Sequence[Callable[[], Rows]],
        sizes: Sequence[int],
        device: torch.device,
    ) -> None:
        self.size = sum(sizes)
        self.device = device
        self._stretches = stretches

    def first(self) -> Tensor:
        """Returns the inputs of the first stretch."""
        return self._stretches[0]()[0]

    def batches(self, epoch: int, batch_size: int, seed: int) -> Iterator[Rows]:
        """Yields all rows, shuffled; see `TrainingRows`."""
        order = stream(seed, "stretches", epoch).permutation(len(self._stretches))
        left: Rows | None = None
        with ThreadPoolExecutor(1) as reader:
            ahead = reader.submit(self._stretches[order[0]])
            for place, number in enumerate(order):
                inputs, targets = ahead.result()
                if place + 1 < len(order):
                    ahead = reader.submit(self._stretches[order[place + 1]])
                mixed = stream(seed, "order", epoch, int(number)).permutation(len(inputs))
                rows = torch.from_numpy(mixed)
                inputs, targets = inputs.index_select(0, rows), targets.index_select(0, rows)
                if left is not None:
                    inputs, targets = torch.cat([left[0], inputs]), torch.cat([left[1], targets])
                whole = len(inputs) if place + 1 == len(order) else _floor(len(inputs), batch_size)
                for start in range(0, whole, batch_size):
                    stop = min(start + batch_size, whole)
                    yield inputs[start:stop].to(self.device), targets[start:stop].to(self.device)
                left = inputs[whole:], targets[whole:]


def number_of_batches(rows: TrainingRows, batch_size: int) -> int:
    """Returns how many steps an epoch has."""
    return -(-rows.size // batch_size)


def _floor(number: int, step: int) -> int:
    return number - number % step


def as_targets(y: np.ndarray) -> Tensor:
    """Returns verdicts as an ``(n, k)`` tensor of small integers."""
    return torch.from_numpy(np.ascontiguousarray(y, dtype=np.int8))
