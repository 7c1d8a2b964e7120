r"""Cost functions of the probabilities of the classes, per sample.

All are functions of ``(n, K)`` probabilities and ``(n,)`` class numbers, written in torch so that
gradients flow through them.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

_LEAST = 1e-12
"""Probabilities are kept this far from 0 and 1, where two of the costs have no slope."""

_SHARPNESS = 200.0
"""Shots in the blog's formula; 100 were nominal there."""


def sigmoid_estimation(probabilities: Tensor, classes: Tensor) -> Tensor:
    r"""Returns the sigmoid estimation cost of the blog, ``(n,)``.

    $\sigma\big(\sqrt{200}\,(1/2 - p)/\sqrt{2p(1-p)}\big)$ with p the probability of the right
    class: the estimated chance that a majority of shots votes wrongly. 1 at p = 0, 0 at p = 1.

    Source: S. F. Ahmad, QOSF mentorship blog (2021).

    Example:
        >>> p = torch.tensor([[0.6, 0.4]], dtype=torch.float64)
        >>> print(f"{float(sigmoid_estimation(p, torch.tensor([0]))):.4f}")
        0.1149
    """
    p = _right(probabilities, classes).clamp(_LEAST, 1 - _LEAST)
    return torch.sigmoid(_SHARPNESS**0.5 * (0.5 - p) / torch.sqrt(2 * p * (1 - p)))


def cross_entropy(probabilities: Tensor, classes: Tensor) -> Tensor:
    """Returns minus the logarithm of the probability of the right class, ``(n,)``.

    Example:
        >>> p = torch.tensor([[0.5, 0.5]], dtype=torch.float64)
        >>> print(f"{float(cross_entropy(p, torch.tensor([1]))):.4f}")
        0.6931
    """
    return -torch.log(_right(probabilities, classes).clamp_min(_LEAST))


def mean_squared_error(probabilities: Tensor, classes: Tensor) -> Tensor:
    """Returns the mean square of probabilities minus the one-hot label, ``(n,)``.

    Example:
        >>> p = torch.tensor([[0.6, 0.4]], dtype=torch.float64)
        >>> print(f"{float(mean_squared_error(p, torch.tensor([0]))):.4f}")
        0.1600
    """
    wanted = torch.nn.functional.one_hot(classes, probabilities.shape[1])
    return ((probabilities - wanted) ** 2).mean(dim=1)


COSTS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "sigmoid": sigmoid_estimation,
    "cross-entropy": cross_entropy,
    "mse": mean_squared_error,
}


def _right(probabilities: Tensor, classes: Tensor) -> Tensor:
    return probabilities.gather(1, classes.unsqueeze(1)).squeeze(1)
