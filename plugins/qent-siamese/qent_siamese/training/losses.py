"""The terms of the losses; every one is a sum, divided by the caller."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

UNKNOWN = -1


def cross_entropy_sum(logits: Tensor, verdicts: Tensor) -> Tensor:
    r"""Returns the summed binary cross-entropy of the decided verdicts.

    $-q \log p - (1 - q) \log(1 - p)$ with $p$ the sigmoid of the logit. UNKNOWN counts nothing, in
    the value and in the gradient.

    Args:
        logits: ``(n, k)``.
        verdicts: ``(n, k)``: 0 separable, 1 entangled, -1 unknown.

    Example:
        >>> value = cross_entropy_sum(torch.tensor([[0.0, 5.0]]), torch.tensor([[1, -1]]))
        >>> round(float(value), 4)
        0.6931
    """
    decided = verdicts != UNKNOWN
    wanted = verdicts.clamp(min=0).to(logits.dtype)
    each = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none")
    return torch.where(decided, each, torch.zeros_like(each)).sum()


def correct_sum(logits: Tensor, verdicts: Tensor) -> Tensor:
    """Returns how many decided verdicts are met, ``(k,)``; an entangled one has p >= 0.5."""
    met = (logits >= 0) == (verdicts == 1)
    return (met & (verdicts != UNKNOWN)).sum(0)


def decided_sum(verdicts: Tensor) -> Tensor:
    """Returns how many verdicts are decided, ``(k,)``."""
    return (verdicts != UNKNOWN).sum(0)


def disagreement_sum(first: Tensor, second: Tensor, pairs: Sequence[tuple[int, int]]) -> Tensor:
    """Returns the sum of |p_j(first) - p_k(second)| over states and over pairs (j, k)."""
    left, right = [j for j, _ in pairs], [k for _, k in pairs]
    return (first[:, left] - second[:, right]).abs().sum()
