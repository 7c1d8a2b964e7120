"""A network over the cuts of a state that treats all cuts alike."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from qent_siamese.networks.convolutional import dense

_LEAST_SPREAD = 1e-3


class EquivariantNetwork(nn.Module):
    """One and the same network for every cut, with mean and maximum over all cuts as context.

    If the cuts change places, so do the outputs; questions that are no cut are answered from the
    context alone.

    Source: M. Zaheer et al., Deep sets, arXiv:1703.06114.

    Args:
        features: Numbers per cut.
        picked: For each output the cut it is about, or None.
        hidden: Units of the layers before and after the context is joined.

    Example:
        >>> network = EquivariantNetwork(5, [0, 1, 2], (8,))
        >>> network(torch.zeros(4, 3, 5)).shape
        torch.Size([4, 3])
    """

    def __init__(self, features: int, picked: Sequence[int | None], hidden: Sequence[int]) -> None:
        super().__init__()
        sizes = tuple(hidden)
        width = sizes[-1]
        self.picked = list(picked)
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("spread", torch.ones(features))
        self.each = nn.Sequential(*dense(features, sizes[:-1], width), nn.ReLU())
        self.cut = nn.Sequential(*dense(3 * width, sizes, 1))
        self.others = sum(cut is None for cut in picked)
        self.context = nn.Sequential(*dense(2 * width, sizes, self.others)) if self.others else None

    def standardise(self, values: Tensor) -> None:
        """Takes over mean and spread of the training states, the same for every cut."""
        rows = values.flatten(0, 1)
        self.mean.copy_(rows.mean(0))
        # Numbers that are zero for all training states must not have their rounding blown up.
        self.spread.copy_(rows.std(0, correction=0).clamp(min=_LEAST_SPREAD))

    def forward(self, values: Tensor) -> Tensor:
        """Returns the logits ``(n, outputs)`` of ``(n, cuts, features)``."""
        each = self.each((values - self.mean) / self.spread)
        context = torch.cat([each.mean(1), each.amax(1)], dim=1)
        wide = context[:, None, :].expand(-1, each.shape[1], -1)
        by_cut = self.cut(torch.cat([each, wide], dim=2))[..., 0]
        if self.context is None:
            return by_cut[:, self.picked]
        others = iter(self.context(context).unbind(1))
        columns = [next(others) if cut is None else by_cut[:, cut] for cut in self.picked]
        return torch.stack(columns, dim=1)
