"""Mean loss and accuracy of a network over validation sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from qent_siamese.training.objectives import Measured, Objective

Sets = Mapping[str, tuple[Tensor, Tensor]]
"""Validation set to its inputs and targets."""

_ROWS_AT_ONCE = 2048


def evaluate(
    network: nn.Module, objective: Objective, sets: Sets, device: torch.device
) -> dict[str, dict[str, float]]:
    """Returns mean loss and, where verdicts are decided, accuracy of every set."""
    return {
        name: _evaluated(network, objective, inputs, targets, device)
        for name, (inputs, targets) in sets.items()
    }


def accuracy(correct: Any, decided: Any) -> float | None:
    """Returns the accuracy per question, averaged over the questions that have verdicts.

    Source: Pawłowski, Krawczyk, arXiv:2210.07410, Eq. (9).
    """
    shares = [float(c) / float(d) for c, d in zip(correct, decided, strict=True) if d > 0]
    return sum(shares) / len(shares) if shares else None


def _evaluated(
    network: nn.Module,
    objective: Objective,
    inputs: Tensor,
    targets: Tensor,
    device: torch.device,
) -> dict[str, float]:
    sums: list[Measured] = []
    with torch.inference_mode():
        for start in range(0, len(inputs), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            there = inputs[rows].to(device), targets[rows].to(device)
            sums.append(objective.measure(network, *there))
    if not sums:
        return {"loss": 0.0}
    loss = sum(float(part.loss) for part in sums) / max(objective.count(targets), 1)
    share = accuracy(sum(part.correct for part in sums), sum(part.decided for part in sums))
    return {"loss": loss} if share is None else {"loss": loss, "accuracy": share}
