"""What a network is trained for: the loss of a batch, and how a trained network is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from qent_core.api import stream
from qent_siamese.training.batches import Batch
from qent_siamese.training.losses import correct_sum, cross_entropy_sum, decided_sum


@dataclass(frozen=True)
class Draws:
    """The randomness of one epoch: numbers for the host and numbers drawn on the device."""

    host: np.random.Generator
    device: torch.Generator

    @classmethod
    def of(cls, seed: int, epoch: int, device: torch.device) -> Draws:
        """Returns the draws of an epoch, the same whether or not training was interrupted."""
        host = stream(seed, "augmentation", epoch)
        number = int(host.integers(2**62))
        return cls(host, torch.Generator(device).manual_seed(number))


@dataclass(frozen=True)
class Measured:
    """Sums over some rows, from which mean loss and accuracy follow."""

    loss: Tensor
    """For a training step its mean loss, this process's share; else a sum."""
    correct: Tensor
    """``(k,)`` verdicts met."""
    decided: Tensor
    """``(k,)`` verdicts there were."""


class Objective(Protocol):
    """What `qent_siamese.training.loop.train` needs to know about a task."""

    def step(self, network: Any, batch: Batch, epoch: int, draws: Draws) -> Measured:
        """Returns the loss of a batch, to be differentiated."""

    def measure(self, network: Any, inputs: Tensor, targets: Tensor) -> Measured:
        """Returns the summed loss and the verdicts met, without gradients."""

    def count(self, targets: Tensor) -> int:
        """Returns by what the summed loss of `measure` is divided."""


class VerdictObjective:
    """Binary cross-entropy, the mean over all decided verdicts of a batch.

    Source: Pawłowski, Krawczyk, arXiv:2210.07410, Eq. (5).
    """

    def step(self, network: Any, batch: Batch, epoch: int, draws: Draws) -> Measured:
        """Returns the mean cross-entropy; see `Objective`."""
        return supervised(network(batch.inputs), batch)

    def measure(self, network: Any, inputs: Tensor, targets: Tensor) -> Measured:
        """Returns summed cross-entropy and verdicts met; see `Objective`."""
        logits = network(inputs)
        return Measured(
            cross_entropy_sum(logits, targets), correct_sum(logits, targets), decided_sum(targets)
        )

    def count(self, targets: Tensor) -> int:
        """Returns the number of decided verdicts."""
        return int(decided_sum(targets).sum())


def supervised(logits: Tensor, batch: Batch) -> Measured:
    """Returns the supervised part of a step's loss."""
    # Probabilities near 0 and 1 need more digits than mixed precision has.
    logits = logits.float() if logits.dtype == torch.bfloat16 else logits
    loss = cross_entropy_sum(logits, batch.targets) / batch.decided
    return Measured(loss, correct_sum(logits, batch.targets), decided_sum(batch.targets))


class ReconstructionObjective:
    """Mean absolute difference between a state and what an autoencoder makes of it."""

    def step(self, network: Any, batch: Batch, epoch: int, draws: Draws) -> Measured:
        """Returns the mean over states and matrix entries; see `Objective`."""
        each = (network(batch.inputs) - batch.inputs).abs()
        loss = each.sum() / (batch.size * each[0].numel())
        return Measured(loss, *_no_verdicts(loss))

    def measure(self, network: Any, inputs: Tensor, targets: Tensor) -> Measured:
        """Returns the sum over states of the mean over entries; see `Objective`."""
        loss = (network(inputs) - inputs).abs().flatten(1).mean(1).sum()
        return Measured(loss, *_no_verdicts(loss))

    def count(self, targets: Tensor) -> int:
        """Returns the number of states."""
        return len(targets)


def _no_verdicts(like: Tensor) -> tuple[Tensor, Tensor]:
    none = torch.zeros(0, dtype=torch.int64, device=like.device)
    return none, none
